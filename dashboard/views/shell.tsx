// The frame around every view: header, band, content, help, the announcements for screen readers, the document's title and
// the keys that work everywhere.

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useWords } from "../i18n/i18n.ts";
import { AlarmsView } from "./alarms.tsx";
import { useApp } from "./app-context.ts";
import { Header, useUnacked } from "./header.tsx";
import { HelpDialog } from "./help.tsx";
import { LinkBand } from "./link-status.tsx";
import { Overview } from "./overview.tsx";
import { Loading, NotFound } from "./panels.tsx";
import { singleKeysOn } from "./preferences.ts";
import { useUrl } from "./url-state.ts";

const LedgerView = lazy(async () => ({ default: (await import("./ledger.tsx")).LedgerView }));
const QuarantineView = lazy(async () => ({ default: (await import("./quarantine.tsx")).QuarantineView }));
const SiteView = lazy(async () => ({ default: (await import("./site.tsx")).SiteView }));

export function Shell() {
  const words = useWords();
  const { href } = useUrl();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useTitle();
  useGlobalKeys(() => setHelpOpen(true));
  return (
    <div className="shell">
      <Header openHelp={() => setHelpOpen(true)} />
      <LinkBand />
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/">
              <Redirect to={href("/overview")} replace />
            </Route>
            <Route path="/sign-in">
              <Redirect to={href("/overview")} replace />
            </Route>
            <Route path="/overview" component={Overview} />
            <Route path="/alarms" component={AlarmsView} />
            <Route path="/ledger" component={LedgerView} />
            <Route path="/quarantine" component={QuarantineView} />
            <Route path="/sites/:id">{({ id }) => <SiteView key={id} id={decodeURIComponent(id)} />}</Route>
            <Route>
              <NotFound title={words.state.notFound} />
            </Route>
          </Switch>
        </Suspense>
      </main>
      <Announcer />
      <HelpDialog isOpen={isHelpOpen} close={() => setHelpOpen(false)} />
    </div>
  );
}

/** "(12) 告警 · 环境与能源监控": the count is seen in the tab while another tab is in front. */
function useTitle(): void {
  const words = useWords();
  const { path } = useUrl();
  const { sites } = useApp();
  const unacked = useUnacked();
  const total = unacked[1] + unacked[2] + unacked[3] + unacked[4];
  const nameSite = (id: string): string => sites.info(id)?.name ?? id;
  const named = (["alarms", "ledger", "quarantine"] as const).find((name) => path.startsWith(`/${name}`));
  const view = path.startsWith("/sites/")
    ? nameSite(decodeURIComponent(path.slice("/sites/".length)))
    : words.nav[named ?? "overview"];
  useEffect(() => {
    document.title = `${total > 0 ? `(${total}) ` : ""}${view} · ${words.productShort}`;
  }, [total, view, words]);
}

/** After g the next letter says where to; the pair has to come within a second and a half. */
const chordMs = 1500;
const chordViews: ReadonlyMap<string, string> = new Map([
  ["o", "/overview"],
  ["a", "/alarms"],
  ["l", "/ledger"],
  ["q", "/quarantine"],
]);

function useGlobalKeys(openHelp: () => void): void {
  const { go } = useUrl();
  const latest = useRef({ go, openHelp });
  latest.current = { go, openHelp };
  useEffect(() => {
    let chordUntil = 0;
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || !singleKeysOn()) return;
      if (event.target instanceof HTMLElement && event.target.closest("input, select, textarea, dialog") !== null)
        return;
      const isChord = event.timeStamp < chordUntil;
      chordUntil = event.key === "g" ? event.timeStamp + chordMs : 0;
      if (event.key === "?") latest.current.openHelp();
      else if (isChord && chordViews.has(event.key)) {
        // The list must not take this letter for an acknowledgement.
        event.stopImmediatePropagation();
        latest.current.go(chordViews.get(event.key) ?? "/overview");
      } else return;
      event.preventDefault();
    }
    document.addEventListener("keydown", onKey, { capture: true });
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  }, []);
}

const announceEveryMs = 5000;

/** One polite live region: what has come in, summed up, at most every five seconds. */
function Announcer() {
  const words = useWords();
  const { live } = useApp();
  const [text, setText] = useState("");
  const latest = useRef(words);
  latest.current = words;
  useEffect(() => {
    let known = new Set(live.book.get().byId.keys());
    const timer = setInterval(() => {
      const { byId } = live.book.get();
      const fresh = [...byId.values()].filter((alarm) => !known.has(alarm.id) && alarm.state !== "normal");
      known = new Set(byId.keys());
      const first = fresh.filter((alarm) => alarm.priority === 1).length;
      if (fresh.length > 0) setText(latest.current.alarm.announce(fresh.length, first));
    }, announceEveryMs);
    return () => clearInterval(timer);
  }, [live]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
