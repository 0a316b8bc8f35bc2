// What a checkpoint of an older program says of the limits of a standard is made whole, once, and told to the state store.

import { expect, it } from "vitest";
import { entryKinds, type Entry } from "#domain/frame.ts";
import type { Limit } from "#domain/limit.ts";
import { createOutput, type Output } from "../output.ts";
import { createPipeline, type Pipeline } from "../pipeline.ts";
import type { SavedWatch } from "../registry.ts";

const site = {
  id: "S",
  name: "S",
  kind: "gas-outfall",
  city: "130200",
  enterprise: null,
  lat: null,
  lon: null,
  factors: ["a21002", "a19001"],
  intervalSeconds: 60,
  standard: { standard: "DB13/2169-2018 (Hebei steel ultra-low)", industry: "sinter", unit: "machine head" },
  mn: null,
  simulated: false,
} as const;

function feed(pipeline: Pipeline, seq: number, command?: unknown): Output {
  const output = createOutput();
  const payload = new TextEncoder().encode(
    command === undefined ? "" : JSON.stringify({ id: `c${seq}`, actor: "admin", command }),
  );
  const kind = command === undefined ? entryKinds.tick : entryKinds.command;
  const entry: Entry = {
    kind,
    seq,
    receivedAt: 1_000 * seq,
    source: "admin",
    door: 0,
    channel: 0,
    promised: true,
    payload,
  };
  pipeline.process(entry, output);
  return output;
}

/** As an older program wrote it. */
function withoutReference(watch: SavedWatch): SavedWatch {
  const older = (limits: readonly Limit[]): Limit[] =>
    limits.map(({ refO2: _reference, decimals: _decimals, ...rest }) => rest);
  const { realtime, hour, day } = watch.limits;
  return { ...watch, limits: { realtime: older(realtime), hour: older(hour), day: older(day) } };
}

it("a checkpoint of an older program gives the limits of a standard with their reference oxygen, as a replay does", () => {
  const first = createPipeline();
  feed(first, 1, { type: "sites.put", sites: [site] });
  const replayed = first.registry.limitsOf("S");
  expect(replayed.map(({ factor, max, refO2 }) => [factor, max, refO2])).toEqual([["a21002", 50, 16]]);

  const saved = first.save();
  const watches = saved.registry.watches.map(([series, watch]) => [series, withoutReference(watch)] as const);
  const older = structuredClone({
    ...saved,
    registry: { ...saved.registry, watches, sites: [...saved.registry.sites] },
  });
  const second = createPipeline(older);
  expect(second.registry.limitsOf("S")).toEqual(replayed);
  expect([...feed(second, 2).state.limits.values()]).toEqual(replayed);
  expect(feed(second, 3).state.limits.size).toBe(0);

  const again = second.save();
  const third = createPipeline(
    structuredClone({ ...again, registry: { ...again.registry, sites: [...again.registry.sites] } }),
  );
  expect(feed(third, 4).state.limits.size).toBe(0);
});
