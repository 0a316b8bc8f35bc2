// The life of edge nodes: births, data, gaps, deaths, and what is asked of them. Messages come from the sending side of the
// product; that its bytes are right is the matter of other tests.

import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { buildNodeBirth, buildNodeDeath, buildPayload, type MetricToSend } from "#domain/sparkplug/build.ts";
import { createEdgeNodeSender, type EdgeNodeSender } from "#domain/sparkplug/edge-node.ts";
import type { SparkplugMessage } from "#domain/sparkplug/frame.ts";
import { sizes } from "#domain/sparkplug/sizes.ts";
import { parseSparkplugTopic } from "#domain/sparkplug/topic.ts";
import { formatRebirthOrder } from "#domain/sparkplug/order.ts";
import { createEdgeNodes, type EdgeNodes, type Outcome } from "./edge-nodes.ts";
import { createMetricTable } from "./metric-table.ts";

const table = createMetricTable([
  { device: null, metric: "Gas/Flow", factor: "bfg.use" },
  { device: "Meter", metric: "P", factor: "elec.use" },
]);

function createSender(withAliases = true): EdgeNodeSender {
  return createEdgeNodeSender({
    group: "G",
    node: "N",
    metrics: [{ name: "Gas/Flow", type: "Double" }],
    devices: { Meter: [{ name: "P", type: "Int16" }] },
    withAliases,
  });
}

const values = (device: string | null): Readonly<Record<string, number>> =>
  device === null ? { "Gas/Flow": 100 } : { P: -5 };

/** Takes messages, one every second, and keeps the outcomes. */
function createDesk(nodes: EdgeNodes = createEdgeNodes(), source = "S", startedAt = 0) {
  let now = startedAt;
  return {
    nodes,
    wait(ms: number): void {
      now += ms;
    },
    take({ topic: text, payload }: SparkplugMessage): Outcome {
      const topic = parseSparkplugTopic(text);
      if (typeof topic === "string") throw new Error(topic);
      now += 1000;
      return nodes.take({ source, topic, payload, receivedAt: now, seq: now }, table);
    },
    state: () => nodes.find(source, "G", "N")?.state,
    now: () => now,
  };
}

const numbers = ({ points }: Outcome): readonly number[] => points.flatMap((point) => point.values);
const reasons = ({ refusals }: Outcome): readonly string[] => refusals.map(({ reason }) => reason);
const data = (seq: number, ...metrics: readonly MetricToSend[]): SparkplugMessage => ({
  topic: "spBv1.0/G/NDATA/N",
  payload: buildPayload({ timestamp: 5, seq, metrics }),
});
const birth = (bdSeq: number, ...metrics: readonly MetricToSend[]): SparkplugMessage => ({
  topic: "spBv1.0/G/NBIRTH/N",
  payload: buildNodeBirth({ timestamp: 5, bdSeq, metrics }),
});
const death = (bdSeq: number): SparkplugMessage => ({
  topic: "spBv1.0/G/NDEATH/N",
  payload: buildNodeDeath({ timestamp: 5, bdSeq }),
});

describe("an edge node", () => {
  it("lives through birth, data, a gap, a rebirth and a death", () => {
    const sender = createSender();
    const { take, state, nodes } = createDesk();
    const will = sender.connect(1);
    const [nodeBirth, deviceBirth] = sender.birth(2, values);
    if (nodeBirth === undefined || deviceBirth === undefined) throw new Error("no births");

    const born = take(nodeBirth);
    expect(born).toMatchObject({ event: "node-birth", control: true, stale: [], wants: null, order: null, aside: 2 });
    expect(born.points).toEqual([{ time: 2, kind: "realtime", factors: ["bfg.use"], values: [100], flags: ["N"] }]);
    expect(take(deviceBirth)).toMatchObject({ event: "device-birth", control: true, wants: null });
    expect(nodes.metrics).toBe(4);

    const first = take(sender.data(3, null, { "Gas/Flow": 101 }));
    expect(first).toMatchObject({ event: "node-data", control: false, wants: null, refusals: [] });
    expect(first.points).toEqual([{ time: 3, kind: "realtime", factors: ["bfg.use"], values: [101], flags: ["N"] }]);
    expect(numbers(take(sender.data(4, "Meter", { P: -6 })))).toEqual([-6]);

    sender.data(5, null, { "Gas/Flow": 102 }); // is lost
    const afterGap = take(sender.data(6, "Meter", { P: -7 }));
    expect(afterGap).toMatchObject({ points: [], wants: "gap", order: { group: "G", node: "N", cause: "gap" } });
    expect(reasons(afterGap)).toEqual(["no-birth"]);
    const stillUnsure = take(sender.data(7, null, { "Gas/Flow": 103 }));
    expect(stillUnsure).toMatchObject({ points: [], wants: "gap", order: null });

    const again = sender.birth(8, values).map(take);
    expect(again.map(({ wants }) => wants)).toEqual([null, null]);
    expect(again[0]?.stale).toEqual(["Meter"]);
    expect(numbers(take(sender.data(9, "Meter", { P: -8 })))).toEqual([-8]);

    expect(take(sender.deviceDeath(10, "Meter"))).toMatchObject({
      event: "device-death",
      control: true,
      stale: ["Meter"],
    });
    expect(take(sender.data(11, "Meter", { P: 1 }))).toMatchObject({ points: [], wants: "no-device-birth" });
    expect(numbers(take(sender.data(12, null, { "Gas/Flow": 104 })))).toEqual([104]);

    expect(take(will)).toMatchObject({ event: "node-death", control: true, stale: [null], wants: null });
    expect(state()).toBe("dead");
    expect(nodes.metrics).toBe(0);
    expect(take(sender.data(13, null, { "Gas/Flow": 105 }))).toMatchObject({ points: [], wants: "after-death" });
  });

  it("is counted from 255 on to 0", () => {
    const sender = createSender();
    const { take } = createDesk();
    sender.connect(1);
    sender.birth(2, values).forEach(take);
    for (let at = 0; at < 600; at++) {
      expect(take(sender.data(3 + at, null, { "Gas/Flow": at }))).toMatchObject({ wants: null, refusals: [] });
    }
  });

  it.each([
    ["one is missing", 2],
    ["one comes twice", 0],
    ["255 are missing", 0],
    ["it has no number", undefined],
    ["the number is none of 0 to 255", 257],
  ])("is asked for its birth when messages do not follow each other: %s", (_, seq) => {
    const { take } = createDesk();
    take(birth(0, { name: "Gas/Flow", alias: 1, type: "Double", value: 1 }));
    const payload = buildPayload({
      metrics: [{ alias: 1, type: "Double", value: 2 }],
      ...(seq === undefined ? {} : { seq }),
    });
    const outcome = take({ topic: "spBv1.0/G/NDATA/N", payload });
    expect(outcome).toMatchObject({ points: [], wants: "gap", order: { cause: "gap" } });
  });

  it("that was never born is believed what it says by name and type, and is asked for its birth", () => {
    const { take, state } = createDesk();
    const outcome = take(
      data(
        17,
        { name: "Gas/Flow", type: "Double", value: 7 },
        { name: "Gas/Flow", type: "Double", withoutType: true, value: 8 },
        { alias: 1, type: "Double", value: 9 },
      ),
    );
    expect(numbers(outcome)).toEqual([7]);
    expect(reasons(outcome)).toEqual(["invalid-datatype", "no-birth"]);
    expect(outcome).toMatchObject({ wants: "no-birth", order: { group: "G", node: "N", cause: "no-birth" } });
    expect(state()).toBe("unborn");
  });

  it("without aliases loses no reading when a message is missing", () => {
    const sender = createSender(false);
    const { take } = createDesk();
    sender.connect(1);
    sender.birth(2, values).forEach(take);
    sender.data(3, null, { "Gas/Flow": 1 }); // is lost
    const outcome = take(sender.data(4, "Meter", { P: 2 }));
    expect(numbers(outcome)).toEqual([2]);
    expect(outcome.wants).toBe("gap");
  });

  it("may take an alias for another metric at its next birth, and nothing is mixed up", () => {
    const { take } = createDesk();
    const both = (flow: number, other: number): readonly MetricToSend[] => [
      { name: "Gas/Flow", alias: flow, type: "Double", value: 0 },
      { name: "cog.use", alias: other, type: "Double", value: 0 },
    ];
    take(birth(0, ...both(1, 2)));
    expect(take(data(1, { alias: 1, type: "Double", value: 5 })).points).toMatchObject([{ factors: ["bfg.use"] }]);
    take(birth(1, ...both(2, 1)));
    expect(take(data(1, { alias: 1, type: "Double", value: 6 })).points).toMatchObject([{ factors: ["cog.use"] }]);
  });

  it("that gives one alias to two metrics is believed neither", () => {
    const { take } = createDesk();
    take(
      birth(
        0,
        { name: "Gas/Flow", alias: 1, type: "Double", value: 0 },
        { name: "cog.use", alias: 1, type: "Double", value: 0 },
      ),
    );
    expect(reasons(take(data(1, { alias: 1, type: "Double", value: 6 })))).toEqual(["invalid-metric"]);
  });

  it("that uses an alias it never announced is asked for its birth", () => {
    const { take } = createDesk();
    take(birth(0, { name: "Gas/Flow", alias: 1, type: "Double", value: 0 }));
    const outcome = take(data(1, { alias: 2, type: "Double", value: 1 }, { alias: 1, type: "Double", value: 3 }));
    expect(outcome).toMatchObject({ wants: "unknown-alias", refusals: [{ reason: "no-birth", factor: "alias 2" }] });
    expect(numbers(outcome)).toEqual([3]);
  });

  it("may have aliases of 64 bits", () => {
    const { take } = createDesk();
    const [alias, next] = ["18446744073709551615", "18446744073709551614"];
    take(birth(0, { name: "Gas/Flow", alias, type: "Double", value: 0 }));
    expect(numbers(take(data(1, { alias, type: "Double", value: 1 })))).toEqual([1]);
    expect(reasons(take(data(2, { alias: next, type: "Double", value: 2 })))).toEqual(["no-birth"]);
  });

  it("is not dead by the will of an older connection", () => {
    const { take, state } = createDesk();
    take(birth(4));
    take(birth(5));
    expect(take(death(4))).toMatchObject({ event: "old-death", control: true, stale: [] });
    expect(state()).toBe("born");
    expect(take(death(5))).toMatchObject({ event: "node-death", stale: [null], aside: 1, points: [] });
    expect(take(death(5))).toMatchObject({ event: "old-death", stale: [] });
    expect(state()).toBe("dead");
  });

  it("is dead by a will that gives no life count", () => {
    const { take, state } = createDesk();
    take(birth(4));
    take({ topic: "spBv1.0/G/NDEATH/N", payload: new Uint8Array(0) });
    expect(state()).toBe("dead");
  });

  it("is not remembered by a death alone", () => {
    const { take, nodes } = createDesk();
    expect(take(death(0))).toMatchObject({ event: "old-death", control: true });
    expect(nodes.count).toBe(0);
  });

  it("of one source has nothing to do with one of the same name of another", () => {
    const nodes = createEdgeNodes();
    const [mine, other] = [createDesk(nodes, "mine"), createDesk(nodes, "other")];
    mine.take(birth(0, { name: "Gas/Flow", alias: 1, type: "Double", value: 0 }));
    expect(other.take(data(1, { alias: 1, type: "Double", value: 1 })).points).toEqual([]);
    other.take(birth(0));
    other.take(death(0));
    expect(numbers(mine.take(data(1, { alias: 1, type: "Double", value: 2 })))).toEqual([2]);
  });

  it("is not believed its aliases after a connection through which messages may have been lost", () => {
    const { take, nodes } = createDesk();
    take(birth(0, { name: "Gas/Flow", alias: 1, type: "Double", value: 0 }));
    nodes.doubt("somebody else");
    expect(numbers(take(data(1, { alias: 1, type: "Double", value: 1 })))).toEqual([1]);
    nodes.doubt("S");
    expect(take(data(2, { alias: 1, type: "Double", value: 2 }))).toMatchObject({ points: [], wants: "gap" });
  });
});

describe("a device of an edge node", () => {
  const deviceBirth = (seq: number, alias = 9): SparkplugMessage => ({
    topic: "spBv1.0/G/DBIRTH/N/Meter",
    payload: buildPayload({ timestamp: 5, seq, metrics: [{ name: "P", alias, type: "Int16", value: 3 }] }),
  });
  const deviceData = (seq: number): SparkplugMessage => ({
    topic: "spBv1.0/G/DDATA/N/Meter",
    payload: buildPayload({ timestamp: 6, seq, metrics: [{ alias: 9, type: "Int16", withoutType: true, value: -3 }] }),
  });

  it("that is born before its edge node is read, and not remembered", () => {
    const { take, nodes } = createDesk();
    const outcome = take(deviceBirth(1));
    expect(numbers(outcome)).toEqual([3]);
    expect(outcome.wants).toBe("no-birth");
    expect(nodes.metrics).toBe(0);
  });

  it("that is born after a gap is believed at once, while the node is asked for its birth still", () => {
    const { take } = createDesk();
    take(birth(0));
    expect(take(deviceBirth(7)).wants).toBe("gap");
    const outcome = take(deviceData(8));
    expect(numbers(outcome)).toEqual([-3]);
    expect(outcome.wants).toBe("gap");
    expect(take(deviceData(10)).points).toEqual([]);
  });

  it("has to be born again after its edge node was", () => {
    const { take } = createDesk();
    [birth(0), deviceBirth(1), birth(0)].forEach(take);
    expect(take(deviceData(1))).toMatchObject({ points: [], wants: "no-device-birth" });
  });

  it("that dies without having been born changes nothing", () => {
    const { take } = createDesk();
    take(birth(0));
    const payload = buildPayload({ seq: 1 });
    expect(take({ topic: "spBv1.0/G/DDEATH/N/Meter", payload })).toMatchObject({
      stale: [],
      wants: null,
      control: true,
    });
  });
});

describe("what is asked of an edge node", () => {
  it("is an NCMD that sets Node Control/Rebirth", () => {
    const { topic, payload } = formatRebirthOrder({ group: "G", node: "N" }, 10_000);
    expect(topic).toBe("spBv1.0/G/NCMD/N");
    expect(Buffer.from(payload).includes("Node Control/Rebirth")).toBe(true);
  });

  it("is asked at once, and then less and less while nothing comes of it", () => {
    const { take } = createDesk();
    const asked: number[] = [];
    for (let second = 0; second < 3600; second++) {
      if (take(data(3, { alias: 1, type: "Double", value: 1 })).order !== null) asked.push(second);
    }
    expect(asked).toEqual([0, 10, 30, 70, 150, 310, 630, 1230, 1830, 2430, 3030]);
  });

  it("is asked at once again after a good while", () => {
    const { take, wait } = createDesk();
    for (let second = 0; second < 100; second++) take(data(3));
    wait(2 * sizes.rebirthPauseMsMax);
    take(birth(0));
    expect(take(data(5)).order).not.toBeNull();
    wait(sizes.rebirthPauseMs);
    expect(take(data(9)).order).not.toBeNull();
  });

  it("is nothing when a message is no payload, and the gap is seen with the next one", () => {
    const { take } = createDesk();
    take(birth(0));
    const broken = take({ topic: "spBv1.0/G/NDATA/N", payload: Uint8Array.of(0x0b) });
    expect(broken).toMatchObject({ event: null, control: false, order: null, refusals: [{ factor: null }] });
    expect(reasons(broken)).toEqual(["invalid-protobuf"]);
    expect(take(data(2)).wants).toBe("gap");
  });

  it("is nothing when orders or states of hosts come by", () => {
    const { take, nodes } = createDesk();
    for (const topic of ["spBv1.0/G/NCMD/N", "spBv1.0/G/DCMD/N/D", "spBv1.0/STATE/H"]) {
      expect(take({ topic, payload: Uint8Array.of(0xff) })).toMatchObject({ event: "not-for-us", control: true });
    }
    expect(nodes.count).toBe(0);
  });
});

describe("a message that is taken again", () => {
  const first = birth(0, { name: "New", alias: 1, type: "Int8", value: 1 });
  const later = data(1, { alias: 1, type: "Int8", withoutType: true, value: -2 });
  const wider = createMetricTable([{ device: null, metric: "New", factor: "cog.use" }]);
  const again = (nodes: EdgeNodes, { topic: text, payload }: SparkplugMessage, receivedAt: number): Outcome => {
    const topic = parseSparkplugTopic(text);
    if (typeof topic === "string") throw new Error(topic);
    const before = structuredClone(nodes.save());
    const outcome = nodes.takeAgain({ source: "S", topic, payload, receivedAt, seq: receivedAt }, wider);
    expect(nodes.save()).toEqual(before);
    return outcome;
  };

  it("is read with the aliases of the birth it followed, under the place that was refused", () => {
    const { take, nodes } = createDesk();
    take(first);
    const [refusal] = take(later).refusals;
    expect(refusal).toMatchObject({ reason: "unknown-factor", factor: "New", point: 0 });
    const outcome = again(nodes, later, 2000);
    expect(outcome.points).toMatchObject([{ factors: ["cog.use"], values: [-2] }]);
    expect([outcome.places, outcome.labels]).toEqual([[0], [["New"]]]);
    expect(again(nodes, first, 1000).points).toMatchObject([{ factors: ["cog.use"], values: [1] }]);
    expect(again(nodes, death(0), 3000)).toMatchObject({ control: true, stale: [] });
  });

  it.each([
    ["before that birth", [first], 1000],
    ["before a later birth", [first, later, first], 2000],
    ["before a gap", [first, later, data(5)], 2000],
    ["before a death", [first, later, death(0)], 2000],
    ["by a node that is not known", [], 2000],
  ] as const)("is refused as a whole when it comes by alias and was received %s", (_, messages, receivedAt) => {
    const { take, nodes } = createDesk();
    for (const message of messages) take(message);
    const outcome = again(nodes, later, receivedAt);
    expect(outcome).toMatchObject({ event: null, control: false, points: [] });
    expect(outcome.refusals).toMatchObject([{ reason: "no-birth", factor: null }]);
    expect(outcome.refusals[0]?.point).toBeUndefined();
  });

  it("is read by its names whatever has been since", () => {
    const { nodes } = createDesk();
    expect(numbers(again(nodes, data(9, { name: "New", type: "Int8", value: 3 }), 1))).toEqual([3]);
  });
});

describe("the memory of edge nodes", () => {
  const many = (count: number, from = 0): readonly MetricToSend[] =>
    Array.from({ length: count }, (_, at) => ({ name: `m${from + at}`, type: "Double", value: null }));

  it("forgets those first that are not alive, and takes no more when all are", () => {
    const nodes = createEdgeNodes();
    const take = (node: string, { topic, payload }: SparkplugMessage, receivedAt: number): Outcome => {
      const parsed = parseSparkplugTopic(topic.replace(/N$/, node));
      if (typeof parsed === "string") throw new Error(parsed);
      return nodes.take({ source: "S", topic: parsed, payload, receivedAt, seq: receivedAt }, table);
    };
    for (let at = 0; at < sizes.nodesMax; at++) take(`n${at}`, birth(0), at);
    expect(reasons(take("one more", birth(0), 1))).toEqual(["too-many-nodes"]);
    take("n17", death(0), 2);
    expect(take("one more", birth(0), 3).event).toBe("node-birth");
    expect(nodes.count).toBe(sizes.nodesMax);
    expect(nodes.find("S", "G", "n17")).toBeUndefined();
    expect(reasons(take("n17", birth(0), 4))).toEqual(["too-many-nodes"]);
  });

  it("has room for so many metrics of one edge node, its devices included", () => {
    const { take, nodes } = createDesk();
    take(birth(0, ...many(4000)));
    let seq = 0;
    const deviceBirth = (device: number): Outcome =>
      take({
        topic: `spBv1.0/G/DBIRTH/N/D${device}`,
        payload: buildPayload({ seq: ++seq % 256, metrics: many(4000) }),
      });
    const outcomes = [1, 2, 3, 3, 4].map(deviceBirth);
    expect(outcomes.map((outcome) => reasons(outcome).includes("birth-too-large"))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(nodes.metrics).toBe(16_002);
    expect(nodes.metrics).toBeLessThanOrEqual(sizes.metricsPerNodeMax);
  });

  it("has room for so many devices of one edge node", () => {
    const { take } = createDesk();
    take(birth(0));
    for (let at = 1; at <= sizes.devicesPerNodeMax + 1; at++) {
      const outcome = take({ topic: `spBv1.0/G/DBIRTH/N/D${at}`, payload: buildPayload({ seq: at % 256 }) });
      expect(reasons(outcome)).toEqual(at <= sizes.devicesPerNodeMax ? [] : ["birth-too-large"]);
    }
  });

  it("goes on after a restart as if there had been none", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom("birth", "node", "device", "device-death", "death", "lose") }),
      fc.record({ kind: fc.constant("node") }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat({ max: 30 }), (steps, restartAt) => {
        const sender = createSender();
        let will = sender.connect(0);
        const whole = createDesk();
        let cut = createDesk();
        steps.forEach(({ kind }, at) => {
          const messages: SparkplugMessage[] = [];
          if (kind === "birth") messages.push(...sender.birth(at, values));
          else if (kind === "node") messages.push(sender.data(at, null, { "Gas/Flow": at }));
          else if (kind === "device") messages.push(sender.data(at, "Meter", { P: at }));
          else if (kind === "device-death") messages.push(sender.deviceDeath(at, "Meter"));
          else if (kind === "lose") sender.data(at, null, {});
          else {
            messages.push(will);
            will = sender.connect(at);
          }
          if (at === restartAt) cut = createDesk(createEdgeNodes(structuredClone(cut.nodes.save())), "S", cut.now());
          for (const message of messages) expect(cut.take(message)).toEqual(whole.take(message));
        });
        expect(cut.nodes.metrics).toBe(whole.nodes.metrics);
      }),
      { numRuns: 150 },
    );
  });
});
