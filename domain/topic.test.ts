// What topics and filters of a device promise.

import { describe, expect, it } from "vitest";
import { isTopicFilter, isTopicName, maySubscribe, parsePublishTopic } from "./topic.ts";

describe("a topic", () => {
  it.each(["v1/S/readings", "/", "a//b", "$SYS/x", "…"])("%s may be the name of one", (topic) => {
    expect(isTopicName(topic)).toBe(true);
  });

  it.each(["", "#", "+", "v1/+/readings", "a#", "a+b"])("%j may not be the name of one", (topic) => {
    expect(isTopicName(topic)).toBe(false);
  });

  it.each(["#", "+", "v1/#", "+/+/#", "v1/+/readings", "/", "+//#"])("%s may be a filter", (filter) => {
    expect(isTopicFilter(filter)).toBe(true);
  });

  it.each(["", "a#", "a+", "+a", "#a", "#/a", "v1/##", "v1/++", "v1/S/a#/b"])("%j may not be a filter", (filter) => {
    expect(isTopicFilter(filter)).toBe(false);
  });
});

describe("a device", () => {
  it.each(["v1/S/#", "v1/S/+", "v1/S/commands", "v1/S/commands/+", "v1/S/+/answers"])(
    "may subscribe to %s",
    (filter) => {
      expect(maySubscribe("S", filter)).toBe(true);
    },
  );

  it.each([
    "#",
    "v1/#",
    "v1/+/readings",
    "v1/T/readings",
    "v1/S",
    "v1/S/",
    "v1/S//readings",
    "v1/S/../T/readings",
    "v1/S/./readings",
    "v1/S/$SYS",
    "v1/S/a#",
    `v1/S/${"x".repeat(300)}`,
    "$SYS/#",
    "$share/g/v1/S/#",
  ])("may not subscribe to %s", (filter) => {
    expect(maySubscribe("S", filter)).toBe(false);
  });

  it.each([
    "v1/S/../T/readings",
    "v1//readings",
    "v1/S//readings",
    "v1/S/readings/",
    "v1/S/$readings",
    "v1/../readings",
  ])("has no topic %s", (topic) => {
    expect(parsePublishTopic(topic)).toBeNull();
  });
});
