// The judge itself: a run in which nothing went wrong, and every way in which a store could be wrong.

import { describe, expect, it } from "vitest";
import { type Evidence, judge } from "./checker.ts";
import { encodeFrame, type Frame, factors, readFrameId, valueAt } from "./frames.ts";
import type { StoredReading } from "./stores.ts";

const site = "S";
const time = 1_795_307_000_000;
const plain = { site, device: 2, revision: 0, padBytes: 0, qos: 1, final: false } as const;
const frames: readonly Frame[] = [
  { ...plain, id: 1, form: "normal", time },
  { ...plain, id: 2, form: "duplicate", time },
  { ...plain, id: 3, form: "revision", time, revision: 1 },
  { ...plain, id: 4, form: "out-of-range", time: time + 1 },
  { ...plain, id: 5, form: "mixed", time: time + 2 },
  { ...plain, id: 6, form: "normal", time: time + 3, final: true },
];

function readingsOf(frame: Frame): StoredReading[] {
  return factors.map((factor) => ({ site, factor, time: frame.time, value: valueAt(frame, factor), seq: frame.id }));
}

const good: Evidence = {
  sent: new Map(frames.map((frame) => [frame.id, frame])),
  acknowledged: new Map(frames.map((frame) => [frame.id, null])),
  journal: frames.map(({ id }) => ({ seq: id, id, source: site, receivedAt: time + 1000, promised: true })),
  readings: frames.filter(({ id }) => id !== 2 && id !== 4).flatMap(readingsOf),
  state: {
    quarantine: [
      { seq: 4, site, reason: "out-of-range" },
      { seq: 5, site, reason: "unknown-factor" },
    ],
    ledger: new Map([
      [site, { framesStored: 4, framesQuarantined: 1, framesDuplicate: 1, framesUnpromised: 0, readingsStored: 8 }],
    ]),
    alarms: [
      {
        id: "A",
        site,
        state: "unack-active",
        version: 1,
        active: true,
        definition: "limit:w01018:realtime",
        annunciations: 1,
      },
    ],
    transitions: new Map([["A", [1]]]),
    calls: new Map([["A", ["A:1"]]]),
  },
  keepsVersions: true,
};
const nothing = { lost: 0, doubled: 0, wrong: 0, phantom: 0, ledger: 0, alarms: 0 };

describe("the judge of a torture run", () => {
  it("finds nothing where everything is as it must be", () => {
    expect(judge(good)).toMatchObject({ ...nothing, acked: 6, stored: 4, quarantined: 1, duplicates: 1, findings: [] });
  });

  it("calls a frame lost that was acknowledged and is in no store", () => {
    const readings = good.readings.filter(({ seq }) => seq !== 3);
    expect(judge({ ...good, readings })).toMatchObject({ ...nothing, lost: 1 });
  });

  it("calls a frame lost of which one reading is missing", () => {
    expect(judge({ ...good, readings: good.readings.slice(1) })).toMatchObject({ ...nothing, lost: 1 });
  });

  it("calls a frame lost that was acknowledged and never came into the journal", () => {
    const acknowledged = new Map([...good.acknowledged, [7, null] as const]);
    expect(judge({ ...good, acknowledged })).toMatchObject({ ...nothing, lost: 1 });
  });

  it("calls a frame lost that was refused and is not in quarantine", () => {
    expect(judge({ ...good, state: { ...good.state, quarantine: good.state.quarantine.slice(1) } })).toMatchObject({
      ...nothing,
      lost: 1,
    });
  });

  it("calls a reading doubled that lies in history twice", () => {
    expect(judge({ ...good, readings: [...good.readings, ...readingsOf(frames[0] as Frame)] })).toMatchObject({
      ...nothing,
      doubled: 1,
    });
  });

  it("calls a duplicate doubled that was stored after all", () => {
    const again = readingsOf(frames[0] as Frame).map((reading) => ({ ...reading, seq: 2 }));
    expect(judge({ ...good, readings: [...good.readings, ...again] })).toMatchObject({ ...nothing, doubled: 1 });
  });

  it("calls a value wrong that is not the one that was sent", () => {
    const readings = good.readings.map((reading, i) =>
      i === 0 ? { ...reading, value: reading.value + 0.001 } : reading,
    );
    expect(judge({ ...good, readings })).toMatchObject({ ...nothing, wrong: 1 });
  });

  it("calls a reading a phantom that no frame brought", () => {
    const invented = { site, factor: "w01018", time: time + 9, value: 1, seq: 99 };
    expect(judge({ ...good, readings: [...good.readings, invented] })).toMatchObject({ ...nothing, phantom: 1 });
  });

  it("notices books that do not balance", () => {
    const ledger = new Map([
      [site, { framesStored: 5, framesQuarantined: 1, framesDuplicate: 1, framesUnpromised: 0, readingsStored: 8 }],
    ]);
    expect(judge({ ...good, state: { ...good.state, ledger } })).toMatchObject({ ...nothing, ledger: 1 });
  });

  it("notices an alarm that is missing, one that forgot a step, and one that called twice or not", () => {
    expect(judge({ ...good, state: { ...good.state, alarms: [], transitions: new Map() } })).toMatchObject({
      ...nothing,
      alarms: 1,
    });
    const twice = new Map([["A", ["A:1", "A:1"]]]);
    expect(judge({ ...good, state: { ...good.state, calls: twice } })).toMatchObject({ ...nothing, alarms: 1 });
    expect(judge({ ...good, state: { ...good.state, calls: new Map() } })).toMatchObject({ ...nothing, alarms: 1 });
    const forgot = new Map([["A", []]]);
    expect(judge({ ...good, state: { ...good.state, transitions: forgot } })).toMatchObject({ ...nothing, alarms: 1 });
  });

  it("notices the same in a store that keeps only the newest value of a time", () => {
    const newest = { ...good, keepsVersions: false, readings: good.readings.filter(({ seq }) => seq !== 1) };
    expect(judge(newest)).toMatchObject({ ...nothing, lost: 0 });
    expect(judge({ ...newest, readings: newest.readings.filter(({ seq }) => seq !== 3) })).toMatchObject({
      ...nothing,
      lost: 1,
    });
    expect(judge({ ...newest, readings: good.readings.filter(({ seq }) => seq !== 3) }).wrong).toBeGreaterThan(0);
  });

  it("knows a frame by the number in its first bytes", () => {
    for (const frame of frames) expect(readFrameId(encodeFrame(frame))).toBe(frame.id);
  });
});
