// `node test/bench/sparkplug-decode.ts [SECONDS]`: how many messages of Sparkplug B are decoded per second of processor time:
// the wire form alone, and all the way to points. Messages are data of an edge node by alias, as the simulator's writer makes
// them. Prints one JSON object per shape of message.

import { buildNodeBirth, buildPayload, type MetricToSend } from "#domain/sparkplug/build.ts";
import { parseSparkplugTopic, type SparkplugTopic } from "#domain/sparkplug/topic.ts";
import { createEdgeNodes } from "#ingest/decode/sparkplug/edge-nodes.ts";
import { createMetricTable } from "#ingest/decode/sparkplug/metric-table.ts";
import { parsePayload } from "#ingest/decode/sparkplug/parse-payload.ts";

const seconds = Number(process.argv[2] ?? 2);
const codes = ["bfg.use", "bfg.make", "bfg.flare", "cog.use", "cog.make", "ldg.use", "ldg.make", "elec.use", "o2.use"];

function topicOf(text: string): SparkplugTopic {
  const topic = parseSparkplugTopic(text);
  if (typeof topic === "string") throw new Error(topic);
  return topic;
}

/** Per second of processor time: what else runs on the machine takes turns, and is not counted. */
function rateOf(run: (at: number) => void): number {
  for (let at = 0; at < 4000; at++) run(at);
  const startedAt = process.cpuUsage();
  let done = 0;
  for (;;) {
    for (let at = 0; at < 256; at++, done++) run(at);
    const { user, system } = process.cpuUsage(startedAt);
    const micros = user + system;
    if (micros > seconds * 1e6) return Math.round((done * 1e6) / micros);
  }
}

function measure(metrics: number, type: "Float" | "Double"): void {
  const named = Array.from({ length: metrics }, (_, at): MetricToSend => ({
    name: `Furnace ${Math.floor(at / codes.length)}/${codes[at % codes.length] ?? ""}`,
    alias: at + 1,
    type,
    value: at + 0.25,
  }));
  const table = createMetricTable(
    named.map(({ name = "" }) => ({ device: null, metric: name, factor: name.split("/")[1] ?? null })),
  );
  const timestamp = 1_795_307_020_000;
  const birth = buildNodeBirth({ timestamp, bdSeq: 0, metrics: named });
  const messages = Array.from({ length: 256 }, (_, seq) => {
    const values = named.map(({ alias = 0 }, at) => ({
      alias,
      type,
      withoutType: true,
      timestamp: timestamp + seq,
      value: Math.fround(Math.round((seq + at) * 17.3) / 10),
    }));
    return buildPayload({ timestamp: timestamp + seq, seq, metrics: values });
  });
  const none = new Uint8Array(0);
  const parse = rateOf((at) => void parsePayload(messages[at % 256] ?? none));

  const nodes = createEdgeNodes();
  const birthTopic = topicOf("spBv1.0/G/NBIRTH/N");
  const dataTopic = topicOf("spBv1.0/G/NDATA/N");
  let values = 0;
  let wanted = 0;
  nodes.take({ source: "S", topic: birthTopic, payload: birth, receivedAt: timestamp, seq: 1 }, table);
  const take = rateOf((at) => {
    const payload = messages[(at + 1) % 256] ?? none;
    if (at % 256 === 0)
      nodes.take({ source: "S", topic: birthTopic, payload: birth, receivedAt: timestamp, seq: 1 }, table);
    const { points, wants } = nodes.take(
      { source: "S", topic: dataTopic, payload, receivedAt: timestamp, seq: 1 },
      table,
    );
    for (const point of points) values += point.values.length;
    if (wants !== null) wanted++;
  });
  if (values === 0) throw new Error("nothing was read");
  const bytes = messages[0]?.length ?? 0;
  const line = {
    metrics,
    type,
    bytes,
    parsePerSecond: parse,
    takePerSecond: take,
    valuesPerSecond: take * metrics,
    wanted,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

measure(1, "Double");
measure(10, "Double");
measure(10, "Float");
measure(100, "Float");
