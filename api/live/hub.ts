// Hub: what ingest says → numbered deltas for every screen. Pure: no socket, no timer; the time comes as an argument.
//
//   ingest ──accept──▶ memory                       ┌─▶ fast screen: delta n, n+1, n+2 …
//                        └─▶ pending ──flush──▶ delta n ──▶ kept window (for resume)
//                             (40 ms)               └─▶ slow screen: backlog (readings merged, alarms queued) ─▶ one delta
//
// Invariants: a screen that has seen n has seen everything up to n that its filter lets through; no alarm transition is
// ever left out between two frames of one epoch, but by a snapshot, which says how things are now.

import type { Alarm } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import type { LatestRow, LiveBatch } from "#domain/live.ts";
import { alarmBytes, createCoalescer, rowBytes, type Coalescer } from "./coalesce.ts";
import type { Memory } from "./memory.ts";
import {
  formatDelta,
  formatError,
  formatHeartbeat,
  formatSnapshot,
  matchesFilter,
  parseClientMessage,
  type Filter,
  type Resume,
} from "./protocol.ts";

/** One screen's socket, as far as the hub needs it. */
export interface Sink {
  send(text: string): void;
  /** A snapshot: long, rare, and worth compressing. */
  sendSnapshot(text: string): void;
  /** Bytes handed over but not yet taken by the network. */
  bufferedBytes(): number;
  close(code: number, reason: string): void;
}

export interface Screen {
  receive(text: string, now: number): void;
  left(): void;
}

export interface Hub {
  accept(batch: Pick<LiveBatch, "seq" | "latest" | "alarms" | "sites">, now: number): void;
  /** To be called every `tickMs`. */
  tick(now: number): void;
  heartbeat(now: number): void;
  /** The memory was loaded anew: nobody can resume across this, everybody gets a snapshot. */
  reset(now: number): void;
  join(sink: Sink): Screen;
  readonly epoch: string;
  readonly seq: number;
  readonly screens: number;
}

export const tickMs = 40;
const malformedMax = 3;
/** Subscribing costs a snapshot: no screen needs more of them than this in a minute. */
const messagesPerMinuteMax = 60;
/** Screens that arrive together share one written snapshot; its time is the server's clock, so it may not grow old. */
const snapshotMsMax = 1_000;
const snapshotsMax = 20;

interface Kept {
  readonly seq: number;
  readonly time: number;
  readonly latest: readonly LatestRow[];
  readonly alarms: readonly Alarm[];
  readonly sites: readonly string[];
  readonly bytes: number;
}

interface ScreenState {
  readonly sink: Sink;
  filter: Filter | null;
  /** Everything up to here was handed to the socket. */
  seq: number;
  readonly backlog: Coalescer;
  malformed: number;
  messages: { from: number; count: number };
}

export function createHub(options: { readonly memory: Memory; readonly epoch: string }): Hub {
  const { memory, epoch } = options;
  const screens = new Set<ScreenState>();
  const pending = createCoalescer();
  let kept: Kept[] = [];
  let keptBytes = 0;
  let seq = 0;
  let lastFlush = Number.NEGATIVE_INFINITY;
  let snapshots = new Map<string, { readonly text: string; readonly at: number }>();

  const cityOf = (site: string): string | undefined => memory.site(site)?.city;

  function select(part: Omit<Kept, "seq" | "time" | "bytes">, filter: Filter): Omit<Kept, "seq" | "time" | "bytes"> {
    return {
      latest: part.latest.filter((row) => matchesFilter(filter, row[0], cityOf)),
      alarms: filter.alarms ? part.alarms.filter((alarm) => matchesFilter(filter, alarm.site, cityOf)) : [],
      sites: part.sites.filter((site) => matchesFilter(filter, site, cityOf)),
    };
  }

  function isEmpty(part: Omit<Kept, "seq" | "time" | "bytes">): boolean {
    return part.latest.length === 0 && part.alarms.length === 0 && part.sites.length === 0;
  }

  /** The delta as this filter sees it; null when nothing of it is wanted. */
  function writeDelta(delta: Kept, filter: Filter): string | null {
    const part = select(delta, filter);
    if (isEmpty(part)) return null;
    return formatDelta(
      { epoch, seq: delta.seq, time: delta.time, ...part, counts: memory.counts(delta.time) },
      0,
      part.sites,
    );
  }

  function writeSnapshot(filter: Filter, now: number): string {
    const known = snapshots.get(filter.key);
    if (known !== undefined && now - known.at < snapshotMsMax) return known.text;
    const part = select({ latest: [...memory.allLatest()], alarms: [...memory.alarms()], sites: [] }, filter);
    const text = formatSnapshot({ epoch, seq, time: now, ...part, counts: memory.counts(now) });
    if (snapshots.size >= snapshotsMax) snapshots = new Map();
    snapshots.set(filter.key, { text, at: now });
    return text;
  }

  function sendSnapshot(screen: ScreenState, filter: Filter, now: number): void {
    screen.seq = seq;
    screen.sink.sendSnapshot(writeSnapshot(filter, now));
  }

  function trimKept(now: number): void {
    let drop = 0;
    for (const delta of kept) {
      if (now - delta.time <= bounds.liveResumeMs && keptBytes <= bounds.liveResumeBytesMax) break;
      keptBytes -= delta.bytes;
      drop += 1;
    }
    if (drop > 0) kept = kept.slice(drop);
  }

  function drop(screen: ScreenState, code: number, reason: string): void {
    screens.delete(screen);
    screen.sink.close(code, reason);
  }

  /** Sends what waited as one frame, once the network has taken enough of what was sent before. */
  function drainBacklog(screen: ScreenState, now: number): void {
    if (screen.backlog.isEmpty || screen.filter === null) return;
    const buffered = screen.sink.bufferedBytes();
    if (buffered + screen.backlog.bytes > bounds.liveClientBytesMax) {
      drop(screen, 1013, "too slow: reconnect for a snapshot");
      return;
    }
    if (buffered > bounds.liveClientBytesMerge) return;
    const { merged, sites, ...part } = screen.backlog.take();
    screen.seq = seq;
    screen.sink.send(formatDelta({ epoch, seq, time: now, ...part, counts: memory.counts(now) }, merged, sites));
  }

  function deliver(screen: ScreenState, delta: Kept, written: Map<string, string | null>, now: number): void {
    const { filter } = screen;
    if (filter === null) return;
    const slow = !screen.backlog.isEmpty || screen.sink.bufferedBytes() > bounds.liveClientBytesMerge;
    if (slow) {
      screen.backlog.add(select(delta, filter));
      drainBacklog(screen, now);
      return;
    }
    let text = written.get(filter.key);
    if (text === undefined) {
      text = writeDelta(delta, filter);
      written.set(filter.key, text);
    }
    screen.seq = delta.seq;
    if (text !== null) screen.sink.send(text);
  }

  function flush(now: number): void {
    if (pending.isEmpty) return;
    const { latest, alarms, sites } = pending.take();
    seq += 1;
    lastFlush = now;
    snapshots = new Map();
    const bytes = latest.length * rowBytes + alarms.length * alarmBytes;
    const delta = { seq, time: now, latest, alarms, sites, bytes };
    kept.push(delta);
    keptBytes += bytes;
    trimKept(now);
    const written = new Map<string, string | null>();
    for (const screen of screens) deliver(screen, delta, written, now);
  }

  /** Sends what the screen missed; false when that is no longer known. */
  function resume(screen: ScreenState, filter: Filter, from: Resume, now: number): boolean {
    const oldest = kept[0]?.seq ?? seq + 1;
    if (from.epoch !== epoch || from.seq > seq || from.seq + 1 < oldest) return false;
    const missed = kept.filter((delta) => delta.seq > from.seq);
    const bytes = missed.reduce((sum, delta) => sum + delta.bytes, 0);
    const alarms = missed.reduce((sum, delta) => sum + delta.alarms.length, 0);
    // More than one socket may hold would close it again, and again after the next resume.
    if (alarms * alarmBytes > bounds.liveClientBytesMax / 2) return false;
    screen.seq = seq;
    for (const delta of missed) {
      // A long absence comes as one frame: the screen shows the newest values anyway, and every alarm is in it.
      if (bytes > bounds.liveClientBytesMerge) screen.backlog.add(select(delta, filter));
      else deliver(screen, delta, new Map(), now);
    }
    drainBacklog(screen, now);
    if (screens.has(screen)) screen.sink.send(formatHeartbeat(epoch, screen.seq, now, memory.counts(now)));
    return true;
  }

  function subscribe(screen: ScreenState, filter: Filter, from: Resume | null, now: number): void {
    flush(now);
    screen.filter = filter;
    screen.backlog.take();
    if (from !== null && resume(screen, filter, from, now)) return;
    sendSnapshot(screen, filter, now);
  }

  function receive(screen: ScreenState, text: string, now: number): void {
    if (!screens.has(screen)) return;
    if (now - screen.messages.from > 60_000) screen.messages = { from: now, count: 0 };
    screen.messages.count += 1;
    if (screen.messages.count > messagesPerMinuteMax) {
      drop(screen, 1008, "too many messages");
      return;
    }
    const message = parseClientMessage(text);
    if (message.ok) {
      subscribe(screen, message.filter, message.resume, now);
      return;
    }
    screen.malformed += 1;
    screen.sink.send(formatError(message.code, message.detail));
    if (screen.malformed >= malformedMax) drop(screen, 1008, "malformed messages");
  }

  return {
    epoch,
    get seq() {
      return seq;
    },
    get screens() {
      return screens.size;
    },
    accept(batch, now) {
      memory.apply(batch);
      pending.add({ latest: batch.latest, alarms: batch.alarms, sites: batch.sites.map((site) => site.id) });
      // The first change after a quiet time does not wait for the tick.
      if (now - lastFlush >= tickMs) flush(now);
    },
    tick(now) {
      flush(now);
      for (const screen of screens) drainBacklog(screen, now);
    },
    heartbeat(now) {
      trimKept(now);
      // A screen with a backlog has not been sent everything up to `seq`: its own number is what it may resume from.
      for (const screen of screens) screen.sink.send(formatHeartbeat(epoch, screen.seq, now, memory.counts(now)));
    },
    reset(now) {
      pending.take();
      seq += 1;
      kept = [];
      keptBytes = 0;
      snapshots = new Map();
      for (const screen of screens) {
        screen.backlog.take();
        if (screen.filter !== null) sendSnapshot(screen, screen.filter, now);
      }
    },
    join(sink) {
      const screen: ScreenState = {
        sink,
        filter: null,
        seq,
        backlog: createCoalescer(),
        malformed: 0,
        messages: { from: 0, count: 0 },
      };
      screens.add(screen);
      return {
        receive: (text, now) => receive(screen, text, now),
        left: () => {
          screens.delete(screen);
        },
      };
    },
  };
}
