// Topics of Sparkplug B: what is one, what is none, and that both ways agree.

import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { sizes } from "./sizes.ts";
import { deviceMessages, formatSparkplugTopic, nodeMessages, parseSparkplugTopic } from "./topic.ts";

describe("a topic of Sparkplug B", () => {
  it.each(nodeMessages)("names group and edge node in %s", (type) => {
    expect(parseSparkplugTopic(`spBv1.0/Steel works/${type}/能源中心-1`)).toEqual({
      type,
      group: "Steel works",
      node: "能源中心-1",
      device: null,
    });
  });

  it.each(deviceMessages)("names the device too in %s", (type) => {
    expect(parseSparkplugTopic(`spBv1.0/G/${type}/N/D`)).toEqual({ type, group: "G", node: "N", device: "D" });
  });

  it("may be the state of a host application", () => {
    expect(parseSparkplugTopic("spBv1.0/STATE/plumeline")).toEqual({ type: "STATE", host: "plumeline" });
  });

  it("may have a group that is called STATE", () => {
    expect(parseSparkplugTopic("spBv1.0/STATE/NDATA/N")).toMatchObject({ group: "STATE", type: "NDATA" });
  });

  it.each([
    ["", "does not begin with spBv1.0/"],
    ["spAv1.0/G/NDATA/N", "does not begin with spBv1.0/"],
    ["spBv1.0", "names no edge node"],
    ["spBv1.0/G/NDATA", "names no edge node"],
    ["spBv1.0/STATE", "the host is empty"],
    ["spBv1.0/STATE/", "the host is empty"],
    ["spBv1.0/G/NDATA/N/D", "NDATA is about an edge node, and a device is named"],
    ["spBv1.0/G/DDATA/N", "DDATA is about a device, and none is named"],
    ["spBv1.0/G/DDATA/N/", "the device is empty"],
    ["spBv1.0/G/DDATA/N/D/E", "has more parts than such a topic has"],
    ["spBv1.0/G/NDATA/N/D/E/F/G", "has more parts than such a topic has"],
    ["spBv1.0//NDATA/N", "the group is empty"],
    ["spBv1.0/G/ndata/N", "has a message type that is not known"],
    ["spBv1.0/G/STATE/N", "has a message type that is not known"],
    ["spBv1.0/G/constructor/N", "has a message type that is not known"],
    ["spBv1.0/+/NDATA/N", "the group has a sign that no identifier may have"],
    ["spBv1.0/G/NDATA/N#", "the node has a sign that no identifier may have"],
    ["spBv1.0/G/NDATA/N\u0000", "the node has a sign that no identifier may have"],
    ["spBv1.0/G/NDATA/N\ud800", "the node has a sign that no identifier may have"],
    [`spBv1.0/G/NDATA/${"x".repeat(sizes.idCharsMax + 1)}`, `the node has ${sizes.idCharsMax + 1} characters`],
  ])("is not %j", (text, says) => {
    expect(parseSparkplugTopic(text)).toBe(says);
  });

  it("is written as it was read, for any text that is one", () => {
    const part = fc.oneof(fc.constantFrom(...nodeMessages, ...deviceMessages, "STATE", "spBv1.0"), fc.string());
    let topics = 0;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const text = ["spBv1.0", ...parts].join("/");
        const topic = parseSparkplugTopic(text);
        if (typeof topic === "string") return;
        topics++;
        expect(formatSparkplugTopic(topic)).toBe(text);
      }),
      { numRuns: 4000 },
    );
    expect(topics).toBeGreaterThan(50);
  });
});
