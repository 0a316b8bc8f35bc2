// How batches become requests: what is tried again, and what lies beside what.

import { expect, it } from "vitest";
import { createInfluxWriting } from "#store/history/influx-writing.ts";
import { buildBatch } from "./history-batches.ts";

const t0 = Date.parse("2026-11-22T00:00:00Z");

it("a batch that is tried again is the same lines, so that nothing lies there twice", async () => {
  const bodies: string[] = [];
  const failures = [new Error("away"), new Error("away")];
  const writing = createInfluxWriting({
    where: "here",
    readCursor: async () => ({ cursor: 0, newest: -Infinity, format: 0 }),
    send: async (body) => {
      bodies.push(Buffer.from(body).toString());
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    },
  });
  const batch = buildBatch(1, [{ time: t0, seq: 1, values: { w01018: 45 } }]);
  await expect(writing.write(batch)).rejects.toThrow("away");
  await expect(writing.write(batch)).rejects.toThrow("away");
  await writing.write(batch);
  const points = bodies.filter((body) => body.startsWith("readings"));
  expect(points).toHaveLength(3);
  expect(new Set(points).size).toBe(1);
  expect(points[0]).toContain(` ${t0}000000\n`);
});

it("what may be there already is written some nanoseconds behind its millisecond, each number at a place of its own", async () => {
  const bodies: string[] = [];
  const writing = createInfluxWriting({
    where: "here",
    readCursor: async () => ({ cursor: 41, newest: t0, format: 1 }),
    send: async (body) => void bodies.push(Buffer.from(body).toString()),
  });
  const rows = [41, 42].map((seq) => ({ time: t0, seq, values: { w01018: seq } }));
  await writing.write(buildBatch(43, [...rows, { time: t0 + 1, seq: 43, values: { w01018: 43 } }]));
  const times = bodies.flatMap((body) => [...body.matchAll(/^readings.* (\d+)$/gm)].map((match) => match[1]));
  expect(times).toEqual([`${t0}000042`, `${t0}000043`, `${t0 + 1}000000`]);
});
