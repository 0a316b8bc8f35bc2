// Breaks what was acknowledged: flips bits and blanks pages in the journal while the system is down, and checks that every
// broken place is found and named, and that nothing is missing outside of what was named. A phase of its own: here, and only
// here, entries may be lost.

import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Damage } from "#store/journal/journal.ts";
import { listSegments, openSegmentFile } from "#store/journal/segments.ts";
import { type Evidence, Findings, timeKey } from "./checker.ts";
import { factors, type Frame, refusedAs, valueAt } from "./frames.ts";
import { type Batch, breakBatch, breakFrame, type JournalFrame, listBatches, viewJournal } from "./journal-map.ts";
import type { Random } from "./random.ts";

interface Span {
  readonly fromSeq: number;
  readonly toSeq: number;
}

export interface Breaker {
  /** Remembers what lies in the journal; before every break and once at the end. */
  remember(): void;
  /** Breaks a few places; says which. */
  breakSome(random: Random): string[];
  /** Every frame that ever lay in the journal, in order. */
  readonly frames: readonly JournalFrame[];
  /** Batches that do not hold any more what they held. */
  readonly broken: readonly Span[];
}

function hashBatches(dir: string, batches: readonly Batch[]): Map<Batch, string> {
  const hashes = new Map<Batch, string>();
  const present = new Set(listSegments(dir));
  for (const segment of new Set(batches.map((batch) => batch.segment))) {
    if (!present.has(segment)) continue;
    const file = openSegmentFile(dir, segment);
    const bytes = Buffer.alloc(file.size());
    file.read(bytes, bytes.length, 0);
    file.close();
    for (const batch of batches) {
      if (batch.segment !== segment) continue;
      hashes.set(
        batch,
        createHash("sha256")
          .update(bytes.subarray(batch.offset, batch.offset + batch.bytes))
          .digest("hex"),
      );
    }
  }
  return hashes;
}

export function createBreaker(dataDir: string): Breaker {
  const dir = join(dataDir, "journal");
  const frames = new Map<number, JournalFrame>();
  const broken: Span[] = [];

  return {
    remember() {
      for (const frame of viewJournal(dir).frames) frames.set(frame.seq, frame);
    },
    breakSome(random) {
      const batches = listBatches(dir);
      const before = hashBatches(dir, batches);
      const says: string[] = [];
      const open = batches.filter((batch) => !batch.sealed && !batch.hasCommand);
      const sealed = batches.filter((batch) => batch.sealed);
      // Alone: with the mark gone as well, a broken end could not be told from a torn one.
      if (random.chance(0.25)) return [breakFrame(dir, batches, random)];
      const count = random.between(1, 3);
      for (let i = 0; i < count && open.length > 0; i++) {
        // The end of the journal is as likely as all the rest: there a break looks like a torn tail.
        const batch = random.chance(0.5) ? random.pick(open.slice(-5)) : random.pick(open);
        says.push(breakBatch(dir, batch, random.pick(["bit", "bytes", "page"] as const), random));
      }
      if (sealed.length > 0 && random.chance(0.7)) {
        says.push(breakBatch(dir, random.pick(sealed), random.pick(["bit", "bytes", "page"] as const), random));
        // What was processed long ago is read again only when the checkpoint is gone; operations.md says that it may go.
        rmSync(join(dataDir, "ingest", "checkpoint"), { force: true });
        says.push("no checkpoint");
      }
      const after = hashBatches(dir, batches);
      for (const batch of batches) if (before.get(batch) !== after.get(batch)) broken.push(batch);
      return says;
    },
    get frames() {
      return [...frames.values()].sort((a, b) => a.seq - b.seq);
    },
    broken,
  };
}

export interface DamageVerdict {
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  readonly phantom: number;
  /** Entries in the ranges that the system itself named. */
  readonly damagedEntries: number;
  /** Acknowledged frames that are gone, all of them inside those ranges. */
  readonly damagedFrames: number;
  readonly findings: readonly string[];
}

interface Places {
  readonly byId: ReadonlyMap<number, readonly number[]>;
  readonly bySeq: ReadonlyMap<number, Frame>;
}

function placeFrames(evidence: Evidence, findings: Findings): Places {
  const byId = new Map<number, number[]>();
  const bySeq = new Map<number, Frame>();
  for (const { id, seq } of evidence.journal) {
    const frame = id === null ? undefined : evidence.sent.get(id);
    if (frame === undefined) {
      findings.add("phantom", `journal entry ${seq} was never sent`);
      continue;
    }
    bySeq.set(seq, frame);
    byId.set(frame.id, [...(byId.get(frame.id) ?? []), seq]);
  }
  return { byId, bySeq };
}

/** Every value in history under its site, time and factor; what is there twice or was never sent is a finding. */
function gatherValues(evidence: Evidence, { bySeq }: Places, findings: Findings): Map<string, Set<number>> {
  const values = new Map<string, Set<number>>();
  const seen = new Set<string>();
  for (const reading of evidence.readings) {
    const key = `${timeKey(reading)} ${reading.factor}`;
    const place = `${reading.seq} ${key}`;
    if (seen.has(place)) findings.add("doubled", `${place} lies twice in history`);
    seen.add(place);
    const kept = values.get(key);
    if (kept === undefined) values.set(key, new Set([reading.value]));
    else kept.add(reading.value);
    const frame = bySeq.get(reading.seq);
    if (frame === undefined) findings.add("phantom", `${place} is of no frame`);
    else if (!factors.some((code) => code === reading.factor && valueAt(frame, code) === reading.value))
      findings.add("wrong", `${place} = ${reading.value}`);
  }
  return values;
}

/** Is there an end of this frame: a value in history, or a row in quarantine? */
function createEndFinder(evidence: Evidence, values: ReadonlyMap<string, ReadonlySet<number>>) {
  const { quarantine } = evidence.state;
  const refused = new Set(quarantine.map(({ seq }) => seq));
  const asFuture = new Set(quarantine.filter(({ reason }) => reason === "time-in-future").map(({ seq }) => seq));
  return (frame: Frame, seqs: readonly number[]): boolean => {
    // A status leaves no row of its own.
    if (frame.form === "status") return true;
    // A mixed frame has a row in quarantine for its bad reading; that says nothing about its good ones.
    if (seqs.some((seq) => (frame.form === "mixed" ? asFuture : refused).has(seq))) return true;
    if (refusedAs[frame.form] !== undefined) return false;
    return factors.every((code) => {
      const found = values.get(`${timeKey(frame)} ${code}`);
      // InfluxDB keeps the newest version only: that a version is there is enough.
      return evidence.keepsVersions ? found?.has(valueAt(frame, code)) : found !== undefined;
    });
  };
}

/** What was broken must be named, and nothing else may be: a system that calls everything damaged would hide every loss. */
function checkNames(damages: readonly Span[], broken: readonly Span[], findings: Findings): ReadonlySet<number> {
  const list = (spans: readonly Span[]): Set<number> =>
    new Set(spans.flatMap(({ fromSeq, toSeq }) => Array.from({ length: toSeq - fromSeq + 1 }, (_, i) => fromSeq + i)));
  const [named, spoiled] = [list(damages), list(broken)];
  for (const seq of spoiled) if (!named.has(seq)) findings.add("lost", `entry ${seq} was broken and never named`);
  for (const seq of named) if (!spoiled.has(seq)) findings.add("wrong", `entry ${seq} was called damaged and is whole`);
  return named;
}

/** What is missing must lie in what was named, and what was broken must have been named. */
export function judgeDamage(evidence: Evidence, damages: readonly Damage[], broken: readonly Span[]): DamageVerdict {
  const findings = new Findings();
  const named = checkNames(damages, broken, findings);
  const places = placeFrames(evidence, findings);
  const hasEnd = createEndFinder(evidence, gatherValues(evidence, places, findings));
  let damagedFrames = 0;
  for (const id of evidence.acknowledged.keys()) {
    const frame = evidence.sent.get(id);
    const seqs = places.byId.get(id) ?? [];
    if (frame === undefined || hasEnd(frame, seqs)) continue;
    if (seqs.length > 0 && seqs.every((seq) => named.has(seq))) damagedFrames++;
    else
      findings.add("lost", `frame ${id} (${frame.form}, ${timeKey(frame)}) at ${seqs.join()}, not in what was named`);
  }
  const { lost, doubled, wrong, phantom } = findings.counts;
  const damagedEntries = named.size;
  return { lost, doubled, wrong, phantom, damagedEntries, damagedFrames, findings: findings.texts };
}
