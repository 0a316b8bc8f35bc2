// The frame around every screen: header, bands, content, help, announcements, the document's title and the keys that work
// everywhere. Which screen an address means is said by `routes.ts`.

import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useWords } from "../i18n/i18n.ts";
import { useApp } from "./app-context.ts";
import { Boundary } from "./boundary.tsx";
import { Header, useUnacked } from "./header.tsx";
import { HelpDialog } from "./help.tsx";
import { createKeyMap, KeyMapContext, useKeys } from "./key-map.ts";
import { LinkBand } from "./link-status.tsx";
import { Loading, NotFound } from "./panels.tsx";
import { SignInBand } from "./sign-in-before.tsx";
import { findScreen, screens } from "./routes.ts";
import { useUrl } from "./url-state.ts";

export function Shell() {
  const { go } = useUrl();
  const latestGo = useRef(go);
  latestGo.current = go;
  const keyMap = useMemo(
    () =>
      createKeyMap((letter) => {
        const screen = screens.find((entry) => entry.key === letter);
        return screen === undefined ? null : () => latestGo.current(screen.path);
      }),
    [],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (keyMap.press(event)) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [keyMap]);
  return (
    <KeyMapContext value={keyMap}>
      <Frame />
    </KeyMapContext>
  );
}

function Frame() {
  const { path, query } = useUrl();
  const { keys: words } = useWords();
  const { siren, sites } = useApp();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const isBare = findScreen(path)?.bare === true;
  // A wall hangs in a room full of desks that sound already; `sound=on` in its address makes it heard.
  const isSilent = isBare && query.get("sound") !== "on";
  useEffect(() => siren.setSilent(isSilent), [siren, isSilent]);
  useEffect(() => siren.setOwners(sites), [siren, sites]);
  useTitle();
  useKeys([{ keys: ["?"], says: words.help, act: () => setHelpOpen(true) }]);
  if (isBare) {
    return (
      <main id="content" className="bare">
        <Screens />
      </main>
    );
  }
  return (
    <div className="shell">
      <Header openHelp={() => setHelpOpen(true)} />
      <LinkBand />
      <SignInBand />
      <main id="content" tabIndex={-1}>
        <Screens />
      </main>
      <Announcer />
      <HelpDialog isOpen={isHelpOpen} close={() => setHelpOpen(false)} />
    </div>
  );
}

function decodeParams(params: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, text]) => [name, decode(text ?? "")]));
}

/** An address somebody mistyped may hold a lone percent sign. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}

function Screens() {
  const words = useWords();
  const { href, path } = useUrl();
  return (
    // One broken screen must not take the header, the sound and the way out along.
    <Boundary key={path}>
      <Suspense fallback={<Loading />}>
        <Switch>
          {screens.map(({ path: pattern, Component }) => (
            <Route key={pattern} path={pattern}>
              {(params) => <Component params={decodeParams(params)} />}
            </Route>
          ))}
          {["/", "/sign-in"].map((address) => (
            <Route key={address} path={address}>
              <Redirect to={href("/overview")} replace />
            </Route>
          ))}
          <Route>
            <NotFound title={words.state.notFound} />
          </Route>
        </Switch>
      </Suspense>
    </Boundary>
  );
}

/** "(12) 告警 · 环境与能源监控": the count is seen in the tab while another tab is in front. */
function useTitle(): void {
  const words = useWords();
  const { path } = useUrl();
  const { sites } = useApp();
  const unacked = useUnacked();
  const total = unacked[1] + unacked[2] + unacked[3] + unacked[4];
  const screen = findScreen(path);
  const site = decode(path.slice("/sites/".length));
  const view =
    screen?.name === "site" ? (sites.info(site)?.name ?? site) : words.nav.screens[screen?.name ?? "overview"];
  useEffect(() => {
    document.title = `${total > 0 ? `(${total}) ` : ""}${view} · ${words.productShort}`;
  }, [total, view, words]);
}

const announceEveryMs = 5000;

/** One polite live region: what has come in, summed up, at most every five seconds; and an assertive one for priority 1 alone. */
function Announcer() {
  const words = useWords();
  const { live, sites } = useApp();
  const [said, setSaid] = useState({ polite: "", urgent: "" });
  const latest = useRef({ words, sites });
  latest.current = { words, sites };
  useEffect(() => {
    let known = new Set(live.book.get().byId.keys());
    const timer = setInterval(() => {
      const { byId } = live.book.get();
      const fresh = [...byId.values()].filter((alarm) => !known.has(alarm.id) && alarm.state !== "normal");
      known = new Set(byId.keys());
      if (fresh.length === 0) return;
      const first = fresh.filter((alarm) => alarm.priority === 1);
      const now = latest.current;
      const where = [...new Set(first.map((alarm) => now.sites.info(alarm.site)?.name ?? alarm.site))];
      setSaid({
        polite: now.words.alarm.announce(fresh.length, first.length),
        urgent: first.length === 0 ? "" : now.words.alarm.announceFirst(first.length, where.slice(0, 3).join(", ")),
      });
    }, announceEveryMs);
    return () => clearInterval(timer);
  }, [live]);
  return (
    <div className="visually-hidden">
      <p role="status" aria-live="polite">
        {said.polite}
      </p>
      <p aria-live="assertive">{said.urgent}</p>
    </div>
  );
}
