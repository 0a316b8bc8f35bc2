// The ledger's pen: for every entry, what became of its frame and its readings, and the refused ones kept for people. Pure.

import { bounds } from "#domain/bounds.ts";
import type { Entry } from "#domain/frame.ts";
import { createLedgerCounts, type LedgerCounts, type LedgerRow } from "#domain/ledger.ts";
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

/** Days of counts kept in memory; older ones are in the state store and do not change any more. */
const daysKept = 7;

export interface Ledger {
  /** Books one frame; every frame becomes exactly one of stored, duplicate, quarantined. */
  book(entry: Entry, result: FrameResult, output: Output): void;
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
      if (result.refusals.length > 0) quarantine(entry, result.refusals, output);
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

function quarantine(entry: Entry, refusals: readonly Refusal[], output: Output): void {
  const excerpt = lossy.decode(entry.payload.subarray(0, bounds.excerptChars));
  refusals.slice(0, bounds.quarantineRowsPerFrame).forEach((refusal, part) => {
    output.state.quarantine.push({
      seq: entry.seq,
      part,
      site: entry.source,
      receivedAt: entry.receivedAt,
      reason: refusal.reason,
      detail: refusal.detail,
      factor: refusal.factor,
      excerpt,
    });
  });
}
