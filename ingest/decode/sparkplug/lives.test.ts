// Edge nodes that lose messages and deal their aliases anew, and bytes of any kind: a short run of the fuzzer, and proof that
// it notices a reader who does not look at the numbers of messages.

import { describe, expect, it } from "vitest";
import { fuzzSparkplug } from "#test/fuzz/sparkplug.ts";

describe("a value that comes by its alias", () => {
  it("is never put into the series of another factor, whatever is lost", () => {
    const counted = fuzzSparkplug(20261122, 300);
    for (const count of Object.values(counted)) expect(count).toBeGreaterThan(10);
  });

  it("would be, if the numbers of messages were not looked at", () => {
    expect(() => fuzzSparkplug(20261122, 300, true)).toThrow();
  });
});
