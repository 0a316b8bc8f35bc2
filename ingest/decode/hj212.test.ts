// HJ 212 packets as points of the pipeline.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { crcOf, formatCrc } from "#domain/hj212/crc.ts";
import { decodeHj212 } from "./decode.ts";

interface Sample {
  readonly id: string;
  readonly raw: string;
}
const samples = JSON.parse(
  readFileSync(new URL("../../test/fixtures/hj212/packets.json", import.meta.url), "utf8"),
) as { readonly good: readonly Sample[]; readonly malformed: readonly Sample[] };

function bytesOf(...ids: string[]): Uint8Array {
  const raw = ids.map((id) => [...samples.good, ...samples.malformed].find((one) => one.id === id)?.raw ?? "");
  return new TextEncoder().encode(raw.join(""));
}

/** A packet around any data segment. */
function packet(segment: string): Uint8Array {
  const bytes = new TextEncoder().encode(segment);
  const length = String(bytes.length).padStart(4, "0");
  return new TextEncoder().encode(`##${length}${segment}${formatCrc(crcOf(bytes))}\r\n`);
}
const noSuchDay = packet(
  "QN=20260301000000001;ST=32;CN=2031;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20260231000000;w01018-Avg=32.6,w01018-Flag=N;w21003-Avg=1.4,w21003-Flag=N&&",
);

const at = (text: string): number => Date.parse(`${text}+08:00`);

describe("HJ 212 packets", () => {
  it("real-time data is one point of the moment of acquisition, with its flags", () => {
    const { points, places, refusals, control } = decodeHj212(bytesOf("S02-ww-rtd"));
    expect(points).toEqual([
      {
        time: at("2026-11-22T09:00:30"),
        kind: "realtime",
        factors: ["w00000", "w01001", "w01018", "w21003", "w21011", "w21001"],
        values: [152.36, 7.42, 32.6, 1.47, 0.21, 9.85],
        flags: ["N", "N", "N", "N", "N", "N"],
      },
    ]);
    expect([places, refusals, control]).toEqual([[0], [], false]);
  });

  it("the means of a logger keep their kind, and the time at which their interval began", () => {
    const { points } = decodeHj212(bytesOf("S03-ww-min", "S23-river", "S05-ww-day"));
    expect(points.map(({ kind, time }) => [kind, time])).toEqual([
      ["minute", at("2026-11-22T09:00:00")],
      ["hour", at("2026-11-22T08:00:00")],
      ["day", at("2026-11-22T00:00:00")],
    ]);
    expect(points[0]?.values.slice(0, 2)).toEqual([152.37, 7.42]);
  });

  it("packets without readings are control, and nothing is refused", () => {
    for (const id of ["S10-time-req", "S15-restart", "S17-info-state", "S19-facility-rs", "S30-2025-heartbeat"]) {
      const { packets, ...rest } = decodeHj212(bytesOf(id));
      const nothing = { points: [], places: [], refusals: [], refusedReadings: 0, control: true };
      expect([id, packets.length, rest]).toEqual([id, 1, nothing]);
    }
  });

  it("least, greatest, total and converted values stand beside the mean they belong to", () => {
    const [point] = decodeHj212(bytesOf("S07-stack-hour-1")).points;
    expect(point).toMatchObject({ kind: "hour", factors: ["a34013", "a21026"], values: [4.6, 14.2] });
    const sent = { min: 3.9, max: 5.5, total: 4.12, converted: 5.8, convertedMin: 4.9, convertedMax: 6.9 };
    expect(point?.beside?.[0]).toMatchObject(sent);
    expect(decodeHj212(bytesOf("S02-ww-rtd")).points[0]).not.toHaveProperty("beside");
  });

  it("a packet with a wrong checksum is refused, and the good one behind it is taken", () => {
    const { points, refusals } = decodeHj212(bytesOf("M01-bad-crc", "S02-ww-rtd"));
    expect(refusals).toEqual([{ reason: "invalid-packet", detail: expect.stringContaining("crc"), factor: null }]);
    expect(points.map(({ kind }) => kind)).toEqual(["realtime"]);
  });

  it("a value that is no number is refused by itself, a day that is none with all values of its record", () => {
    const text = decodeHj212(bytesOf("M17-nonnumeric"));
    expect(text.refusals.length).toBeGreaterThan(0);
    for (const refusal of text.refusals)
      expect(refusal).toMatchObject({ reason: "not-a-number", point: 0, readings: 1 });
    const date = decodeHj212(noSuchDay);
    expect(date.refusals).toEqual([expect.objectContaining({ reason: "invalid-time", point: 0, readings: 2 })]);
    expect(date.refusedReadings).toBe(2);
  });

  it("every value of a payload is counted, stored or refused, and the places of the points differ", () => {
    const { points, places, refusals, refusedReadings } = decodeHj212(
      Uint8Array.from([...bytesOf("S02-ww-rtd", "M17-nonnumeric", "S03-ww-min"), ...noSuchDay]),
    );
    expect(new Set(places).size).toBe(points.length);
    const counted = refusals.reduce((sum, { readings }) => sum + (readings ?? 0), 0);
    expect(counted).toBe(refusedReadings);
  });

  it("nothing, and bytes that are no packet, are refused with a reason", () => {
    expect(decodeHj212(new Uint8Array()).refusals.map(({ reason }) => reason)).toEqual(["no-values"]);
    const junk = decodeHj212(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    expect(junk.refusals.map(({ reason }) => reason)).toEqual(["invalid-packet"]);
  });
});
