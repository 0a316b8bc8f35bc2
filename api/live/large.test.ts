// Proves what the memory and the hub do with very many series: nothing is forgotten, and a screen that asks for more than
// one snapshot holds is told so instead of being flooded.

import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import type { LatestRow } from "#domain/live.ts";
import type { Site } from "#domain/site.ts";
import { createHub, tickMs } from "./hub.ts";
import { createMemory } from "./memory.ts";

const at = Date.UTC(2026, 10, 22);
const factors = ["w01018", "w01001", "w00000", "w21003", "w21011"];
const siteCount = bounds.liveSnapshotRowsMax / factors.length + 1;

function makeSite(n: number, version = 1): Site {
  const rest = { enterprise: "清源水务", lat: 39, lon: 118, standard: null, mn: `mn-${n}`, simulated: true, version };
  const city = n % 2 === 0 ? "130100" : "130200";
  return {
    id: `S${n}`,
    name: `S${n}`,
    kind: "water-outfall",
    city,
    factors: [...factors],
    intervalSeconds: 60,
    ...rest,
  };
}

function makeRow(n: number, factor: string, value: number): LatestRow {
  return [`S${n}`, factor, at + value, value, "M", 3, at + value + 1];
}

function setUp() {
  const memory = createMemory();
  const sites = Array.from({ length: siteCount }, (_, n) => makeSite(n));
  memory.apply({ seq: 1, sites, alarms: [], latest: [] });
  // Factor by factor: the series of one site do not lie beside each other.
  for (const factor of factors) {
    memory.apply({ seq: 2, sites: [], alarms: [], latest: sites.map((_, n) => makeRow(n, factor, n)) });
  }
  return { memory, hub: createHub({ memory, epoch: "e1", compress: (text) => deflateRawSync(text) }) };
}

interface Message {
  readonly type: string;
  readonly latest?: readonly (readonly unknown[])[];
  readonly sites?: readonly string[];
  readonly counts: { readonly sitesTotal: number };
  readonly limited?: boolean;
}

function joinScreen(hub: ReturnType<typeof createHub>, subscribe: object): Message[] {
  const received: Message[] = [];
  const take = (frame: string | Uint8Array): unknown =>
    received.push(JSON.parse(typeof frame === "string" ? frame : new TextDecoder().decode(frame)) as Message);
  const screen = hub.join({ send: take, sendSnapshot: take, bufferedBytes: () => 0, close: () => undefined });
  screen.receive(JSON.stringify({ subscribe }), at);
  return received;
}

describe("a large register", () => {
  it("keeps every value of every site, in whatever order they came", () => {
    const { memory } = setUp();
    expect([memory.siteCount, memory.seriesCount]).toEqual([siteCount, siteCount * factors.length]);
    const n = siteCount - 3;
    expect([...memory.latest(`S${n}`).values()]).toEqual(factors.map((factor) => makeRow(n, factor, n)));
    memory.apply({ seq: 3, sites: [], alarms: [], latest: [makeRow(n, "w00000", 7)] });
    expect(memory.latest(`S${n}`).get("w00000")).toEqual(makeRow(n, "w00000", 7));
    expect([...memory.allLatest()]).toHaveLength(siteCount * factors.length);
  });

  it("keeps sites ordered by id and replaces what changed", () => {
    const { memory } = setUp();
    const order = (): string[] => memory.sites().map((site) => site.id);
    expect(order()).toEqual(Array.from({ length: siteCount }, (_, n) => `S${n}`).sort());
    const added = { ...makeSite(1), id: "S1-b", mn: "other" };
    memory.apply({ seq: 3, sites: [added, makeSite(5, 2), { ...makeSite(6), mn: null }], alarms: [], latest: [] });
    expect(order()).toEqual([...Array.from({ length: siteCount }, (_, n) => `S${n}`), "S1-b"].sort());
    expect(memory.sites().find((site) => site.id === "S5")?.version).toBe(2);
    expect([memory.siteOfMn("mn-5"), memory.siteOfMn("mn-6"), memory.siteOfMn("other")]).toEqual([
      "S5",
      undefined,
      "S1-b",
    ]);
    expect(memory.site("S4")).toEqual(makeSite(4));
  });

  it("a screen that asks for more than one snapshot holds gets alarms and counts, and is told so", () => {
    const { hub } = setUp();
    const all = joinScreen(hub, {});
    expect(all).toMatchObject([{ type: "snapshot", limited: true, latest: [], counts: { sitesTotal: siteCount } }]);
    hub.accept({ seq: 4, latest: [makeRow(0, "w01018", 5)], alarms: [], sites: [] }, at + 1_000);
    expect(all).toHaveLength(1);
    hub.accept({ seq: 5, latest: [makeRow(0, "w01018", 6)], alarms: [], sites: [makeSite(0, 2)] }, at + 2_000);
    expect(all[1]).toMatchObject({ type: "delta", limited: true, latest: [], sites: ["S0"] });
    hub.heartbeat(at + 3_000);
    expect(all[2]).toMatchObject({ type: "heartbeat", limited: true });
  });

  it("a screen that asks for some of it gets its values", () => {
    const { hub } = setUp();
    const some = joinScreen(hub, { sites: ["S1", "S2", "nobody"] });
    const city = joinScreen(hub, { cities: ["130100"] });
    expect(some[0]?.latest?.map((row) => row[0])).toEqual([...factors.map(() => "S1"), ...factors.map(() => "S2")]);
    expect(some[0]?.latest?.[0]).toEqual(["S1", "w01018", at + 1, 1, "M"]);
    expect(some[0]?.limited).toBeUndefined();
    expect(city[0]?.latest).toHaveLength(Math.ceil(siteCount / 2) * factors.length);
    hub.accept(
      { seq: 4, latest: [makeRow(2, "w01018", 5), makeRow(3, "w01018", 6)], alarms: [], sites: [] },
      at + tickMs,
    );
    for (const messages of [some, city]) expect(messages[1]?.latest?.map((row) => row[0])).toEqual(["S2"]);
  });
});
