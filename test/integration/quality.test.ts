// Data quality and exceedances of the real program: three outfalls send two days with holes, flags, a mark and a declared stop;
// what the api says of them is compared with what one gets by counting the minutes that were sent.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Json } from "../harness/api-client.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { waitFor } from "../harness/wait.ts";

const [minuteMs, hourMs, dayMs, zoneMs] = [60_000, 3_600_000, 86_400_000, 28_800_000];
const iso = (ms: number) => new Date(ms).toISOString();
const today = Math.floor((Date.now() + zoneMs) / dayMs) * dayMs - zoneMs;
// Long over, so that no hour of them is still waited for, whatever the hour of this test.
const days = [today - 3 * dayMs, today - 2 * dayMs] as const;
const end = today - dayMs;
const dayName = (start: number) => iso(start + zoneMs).slice(0, 10);
const monthName = (start: number) => dayName(start).slice(0, 7);

interface SiteSpec {
  readonly id: string;
  readonly kind: string;
  readonly city: string;
  /** Valid minutes that an hour needs. */
  readonly needed: number;
  readonly assessed: readonly string[];
  readonly flow: string;
  /** Null: nothing was sent. Otherwise its value, and its flag when that is not normal. */
  sent(factor: string, day: number, hour: number, minute: number): { value: number; flag?: string } | null;
}

const outfall: SiteSpec = {
  id: "W-1",
  kind: "water-outfall",
  city: "130200",
  needed: 1,
  assessed: ["w01018", "w21003"],
  flow: "w00000",
  sent(factor, day, hour, minute) {
    // The whole logger was silent for five hours, and the ammonia analyser for two more.
    if (day === 0 && hour >= 5 && hour < 10) return null;
    if (factor === "w21003" && day === 1 && hour < 2) return null;
    if (factor === "w00000") return { value: 10 };
    // Fault of the COD analyser, and one hour of which a single minute is good.
    if (factor === "w01018" && day === 0 && hour >= 12 && hour < 15) return { value: 1, flag: "D" };
    if (factor === "w01018" && day === 0 && hour === 15) return minute === 30 ? { value: 42 } : { value: 1, flag: "C" };
    return { value: factor === "w01018" ? 40 : 2 };
  },
};

const stack: SiteSpec = {
  id: "G-1",
  kind: "gas-outfall",
  city: "130200",
  needed: 45,
  assessed: ["a21002", "a21026", "a34013"],
  flow: "a00000",
  sent(factor, day, hour, minute) {
    // It stands for six hours, which is declared, and sends nothing meanwhile.
    if (day === 1 && hour >= 10 && hour < 16) return null;
    if (factor === "a00000") return { value: 100_000 };
    // 44 good minutes are too few, 45 are enough; then a hole of sixteen minutes.
    if (factor === "a21002" && day === 0 && hour === 3) return { value: 30, ...(minute < 16 ? { flag: "C" } : {}) };
    if (factor === "a21002" && day === 0 && hour === 4) return { value: 30, ...(minute < 15 ? { flag: "C" } : {}) };
    if (factor === "a34013" && day === 0 && hour === 7 && minute < 16) return null;
    const exceeds = factor === "a21002" && ((day === 0 && hour >= 18 && hour < 21) || (day === 1 && hour === 20));
    return { value: exceeds ? 65 : 30 };
  },
};

const silent: SiteSpec = {
  id: "W-2",
  kind: "water-outfall",
  city: "130300",
  needed: 1,
  assessed: ["w01018"],
  flow: "w00000",
  // A day, and then never again.
  sent: (factor, day) => (day === 0 ? { value: factor === "w00000" ? 5 : 20 } : null),
};

const specs = [outfall, stack, silent];
const factorsOf = (spec: SiteSpec) => [...spec.assessed, spec.flow];
/** The stop that is declared for the stack. */
const isStopped = (spec: SiteSpec, day: number, hour: number) => spec === stack && day === 1 && hour >= 10 && hour < 16;
/** A calibration that is marked: of these minutes none counts. */
const isMarked = (spec: SiteSpec, factor: string, day: number, hour: number) =>
  spec === stack && factor === "a21002" && day === 0 && hour === 18;

interface Counts {
  readonly due: number;
  readonly received: number;
  readonly valid: number;
}

/** Counted by hand: hour by hour, minute by minute, from what was sent. */
function countDay(spec: SiteSpec, factor: string, day: number, withMark = true): Counts {
  let [due, received, valid] = [0, 0, 0];
  for (let hour = 0; hour < 24; hour++) {
    if (isStopped(spec, day, hour)) continue;
    due += 1;
    const minutes = Array.from({ length: 60 }, (_, minute) => spec.sent(factor, day, hour, minute));
    if (minutes.some((sent) => sent !== null)) received += 1;
    const isOut = withMark && isMarked(spec, factor, day, hour);
    const good = isOut ? 0 : minutes.filter((sent) => sent !== null && sent.flag === undefined).length;
    if (good >= spec.needed) valid += 1;
  }
  return { due, received, valid };
}

function add(all: readonly Counts[]): Counts {
  return all.reduce(
    (sum, one) => ({ due: sum.due + one.due, received: sum.received + one.received, valid: sum.valid + one.valid }),
    { due: 0, received: 0, valid: 0 },
  );
}

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
  for (const spec of specs) {
    const { id, kind, city } = spec;
    await system.api.createSite(id, { kind, city, factors: factorsOf(spec), intervalSeconds: 60 });
  }
  await system.api.putLimit("G-1", "a21002", 50, "hour");
  for (const day of [0, 1]) for (const spec of specs) await sendDay(spec, day);
  await declareStop();
}, 60_000);
afterAll(() => system.close());

async function sendDay(spec: SiteSpec, day: number): Promise<void> {
  const points = Array.from({ length: 24 * 60 }, (_, at) => {
    const [hour, minute] = [Math.floor(at / 60), at % 60];
    const values = Object.fromEntries(
      factorsOf(spec).flatMap((factor) => {
        const sent = spec.sent(factor, day, hour, minute);
        return sent === null ? [] : [[factor, sent.flag === undefined ? sent.value : sent]];
      }),
    );
    return { time: (days[day] ?? 0) + at * minuteMs, values };
  }).filter(({ values }) => Object.keys(values).length > 0);
  // A frame holds a few thousand values at most.
  for (let from = 0; from < points.length; from += 720) {
    const reply = await system.api.call("POST", `/api/v1/sites/${spec.id}/readings`, points.slice(from, from + 720));
    expect(reply.status, reply.text).toBe(202);
  }
}

async function enterMark(label: string, day: number, hours: readonly [number, number], factors: string[] | null) {
  const from = iso((days[day] ?? 0) + hours[0] * hourMs);
  const to = iso((days[day] ?? 0) + hours[1] * hourMs);
  const draft = { site: "G-1", factors, label, from, to, reason: `${label} for the test` };
  const made = await system.api.call("POST", "/api/v1/marks", draft);
  expect(made.status, made.text).toBe(201);
  // Whether it is late depends on the hour of this test.
  const decided = { expectedVersion: made.body["version"], reason: "seen" };
  const accepted = await system.api.call("POST", `/api/v1/marks/${String(made.body["id"])}/accept`, decided);
  expect(accepted.status, accepted.text).toBe(200);
}

async function declareStop(): Promise<void> {
  await enterMark("stopped", 1, [10, 16], null);
}

async function get(path: string): Promise<Json> {
  const reply = await system.api.call("GET", `/api/v1/${path}`);
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

interface QualityJson {
  readonly key: string;
  readonly name: string;
  readonly due: number;
  readonly received: number;
  readonly valid: number;
  readonly stopped: number;
  readonly marked: number;
  readonly transmission: number | null;
  readonly validity: number | null;
  readonly effective: number | null;
  readonly days: readonly (Counts & { readonly day: string; readonly effective: number | null })[];
}

async function quality(by: string, day: number): Promise<readonly QualityJson[]> {
  const body = await get(`quality?by=${by}&month=${monthName(days[day] ?? 0)}`);
  return body["rows"] as readonly QualityJson[];
}

async function whenJudged(): Promise<void> {
  await waitFor(
    "everything to be judged",
    async () => {
      const { waiting, running } = await get("judgement");
      return waiting === 0 && running === false;
    },
    { deadlineMs: 20_000 },
  );
}

/** Judging begins a moment after the data came: until the newest day of every site is there. */
async function whenCounted(withMark: boolean): Promise<void> {
  await waitFor(
    "the last day to be counted",
    async () => {
      await whenJudged();
      const rows = await quality("site", 0);
      const found = rows.find(({ key }) => key === "G-1")?.days.find(({ day }) => day === dayName(days[0]));
      const row = await quality("site", 1);
      const last = row.find(({ key }) => key === "G-1")?.days.find(({ day }) => day === dayName(days[1]));
      const expected = add(stack.assessed.map((factor) => countDay(stack, factor, 0, withMark)));
      return found?.valid === expected.valid && (last?.due ?? 0) < 72 && (last?.received ?? 0) > 0;
    },
    { deadlineMs: 30_000 },
  );
}

describe("the rates of two days", () => {
  it("are what counting the minutes gives, outfall by outfall and day by day", async () => {
    await whenCounted(false);
    for (const day of [0, 1]) {
      const rows = await quality("site", day);
      for (const spec of specs) {
        const row = rows.find(({ key }) => key === spec.id);
        const told = row?.days.find((one) => one.day === dayName(days[day] ?? 0));
        const counted = spec.assessed.map((factor) => countDay(spec, factor, day, false));
        expect(told, `${spec.id} ${day}`).toMatchObject(add(counted));
        const rates = counted.map(({ due, valid }) => valid / due);
        expect(told?.effective).toBeCloseTo(rates.reduce((sum, rate) => sum + rate, 0) / rates.length, 12);
        expect(row?.name).toBe(`Outfall ${spec.id}`);
      }
    }
  });

  it("of a city are sum over sum, of the province too", async () => {
    for (const day of [0, 1]) {
      const rows = await quality("city", day);
      for (const city of ["130200", "130300"]) {
        const own = specs.filter((spec) => spec.city === city);
        const sum = add(own.flatMap((spec) => spec.assessed.map((factor) => countDay(spec, factor, day, false))));
        const told = rows.find(({ key }) => key === city)?.days.find((one) => one.day === dayName(days[day] ?? 0));
        expect(told).toMatchObject(sum);
        expect(told?.effective).toBeCloseTo(sum.valid / sum.due, 12);
      }
      const [province] = await quality("province", day);
      const all = add(specs.flatMap((spec) => spec.assessed.map((factor) => countDay(spec, factor, day, false))));
      expect(province?.days.find((one) => one.day === dayName(days[day] ?? 0))).toMatchObject(all);
    }
  });

  it("of a month are the sums of its days, and transmission × validity is the rate", async () => {
    const [province] = await quality("province", 1);
    expect(province).toBeDefined();
    if (province === undefined) return;
    const { due, received, valid } = add(province.days);
    expect(province).toMatchObject({ due, received, valid });
    expect((province.transmission ?? 0) * (province.validity ?? 0)).toBeCloseTo(province.effective ?? -1, 12);
    const body = await get(`quality?by=province&month=${monthName(days[1])}`);
    expect(body).toMatchObject({ target: 90, targetSureness: "verified", definition: "有效传输率 = 传输率 × 有效率" });
  });

  it("come as CSV as well", async () => {
    const reply = await system.api.call("GET", `/api/v1/quality?by=site&month=${monthName(days[1])}&format=csv`);
    expect(reply.headers.get("content-type")).toMatch(/^text\/csv/);
    expect(reply.text.trim().split("\r\n")).toHaveLength(4);
    expect(reply.text).toContain("G-1,Outfall G-1,130200,1,");
  });
});

describe("the audit of a day", () => {
  it("counts anew what is stored, says why minutes do not count, and names the spans that are missing", async () => {
    for (const spec of specs) {
      for (const day of [0, 1]) {
        const audit = await get(`quality/days/${spec.id}/${dayName(days[day] ?? 0)}`);
        for (const factor of audit["factors"] as (Counts & { factor: string; agrees: boolean })[]) {
          // Of the day on which nothing came nothing was stored, because the site was not known yet.
          const isStored = spec !== silent || day === 0;
          expect(factor.agrees, `${spec.id} ${day} ${factor.factor}`).toBe(isStored ? true : null);
          expect(factor).toMatchObject(countDay(spec, factor.factor, day, false));
        }
      }
    }
    const audit = await get(`quality/days/W-1/${dayName(days[0])}`);
    const [cod] = audit["factors"] as Json[];
    expect(cod).toMatchObject({
      factor: "w01018",
      assessed: true,
      parts: { received: 19 * 60, valid: 15 * 60 + 1, excluded: { D: 180, C: 59 } },
      missing: [{ from: iso(days[0] + 5 * hourMs), to: iso(days[0] + 10 * hourMs), hours: 5 }],
    });
    expect(((cod ?? {})["hours"] as { state: string }[]).map(({ state }) => state).slice(4, 16)).toEqual([
      "valid",
      ...Array.from({ length: 5 }, () => "missing"),
      "valid",
      "valid",
      "invalid",
      "invalid",
      "invalid",
      "valid",
    ]);
    expect(audit["frames"]).toMatchObject({ frames: 19 * 60, later: 19 * 60, repeated: 0, cut: false });
  });

  it("of the stack shows the declared stop, and that 45 good minutes are enough where 44 are not", async () => {
    const first = await get(`quality/days/G-1/${dayName(days[0])}`);
    const hours = (first["factors"] as { factor: string; hours: { state: string; valid: number }[] }[]).find(
      ({ factor }) => factor === "a21002",
    )?.hours;
    expect([hours?.[3], hours?.[4]]).toMatchObject([
      { state: "invalid", valid: 44 },
      { state: "valid", valid: 45 },
    ]);
    const second = await get(`quality/days/G-1/${dayName(days[1])}`);
    for (const factor of second["factors"] as { stopped: number; hours: { state: string }[] }[]) {
      expect(factor.stopped).toBe(6);
      expect(factor.hours.slice(10, 16).every(({ state }) => state === "stopped")).toBe(true);
    }
  });
});

it("missing hours are listed as spans, without the declared stop", async () => {
  const range = `from=${days[0]}&to=${end}`;
  const body = await get(`quality/missing?${range}`);
  const items = body["items"] as { site: string; factor: string; from: string; hours: number }[];
  expect(items.map(({ site, factor, from, hours }) => [site, factor, from, hours])).toEqual([
    ["W-1", "w01018", iso(days[0] + 5 * hourMs), 5],
    ["W-1", "w21003", iso(days[0] + 5 * hourMs), 5],
    ["W-1", "w21003", iso(days[1]), 2],
    ["W-2", "w01018", iso(days[1]), 24],
  ]);
  expect(body).toMatchObject({ total: 36, series: 3, next: null });
  const first = await get(`quality/missing?${range}&limit=1`);
  const rest = await get(`quality/missing?${range}&limit=5&cursor=${String(first["next"])}`);
  expect([...(first["items"] as Json[]), ...(rest["items"] as Json[])]).toEqual(items);
  expect((await get(`quality/missing?${range}&city=130300`))["total"]).toBe(24);
  const csv = (await system.api.call("GET", `/api/v1/quality/missing?${range}&format=csv`)).text;
  expect(csv.trim().split("\r\n")).toHaveLength(5);
});

interface ExceedanceJson {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly mean: number;
  readonly window: readonly [string, string];
  readonly at: string;
  readonly episode: { readonly windows: number };
}

async function exceedances(query = ""): Promise<ExceedanceJson[]> {
  return (await get(`exceedances?site=G-1${query}`))["items"] as ExceedanceJson[];
}

describe("exceedances of the stack", () => {
  const starts = [days[0] + 18 * hourMs, days[0] + 19 * hourMs, days[0] + 20 * hourMs, days[1] + 20 * hourMs];

  it("are the hours above the limit and no others; each explanation recomputes it and names its frames", async () => {
    const found = await exceedances();
    expect(found.map(({ window, mean, episode }) => [window[0], mean, episode.windows])).toEqual([
      [iso(starts[3] ?? 0), 65, 1],
      [iso(starts[2] ?? 0), 65, 3],
      [iso(starts[1] ?? 0), 65, 3],
      [iso(starts[0] ?? 0), 65, 3],
    ]);
    for (const { id } of found) {
      const told = await get(`exceedances/${id}/explanation?framesLimit=100`);
      expect(told).toMatchObject({ agrees: true, disagreement: null, recomputed: 65, verdict: "exceeding" });
      expect(told["limit"]).toMatchObject({ max: 50, basis: "hour", versions: [{ version: 1, max: 50 }] });
      const frames = told["frames"] as { seq: number; excerpt: string; time: string }[];
      expect(frames).toHaveLength(60);
      expect(frames[0]?.time).toBe(iso(Number(id.split(":")[3])));
      const raw = await get(`frames/${frames[0]?.seq}`);
      expect(raw).toMatchObject({ site: "G-1", channel: "readings", hidden: false });
      expect(String(raw["text"])).toContain('"a21002":65');
    }
  });

  it("judged again are the same, without new versions", async () => {
    const before = await exceedances();
    const order = { from: days[0], to: end, reason: "is it the same?" };
    const reply = await system.api.call("POST", "/api/v1/judgement/recompute", order);
    expect(reply.status, reply.text).toBe(202);
    expect(reply.body["sites"]).toBe(3);
    await whenJudged();
    expect(await exceedances()).toEqual(before);
    const stranger = await system.api.call("POST", "/api/v1/judgement/recompute", { ...order, sites: ["nobody"] });
    expect([stranger.status, stranger.body["code"]]).toEqual([400, "unknown-site"]);
  });

  it("under a mark are marked and count no more, but what was known before stays known", async () => {
    const known = Date.now();
    await enterMark("calibration", 0, [18, 19], ["a21002"]);
    await whenCounted(true);
    const found = await waitFor(
      "the hour to be marked",
      async () => {
        const all = await exceedances();
        return all.some(({ status }) => status === "marked") && all;
      },
      { deadlineMs: 10_000 },
    );
    expect(found.map(({ status, version, episode }) => [status, version, episode.windows])).toEqual([
      ["confirmed", 1, 1],
      ["confirmed", 1, 2],
      ["confirmed", 1, 2],
      ["marked", 2, 1],
    ]);
    expect((await exceedances(`&asOf=${known}`)).map(({ status, version }) => [status, version])).toEqual([
      ["confirmed", 1],
      ["confirmed", 1],
      ["confirmed", 1],
      ["confirmed", 1],
    ]);
    const told = await get(`exceedances/${found[3]?.id}/explanation`);
    expect(told).toMatchObject({ agrees: true, marks: [{ label: "calibration", effective: true }] });
    const rows = await quality("site", 0);
    const day = rows.find(({ key }) => key === "G-1")?.days.find((one) => one.day === dayName(days[0]));
    expect(day).toMatchObject(add(stack.assessed.map((factor) => countDay(stack, factor, 0))));
  });
});

describe("a month", () => {
  const months = [...new Set(days.map(monthName))];
  /** Yesterday nobody sent anything: it is due all the same, if it is of a month that is asked for. */
  const isYesterdayIn = months.includes(monthName(end));

  async function monthsOf(site: string, factor: string): Promise<{ rows: Json[]; sum: (name: string) => number }> {
    const bodies = await Promise.all(months.map((month) => get(`compliance/months?site=${site}&month=${month}`)));
    const rows = bodies.flatMap((body) => (body["factors"] as Json[]).filter((row) => row["factor"] === factor));
    return { rows, sum: (name) => rows.reduce((total, one) => total + Number(one[name]), 0) };
  }

  function countOf(rows: readonly Json[], name: "standIns" | "without"): Record<string, number> {
    const found: Record<string, number> = {};
    for (const row of rows) {
      const list =
        name === "without"
          ? Object.entries(row[name] as Record<string, number>)
          : (row[name] as { rule: string; count: number }[]).map(({ rule, count }) => [rule, count] as const);
      for (const [key, count] of list) found[key] = (found[key] ?? 0) + count;
    }
    return found;
  }

  it("of the stack adds up exceeding hours, stopped hours and loads, and fills invalid hours by the rule", async () => {
    const { rows, sum } = await monthsOf("G-1", "a21002");
    expect(sum("exceedingHours")).toBe(3);
    const counted = add([0, 1].map((day) => countDay(stack, "a21002", day)));
    const hours = rows.map((one) => one["hours"] as QualityJson);
    expect(add(hours)).toEqual(counted);
    expect(hours.reduce((total, one) => total + one.stopped, 0)).toBe(6);
    // mg/m³ × m³/h: 100,000 m³ in each hour, three valid hours of 65 and the rest of 30.
    const kg = ((counted.valid - 3) * 30 + 3 * 65) / 10;
    expect(sum("kg")).toBeCloseTo(kg, 6);
    // Two invalid hours had seen 3 kg/h at most before, the hours of yesterday 6.5 kg/h.
    const silentHours = isYesterdayIn ? 24 : 0;
    expect(sum("kgSubstituted")).toBeCloseTo(kg + 2 * 3 + silentHours * 6.5, 6);
    expect(countOf(rows, "standIns")).toEqual({ "substitution.flue-gas.180": 2 + silentHours });
    expect(countOf(rows, "without")).toEqual({});
  });

  it("of the outfall keeps what was measured of a day without a valid mean, and fills the day that is missing", async () => {
    const { rows, sum } = await monthsOf("W-1", "w01018");
    // 10 L/s are 36 m³ in an hour: fifteen hours of 40 mg/L and one of 42; then a whole day.
    const [first, second] = [(15 * 40 * 36 + 42 * 36) / 1_000, (24 * 40 * 36) / 1_000];
    expect(sum("kg")).toBeCloseTo(first + second, 6);
    expect(sum("kgSubstituted")).toBeCloseTo(first + second + (isYesterdayIn ? second : 0), 6);
    // Sixteen of 24 hours are too few for a valid day, and no valid day lies before it.
    expect(countOf(rows, "without")).toEqual({ "no-valid-data": 1 });
    expect(countOf(rows, "standIns")).toEqual(isYesterdayIn ? { "substitution.waste-water.2019": 1 } : {});
    const means = rows.flatMap(({ mean }) => (mean === null ? [] : [mean]));
    expect(means).toEqual([40]);
    expect(rows.reduce((days, one) => days + (one["validity"] as { validDays: number }).validDays, 0)).toBe(1);
  });
});
