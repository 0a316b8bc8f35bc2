// Fuzzer of Sparkplug B. A case is bytes (any, or a right payload with damage), which are read or refused and never end in an
// error; or the life of an edge node whose births deal its aliases anew while messages are lost: whatever is taken was sent for
// that very factor, and nothing is lost from sight. The canary does not look at the numbers of messages.

import assert from "node:assert/strict";
import { buildPayload } from "#domain/sparkplug/build.ts";
import { sizes } from "#domain/sparkplug/sizes.ts";
import { parseSparkplugTopic } from "#domain/sparkplug/topic.ts";
import {
  createEdgeNodes,
  type EdgeNodes,
  type Outcome,
  type ReceivedMessage,
} from "#ingest/decode/sparkplug/edge-nodes.ts";
import { createMetricTable } from "#ingest/decode/sparkplug/metric-table.ts";
import { parsePayload } from "#ingest/decode/sparkplug/parse-payload.ts";
import { createRandom, mix, type Random } from "../torture/random.ts";
import { type Bytes, float, message, metricFields as m, payloadFields as p, varint } from "./sparkplug-bytes.ts";
import type { Fuzzer, FuzzRun } from "./target.ts";

const codes = ["bfg.use", "bfg.make", "cog.use", "cog.make", "ldg.use", "elec.use"];
const table = createMetricTable([]);
const doubleType = 10;
const messageTypes = ["NBIRTH", "NDEATH", "NDATA", "NCMD", "DBIRTH", "DDEATH", "DDATA", "DCMD"] as const;

/** Data of an edge node, its numbers made right again: a reader that does not look at them. */
function blind(nodes: EdgeNodes): EdgeNodes {
  return {
    ...nodes,
    take(received, table) {
      const { payload } = parsePayload(received.payload);
      const known = nodes.find(received.source, "G", "N");
      if (payload === null || payload.seq === null || known === undefined || received.topic.type === "NBIRTH")
        return nodes.take(received, table);
      const seq = buildPayload({ seq: (known.seq + 1) % 256 });
      // A number that comes twice counts as it was given last.
      return nodes.take({ ...received, payload: Uint8Array.from([...received.payload, ...seq]) }, table);
    },
  };
}

/** Everything in a payload is a value, refused or aside, and the ledger would balance. */
function checkCounts(outcome: Outcome, payload: Uint8Array): void {
  const metrics = parsePayload(payload).payload?.metrics.length ?? 0;
  const values = outcome.points.reduce((sum, point) => sum + point.values.length, 0);
  const refused = outcome.refusals.reduce((sum, { readings }) => sum + (readings ?? 0), 0);
  assert.equal(refused, outcome.refusedReadings);
  if (outcome.event === "not-for-us") return;
  if (outcome.event !== null) assert.equal(values + refused + outcome.aside, metrics);
  else assert.ok(outcome.refusals.length > 0 && values === 0);
  for (const point of outcome.points)
    for (const value of point.values) assert.ok(Number.isFinite(value), `a value of ${value}`);
}

function drawMetric(random: Random): Bytes {
  const fields: Bytes[] = [];
  const perhaps = (probability: number, field: () => Bytes): void => {
    if (random.chance(probability)) fields.push(field());
  };
  perhaps(0.7, () => m.name(random.pick([...codes, "bdSeq", "Node Control/Rebirth", "", "煤气", "__proto__", "\0"])));
  perhaps(0.5, () => m.alias(random.pick([0, 1, 2, 3, 2n ** 63n, 2n ** 64n - 1n])));
  perhaps(0.5, () => m.timestamp(random.pick([0, 1, 1_795_307_020_000, 2n ** 63n])));
  perhaps(0.8, () => m.type(random.between(0, 40)));
  perhaps(0.1, () => m.historical);
  perhaps(0.1, () => m.transient);
  perhaps(0.1, () => m.null);
  perhaps(0.2, () => m.quality(random.pick([0, 192, 500, 2 ** 32 - 1])));
  const whole = random.pick([0n, 1n, 255n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n + 1n, 2n ** 64n - 1n]);
  const number = random.pick([0, -0, 1.5, 1e38, Number.NaN, Number.POSITIVE_INFINITY, 5e-324]);
  perhaps(0.3, () => m.int(whole));
  perhaps(0.2, () => m.long(whole));
  perhaps(0.2, () => m.float(number));
  perhaps(0.3, () => m.double(number));
  perhaps(0.1, () => m.boolean(random.chance(0.5)));
  perhaps(0.1, () => m.text("1"));
  perhaps(0.1, () => random.pick([m.bytes, m.dataset, m.template, m.extension])([8, 1, 255]));
  return p.metric(...fields);
}

function drawPayload(random: Random): Uint8Array {
  const fields: Bytes[] = [];
  if (random.chance(0.8)) fields.push(p.timestamp(random.pick([0, 1_795_307_020_000, 2n ** 64n - 1n])));
  for (let count = random.between(0, 5); count > 0; count--) fields.push(drawMetric(random));
  if (random.chance(0.8)) fields.push(p.seq(random.between(0, 300)));
  if (random.chance(0.03)) fields.push(float(random.between(1, 7), 1));
  return message(...fields);
}

function damage(random: Random, bytes: Uint8Array): Uint8Array {
  let damaged = [...bytes];
  for (let times = random.between(1, 4); times > 0; times--) {
    const at = random.between(0, damaged.length);
    const until = Math.min(damaged.length, at + random.between(0, 6));
    const piece = random.pick<Bytes>([[random.between(0, 255)], varint(2n ** 64n - 1n), damaged.slice(at, until), []]);
    damaged = [...damaged.slice(0, at), ...piece, ...damaged.slice(random.chance(0.5) ? at : until)];
  }
  return Uint8Array.from(damaged);
}

function drawBytes(random: Random): Uint8Array {
  if (random.chance(0.3)) return Uint8Array.from({ length: random.between(0, 80) }, () => random.between(0, 255));
  const payload = drawPayload(random);
  return random.chance(0.6) ? damage(random, payload) : payload;
}

interface Life {
  /** Place = alias. */
  readonly dealt: readonly string[];
  seq: number;
}

/**
 * A restart deals the aliases anew; an outage loses messages, births among them. The value of a metric says which factor it
 * is of: what comes out under another factor was mixed up. Sparkplug cannot show a loss after which the numbers go on by
 * chance (a new life that lost as many messages as the old one had sent): then the connection was lost, and that is said.
 */
function runLife(
  random: Random,
  nodes: EdgeNodes,
  count: (what: "taken" | "takenAgain" | "lost" | "refused") => void,
): void {
  let life: Life = { dealt: codes, seq: 0 };
  let heardSeq = -1;
  let lost = false;
  let now = 1_795_307_020_000;
  const heard: ReceivedMessage[] = [];
  const checkFactors = ({ points }: Outcome): void => {
    for (const { factors, values } of points)
      factors.forEach((factor, at) => assert.equal(codes[Math.floor((values[at] ?? -1) / 1000)], factor));
  };
  const send = (type: "NBIRTH" | "NDATA", payload: Uint8Array, isLost: boolean): Outcome | null => {
    now += 1000;
    if (isLost) {
      lost = true;
      count("lost");
      return null;
    }
    if (type === "NDATA" && lost && life.seq === (heardSeq + 1) % 256) nodes.doubt("S");
    lost = false;
    heardSeq = life.seq;
    const topic = parseSparkplugTopic(`spBv1.0/G/${type}/N`);
    assert.ok(typeof topic !== "string");
    const received: ReceivedMessage = { source: "S", topic, payload, receivedAt: now, seq: now };
    heard.push(received);
    const outcome = nodes.take(received, table);
    checkCounts(outcome, payload);
    checkFactors(outcome);
    const again = random.pick(heard);
    const known = nodes.save();
    const outcomeAgain = nodes.takeAgain(again, table);
    checkFactors(outcomeAgain);
    checkCounts(outcomeAgain, again.payload);
    if (outcomeAgain.points.length > 0) count("takenAgain");
    assert.deepEqual(nodes.save(), known);
    if (outcome.points.length > 0) count("taken");
    if (outcome.refusals.length > 0) count("refused");
    return outcome;
  };
  const valueOf = (code: string): Bytes => m.double(codes.indexOf(code) * 1000 + random.between(0, 999));
  const birth = (isLost: boolean): void => {
    const shift = random.between(0, codes.length - 1);
    life = { dealt: [...codes.slice(shift), ...codes.slice(0, shift)], seq: 0 };
    const metrics = life.dealt.map((code, alias) =>
      p.metric(m.name(code), m.alias(alias), m.type(doubleType), valueOf(code)),
    );
    send("NBIRTH", message(p.timestamp(now), ...metrics, p.seq(0)), isLost);
  };
  birth(random.chance(0.1));
  for (let steps = random.between(5, 40); steps > 0; steps--) {
    const isLost = random.chance(0.15);
    if (random.chance(0.1)) {
      birth(isLost);
      continue;
    }
    life.seq = (life.seq + 1) % 256;
    const alias = random.between(0, codes.length - 1);
    const metric = p.metric(m.alias(alias), valueOf(life.dealt[alias] ?? ""));
    const outcome = send("NDATA", message(p.timestamp(now), metric, p.seq(life.seq)), isLost);
    if (outcome === null) continue;
    assert.equal(outcome.points.length + outcome.refusals.length, 1);
    // Who cannot be read is asked for its birth.
    if (outcome.refusals.length > 0) assert.notEqual(outcome.wants, null);
    if (outcome.order !== null && random.chance(0.8)) birth(random.chance(0.1));
  }
}

/** Any bytes on any topic, one after the other into one memory: its bounds hold and its count is right. */
function runNoise(random: Random, nodes: EdgeNodes): void {
  for (let steps = random.between(1, 20); steps > 0; steps--) {
    const type = random.pick(messageTypes);
    const device = type.startsWith("D") ? `/d${random.between(0, 3)}` : "";
    const topic = parseSparkplugTopic(`spBv1.0/G/${type}/n${random.between(0, 3)}${device}`);
    assert.ok(typeof topic !== "string");
    const payload = drawBytes(random);
    checkCounts(
      nodes.take({ source: "S", topic, payload, receivedAt: random.between(0, 1e6), seq: 1 }, table),
      payload,
    );
  }
  const saved = nodes.save();
  const metrics = saved.flatMap(({ own, devices }) => [own, ...devices.map(([, announced]) => announced)]);
  assert.equal(
    nodes.metrics,
    metrics.reduce((sum, announced) => sum + (announced?.types.length ?? 0), 0),
  );
  assert.ok(nodes.count <= sizes.nodesMax && nodes.count === saved.length);
  assert.deepEqual(createEdgeNodes(saved).save(), saved);
}

export const fuzzer: Fuzzer = {
  about: "Sparkplug B: any bytes, and edge nodes whose aliases change while messages are lost",
  create({ canary }) {
    const counted = { payloads: 0, payloadsRead: 0, lives: 0, noises: 0, taken: 0, takenAgain: 0, lost: 0, refused: 0 };
    const create = (): EdgeNodes => (canary ? blind(createEdgeNodes()) : createEdgeNodes());
    return {
      runCase(random) {
        if (random.chance(0.4)) {
          counted.lives++;
          runLife(random, create(), (what) => counted[what]++);
        } else if (random.chance(0.3)) {
          counted.noises++;
          runNoise(random, createEdgeNodes());
        } else {
          counted.payloads++;
          if (parsePayload(drawBytes(random)).payload !== null) counted.payloadsRead++;
        }
      },
      summarise: () => ({ ...counted }),
    };
  },
};

/** So many cases from a seed; throws at the first that fails. */
export function fuzzSparkplug(seed: number, cases: number, canary = false): ReturnType<FuzzRun["summarise"]> {
  const run = fuzzer.create({ canary });
  for (let at = 0; at < cases; at++) run.runCase(createRandom(mix(seed, `sparkplug ${at}`)));
  return run.summarise();
}
