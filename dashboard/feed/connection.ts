// Keeps one socket to /live: subscribes, resumes where it was, gives up a silent socket, comes back with jitter. Socket,
// clock, dice and timers are arguments; what was heard goes to `onFrame`, what became of the link to `onLink`.
//
//              open                  first snapshot or delta
//  connecting ──────▶ syncing ───────────────────────────────▶ live
//      ▲                 │ closed, or silent for deadAfterMs     │
//      └──── waiting ◀───┴───────────────────────────────────────┘

import { inflateSync } from "fflate";
import { everything, formatSubscription, plainSubscription, sameWanted, type Wanted } from "../state/interest.ts";
import { deadAfterMs, initialLink, type LinkFacts } from "../state/link-state.ts";
import { backoffMs } from "./backoff.ts";
import type { FrameKind } from "./collector.ts";

/** What a socket tells; after `close()` was called on it nobody listens any more. */
export interface SocketListener {
  opened(): void;
  heard(data: unknown): void;
  closed(): void;
}

/** The part of WebSocket that is needed here. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface ConnectionParts {
  readonly open: (listener: SocketListener) => Socket;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Calls back once after `ms`; the answer cancels. */
  readonly after: (ms: number, act: () => void) => () => void;
  /** One parsed frame; says what it was. */
  readonly onFrame: (frame: unknown, ownMs: number) => FrameKind | null;
  readonly onLink: (facts: LinkFacts) => void;
}

export interface Connection {
  start(): void;
  /** Other readings are looked at from now on, by a wish of this number; asked for at once when the socket is open. */
  want(wanted: Wanted, serial: number): void;
  /** Number of the wish that the newest snapshot answers; wishes may be quicker than their answers. */
  answered(): number;
  /** Is the server asked for the readings of every site? */
  isAll(): boolean;
  /** Asks for everything anew on the open socket. */
  resnapshot(): void;
  /** Looks at the socket now: after sleep a timer may be late by hours. */
  wake(): void;
  stop(): void;
}

export function createConnection(parts: ConnectionParts): Connection {
  let facts: LinkFacts = initialLink;
  let socket: Socket | null = null;
  let resume: { epoch: string; seq: number } | null = null;
  let attempt = 0;
  let cancelTimer = (): void => undefined;
  let running = false;
  let wanted = everything;
  /** What the open socket was asked for, or the last one. */
  let asked: Wanted | null = null;
  let serial = 0;
  let answered = 0;
  /** Questions to the open socket that have no answer yet, in their order: the server answers in the same. */
  let questions: { readonly serial: number; readonly isResume: boolean }[] = [];
  /** False once a server did not understand the subscription: then it is asked for everything, in the plainest way. */
  let mayNarrow = true;

  function setFacts(next: Partial<LinkFacts>): void {
    facts = { ...facts, ...next };
    parts.onLink(facts);
  }

  function subscribe(withResume: boolean): void {
    const next = mayNarrow ? wanted : everything;
    // A resume tells what changed since, for the readings that were asked for before; others need a snapshot.
    const mayResume = withResume && resume !== null && asked !== null && sameWanted(asked, next);
    asked = next;
    questions.push({ serial, isResume: mayResume });
    const message = { subscribe: mayNarrow ? formatSubscription(next) : plainSubscription };
    socket?.send(JSON.stringify(mayResume ? { ...message, resume } : message));
  }

  function drop(): void {
    const old = socket;
    socket = null;
    old?.close();
  }

  function lose(): void {
    drop();
    cancelTimer();
    if (!running) return;
    setFacts({ phase: "waiting", lostAt: facts.lostAt ?? facts.heardAt ?? parts.now() });
    cancelTimer = parts.after(backoffMs(attempt, parts.random()), connect);
    attempt += 1;
  }

  function watch(): void {
    cancelTimer();
    cancelTimer = parts.after(deadAfterMs, lose);
  }

  function hear(data: unknown): void {
    const text = data instanceof ArrayBuffer ? unpack(new Uint8Array(data)) : data;
    if (typeof text !== "string") return;
    const now = parts.now();
    const kind = parts.onFrame(parseJson(text), now);
    watch();
    if (kind === null) return;
    // A resume is answered by a snapshot only when too much was missed.
    if (kind.type === "snapshot") answered = questions.shift()?.serial ?? serial;
    else if (kind.type === "error" || questions[0]?.isResume === true) questions.shift();
    if (kind.type === "error" && mayNarrow) {
      mayNarrow = false;
      subscribe(false);
      return;
    }
    if (kind.type === "error") {
      // The server did not understand us: seen as a loss, tried anew, never passed over in silence.
      lose();
      return;
    }
    const isContent = kind.type === "snapshot" || kind.type === "delta";
    // A heartbeat's number too is one up to which everything was sent.
    if (kind.epoch !== null && kind.seq !== null && (isContent || resume?.epoch === kind.epoch))
      resume = { epoch: kind.epoch, seq: kind.seq };
    if (isContent || facts.phase === "live") attempt = 0;
    // A resume with nothing missed is answered by a heartbeat alone.
    const caughtUp = isContent || (kind.type === "heartbeat" && (facts.phase === "live" || resume !== null));
    if (caughtUp) setFacts({ phase: "live", heardAt: now, lostAt: null });
    else setFacts({ heardAt: now });
  }

  function connect(): void {
    drop();
    setFacts({ phase: "connecting" });
    // A socket that was given up may still speak; only the current one is listened to.
    const isCurrent = (): boolean => socket === opened;
    questions = [];
    const opened: Socket = parts.open({
      opened() {
        if (!isCurrent()) return;
        setFacts({ phase: "syncing" });
        subscribe(true);
        watch();
      },
      heard: (data) => isCurrent() && hear(data),
      closed: () => isCurrent() && lose(),
    });
    socket = opened;
    watch();
  }

  return {
    start() {
      running = true;
      connect();
    },
    want(next, number) {
      serial = number;
      if (sameWanted(wanted, next)) return;
      wanted = next;
      const isOpen = facts.phase === "syncing" || facts.phase === "live";
      if (isOpen && mayNarrow) subscribe(false);
    },
    answered: () => answered,
    isAll: () => asked?.all === true,
    resnapshot() {
      if (facts.phase === "syncing" || facts.phase === "live") subscribe(false);
    },
    wake() {
      if (!running) return;
      if (facts.phase === "waiting") {
        attempt = 0;
        cancelTimer();
        connect();
      } else if (facts.heardAt !== null && parts.now() - facts.heardAt > deadAfterMs) lose();
    },
    stop() {
      running = false;
      cancelTimer();
      drop();
    },
  };
}

const utf8 = new TextDecoder();

/** Longer frames come as raw DEFLATE. What is none is no text either: the watchdog judges the silence. */
function unpack(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(inflateSync(bytes));
  } catch {
    return null;
  }
}

/** Text of the server → value; text that is no JSON counts as nothing said (null), the watchdog judges the silence. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
