// From an address to a screen: language and theme, who is signed in, the first data, then the frame. Owns the live feed: one
// per signed-in page.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useCallback, useEffect, useMemo, useRef } from "react";
import { createAcknowledger } from "../feed/acknowledger.ts";
import { createFrameMeter } from "../feed/frame-meter.ts";
import { createLive } from "../feed/live.ts";
import { ApiProblem, callApi } from "../feed/request.ts";
import { createSiren } from "../feed/siren.ts";
import { createTicker } from "../feed/ticker.ts";
import { catalogues, useWords, WordsContext } from "../i18n/i18n.ts";
import type { Catalogue } from "../i18n/zh-CN.ts";
import { createSiteIndex } from "../state/site-index.ts";
import { readAlarms, readTime, type Bootstrap } from "../state/wire.ts";
import { AppContext, useObservable, type App as AppParts } from "./app-context.ts";
import { FrameSkeleton } from "./frame-skeleton.tsx";
import { Failed } from "./panels.tsx";
import { patientLazy } from "./patient-lazy.ts";
import { fetchAllScreens } from "./routes.ts";
import { Shell } from "./shell.tsx";
import type { SessionAnswer } from "./sign-in-before.tsx";
import { SignIn } from "./sign-in.tsx";
import { useUrl } from "./url-state.ts";

export function App() {
  const { language, theme } = useUrl();
  const words = catalogues[language];
  // Written while drawing, not afterwards: canvases below read their colours from the style that follows from it.
  const root = document.documentElement;
  if (root.lang !== language) root.lang = language;
  if (root.dataset["theme"] !== theme) root.dataset["theme"] = theme;
  return (
    <WordsContext value={words}>
      <Gate words={words} />
    </WordsContext>
  );
}

interface FirstData {
  readonly bootstrap: Bootstrap;
  /** This machine's clock when the answer came. */
  readonly receivedAt: number;
}

async function loadFirst(signal: AbortSignal): Promise<FirstData> {
  const bootstrap = await callApi<Bootstrap>("/bootstrap", { signal });
  return { bootstrap, receivedAt: Date.now() };
}

function Gate({ words }: { readonly words: Catalogue }) {
  const first = useQuery({ queryKey: ["bootstrap"], queryFn: ({ signal }) => loadFirst(signal) });
  const wasIn = useRef(false);
  if (first.data !== undefined) wasIn.current = true;
  if (first.error instanceof ApiProblem && first.error.status === 401) {
    return <SignIn expired={wasIn.current} onSignedIn={() => void first.refetch()} />;
  }
  if (first.error instanceof ApiProblem && first.error.status === 403) {
    return <ForEnterprise retry={() => void first.refetch()} />;
  }
  if (first.data === undefined) {
    return first.error === null ? (
      <FrameSkeleton />
    ) : (
      <main className="lonely">
        <Failed what={words.state.load.bootstrap} error={first.error} retry={() => void first.refetch()} />
      </main>
    );
  }
  return <SignedIn first={first.data} words={words} />;
}

const EnterpriseShell = patientLazy(async () => ({
  default: (await import("./reply/enterprise-shell.tsx")).EnterpriseShell,
}));

/** Whoever may not see the centre's data is somebody of an enterprise, with pages of their own. */
function ForEnterprise({ retry }: { readonly retry: () => void }) {
  const words = useWords();
  const client = useQueryClient();
  const { href } = useUrl();
  const session = useQuery({
    queryKey: ["session"],
    queryFn: ({ signal }) => callApi<SessionAnswer>("/session", { signal }),
  });
  const signOut = async (): Promise<void> => {
    try {
      await callApi("/session", { method: "DELETE" });
    } finally {
      client.clear();
      location.assign(href("/sign-in"));
    }
  };
  if (session.error !== null && session.data === undefined) {
    return (
      <main className="lonely">
        <Failed what={words.state.load.bootstrap} error={session.error} retry={retry} />
      </main>
    );
  }
  if (session.data === undefined) return <FrameSkeleton />;
  return (
    <Suspense fallback={<FrameSkeleton />}>
      <EnterpriseShell user={session.data.user} signOut={() => void signOut()} />
    </Suspense>
  );
}

/** After the first picture stands. */
const screensAheadMs = 4_000;

function liveUrl(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`;
}

function SignedIn({ first, words }: { readonly first: FirstData; readonly words: Catalogue }) {
  const client = useQueryClient();
  const { href } = useUrl();
  const latestHref = useRef(href);
  latestHref.current = href;
  const latestWords = useRef(words);
  latestWords.current = words;
  const parts = useMemo(() => {
    const live = createLive(
      liveUrl(),
      () => new Worker(new URL("../feed/worker.ts", import.meta.url), { type: "module", name: "live" }),
    );
    const acknowledger = createAcknowledger(live.addAlarms, () => latestWords.current.state.unreachable);
    const ticker = createTicker(live.offset);
    return { live, acknowledger, ticker, siren: createSiren(live, ticker), meter: createFrameMeter() };
  }, []);
  const { live, ticker, meter, siren } = parts;

  useEffect(() => {
    live.addAlarms(readAlarms(first.bootstrap.alarms));
    if (live.counts.get() === null) live.counts.set(first.bootstrap.counts);
    const serverMs = readTime(first.bootstrap.serverTime);
    if (serverMs !== null) live.guessClock(serverMs, first.receivedAt);
  }, [live, first]);
  useEffect(() => {
    live.start();
    ticker.start();
    meter.start();
    siren.start();
    return () => {
      siren.stop();
      meter.stop();
      ticker.stop();
      live.stop();
    };
  }, [live, ticker, meter, siren]);
  useSessionCheck(live);
  const { role } = first.bootstrap.user;
  useEffect(() => {
    const timer = setTimeout(() => {
      // Not worth a word when it fails: whoever opens such a screen is told then.
      fetchAllScreens(role).catch(() => undefined);
    }, screensAheadMs);
    return () => clearTimeout(timer);
  }, [role]);
  useRegisterUpdates(live);

  const signOut = useCallback(async () => {
    try {
      await callApi("/session", { method: "DELETE" });
    } finally {
      // Whatever the server said: what this person could see leaves the memory of this page.
      client.clear();
      location.assign(latestHref.current("/sign-in"));
    }
  }, [client]);
  const app = useMemo((): AppParts => {
    const { user, cities, factors, sites } = first.bootstrap;
    const { meter: frames, ...rest } = parts;
    return {
      ...rest,
      pace: frames.pace,
      user,
      cities,
      factors,
      sites: createSiteIndex(sites),
      signOut: () => void signOut(),
    };
  }, [first, parts, signOut]);
  return (
    <AppContext value={app}>
      <Shell />
    </AppContext>
  );
}

type LiveFeed = ReturnType<typeof createLive>;

/** A refused socket looks like a broken one; while it is down, ask whether the session still holds. */
function useSessionCheck(live: LiveFeed): void {
  const client = useQueryClient();
  const isDown = useObservable(live.link).phase === "waiting";
  useEffect(() => {
    if (!isDown) return undefined;
    const check = async (): Promise<void> => {
      try {
        await callApi("/session");
      } catch (error) {
        // Other failures are what the band already says.
        if (error instanceof ApiProblem && error.status === 401)
          await client.invalidateQueries({ queryKey: ["bootstrap"] });
      }
    };
    void check();
    const timer = setInterval(() => void check(), 10_000);
    return () => clearInterval(timer);
  }, [isDown, client]);
}

const registerReloadMs = 5_000;

/** When sites were registered or changed, the register is fetched again: soon, but not for each of a thousand. */
function useRegisterUpdates(live: LiveFeed): void {
  const client = useQueryClient();
  const version = useObservable(live.registerVersion);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    if (version === 0 || timer.current !== null) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      void client.invalidateQueries({ queryKey: ["bootstrap"] });
    }, registerReloadMs);
  }, [version, client]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
}
