// What an edge node of the simulator says, read by the reader of ingest, which shares no line with it.

import { describe, expect, it } from "vitest";
import {
  createEdgeNodes,
  createMetricTable,
  type EdgeNodes,
  type Outcome,
} from "#ingest/decode/sparkplug/sparkplug.ts";
import { buildRebirth, parseSparkplugTopic } from "#domain/sparkplug/sparkplug.ts";
import type { FrameDraft } from "#simulator/payload.ts";
import type { NonsenseVariant } from "#simulator/scenarios/episode.ts";
import type { MqttMessage } from "#simulator/speech.ts";
import { keepFrame } from "#simulator/sparkplug/frame.ts";
import { createSparkplugSpeech } from "#simulator/sparkplug/speech.ts";

const begin = Date.UTC(2026, 10, 20, 8);
const factors = ["bfg.use", "elec.use"];
const table = createMetricTable([]);
const site = "HB-130200-E01";
const orders = `spBv1.0/plumeline/NCMD/${site}`;

function draft(eventMs: number, use: number, flag?: "M"): FrameDraft {
  const rest = flag === undefined ? {} : { flag };
  return {
    eventMs,
    values: new Map([
      ["bfg.use", { value: use, ...rest }],
      ["elec.use", { value: 2 * use, ...rest }],
    ]),
  };
}

const plain = (eventMs: number, use: number, nonsense: NonsenseVariant | null = null): string =>
  keepFrame([draft(eventMs, use)], false, nonsense);

function connect() {
  const speech = createSparkplugSpeech(site, factors, () => begin);
  const nodes: EdgeNodes = createEdgeNodes();
  const hear = (messages: readonly MqttMessage[]): Outcome[] =>
    messages.map(({ topic, payload }) => {
      const parsed = parseSparkplugTopic(topic);
      if (typeof parsed === "string") throw new Error(parsed);
      return nodes.take(
        { source: site, topic: parsed, payload: Buffer.from(payload), receivedAt: begin, seq: 1 },
        table,
      );
    });
  const will = speech.will();
  return { speech, nodes, hear, will };
}

const valuesOf = ({ points }: Outcome) => points.map(({ time, values }) => [time - begin, ...values]);

describe("an edge node of the simulator", () => {
  it("is born with its first frame, and says later ones by alias, each at its own time", () => {
    const { speech, hear } = connect();
    const [birth] = hear(speech.say(plain(begin, 5)));
    expect(birth).toMatchObject({ event: "node-birth", refusals: [], wants: null });
    expect(birth === undefined ? [] : valuesOf(birth)).toEqual([[0, 5, 10]]);
    const [data] = hear(speech.say(plain(begin + 10_000, 6)));
    expect(data).toMatchObject({ event: "node-data", refusals: [], wants: null });
    expect(data === undefined ? [] : valuesOf(data)).toEqual([[10_000, 6, 12]]);
    const bytes = Buffer.from(speech.say(plain(begin + 20_000, 7))[0]?.payload ?? "");
    expect(bytes.includes("bfg.use")).toBe(false);
  });

  it("gives birth again when it is asked, with what it measured last, and the host understands it from there", () => {
    const { speech, nodes, hear } = connect();
    hear(speech.say(plain(begin, 5)));
    speech.say(plain(begin + 10_000, 6)); // lost
    const [after] = hear(speech.say(plain(begin + 20_000, 7)));
    expect(after).toMatchObject({ wants: "gap", points: [] });
    const again = speech.hear(orders, Buffer.from(buildRebirth(begin)));
    expect(hear(again).map(valuesOf)).toEqual([[[20_000, 7, 14]]]);
    expect(nodes.find(site, "plumeline", site)).toMatchObject({ state: "born", bdSeq: 0, seq: 0, gaps: 0 });
    expect(hear(speech.say(plain(begin + 30_000, 8)))[0]).toMatchObject({ wants: null, refusals: [] });
    expect(speech.hear("spBv1.0/plumeline/NCMD/other", Buffer.from(buildRebirth(begin)))).toEqual([]);
  });

  it("leaves a death with the broker that ends this life, and a new one with every connection", () => {
    const { speech, nodes, hear, will } = connect();
    hear(speech.say(plain(begin, 5)));
    expect(hear([will])[0]).toMatchObject({ event: "node-death", stale: [null] });
    const next = speech.will();
    hear(speech.say(plain(begin + 10_000, 6)));
    expect(nodes.find(site, "plumeline", site)).toMatchObject({ state: "born", bdSeq: 1 });
    expect(hear([will])[0]).toMatchObject({ event: "old-death" });
    expect(hear([next])[0]).toMatchObject({ event: "node-death" });
  });

  it("tells what it measured without a line as historical metrics of their own times", () => {
    const { speech, hear } = connect();
    hear(speech.say(plain(begin, 5)));
    const backlog = keepFrame([draft(begin + 10_000, 6), draft(begin + 20_000, 7)], true, null);
    const [data] = hear(speech.say(backlog));
    expect(data === undefined ? [] : valuesOf(data)).toEqual([
      [10_000, 6, 12],
      [20_000, 7, 14],
    ]);
  });

  it("says by the quality that values of maintenance are not to be counted", () => {
    const { speech, hear } = connect();
    const [birth] = hear(speech.say(keepFrame([draft(begin, 5, "M")], false, null)));
    expect(birth?.points[0]?.flags).toEqual(["D", "D"]);
  });

  it.each<[NonsenseVariant, string]>([
    ["invalid-json", "invalid-protobuf"],
    ["nan", "not-finite"],
    ["unknown-factor", "no-birth"],
    ["text-number", "no-value"],
    ["wrong-flag", "transient-value"],
  ])("talks nonsense in its own way: %s is refused as %s, and the next frame is good", (variant, reason) => {
    const { speech, hear } = connect();
    hear(speech.say(plain(begin, 5)));
    const [broken] = hear(speech.say(plain(begin + 10_000, 6, variant)));
    expect(broken?.refusals.map((refusal) => refusal.reason)).toContain(reason);
    const [good] = hear(speech.say(plain(begin + 20_000, 7)));
    expect(good).toMatchObject({ refusals: [], wants: null });
  });
});
