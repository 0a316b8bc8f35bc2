// The judge of a torture run: what was acknowledged, what lies in the journal, and what the stores hold, compared. It knows
// the rules by which a frame ends (refused, duplicate, revision, stored) in a few lines of its own and does not ask the
// product for them. Pure: rows in, verdict out.

import { bounds } from "#domain/bounds.ts";
import { exceedsAtEnd, type FactorCode, factors, type Frame, refusedAs, valueAt } from "./frames.ts";
import type { JournalFrame } from "./journal-map.ts";
import type { LedgerSums, StateRows, StoredAlarm, StoredReading } from "./stores.ts";

export interface Evidence {
  readonly sent: ReadonlyMap<number, Frame>;
  /** Acknowledged id → its place in the journal, where the door told it. */
  readonly acknowledged: ReadonlyMap<number, number | null>;
  /** In journal order. */
  readonly journal: readonly JournalFrame[];
  readonly readings: readonly StoredReading[];
  readonly state: StateRows;
  /** InfluxDB keeps one value per time; DuckDB every version. */
  readonly keepsVersions: boolean;
}

export interface Verdict {
  readonly acked: number;
  readonly stored: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  readonly phantom: number;
  readonly ledger: number;
  readonly alarms: number;
  /** The first few findings of each kind, for people. */
  readonly findings: readonly string[];
}

type Finding = "lost" | "doubled" | "wrong" | "phantom" | "ledger" | "alarms";
const shownOfEach = 5;

export class Findings {
  readonly counts: Record<Finding, number> = { lost: 0, doubled: 0, wrong: 0, phantom: 0, ledger: 0, alarms: 0 };
  readonly texts: string[] = [];

  add(kind: Finding, says: string): void {
    this.counts[kind]++;
    if (this.counts[kind] <= shownOfEach) this.texts.push(`${kind}: ${says}`);
  }
}

/** What must have become of one journaled frame. */
interface Fate {
  readonly entry: JournalFrame;
  readonly frame: Frame;
  readonly outcome: "stored" | "quarantined" | "duplicate";
  /** Readings that must be in history under this entry. */
  readonly writes: boolean;
  /** Quarantine rows under this entry. */
  readonly reasons: readonly string[];
}

export function timeKey(frame: Pick<Frame, "site" | "time">): string {
  return `${frame.site} ${frame.time}`;
}

/** The rules, over the journal in its order. `newest`: site and time → the frame whose values count. */
function foretell(evidence: Evidence, findings: Findings): { fates: Fate[]; newest: Map<string, Frame> } {
  const fates: Fate[] = [];
  const newest = new Map<string, Frame>();
  for (const entry of evidence.journal) {
    const frame = entry.id === null ? undefined : evidence.sent.get(entry.id);
    if (frame === undefined || frame.site !== entry.source) {
      findings.add("phantom", `journal entry ${entry.seq} of ${entry.source} was never sent (${entry.id})`);
      continue;
    }
    // Whether the frame can be read at all is seen before its time is looked at, its values only afterwards.
    const ahead = frame.time > entry.receivedAt + bounds.clockAheadMsMax;
    const early = frame.form === "invalid-json" || frame.form === "no-values" || !ahead;
    const refused = early ? refusedAs[frame.form] : undefined;
    const add = (outcome: Fate["outcome"], writes: boolean, reasons: readonly string[]): void => {
      fates.push({ entry, frame, outcome, writes, reasons });
    };
    if (frame.form === "status") {
      add("stored", false, []);
    } else if (refused !== undefined) {
      add("quarantined", false, [refused]);
    } else if (ahead) {
      // The system's clock was behind at that moment: the frame is refused and says so.
      add("quarantined", false, ["time-in-future"]);
    } else {
      const known = newest.get(timeKey(frame));
      const isNew = known === undefined || known.revision !== frame.revision;
      newest.set(timeKey(frame), frame);
      add(isNew ? "stored" : "duplicate", isNew, frame.form === "mixed" ? ["unknown-factor"] : []);
    }
  }
  return { fates, newest };
}

/** Readings by the entry that brought them. */
function groupBySeq(readings: readonly StoredReading[]): Map<number, StoredReading[]> {
  const groups = new Map<number, StoredReading[]>();
  for (const reading of readings) {
    const group = groups.get(reading.seq);
    if (group === undefined) groups.set(reading.seq, [reading]);
    else group.push(reading);
  }
  return groups;
}

function checkValue(reading: StoredReading, frame: Frame, findings: Findings): void {
  const expected = valueAt(frame, reading.factor as FactorCode);
  if (reading.site === frame.site && reading.time === frame.time && reading.value === expected) return;
  findings.add(
    "wrong",
    `${reading.site} ${reading.factor} ${reading.time} = ${reading.value}, frame ${frame.id} says ${expected}`,
  );
}

/** Every version of every reading under the entry that brought it, no more and no less. */
function checkVersions(evidence: Evidence, fates: readonly Fate[], findings: Findings): void {
  const bySeq = groupBySeq(evidence.readings);
  for (const { entry, frame, writes } of fates) {
    const found = bySeq.get(entry.seq) ?? [];
    bySeq.delete(entry.seq);
    const expected = writes ? factors.length : 0;
    if (found.length < expected && evidence.acknowledged.has(frame.id)) {
      findings.add(
        "lost",
        `frame ${frame.id} (${frame.form}, ${timeKey(frame)}) at ${entry.seq}: ${found.length} of ${expected} readings`,
      );
    } else if (found.length < expected) {
      findings.add("wrong", `frame ${frame.id} at ${entry.seq} is in the journal, never promised, and not in history`);
    }
    if (found.length > expected) {
      findings.add(
        "doubled",
        `frame ${frame.id} (${frame.form}, ${timeKey(frame)}) at ${entry.seq}: ${found.length} readings instead of ${expected}`,
      );
    }
    for (const reading of found) checkValue(reading, frame, findings);
  }
  for (const [seq, [reading]] of bySeq) {
    findings.add(
      "phantom",
      `history has ${reading?.site} ${reading?.factor} ${reading?.time} of entry ${seq}, which is no frame`,
    );
  }
}

/** One value per time: the newest version. */
function checkNewest(
  evidence: Evidence,
  fates: readonly Fate[],
  newest: ReadonlyMap<string, Frame>,
  findings: Findings,
): void {
  const missing = new Set(newest.keys());
  const seen = new Map<string, number>();
  for (const reading of evidence.readings) {
    const key = timeKey(reading);
    const frame = newest.get(key);
    if (frame === undefined) {
      findings.add("phantom", `history has ${key} ${reading.factor}, which no frame said`);
      continue;
    }
    checkValue(reading, frame, findings);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (count === factors.length) missing.delete(key);
    if (count > factors.length) findings.add("doubled", `${key} has ${count} readings`);
  }
  const promised = new Set(
    fates.filter(({ frame }) => evidence.acknowledged.has(frame.id)).map(({ frame }) => timeKey(frame)),
  );
  for (const key of missing) findings.add(promised.has(key) ? "lost" : "wrong", `${key} is not in history`);
}

function checkQuarantine(evidence: Evidence, fates: readonly Fate[], findings: Findings): void {
  const rows = new Map<number, string[]>();
  for (const { seq, reason } of evidence.state.quarantine) rows.set(seq, [...(rows.get(seq) ?? []), reason]);
  for (const { entry, frame, reasons } of fates) {
    const found = rows.get(entry.seq) ?? [];
    rows.delete(entry.seq);
    if (found.join() === reasons.join()) continue;
    const kind = found.length < reasons.length ? (evidence.acknowledged.has(frame.id) ? "lost" : "wrong") : "wrong";
    findings.add(
      kind,
      `frame ${frame.id} (${frame.form}) at ${entry.seq}: quarantine says [${found.join()}] instead of [${reasons.join()}]`,
    );
  }
  for (const [seq, reasons] of rows)
    findings.add("phantom", `quarantine has entry ${seq} (${reasons.join()}), which is no frame`);
}

/** The system's own books against ours. */
function checkLedger(evidence: Evidence, fates: readonly Fate[], findings: Findings): void {
  const sums = new Map<string, LedgerSums>();
  for (const { entry, outcome, writes } of fates) {
    let sum = sums.get(entry.source);
    if (sum === undefined) {
      sum = { framesStored: 0, framesQuarantined: 0, framesDuplicate: 0, framesUnpromised: 0, readingsStored: 0 };
      sums.set(entry.source, sum);
    }
    if (outcome === "stored") sum.framesStored++;
    else if (outcome === "quarantined") sum.framesQuarantined++;
    else sum.framesDuplicate++;
    if (!entry.promised) sum.framesUnpromised++;
    if (writes) sum.readingsStored += factors.length;
  }
  for (const site of new Set([...sums.keys(), ...evidence.state.ledger.keys()])) {
    const [ours, theirs] = [JSON.stringify(sums.get(site)), JSON.stringify(evidence.state.ledger.get(site))];
    if (ours !== theirs) findings.add("ledger", `${site}: the ledger says ${theirs}, the journal ${ours}`);
  }
}

/** After the last frame of every device: an open alarm where it exceeds, none where it does not; no step of any is missing. */
function checkAlarms(evidence: Evidence, fates: readonly Fate[], findings: Findings): void {
  for (const { frame } of fates.filter(({ frame, writes }) => frame.final && writes)) {
    const isMeant = ({ site, active: isActive, definition }: StoredAlarm): boolean =>
      site === frame.site && isActive && definition.startsWith("limit:");
    const active = evidence.state.alarms.filter(isMeant).length;
    const expected = exceedsAtEnd(frame.device) ? 1 : 0;
    if (active !== expected) findings.add("alarms", `${frame.site}: ${active} active alarms instead of ${expected}`);
  }
  for (const { id, version, annunciations } of evidence.state.alarms) {
    const steps = evidence.state.transitions.get(id) ?? [];
    const whole = steps.length === version && steps.every((step, i) => step === i + 1);
    if (!whole) findings.add("alarms", `alarm ${id} is at version ${version} with the steps ${steps.join()}`);
    const calls = evidence.state.calls.get(id) ?? [];
    const isOnce = calls.length === annunciations && calls.every((call, i) => call === `${id}:${i + 1}`);
    if (!isOnce) findings.add("alarms", `alarm ${id} called ${annunciations} times, by ${calls.join()}`);
  }
}

/** Everything that was promised has exactly the end that the rules foretell. */
export function judge(evidence: Evidence): Verdict {
  const findings = new Findings();
  const { fates, newest } = foretell(evidence, findings);
  const journaled = new Map<number, number[]>();
  for (const { entry, frame } of fates) journaled.set(frame.id, [...(journaled.get(frame.id) ?? []), entry.seq]);
  for (const [id, seq] of evidence.acknowledged) {
    const seqs = journaled.get(id);
    if (seqs === undefined) findings.add("lost", `frame ${id} was acknowledged and is not in the journal`);
    else if (seq !== null && !seqs.includes(seq))
      findings.add("wrong", `frame ${id} was promised at ${seq} and lies at ${seqs.join()}`);
  }
  if (evidence.keepsVersions) checkVersions(evidence, fates, findings);
  else checkNewest(evidence, fates, newest, findings);
  checkQuarantine(evidence, fates, findings);
  checkLedger(evidence, fates, findings);
  checkAlarms(evidence, fates, findings);
  const count = (outcome: Fate["outcome"]): number => fates.filter((fate) => fate.outcome === outcome).length;
  return {
    acked: evidence.acknowledged.size,
    stored: count("stored"),
    quarantined: count("quarantined"),
    duplicates: count("duplicate"),
    ...findings.counts,
    findings: findings.texts,
  };
}
