// What the arithmetic of the benchmarks promises: no loss goes unseen, and percentiles and packets are what they say.

import fc from "fast-check";
import { parser, type Packet } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { formAccount } from "./account.ts";
import { createLatencies } from "./latencies.ts";
import { createMessage } from "./message.ts";

const load = { sent: 100, acked: 100, readings: 1_000 };

describe("the account of a benchmark", () => {
  it("is even when both books hold everything that was acknowledged", () => {
    const ledger = { stored: 990, duplicate: 4, quarantined: 6 };
    expect(formAccount([load], 0, ledger, 990)).toMatchObject({ acked: 1_000, unacked: 0, lost: 0 });
  });

  it("a reading that the ledger does not know is lost", () => {
    expect(formAccount([load], 0, { stored: 999, duplicate: 0, quarantined: 0 }, 1_000).lost).toBe(1);
  });

  it("a reading that the history store does not have is lost, whatever the ledger says", () => {
    expect(formAccount([load], 0, { stored: 1_000, duplicate: 0, quarantined: 0 }, 997).lost).toBe(3);
  });

  it("what was sent beside the load is owed too", () => {
    expect(formAccount([load, load], 5, { stored: 2_000, duplicate: 0, quarantined: 0 }, 2_005).lost).toBe(5);
  });
});

describe("the percentiles of a benchmark", () => {
  it("are right to one per cent and never too low", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (all, share) => {
          const latencies = createLatencies();
          for (const ms of all) latencies.add(ms);
          const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1] ?? 0;
          const told = latencies.at(share);
          return told >= exact * (1 - 1e-9) && told <= exact * 1.0101;
        },
      ),
    );
  });

  it("of nothing are not a number", () => {
    expect(createLatencies().percentiles()).toEqual({ p50: NaN, p90: NaN, p99: NaN, max: NaN });
  });
});

describe("the packets of the load generator", () => {
  it("carry the id, time and values they were made with, as any MQTT parser reads them", () => {
    const shape = {
      topic: "v1/S-1/readings",
      factors: ["w01018", "w01001"],
      wholes: [31, 7],
      qos: 1,
      salt: 7,
    } as const;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 65_535 }),
        fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }),
        (messageId, time) => {
          const message = createMessage(shape);
          const bytes = Buffer.alloc(message.bytes);
          message.write(bytes, 0, messageId, time);
          const packets: Packet[] = [];
          const parse = parser();
          parse.on("packet", (packet: Packet) => packets.push(packet));
          parse.parse(bytes);
          const [packet] = packets;
          if (packet?.cmd !== "publish" || packets.length !== 1) return false;
          const body = JSON.parse(packet.payload.toString()) as { time: number; values: Record<string, number> };
          return (
            packet.messageId === messageId &&
            packet.qos === 1 &&
            packet.topic === shape.topic &&
            body.time === time &&
            Math.floor(body.values["w01018"] ?? 0) === 31 &&
            Math.floor(body.values["w01001"] ?? 0) === 7
          );
        },
      ),
    );
  });
});
