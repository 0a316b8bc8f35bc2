// A rough edge node of Sparkplug B, from random numbers alone: born and dying as it likes, with messages that get lost, aliases
// that no birth gave, values of long ago, and bytes that are no message. Packed as the journal keeps them.

import {
  buildPayload,
  createEdgeNodeSender,
  packMessage,
  type MetricValues,
  type SparkplugMessage,
} from "#domain/sparkplug/sparkplug.ts";

export interface RoughEdgeNode {
  /** What comes next, at this time of the device. */
  next(time: number): Uint8Array;
}

export function createRoughEdgeNode(random: () => number, node: string): RoughEdgeNode {
  const group = "plumeline";
  const metrics = ["w01018", "w01001", "bdSeq of nobody"].map((name) => ({ name, type: "Double" as const }));
  const devices = { D: [{ name: "w01018", type: "Double" as const }] };
  const sender = createEdgeNodeSender({ group, node, metrics, devices, withAliases: true });
  let will: SparkplugMessage = sender.connect(0);
  let waiting: SparkplugMessage[] = [];

  function values(): MetricValues {
    const w01018 = Math.round(400 + random() * 400) / 10 + 0.001;
    return random() < 0.5 ? { w01018 } : { w01018, w01001: Math.round(600 + random() * 300) / 100 };
  }

  function birth(time: number): SparkplugMessage {
    const [first, ...rest] = sender.birth(time, () => values());
    if (random() < 0.8) waiting = rest;
    return first ?? will;
  }

  function draw(time: number): SparkplugMessage {
    const held = waiting.shift();
    if (held !== undefined) return held;
    const kind = random();
    if (kind < 0.04) {
      const death = will;
      will = sender.connect(time);
      return death;
    }
    if (kind < 0.1) return birth(time);
    if (kind < 0.13) sender.data(time, null, values()); // lost
    if (kind < 0.17) return sender.data(time, null, { stranger: 1 });
    if (kind < 0.2) return { ...will, topic: `spBv1.0/${group}/NDATA/${node}`, payload: Uint8Array.of(0x12, 0x7f, 1) };
    if (kind < 0.23) return { ...will, payload: buildPayload({ timestamp: time }) };
    if (kind < 0.3) {
      const timestamp = time - Math.floor(random() * 3_600_000);
      return sender.data(time, null, values(), { isHistorical: true, timestamp });
    }
    if (kind < 0.35) return sender.data(time, "D", { w01018: 50 });
    return sender.data(time, null, values());
  }

  return { next: (time) => packMessage(draw(time)) };
}
