// Decisions about refused frames, through the whole pipeline: what is taken again, what the ledger says afterwards, and what
// must not happen (a second storing, an alarm about yesterday, a decision on an older view).

import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import { channels, doors, entryKinds, type Entry } from "#domain/frame.ts";
import { addLedgerCounts, createLedgerCounts, type LedgerRow, type QuarantineRow } from "#domain/ledger.ts";
import { decideRows, type FrameOutcome } from "#domain/quarantine.ts";
import { dayMs, formatDay, minuteMs } from "#domain/time.ts";
import { createOutput, type Output } from "./output.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";

const begin = Date.UTC(2026, 10, 20, 8);
const encoder = new TextEncoder();

/** A pipeline, and a state store in memory that does with its output what the real one does. */
function startRun() {
  let pipeline: Pipeline = createPipeline();
  let output: Output = createOutput();
  let seq = 0;
  const payloads = new Map<number, Uint8Array>();
  const rows = new Map<number, QuarantineRow[]>();
  const ledger = new Map<string, LedgerRow>();
  const written: { site: string; factor: string; value: number; time: number; receivedAt: number; seq: number }[] = [];

  function keep(): FrameOutcome[] {
    const { state, history } = output;
    for (const row of state.quarantine) rows.set(row.seq, [...(rows.get(row.seq) ?? []), row]);
    for (const change of state.quarantineChanges) {
      rows.set(change.frameSeq, decideRows(rows.get(change.frameSeq) ?? [], change));
    }
    for (const [key, row] of state.ledger) ledger.set(key, structuredClone(row));
    for (const change of state.ledgerChanges) {
      const row = ledger.get(`${change.day} ${change.site}`);
      if (row !== undefined) addLedgerCounts(row, change);
    }
    const { readings } = history;
    readings.site.forEach((site, point) => {
      const [from, to] = [readings.valuesFrom[point] ?? 0, readings.valuesFrom[point + 1] ?? readings.factor.length];
      for (let i = from; i < to; i++) {
        const [factor = "", value = 0] = [readings.factor[i], readings.value[i]];
        const [time = 0, receivedAt = 0, at = 0] = [
          readings.time[point],
          readings.receivedAt[point],
          readings.seq[point],
        ];
        written.push({ site, factor, value, time, receivedAt, seq: at });
      }
    });
    const [outcome] = state.outcomes;
    output = createOutput();
    if (outcome?.ok !== true) return [];
    return (outcome.result as { frames?: FrameOutcome[] } | null)?.frames ?? [];
  }

  function feed(entry: Pick<Entry, "kind" | "receivedAt" | "source" | "payload"> & Partial<Entry>): FrameOutcome[] {
    pipeline.process({ door: doors.mqtt, channel: channels.readings, promised: true, ...entry, seq: ++seq }, output);
    payloads.set(seq, entry.payload);
    return keep();
  }

  const run = {
    rows,
    written,
    get seq() {
      return seq;
    },
    alarms: () => pipeline.openAlarms(),
    command(command: Command, receivedAt: number): FrameOutcome[] {
      const payload = encoder.encode(JSON.stringify({ id: `c${seq}`, actor: "li", command }));
      return feed({ kind: entryKinds.command, receivedAt, source: "li", payload });
    },
    register(site: string, receivedAt = begin): void {
      const place = {
        name: site,
        kind: "water-outfall",
        city: "130200",
        enterprise: null,
        lat: null,
        lon: null,
      } as const;
      const rest = { factors: ["w01018", "w01001"], intervalSeconds: 60, standard: null, mn: null, simulated: false };
      run.command({ type: "sites.put", sites: [{ id: site, ...place, ...rest }] }, receivedAt);
    },
    /** Answers the frame's number. */
    send(site: string, receivedAt: number, body: unknown): number {
      feed({ kind: entryKinds.frame, receivedAt, source: site, payload: encoder.encode(JSON.stringify(body)) });
      return seq;
    },
    reprocess(frames: readonly number[], receivedAt: number, options: { asOf?: number; payload?: unknown } = {}) {
      const again = frames.map((frame) => {
        const [first] = rows.get(frame) ?? [];
        if (first?.frame === undefined) throw new Error(`no such refused frame: ${frame}`);
        const bytes =
          options.payload === undefined ? payloads.get(frame) : encoder.encode(JSON.stringify(options.payload));
        const payload = Buffer.from(bytes ?? []).toString("base64");
        return { seq: frame, site: first.site, receivedAt: first.receivedAt, payload, before: first.frame };
      });
      const asOf = options.asOf ?? seq;
      return run.command({ type: "frames.reprocess", reason: "decoder mended", asOf, frames: again }, receivedAt);
    },
    ledger: (receivedAt: number, site: string) =>
      ledger.get(`${formatDay(receivedAt)} ${site}`) ?? createLedgerCounts(),
    restart(): void {
      const saved = pipeline.save();
      const registry = { ...saved.registry, sites: [...saved.registry.sites] };
      pipeline = createPipeline(structuredClone({ ...saved, registry }));
    },
  };
  return run;
}

function isBalanced(counts: {
  readingsReceived: number;
  readingsStored: number;
  readingsQuarantined: number;
  readingsDuplicate: number;
}): boolean {
  return counts.readingsReceived === counts.readingsStored + counts.readingsQuarantined + counts.readingsDuplicate;
}

describe("a refused frame that is reprocessed", () => {
  it.each([{ days: 0 }, { days: 2 }, { days: 30 }])(
    "is stored with the time it was received at, under the number of the decision, and moves on the day it belongs to ($days days later)",
    ({ days }) => {
      const run = startRun();
      const frame = run.send("S", begin, { time: begin, values: { w01018: 45, w01001: 7 } });
      expect(run.ledger(begin, "S")).toMatchObject({ framesQuarantined: 1, reasons: { "unknown-site": 1 } });
      const later = begin + days * dayMs + minuteMs;
      run.register("S", later);
      // A frame of the later day makes the pipeline forget what is older than it keeps.
      run.send("S", later, { time: later, values: { w01018: 1 } });
      run.restart();
      const outcomes = run.reprocess([frame], later + 1_000);
      expect(outcomes).toEqual([{ seq: frame, outcome: "stored", stored: 2, duplicate: 0, quarantined: 0 }]);
      const stored = run.written.filter((row) => row.time === begin);
      expect(stored.map(({ factor, value }) => [factor, value])).toEqual([
        ["w01018", 45],
        ["w01001", 7],
      ]);
      for (const row of stored) expect(row).toMatchObject({ receivedAt: begin, seq: run.seq });
      const counts = run.ledger(begin, "S");
      expect(counts).toMatchObject({ framesStored: days === 0 ? 2 : 1, framesQuarantined: 0, reasons: {} });
      expect(isBalanced(counts)).toBe(true);
      expect(run.rows.get(frame)).toMatchObject([
        { state: "reprocessed", reason: "unknown-site", decision: { by: "li", why: "decoder mended", seq: run.seq } },
      ]);
    },
  );

  it("of which nothing can be read yet stays open, with the reason of today", () => {
    const run = startRun();
    const frame = run.send("S", begin, { time: begin, values: { w99999: 45 } });
    run.register("S");
    expect(run.reprocess([frame], begin + minuteMs)).toMatchObject([
      { outcome: "quarantined", stored: 0, quarantined: 1 },
    ]);
    expect(run.ledger(begin, "S")).toMatchObject({ framesQuarantined: 1, readingsReceived: 1, readingsQuarantined: 1 });
    expect(run.ledger(begin, "S").reasons).toEqual({ "unknown-factor": 1 });
    const open = (run.rows.get(frame) ?? []).filter((row) => (row.state ?? "open") === "open");
    expect(open).toMatchObject([{ reason: "unknown-factor", factor: "w99999", point: 0 }]);
    expect(run.reprocess([frame], begin + minuteMs)).toMatchObject([{ outcome: "quarantined" }]);
    expect((run.rows.get(frame) ?? []).filter((row) => (row.state ?? "open") === "open")).toHaveLength(1);
    expect(isBalanced(run.ledger(begin, "S"))).toBe(true);
  });

  it("and was stored in part gives only what was refused: nothing is stored twice, and the sum stays", () => {
    const run = startRun();
    run.register("S");
    const frame = run.send("S", begin, { time: begin, values: { w01018: 45, w99999: 1, w01001: -5000 } });
    const before = structuredClone(run.ledger(begin, "S"));
    expect(before).toMatchObject({ framesStored: 1, readingsReceived: 3, readingsStored: 1, readingsQuarantined: 2 });
    const stored = run.written.length;
    expect(run.reprocess([frame], begin + dayMs)).toEqual([
      { seq: frame, outcome: "quarantined", stored: 0, duplicate: 0, quarantined: 2 },
    ]);
    expect(run.written).toHaveLength(stored);
    expect(run.ledger(begin, "S")).toEqual(before);
    expect(run.rows.get(frame)?.map((row) => row.state ?? "open")).toEqual(["open", "open"]);
  });

  it("gives what a mended decoder can read now, counts it on the day, and keeps the rest open", () => {
    const run = startRun();
    run.register("S");
    const body = (flag: string): unknown => [
      { time: begin, values: { w01018: 1, w01001: 7 } },
      { time: begin + 1_000, values: { w01018: 2, w01001: { value: 8, flag } } },
      { time: begin + 2_000, values: { w01018: 3, w99999: 9 } },
    ];
    const frame = run.send("S", begin, body("n"));
    expect(run.rows.get(frame)).toMatchObject([{ reason: "invalid-flag" }, { reason: "unknown-factor" }]);
    const stored = run.written.length;
    // As if today's decoder took a small letter for a large one.
    const outcomes = run.reprocess([frame], begin + dayMs, { payload: body("N") });
    expect(outcomes).toEqual([{ seq: frame, outcome: "quarantined", stored: 1, duplicate: 0, quarantined: 1 }]);
    expect(run.written.slice(stored)).toMatchObject([{ factor: "w01001", value: 8, time: begin + 1_000 }]);
    expect(run.rows.get(frame)?.map((row) => row.state ?? "open")).toEqual(["reprocessed", "open"]);
    expect(run.rows.get(frame)?.[0]?.frame?.places).toEqual([[2, "w99999"]]);
    const counts = run.ledger(begin, "S");
    expect(counts).toMatchObject({ framesStored: 1, readingsReceived: 6, readingsStored: 5, readingsQuarantined: 1 });
    expect(counts.reasons).toEqual({ "unknown-factor": 1 });
  });

  it("that cannot be read as a whole any more keeps what is known of it", () => {
    const run = startRun();
    run.register("S");
    const frame = run.send("S", begin, { time: begin, values: { w01018: 1, w99999: 9 } });
    const before = structuredClone(run.ledger(begin, "S"));
    expect(run.reprocess([frame], begin + dayMs, { payload: [] })).toMatchObject([{ outcome: "quarantined" }]);
    expect(run.ledger(begin, "S")).toEqual(before);
    expect(run.rows.get(frame)).toMatchObject([{ reason: "unknown-factor" }]);
  });

  it("does not replace what was received for the same moment since then", () => {
    const run = startRun();
    const frame = run.send("S", begin, { time: begin, values: { w01018: 45 } });
    run.register("S", begin + 1_000);
    run.send("S", begin + 2_000, { time: begin, values: { w01018: 46 } });
    expect(run.reprocess([frame], begin + 3_000)).toMatchObject([{ outcome: "duplicate", stored: 0, duplicate: 1 }]);
    expect(run.written.map((row) => row.value)).toEqual([46]);
    expect(run.ledger(begin, "S")).toMatchObject({ framesStored: 1, framesDuplicate: 1, framesQuarantined: 0 });
  });

  it("pages nobody about a time that is over, and does about the present", () => {
    const run = startRun();
    const old = run.send("S", begin, { time: begin, values: { w01018: 99 } });
    run.register("S", begin + 1_000);
    const limit = {
      id: "L",
      site: "S",
      factor: "w01018",
      max: 50,
      min: null,
      basis: "realtime",
      from: 0,
      to: null,
    } as const;
    run.command(
      { type: "limits.put", limits: [{ ...limit, reason: "permit", by: "li", source: "site" }] },
      begin + 1_000,
    );
    run.reprocess([old], begin + 2 * bounds.lateMsNoted);
    expect(run.alarms()).toEqual([]);
    const now = begin + 3 * bounds.lateMsNoted;
    const fresh = run.send("T", now, { time: now, values: { w01018: 99 } });
    run.register("T", now);
    run.command(
      { type: "limits.put", limits: [{ ...limit, id: "M", site: "T", reason: "permit", by: "li", source: "site" }] },
      now,
    );
    run.reprocess([fresh], now + 1_000);
    expect(run.alarms()).toMatchObject([{ site: "T", value: 99, onset: now, journalSeq: run.seq }]);
  });
});

describe("a decision made on an older view", () => {
  it("does nothing and says so, also after a restart; about other frames of the same request it stands", () => {
    const run = startRun();
    const [first, second] = [run.send("S", begin, "x"), run.send("S", begin, "y")];
    const asOf = run.seq;
    run.reprocess([first], begin + 1_000);
    const before = structuredClone(run.ledger(begin, "S"));
    run.restart();
    expect(run.reprocess([first, second], begin + 2_000, { asOf })).toMatchObject([
      { seq: first, outcome: "changed" },
      { seq: second, outcome: "quarantined" },
    ]);
    const frames = [{ seq: first, site: "S" }];
    expect(run.command({ type: "frames.dismiss", reason: "test frames", asOf, frames }, begin + 3_000)).toMatchObject([
      { outcome: "changed" },
    ]);
    expect(run.ledger(begin, "S")).toEqual(before);
    expect(
      run.command({ type: "frames.dismiss", reason: "test frames", asOf: run.seq, frames }, begin + 3_000),
    ).toMatchObject([{ outcome: "dismissed" }]);
    expect(run.rows.get(first)).toMatchObject([{ state: "dismissed", decision: { why: "test frames" } }]);
    expect(run.ledger(begin, "S")).toEqual(before);
  });
});
