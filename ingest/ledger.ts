// The ledger's pen: for every entry, what became of its frame and its readings, and the refused ones kept for people. Pure.

import { bounds } from "#domain/bounds.ts";
import type { Channel, Entry } from "#domain/frame.ts";
import { addLedgerCounts, createLedgerCounts, type LedgerCounts, type LedgerRow } from "#domain/ledger.ts";
import { placesOf, type RefusedFrame } from "#domain/quarantine.ts";
import type { Refusal } from "#domain/refusal.ts";
import { formatDay } from "#domain/time.ts";
import type { Output } from "./output.ts";

export interface FrameResult {
  received: number;
  stored: number;
  duplicate: number;
  quarantined: number;
  /** True for a frame that carries no reading and needs none, e.g. a status. */
  control: boolean;
  readonly refusals: Refusal[];
}

export function createFrameResult(): FrameResult {
  return { received: 0, stored: 0, duplicate: 0, quarantined: 0, control: false, refusals: [] };
}

/** Days of counts kept in memory; a change of an older one is told to the state store as a difference. */
const daysKept = 7;

export interface Ledger {
  /** Books one frame; every frame becomes exactly one of stored, duplicate, quarantined. */
  book(entry: Entry, result: FrameResult, output: Output): void;
  /** A frame that was booked has become something else: its day and site are booked anew. The totals stay: they only grow. */
  rebook(site: string, receivedAt: number, before: RefusedFrame, after: RefusedFrame, output: Output): void;
  /** Frames booked since the beginning. */
  readonly frames: number;
  /** All days and sites together, since the beginning. */
  readonly totals: Readonly<LedgerCounts>;
  save(): SavedLedger;
}

export interface SavedLedger {
  readonly frames: number;
  readonly totals: LedgerCounts;
  readonly rows: readonly LedgerRow[];
}

export function createLedger(saved?: SavedLedger): Ledger {
  const rows = new Map<string, LedgerRow>();
  for (const row of saved?.rows ?? []) rows.set(`${row.day} ${row.site}`, { ...row, reasons: { ...row.reasons } });
  let frames = saved?.frames ?? 0;
  const totals = saved === undefined ? createLedgerCounts() : { ...saved.totals, reasons: { ...saved.totals.reasons } };
  let dayOf = { from: 0, to: 0, day: "" };

  function day(receivedAt: number): string {
    if (receivedAt >= dayOf.from && receivedAt < dayOf.to) return dayOf.day;
    const name = formatDay(receivedAt);
    const from = Date.parse(`${name}T00:00:00+08:00`);
    dayOf = { from, to: from + 86_400_000, day: name };
    forgetBefore(formatDay(receivedAt - daysKept * 86_400_000));
    return name;
  }

  function forgetBefore(oldest: string): void {
    for (const [key, row] of rows) if (row.day < oldest) rows.delete(key);
  }

  return {
    book(entry, result, output) {
      const key = `${day(entry.receivedAt)} ${entry.source}`;
      let row = rows.get(key);
      if (row === undefined) {
        row = { day: dayOf.day, site: entry.source, ...createLedgerCounts() };
        rows.set(key, row);
      }
      frames++;
      add(row, entry, result);
      add(totals, entry, result);
      output.state.ledger.set(key, row);
      if (result.refusals.length > 0) quarantine(entry, result, output);
    },
    rebook(site, receivedAt, before, after, output) {
      const dayOfFrame = formatDay(receivedAt);
      const key = `${dayOfFrame} ${site}`;
      const row = rows.get(key);
      const changed: LedgerRow = row ?? { day: dayOfFrame, site, ...createLedgerCounts() };
      addLedgerCounts(changed, countFrame(after));
      addLedgerCounts(changed, countFrame(before), -1);
      if (row === undefined) output.state.ledgerChanges.push(changed);
      else output.state.ledger.set(key, row);
    },
    get frames() {
      return frames;
    },
    totals,
    save: () => ({ frames, totals, rows: [...rows.values()] }),
  };
}

function add(counts: LedgerCounts, entry: Entry, result: FrameResult): void {
  if (result.stored > 0 || result.control) counts.framesStored++;
  else if (result.duplicate > 0) counts.framesDuplicate++;
  else counts.framesQuarantined++;
  if (!entry.promised) counts.framesUnpromised++;
  counts.readingsReceived += result.received;
  counts.readingsStored += result.stored;
  counts.readingsDuplicate += result.duplicate;
  counts.readingsQuarantined += result.quarantined;
  for (const refusal of result.refusals) {
    counts.reasons[refusal.reason] = (counts.reasons[refusal.reason] ?? 0) + 1;
  }
}

const lossy = new TextDecoder("utf-8", { fatal: false });

/** What the ledger remembers of a frame with refusals. */
export function summarise(channel: Channel, result: FrameResult): RefusedFrame {
  const { received, stored, duplicate, quarantined, control, refusals } = result;
  const reasons: Record<string, number> = {};
  for (const { reason } of refusals) reasons[reason] = (reasons[reason] ?? 0) + 1;
  const places = placesOf(refusals, stored + duplicate > 0);
  return { channel, received, stored, duplicate, quarantined, control, reasons, places };
}

/** The frame as counts: it is exactly one of stored, duplicate, quarantined. Promised or not never changes. */
function countFrame(frame: RefusedFrame): LedgerCounts {
  const isStored = frame.stored > 0 || frame.control;
  const isDuplicate = !isStored && frame.duplicate > 0;
  return {
    framesStored: Number(isStored),
    framesDuplicate: Number(isDuplicate),
    framesQuarantined: Number(!isStored && !isDuplicate),
    framesUnpromised: 0,
    readingsReceived: frame.received,
    readingsStored: frame.stored,
    readingsQuarantined: frame.quarantined,
    readingsDuplicate: frame.duplicate,
    reasons: { ...frame.reasons },
  };
}

function quarantine(entry: Entry, result: FrameResult, output: Output): void {
  const excerpt = lossy.decode(entry.payload.subarray(0, bounds.excerptChars));
  result.refusals.slice(0, bounds.quarantineRowsPerFrame).forEach((refusal, part) => {
    output.state.quarantine.push({
      seq: entry.seq,
      part,
      site: entry.source,
      receivedAt: entry.receivedAt,
      reason: refusal.reason,
      detail: refusal.detail,
      factor: refusal.factor,
      excerpt,
      point: refusal.point ?? null,
      ...(part === 0 ? { frame: summarise(entry.channel, result) } : {}),
    });
  });
}
