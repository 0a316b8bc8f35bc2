// Which loss makes the command fail.

import { expect, it } from "vitest";
import { ownLossOf } from "./own-loss.ts";

it("what we lose makes a run fail, what a peer loses does not", () => {
  expect(ownLossOf({ store: "duckdb", lost: 3 })).toBe(3);
  expect(ownLossOf({ peer: "mosquitto+node-red+influxdb", flow: "usual", lost: 3 })).toBe(0);
  expect(ownLossOf({ part: "plumeline", lost: 0 })).toBe(0);
  expect(ownLossOf({ machine: "m" })).toBe(0);
});
