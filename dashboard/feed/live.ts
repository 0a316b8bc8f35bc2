// The page's side of the live feed: takes the worker's flushes once per frame and brings the stores up to date. Alarms are
// applied in the order they came; the link, the clock and the marker of a gap are kept here too.

import { addAlarms, emptyBook, replaceAlarms, type AlarmBook } from "../state/alarm-book.ts";
import { addSample, clockOffset, noSamples, type ClockSamples } from "../state/clock.ts";
import { sameWanted, uniteInterests, type Interest, type Wanted } from "../state/interest.ts";
import { createLatest, type Latest } from "../state/latest.ts";
import { initialLink, type LinkFacts } from "../state/link-state.ts";
import { createObservable, type Observable } from "../state/observable.ts";
import { createRaises, type Raises } from "../state/raises.ts";
import type { AlarmView, Counts } from "../state/wire.ts";
import type { Flush, ToWorker } from "./messages.ts";

/** A time this screen was blind, and what happened meanwhile (server's clock, ms). */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly added: number;
  /** Ids of those alarms. */
  readonly ids: ReadonlySet<string>;
}

export interface Live {
  readonly book: Observable<AlarmBook>;
  readonly counts: Observable<Counts | null>;
  /** How often alarms were raised lately. */
  readonly raises: Raises;
  readonly latest: Latest;
  /** Changes with every flush that changed a latest value. */
  readonly latestVersion: Observable<number>;
  /** True once every reading asked for was taken; false again when others are asked for. */
  readonly complete: Observable<boolean>;
  /** The server does not send all readings that are asked for: too many series. Alarms and counts are whole. */
  readonly limited: Observable<boolean>;
  /** Readings merged by the server since the page began; grows while this screen is slow. */
  readonly merged: Observable<Merged>;
  /** How long the newest frame was on its way, ms; null = none was heard yet. */
  readonly lag: Observable<number | null>;
  readonly link: Observable<LinkFacts>;
  /** Server minus own clock, ms. */
  readonly offset: Observable<number>;
  readonly gap: Observable<Gap | null>;
  /** Grows whenever the register of sites has changed. */
  readonly registerVersion: Observable<number>;
  /** Adds a wish for readings; what comes back takes it away again. */
  addInterest(interest: Interest): () => void;
  start(): void;
  /** Alarms learned over HTTP: the first fifty, the answer to an acknowledgement. */
  addAlarms(alarms: readonly AlarmView[]): void;
  /** The server's time learned over HTTP; heartbeats are better and replace it. */
  guessClock(serverMs: number, ownMs: number): void;
  stop(): void;
}

export interface Merged {
  readonly total: number;
  /** When last, by this machine's clock; null = never. */
  readonly at: number | null;
}

/** Leaving one screen for another is one change of the subscription, not two. */
const interestSettleMs = 150;
/** While the page is hidden no frames are drawn; the stores still have to follow. */
const hiddenFlushMs = 250;

export function createLive(url: string, createWorker: () => Worker): Live {
  const book = createObservable(emptyBook);
  const counts = createObservable<Counts | null>(null);
  const raises = createRaises();
  const latest = createLatest();
  const latestVersion = createObservable(0);
  const complete = createObservable(false);
  const limited = createObservable(false);
  const merged = createObservable<Merged>({ total: 0, at: null });
  const lag = createObservable<number | null>(null);
  const link = createObservable<LinkFacts>(initialLink);
  const offset = createObservable(0);
  const gap = createObservable<Gap | null>(null);
  const registerVersion = createObservable(0);
  let samples: ClockSamples = noSamples;
  let waiting: Flush[] = [];
  let scheduled = false;
  let worker: Worker | null = null;
  const interests = new Set<{ readonly interest: Interest }>();
  let wanted = uniteInterests(["none"]);
  let serial = 0;
  let coversAll = false;
  /** The newest wish whose answer is here as a whole. */
  let answered: number | null = null;
  let settling: ReturnType<typeof setTimeout> | null = null;

  const tell = (message: ToWorker): void => worker?.postMessage(message, []);

  const unite = (): Wanted => uniteInterests([...interests].map((entry) => entry.interest));

  /** What a screen wants is missing from the moment on in which it wants it, not only when it has been asked for. */
  function judgeComplete(): void {
    // A server that sends everything anyway goes on doing so.
    complete.set(coversAll || (answered === serial && sameWanted(wanted, unite())));
  }

  function settleInterests(): void {
    settling = null;
    const next = unite();
    if (sameWanted(wanted, next)) return;
    wanted = next;
    serial += 1;
    judgeComplete();
    tell({ type: "wanted", wanted, serial });
  }

  function scheduleInterests(): void {
    if (settling !== null) clearTimeout(settling);
    settling = setTimeout(settleInterests, interestSettleMs);
    judgeComplete();
  }

  function applyAlarms(flush: Flush): void {
    const before = book.get();
    let next = before;
    const now = Date.now() + offset.get();
    for (const event of flush.alarms) {
      raises.note(next, event.alarms, now);
      next = event.kind === "delta" ? addAlarms(next, event.alarms) : replaceAlarms(next, event.alarms);
    }
    const { lostAt } = link.get();
    // Back after a loss: by snapshot or by resume, what is new now happened while nobody could see it.
    if (lostAt !== null && flush.link.lostAt === null) {
      const ids = [...next.byId.values()].filter((alarm) => !before.byId.has(alarm.id)).map((alarm) => alarm.id);
      gap.set({ from: lostAt + offset.get(), to: now, added: ids.length, ids: new Set(ids) });
    }
    book.set(next);
  }

  function apply(flush: Flush): void {
    for (const sample of flush.clock) samples = addSample(samples, sample.serverMs, sample.ownMs);
    if (flush.clock.length > 0) offset.set(clockOffset(samples));
    applyAlarms(flush);
    link.set(flush.link);
    if (flush.counts !== null) counts.set(flush.counts);
    if (flush.latest !== null) {
      latest.apply(flush.latest);
      latestVersion.set(latestVersion.get() + 1);
    }
    if (flush.sent !== null) lag.set(Math.max(0, flush.sent.ownMs + offset.get() - flush.sent.serverMs));
    if (flush.merged > 0) merged.set({ total: merged.get().total + flush.merged, at: Date.now() });
    limited.set(flush.limited);
    const coveredAll = coversAll;
    coversAll = flush.isAll && (coversAll || flush.complete);
    if (flush.complete) answered = flush.serial;
    if (flush.complete || coversAll !== coveredAll) judgeComplete();
    if (flush.sites.length > 0) registerVersion.set(registerVersion.get() + 1);
  }

  function takeAll(): void {
    scheduled = false;
    const flushes = waiting;
    waiting = [];
    for (const flush of flushes) {
      apply(flush);
      tell({ type: "taken" });
    }
  }

  function onFlush(flush: Flush): void {
    waiting.push(flush);
    if (scheduled) return;
    scheduled = true;
    if (document.hidden) setTimeout(takeAll, hiddenFlushMs);
    else requestAnimationFrame(takeAll);
  }

  const onWake = (): void => {
    if (document.hidden) return;
    // A frame that was asked for before the page was hidden may never have come.
    if (waiting.length > 0) takeAll();
    tell({ type: "wake" });
  };

  return {
    book,
    counts,
    raises,
    latest,
    latestVersion,
    complete,
    limited,
    merged,
    lag,
    link,
    offset,
    gap,
    registerVersion,
    addInterest(interest) {
      const entry = { interest };
      interests.add(entry);
      scheduleInterests();
      return () => {
        interests.delete(entry);
        scheduleInterests();
      };
    },
    start() {
      worker = createWorker();
      worker.addEventListener("message", ({ data }: MessageEvent<Flush>) => onFlush(data));
      settleInterests();
      tell({ type: "start", url, wanted, serial });
      document.addEventListener("visibilitychange", onWake);
      window.addEventListener("online", onWake);
    },
    addAlarms(alarms) {
      raises.note(book.get(), alarms, Date.now() + offset.get());
      book.set(addAlarms(book.get(), alarms));
    },
    guessClock(serverMs, ownMs) {
      if (samples.offsets.length === 0) offset.set(serverMs - ownMs);
    },
    stop() {
      if (settling !== null) clearTimeout(settling);
      document.removeEventListener("visibilitychange", onWake);
      window.removeEventListener("online", onWake);
      tell({ type: "stop" });
      worker?.terminate();
      worker = null;
    },
  };
}
