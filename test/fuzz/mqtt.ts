// Fuzzer of the MQTT door's pure parts. A case is a stream of good and bad packets with bytes changed, cut into chunks twice:
// nothing throws, each packet is offered once and whole, the cut makes no difference, memory stays bounded by what arrived; what
// is let through is what the library's own parser reads as the same packets. The canary lets everything through.

import assert from "node:assert/strict";
import { parser } from "mqtt-packet";
import { checkConnect } from "#broker/admit/connect.ts";
import { doorBounds } from "#broker/admit/door-bounds.ts";
import { createExactlyOnce } from "#broker/admit/exactly-once.ts";
import { checkPacket, packetTypes } from "#broker/admit/packet.ts";
import { createPacketCutter, type Cut, type Verdict } from "#broker/io/packets.ts";
import { maySubscribe, parsePublishTopic } from "#domain/topic.ts";
import { packetOf, type Part } from "../harness/raw-mqtt.ts";
import { createRandom, mix, type Random } from "../torture/random.ts";
import type { Fuzzer } from "./target.ts";

const topics = [
  "v1/S/readings",
  "v1/S/status",
  "v1/S/#",
  "v1/S/a#",
  "v1/+/b",
  "",
  "$SYS/x",
  "a\0b",
  "v1/S/../T",
  "é",
  "//",
];

/** A packet that is nearly always right. */
function drawPacket(random: Random): Buffer {
  const id: Part = [random.between(0, 255), random.chance(0.01) ? 0 : random.between(1, 255)];
  const topic = random.chance(0.95) ? "v1/S/readings" : random.pick(topics);
  const payload = Buffer.alloc(
    random.chance(0.05) ? random.between(0, 40_000) : random.between(0, 40),
    random.between(0, 255),
  );
  const qos = random.between(0, 2);
  const filters = Array.from({ length: random.chance(0.03) ? 0 : random.between(1, 3) }, () => topic);
  const kinds = [
    () => packetOf(0x30 | (qos << 1) | random.between(0, 1), topic, qos === 0 ? [] : id, payload),
    () => packetOf(random.pick([0x40, 0x50, 0x62, 0x70]), id),
    () => packetOf(0x82, id, ...filters.flatMap((filter) => [filter, random.chance(0.02) ? 3 : qos])),
    () => packetOf(0xa2, id, ...filters),
    () => packetOf(0xc0),
  ];
  if (random.chance(0.03)) kinds.push(() => packetOf(random.pick([0xe0, random.between(0, 255)]), payload));
  return random.pick(kinds)();
}

function drawConnect(random: Random): Buffer {
  if (random.chance(0.85)) return packetOf(0x10, "MQTT", 4, 0xc2, [0, 60], "id", "S", "secret");
  const [name, level] = random.pick<[string, number]>([
    ["MQTT", 4],
    ["MQTT", 4],
    ["MQIsdp", 3],
    ["MQTT", random.between(0, 255)],
    ["MQXX", 4],
  ]);
  const flags = random.chance(0.3) ? random.between(0, 255) : random.pick([0x02, 0xc2, 0xf6, 0x00]);
  const fields = Array.from({ length: random.between(0, 5) }, () =>
    random.pick(["id", "S", "", "a\0", "v1/S/status", "#"]),
  );
  return packetOf(0x10, name, level, flags, [0, random.between(0, 255)], ...fields);
}

/** Bytes changed, doubled, left out; or a length that claims anything. */
function damage(random: Random, bytes: Buffer): Buffer {
  const at = random.between(0, bytes.length);
  const until = Math.min(bytes.length, at + random.between(0, 8));
  const middle = random.pick([
    Buffer.of(random.between(0, 255)),
    Buffer.from(bytes.subarray(at, until)),
    Buffer.alloc(0),
    Buffer.from([0xff, 0xff, 0xff, random.pick([0x7f, 0xff])]),
  ]);
  return Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(random.chance(0.5) ? at : until)]);
}

/** A login as `S`, packets nearly all right, and perhaps damage. */
export function drawStream(random: Random): Buffer {
  const packets = [drawConnect(random), ...Array.from({ length: random.between(0, 12) }, () => drawPacket(random))];
  let bytes: Buffer = Buffer.concat(packets);
  for (let times = random.chance(0.4) ? random.between(1, 4) : 0; times > 0; times--) bytes = damage(random, bytes);
  return bytes;
}

function drawChunks(random: Random, bytes: Buffer): Buffer[] {
  const longest = random.pick([1, 3, 40, 1_000, 65_536]);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = random.between(1, longest);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

interface Outcome {
  readonly passed: Buffer;
  readonly end: string;
  readonly offered: number;
}

/** What the guard does with a stream, without a socket. */
function run(chunks: readonly Buffer[], isCanary: boolean): Outcome {
  let end = "open";
  let offered = 0;
  let isOpen = false;
  let arrived = 0;
  const once = createExactlyOnce();
  const passed: Buffer[] = [];

  function take(firstByte: number, body: Buffer): Verdict {
    offered++;
    const refusal = isOpen ? checkPacket(firstByte, body) : checkConnect(body);
    if (refusal !== null && !isCanary) {
      end = refusal.reason;
      return "stop";
    }
    if (!isOpen) {
      isOpen = true;
      return "wait";
    }
    const type = firstByte >> 4;
    if (type === packetTypes.pubrel) once.release(body.readUInt16BE(0));
    if (type === packetTypes.publish && (firstByte & 0x06) === 0x04)
      return once.begin(body.readUInt16BE(2 + body.readUInt16BE(0))) === "first" ? "pass" : "taken";
    if (type !== packetTypes.disconnect) return "pass";
    end = "disconnect";
    return "wait";
  }
  const cutter = createPacketCutter({
    bytesMax: (firstByte) =>
      isOpen && firstByte >> 4 === packetTypes.publish ? doorBounds.publishBytesMax : doorBounds.controlBytesMax,
    take,
  });
  const keep = (cut: Cut): void => {
    if (typeof cut === "string") end = cut;
    else if (cut !== null) passed.push(Buffer.from(cut));
    // Twice what arrived, since room is made by doubling, and never more than the largest packet and one chunk.
    const held = cutter.heldBytes;
    assert.ok(held <= Math.max(1_024, 2 * arrived), `${held} bytes are held of ${arrived}`);
    assert.ok(held <= 2 * doorBounds.publishBytesMax + 65_536, `${held} bytes are held`);
  };
  if (chunks[0]?.[0] !== 0x10) return { passed: Buffer.alloc(0), end: "out-of-turn", offered };
  for (const chunk of chunks) {
    arrived += chunk.length;
    keep(cutter.accept(chunk));
    while (end === "open" && cutter.behind > 0) keep(cutter.resume());
    if (end !== "open") break;
  }
  return { passed: Buffer.concat(passed), end, offered };
}

/** The library's parser takes all that was let through, without a complaint and without waiting for more. */
function checkReadable({ passed }: Outcome): number {
  const reader = parser();
  let read = 0;
  reader.on("packet", (packet) => {
    read++;
    const { topic } = packet as { readonly topic?: unknown };
    if (typeof topic !== "string") return;
    assert.ok(topic !== "" && !/[#+\0\ufffd]/u.test(topic), `a topic that may not be: ${JSON.stringify(topic)}`);
    const parsed = parsePublishTopic(topic);
    assert.ok(parsed === null || topic.startsWith(`v1/${parsed.site}/`));
    if (maySubscribe("S", topic)) assert.ok(!topic.split("/").some((level) => level === "" || level === ".."));
  });
  reader.on("error", (error: Error) => assert.fail(`let through, and not readable: ${error.message}`));
  assert.equal(passed.length === 0 ? 0 : reader.parse(passed), 0, "half a packet was let through");
  return read;
}

export const fuzzer: Fuzzer = {
  about: "the MQTT door: packets right and wrong, over any chunking",
  create({ canary }) {
    const counted = { streams: 0, bytes: 0, offered: 0, letThrough: 0, refused: 0 };
    return {
      runCase(random) {
        const bytes = drawStream(random);
        const outcome = run(drawChunks(random, bytes), canary);
        const whole = run([bytes], canary);
        assert.deepEqual([outcome.end, outcome.offered], [whole.end, whole.offered], "the cut makes a difference");
        // What came before a packet that ends the connection may have been passed on already or not.
        if (outcome.end === "open") assert.ok(outcome.passed.equals(whole.passed), "the cut makes a difference");
        else assert.ok(outcome.passed.subarray(0, whole.passed.length).equals(whole.passed));
        counted.streams++;
        counted.bytes += bytes.length;
        counted.offered += outcome.offered;
        counted.letThrough += checkReadable(outcome);
        if (outcome.end !== "open") counted.refused++;
      },
      summarise: () => ({ ...counted }),
    };
  },
};

/** So many cases of one seed, for a test that wants no command line; throws at the first that breaks a promise. */
export function fuzzMqtt(seed: number, cases: number): Readonly<Record<string, number>> {
  const fuzz = fuzzer.create({ canary: false });
  for (let at = 0; at < cases; at++) fuzz.runCase(createRandom(mix(seed, `mqtt ${at}`)));
  return fuzz.summarise();
}
