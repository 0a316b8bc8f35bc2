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
import type { LiveBatch } from "#domain/live.ts";
import { alarmBytes, createCoalescer, rowBytes, type Coalescer } from "./coalesce.ts";
import { isTooMany, type Memory } from "./memory.ts";
import {
  formatDelta,
  formatError,
  formatHeartbeat,
  formatRows,
  formatSnapshot,
  parseClientMessage,
  type Filter,
  type Resume,
} from "./protocol.ts";
import { createSelection } from "./select.ts";
import { type Rows, rowsBytes } from "./series.ts";

/** One screen's socket, as far as the hub needs it. */
export interface Sink {
  send(frame: string | Uint8Array): void;
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
/** Between two frames, when there are alarms. */
const alarmTickMs = 10;
const malformedMax = 3;
/** Subscribing costs a snapshot: no screen needs more of them than this in a minute. */
const messagesPerMinuteMax = 60;
/** Screens that arrive together share one written snapshot; its time is the server's clock, so it may not grow old. */
const snapshotMsMax = 1_000;
const snapshotsMax = 20;
/** What is shorter is not worth packing. */
const packedCharsMin = 512;

interface Kept {
  readonly seq: number;
  readonly time: number;
  readonly rows: Rows;
  readonly alarms: readonly Alarm[];
  readonly sites: readonly string[];
  readonly bytes: number;
}

/** A delta as one filter sees it; null = nothing of it. */
interface Written {
  readonly text: string | null;
  packed: string | Uint8Array | null;
}

interface ScreenState {
  readonly sink: Sink;
  filter: Filter | null;
  /** It asked for more series than are sent: it gets alarms and counts only, and is told so. */
  limited: boolean;
  /** Everything up to here was handed to the socket. */
  seq: number;
  readonly backlog: Coalescer;
  malformed: number;
  messages: { from: number; count: number };
}

export function createHub(options: {
  readonly memory: Memory;
  readonly epoch: string;
  /** Text to raw DEFLATE. */
  readonly compress: (text: string) => Uint8Array;
}): Hub {
  const { memory, epoch, compress } = options;
  const screens = new Set<ScreenState>();
  const pending = createCoalescer();
  let kept: Kept[] = [];
  let keptBytes = 0;
  let seq = 0;
  let lastFlush = Number.NEGATIVE_INFINITY;
  let snapshots = new Map<string, { readonly text: string; readonly at: number }>();

  const { selectAlarms, choosePlaces, select } = createSelection(memory);

  /** The delta as this filter sees it; null when nothing of it is wanted. */
  function writeDelta(delta: Kept, filter: Filter, limited: boolean): string | null {
    const { places, alarms, sites } = select(delta, filter, limited);
    const count = places === null ? delta.rows.slot.length : places.length;
    if (count + alarms.length + sites.length === 0) return null;
    const latest = formatRows(delta.rows, places, memory);
    const frame = { epoch, seq: delta.seq, time: delta.time, latest, alarms, limited };
    return formatDelta({ ...frame, counts: memory.counts(delta.time) }, 0, sites);
  }

  /** The sites that a filter names; null = all. */
  function sitesOf({ sites, cities }: Filter): Iterable<string> | null {
    if (cities === null) return sites;
    const named = new Set(sites);
    for (const site of memory.sites()) if (cities.has(site.city)) named.add(site.id);
    return named;
  }

  function writeSnapshot(screen: ScreenState, filter: Filter, now: number): string {
    const { limited } = screen;
    const key = `${limited}${filter.key}`;
    const known = snapshots.get(key);
    if (known !== undefined && now - known.at < snapshotMsMax) return known.text;
    const slots = limited ? [] : [...memory.slots(sitesOf(filter))];
    const rows = memory.copyRows(slots, slots.length);
    const latest = formatRows(rows, filter.newest ? choosePlaces(rows, filter) : null, memory);
    const alarms = selectAlarms([...memory.alarms()], filter);
    const text = formatSnapshot({ epoch, seq, time: now, latest, alarms, limited, counts: memory.counts(now) });
    if (snapshots.size >= snapshotsMax) snapshots = new Map();
    snapshots.set(key, { text, at: now });
    return text;
  }

  function sendSnapshot(screen: ScreenState, filter: Filter, now: number): void {
    screen.limited = isTooMany(memory, sitesOf(filter));
    screen.seq = seq;
    screen.sink.sendSnapshot(writeSnapshot(screen, filter, now));
  }

  function sendHeartbeat(screen: ScreenState, now: number): void {
    const { limited } = screen;
    screen.sink.send(formatHeartbeat({ epoch, seq: screen.seq, time: now, counts: memory.counts(now), limited }));
  }

  function addToBacklog(screen: ScreenState, delta: Kept, filter: Filter): void {
    const { places, alarms, sites } = select(delta, filter, screen.limited);
    if (places === null) for (const slot of delta.rows.slot) screen.backlog.addSlot(slot);
    else for (const place of places) screen.backlog.addSlot(delta.rows.slot[place] ?? 0);
    screen.backlog.addAlarms(alarms);
    screen.backlog.addSites(sites);
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
    const { merged, sites, slots, alarms } = screen.backlog.take();
    screen.seq = seq;
    const latest = formatRows(memory.copyRows(slots, slots.size), null, memory);
    const frame = { epoch, seq, time: now, latest, alarms, limited: screen.limited };
    const text = formatDelta({ ...frame, counts: memory.counts(now) }, merged, sites);
    screen.sink.send(screen.filter.deflate ? pack(text) : text);
  }

  function pack(text: string): string | Uint8Array {
    return text.length < packedCharsMin ? text : compress(text);
  }

  function deliver(screen: ScreenState, delta: Kept, written: Map<string, Written>, now: number): void {
    const { filter } = screen;
    if (filter === null) return;
    const slow = !screen.backlog.isEmpty || screen.sink.bufferedBytes() > bounds.liveClientBytesMerge;
    if (slow) {
      addToBacklog(screen, delta, filter);
      drainBacklog(screen, now);
      return;
    }
    const key = `${screen.limited}${filter.key}`;
    let frame = written.get(key);
    if (frame === undefined) {
      frame = { text: writeDelta(delta, filter, screen.limited), packed: null };
      written.set(key, frame);
    }
    screen.seq = delta.seq;
    if (frame.text === null) return;
    if (filter.deflate) screen.sink.send((frame.packed ??= pack(frame.text)));
    else screen.sink.send(frame.text);
  }

  function flush(now: number): void {
    if (pending.isEmpty) return;
    const { slots, alarms, sites } = pending.take();
    seq += 1;
    lastFlush = now;
    snapshots = new Map();
    const bytes = slots.size * rowsBytes + alarms.length * alarmBytes;
    const delta = { seq, time: now, rows: memory.copyRows(slots, slots.size), alarms, sites, bytes };
    kept.push(delta);
    keptBytes += bytes;
    trimKept(now);
    const written = new Map<string, Written>();
    for (const screen of screens) deliver(screen, delta, written, now);
  }

  /** Sends what the screen missed; false when that is no longer known. */
  function resume(screen: ScreenState, filter: Filter, from: Resume, now: number): boolean {
    const oldest = kept[0]?.seq ?? seq + 1;
    if (from.epoch !== epoch || from.seq > seq || from.seq + 1 < oldest) return false;
    const missed = kept.filter((delta) => delta.seq > from.seq);
    const alarms = missed.reduce((sum, delta) => sum + delta.alarms.length, 0);
    const bytes = missed.reduce((sum, delta) => sum + delta.rows.slot.length * rowBytes, alarms * alarmBytes);
    // More than one socket may hold would close it again, and again after the next resume.
    if (alarms * alarmBytes > bounds.liveClientBytesMax / 2) return false;
    screen.limited = isTooMany(memory, sitesOf(filter));
    screen.seq = seq;
    for (const delta of missed) {
      // A long absence comes as one frame: the screen shows the newest values anyway, and every alarm is in it.
      if (bytes > bounds.liveClientBytesMerge) addToBacklog(screen, delta, filter);
      else deliver(screen, delta, new Map(), now);
    }
    drainBacklog(screen, now);
    if (screens.has(screen)) sendHeartbeat(screen, now);
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
      memory.apply(batch, pending.addSlot);
      pending.addAlarms(batch.alarms);
      pending.addSites(batch.sites.map((site) => site.id));
      // The first change after a quiet time does not wait for the tick, and an alarm hardly.
      if (now - lastFlush >= (batch.alarms.length > 0 ? alarmTickMs : tickMs)) flush(now);
    },
    tick(now) {
      flush(now);
      for (const screen of screens) drainBacklog(screen, now);
    },
    heartbeat(now) {
      trimKept(now);
      // A screen with a backlog has not been sent everything up to `seq`: its own number is what it may resume from.
      for (const screen of screens) sendHeartbeat(screen, now);
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
        limited: false,
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
