// Stations through the real program: hours of the past are handed in, and what the stations say is asked for over HTTP.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PastStation, registerStation, sendPast } from "#test/harness/stations.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;

interface Item {
  readonly factor: string;
  readonly value: number | null;
  readonly index: number | null;
  readonly limit: number | null;
  readonly multiple: number | null;
  readonly valid: number;
  readonly why: string | null;
}

interface Said {
  readonly window: string;
  readonly from: string;
  readonly value: number | null;
  readonly unit: string;
  readonly standing: string;
  readonly why: string | null;
  readonly deciding: readonly string[];
  readonly category: { readonly key: string; readonly nameZh: string; readonly colour: string | null } | null;
  readonly items: readonly Item[];
  readonly figures: readonly { readonly name: string; readonly value: number | null }[];
  readonly remarks: readonly { readonly code: string; readonly factors: readonly string[] }[];
  readonly rules: readonly string[];
}

interface Station {
  readonly id: string;
  readonly target: { readonly name: string; readonly assumed: boolean } | null;
  readonly now: Said;
  readonly trend: readonly (readonly [number, number | null])[];
}

interface List {
  readonly items: readonly Station[];
  readonly cities: readonly { readonly city: string; readonly stations: number; readonly now: Said }[];
  readonly rules: readonly { readonly rule: string; readonly sureness: string }[];
}

interface Page {
  readonly station: Station;
  readonly hours: readonly Said[];
  readonly days: readonly Said[];
  readonly month: Said | null;
}

let system: RunningSystem;

const constant = (value: number) => () => value;
/** The worked example of an hour. */
const worked = { a21026: 18, a21004: 63, a21005: 1.6, a05024: 20, a34002: 160, a34004: 96 };
const ofWorked = Object.fromEntries(Object.entries(worked).map(([factor, value]) => [factor, constant(value)]));

const stations: readonly PastStation[] = [
  { id: "AIR-1", kind: "air-station", intervalSeconds: 300, hours: 30, values: ofWorked },
  // Of the last hour only eight readings of five minutes: 40 minutes.
  {
    id: "AIR-2",
    kind: "air-station",
    intervalSeconds: 300,
    hours: 3,
    values: { a34004: (hoursAgo, time) => (hoursAgo === 1 && time % hourMs >= 40 * minuteMs ? null : 30) },
  },
  {
    id: "AIR-HOURS",
    kind: "air-station",
    city: "130400",
    intervalSeconds: 3600,
    hours: 3,
    sends: "hour",
    values: { a34004: constant(61) },
  },
  {
    id: "RIVER-1",
    kind: "water-station",
    intervalSeconds: 900,
    hours: 28,
    values: {
      w01010: constant(8.6),
      w01001: constant(7.9),
      w01009: constant(9.4),
      w01019: constant(4.6),
      // Worse than class III for the last two hours of four.
      w21003: (hoursAgo) => (hoursAgo > 2 ? 0.38 : 1.5),
      w21011: constant(0.112),
    },
  },
  {
    id: "SOURCE-1",
    kind: "drinking-water",
    intervalSeconds: 3600,
    hours: 5,
    values: { w21003: constant(0.2), w01001: constant(7.5), w21038: constant(300) },
  },
  {
    id: "GAMMA-1",
    kind: "radiation",
    intervalSeconds: 3600,
    hours: 31 * 24,
    values: { "X-GAMMA": (hoursAgo) => (hoursAgo === 1 ? 160 : hoursAgo % 2 === 0 ? 99 : 101), "X-RAIN": constant(0) },
  },
  {
    id: "NOISE-1",
    kind: "noise",
    intervalSeconds: 900,
    hours: 60,
    standard: { standard: "GB 3096-2008", industry: "sound environment", unit: "class 2" },
    values: { Leq: (_, time) => ((time / (15 * minuteMs)) % 4 === 3 ? 70 : 50), LMx: constant(80), LMn: constant(40) },
  },
];

const ofHours: PastStation = {
  id: "NOISE-HOURS",
  kind: "noise",
  intervalSeconds: 60,
  hours: 4,
  sends: "hour",
  values: { Leq: constant(55.5) },
};

async function list(kind: string): Promise<List> {
  const reply = await system.api.call("GET", `/api/v1/stations?kind=${kind}`);
  if (reply.status !== 200) throw new Error(reply.text);
  const { body } = reply;
  return {
    items: body["items"] as readonly Station[],
    cities: body["cities"] as List["cities"],
    rules: body["rules"] as List["rules"],
  };
}

async function page(id: string, query = ""): Promise<Page> {
  const reply = await system.api.call("GET", `/api/v1/stations/${id}?${query}`);
  if (reply.status !== 200) throw new Error(reply.text);
  const { body } = reply;
  return {
    station: body["station"] as Station,
    hours: body["hours"] as readonly Said[],
    days: body["days"] as readonly Said[],
    month: body["month"] as Said | null,
  };
}

async function station(kind: string, id: string): Promise<Station> {
  return waitFor(
    `${id} with something to say`,
    async () =>
      (await list(kind)).items.find((each) => each.id === id && each.now.items.some(({ value }) => value !== null)),
    { deadlineMs: 20_000 },
  );
}

let hour = 0;

beforeAll(async () => {
  system = await startSystem();
  for (const each of [...stations, ofHours]) {
    await registerStation(system.api, each);
    hour = await sendPast(system.api, each);
  }
  await waitFor("everything stored", async () => (await system.api.ledger()).frames.pending === 0, {
    deadlineMs: 30_000,
  });
}, 90_000);
afterAll(() => system.close());

describe("air stations", () => {
  it("say the index of the last whole hour, its primary pollutant and the rule, the worst station first", async () => {
    const { now } = await station("air-station", "AIR-1");
    expect([now.value, now.deciding, now.standing, now.category?.nameZh]).toEqual([
      133,
      ["a34004"],
      "valid",
      "轻度污染",
    ]);
    expect(now.from).toBe(new Date(hour - hourMs).toISOString());
    expect(now.rules).toContain("air-quality.2026");
    const all = await list("air-station");
    expect(all.items.map(({ id }) => id)).toEqual(["AIR-1", "AIR-HOURS", "AIR-2"]);
    expect(all.rules.find(({ rule }) => rule === "air-quality.2026")?.sureness).toBe("verified");
  });

  it("have no index of an hour with 40 valid minutes, and say why", async () => {
    const { now } = await station("air-station", "AIR-2");
    expect([now.value, now.standing, now.why]).toEqual([null, "invalid", "too-few-valid"]);
    expect(now.items.find(({ factor }) => factor === "a34004")).toMatchObject({ value: 30, valid: 40, index: null });
  });

  it("that send hours instead of readings are understood, and a city is the mean of what counts", async () => {
    const { now } = await station("air-station", "AIR-HOURS");
    expect(now.value).toBe(101);
    const { cities } = await list("air-station");
    expect(cities.map(({ city, stations: count, now: { value } }) => [city, count, value])).toEqual([
      ["130200", 2, 133],
      ["130400", 1, 101],
    ]);
  });

  it("have a page with each hour and day of a range; today is not over", async () => {
    const { hours, days } = await page("AIR-1", `from=${hour - 26 * hourMs}&to=${hour + hourMs}`);
    expect(hours).toHaveLength(26);
    expect(new Set(hours.map(({ value }) => value))).toEqual(new Set([133]));
    expect(days.at(-1)).toMatchObject({ window: "day" });
    // Just after midnight there is nothing of it yet.
    expect(["not-over", "nothing-received"]).toContain(days.at(-1)?.why);
  });
});

describe("water stations", () => {
  it("say class, deciding item and multiple against an assumed class III, and what somebody should look at", async () => {
    const { now, target } = await station("water-station", "RIVER-1");
    expect([now.value, now.deciding, now.category?.nameZh]).toEqual([4, ["w21003"], "Ⅳ 轻度污染"]);
    expect(now.items.find(({ factor }) => factor === "w21003")).toMatchObject({ limit: 1, multiple: 0.5, index: 4 });
    expect(target).toMatchObject({ name: "class III (river)", assumed: true });
    expect(now.remarks.map(({ code }) => code)).toContain("class-down");
  });

  it("have the class of each hour: III before the ammonia came", async () => {
    await station("water-station", "RIVER-1");
    const { hours, month } = await page("RIVER-1", `from=${hour - 6 * hourMs}&to=${hour}`);
    expect(hours.map(({ value }) => value)).toEqual([3, 3, 3, 3, 4, 4]);
    expect(hours[4]?.remarks.map(({ code }) => code)).toEqual(["class-down", "ammonia-doubled"]);
    expect(month?.window).toBe("month");
  });

  it("of drinking water are held against class II and table 2", async () => {
    const { now, target } = await station("drinking-water", "SOURCE-1");
    expect(target?.name).toBe("class II (river)");
    expect(now.remarks.map(({ code, factors }) => [code, factors[0]])).toEqual([["table-2", "w21038"]]);
    const { month } = await page("SOURCE-1");
    expect(month?.figures.find(({ name }) => name === "compliance-by-hours")?.value).toBe(0);
  });
});

describe("radiation stations", () => {
  it("stand on their own thirty days: 160 nGy/h above 100 ± 1 is a warning", async () => {
    const { now } = await station("radiation", "GAMMA-1");
    expect([now.value, now.unit, now.category?.key, now.standing]).toEqual([160, "nGy/h", "warning", "valid"]);
    const figures = new Map(now.figures.map(({ name, value }) => [name, value]));
    expect(figures.get("baseline-mean")).toBeCloseTo(100, 6);
    expect(figures.get("baseline-sigma")).toBeCloseTo(1, 2);
    expect(figures.get("rain-2h")).toBe(0);
  });
});

describe("noise stations", () => {
  it("say a level of energy: 50, 50, 50 and 70 dB are 64.1 dB, against the limit of their zone", async () => {
    const { now, target } = await station("noise", "NOISE-1");
    expect(now.value).toBeCloseTo(64.108, 3);
    expect([now.unit, now.category?.key, target?.assumed]).toEqual(["dB(A)", "above", false]);
    expect(now.items[0]?.limit).toBe(new Date(hour + 7 * hourMs).getUTCHours() % 22 >= 6 ? 60 : 50);
  });

  it("that send hours instead of levels are taken at their word", async () => {
    const { now } = await station("noise", ofHours.id);
    expect([now.value, now.standing, now.items[0]?.valid]).toEqual([55.5, "valid", 60]);
  });

  it("have days and nights on their page, each with its own limit", async () => {
    await station("noise", "NOISE-1");
    const { days } = await page("NOISE-1", `from=${hour - 48 * hourMs}&to=${hour}`);
    const whole = days.filter(({ standing }) => standing === "valid");
    expect(new Set(whole.map(({ window, items }) => `${window} ${items[0]?.limit}`))).toEqual(
      new Set(["day 60", "night 50"]),
    );
    expect(whole.every(({ value }) => value !== null && Math.abs(value - 64.108) < 0.001)).toBe(true);
  });
});

describe("a list of stations", () => {
  it("that is looked at again comes at once", async () => {
    const times: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const begin = performance.now();
      await list("air-station");
      times.push(performance.now() - begin);
    }
    expect(Math.min(...times.slice(1))).toBeLessThan(300);
  });

  it("is refused for a kind that is no station, and a page for a range of more than 31 days", async () => {
    expect((await system.api.call("GET", "/api/v1/stations?kind=gas-outfall")).status).toBe(400);
    const reply = await system.api.call("GET", `/api/v1/stations/AIR-1?from=${hour - 32 * 24 * hourMs}&to=${hour}`);
    expect([reply.status, reply.body["code"]]).toEqual([400, "invalid-request"]);
    expect((await system.api.call("GET", "/api/v1/stations/NOBODY")).status).toBe(404);
  });
});
