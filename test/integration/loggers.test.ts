// Loggers through the real program: their cards, what is missing of their data, and how the centre gets it by itself.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectScriptedLogger, type Packet, type ScriptedLogger, stamp } from "#test/harness/scripted-logger.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const soon = { deadlineMs: 15_000 };
/** The keeper looks every five seconds. */
const keeperSoon = { deadlineMs: 40_000 };
const hourMs = 3_600_000;
const mn = "010000A8900016F000169DC0";
const stranger = "FFFFFFFFFFFFFFFFFFFFFFFF";
let system: RunningSystem;
let logger: ScriptedLogger;
/** Start of the hour that is running. */
let hour = 0;

type Json = Record<string, unknown>;

async function get(path: string): Promise<Json> {
  const reply = await system.api.call("GET", `/api/v1/${path}`);
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body;
}

async function fetchText(path: string): Promise<string> {
  const reply = await fetch(`http://${system.addresses.http}/api/v1/${path}`, {
    headers: { authorization: `Bearer ${system.api.token}` },
  });
  expect(reply.status).toBe(200);
  return reply.text();
}

function hourArea(start: number): string {
  return `DataTime=${stamp(start)};w01018-Min=30,w01018-Avg=32.6,w01018-Max=40,w01018-Flag=N`;
}

async function deliverHour(before: number): Promise<void> {
  const { answer } = await logger.deliver({ cn: "2061", area: hourArea(hour - before * hourMs) });
  expect(answer?.cn).toBe("9014");
}

/** As a good logger does: every hour that is asked for, then the result. */
async function sendWhatIsAsked(request: Packet): Promise<void> {
  await logger.send({ cn: "9011", qn: request.qn, st: "91", flag: 4, area: "QnRtn=1" });
  const read = (key: string): number => {
    const text = new RegExp(`${key}=(\\d{14})`).exec(request.area)?.[1] ?? "";
    const iso = text.replace(/(....)(..)(..)(..)(..)(..)/, "$1-$2-$3T$4:$5:$6+08:00");
    return Date.parse(iso);
  };
  for (let start = read("BeginTime"); start <= read("EndTime"); start += hourMs)
    await logger.deliver({ cn: "2061", area: hourArea(start) });
  await logger.send({ cn: "9012", qn: request.qn, st: "91", flag: 4, area: "ExeRtn=1" });
}

beforeAll(async () => {
  system = await startSystem({ env: { HJ212_SETUP: "off" } });
  const site = {
    id: "L-1",
    name: "总排口",
    kind: "water-outfall",
    city: "130200",
    factors: ["w01018"],
    mn,
    pw: "123456",
  };
  const rest = { enterprise: "滦丰钢铁", maintainer: "=燕山环保" };
  expect((await system.api.call("POST", "/api/v1/sites", { ...site, ...rest })).status).toBe(201);
  logger = await connectScriptedLogger(system.addresses.hj212, { mn });
  hour = Math.floor(Date.now() / hourMs) * hourMs;
}, 60_000);
afterAll(async () => {
  await logger?.end();
  await system?.close();
});

describe("a logger", () => {
  it("is listed with its edition, its clock and the door it comes through", async () => {
    const area = `DataTime=${stamp(Date.now())};w01018-Rtd=32.6,w01018-Flag=N`;
    const qn = stamp(Date.now() - 90_000, 17);
    await logger.deliver({ cn: "2011", qn, area });
    const found = await waitFor(
      "the logger",
      async () =>
        ((await get("loggers"))["items"] as Json[]).find((each) => each["site"] === "L-1" && each["heardAt"] !== null),
      soon,
    );
    expect(found).toMatchObject({ known: true, mn, edition: "2017", protocol: "hj212", packetsToday: 1 });
    expect(found["driftMs"]).toBeGreaterThanOrEqual(90_000);
    expect(found["driftMs"]).toBeLessThan(100_000);
  });

  it("is measured on its card, with the threshold and its source, and what changed in it", async () => {
    await logger.deliver({ cn: "3020", area: `DataTime=${stamp(Date.now())};PolId=w01018;i13001-Info=500` });
    await logger.deliver({ cn: "3020", area: `DataTime=${stamp(Date.now())};PolId=w01018;i13001-Info=100` });
    const card = await waitFor(
      "the changes",
      async () => {
        const answer = await get("loggers/L-1/card");
        return (answer["changes"] as Json[]).length === 2 && answer;
      },
      soon,
    );
    expect(card).toMatchObject({ site: "L-1", maintainer: "=燕山环保", sum: { commands: { "2011": 1, "3020": 2 } } });
    expect((card["changes"] as Json[])[0]).toMatchObject({
      code: "i13001",
      factor: "w01018",
      value: "100",
      before: "500",
    });
    const drift = (card["marks"] as Json[]).find(({ line }) => line === "drift");
    expect(drift).toMatchObject({ mark: "fair", unit: "s", threshold: { better: "low", good: 60, fair: 300 } });
    expect(drift?.["source"]).not.toBe("");
  });

  it("that no site has is known too, with nothing but wrong checksums from its line", async () => {
    const unknown = await connectScriptedLogger(system.addresses.hj212, { mn: stranger });
    await unknown.send({ cn: "2011", area: `DataTime=${stamp(Date.now())};w01018-Rtd=1,w01018-Flag=N` });
    await unknown.sendRaw(
      `##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=${stranger};Flag=5;CP=&&RtdInterval=30&&0759\r\n`,
    );
    await unknown.sendRaw(
      `##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=${stranger};Flag=5;CP=&&RtdInterval=30&&0759\r\n`,
    );
    await waitFor("the unknown logger", async () => (await get("loggers?known=false"))["total"] !== 0, soon);
    await unknown.end();
  });
});

describe("hours that did not come", () => {
  it("are listed as gaps, and asked for by the centre itself until they are there", async () => {
    logger.obedience = (request) => {
      if (request.cn === "2061") void sendWhatIsAsked(request);
    };
    await deliverHour(9);
    await deliverHour(1);
    const gaps = await waitFor(
      "the gap",
      async () => {
        const answer = await get("gaps?site=L-1&kind=hour");
        const { all } = answer["totals"] as { readonly all: { readonly intervals: number } };
        return all.intervals === 7 && answer;
      },
      soon,
    );
    expect(gaps["totals"]).toMatchObject({ all: { spans: 1, intervals: 7, loggers: 1 }, day: { spans: 0 } });
    expect((gaps["items"] as Json[])[0]).toMatchObject({
      from: new Date(hour - 8 * hourMs).toISOString(),
      to: new Date(hour - hourMs).toISOString(),
      missing: 7,
    });
    await waitFor("the gap to be closed", async () => (await get("gaps?kind=hour"))["total"] === 0, keeperSoon);
    const requests = logger.requests.filter(({ cn }) => cn === "2061");
    expect(requests).toHaveLength(1);
    expect(requests[0]?.area).toContain(`BeginTime=${stamp(hour - 8 * hourMs)},EndTime=${stamp(hour - 2 * hourMs)}`);
    const record = await waitFor(
      "the record of the request",
      async () => ((await get("requests?site=L-1"))["items"] as Json[]).find(({ state }) => state === "done"),
      soon,
    );
    expect(record).toMatchObject({ origin: "gap", command: "2061", reason: "7 hour intervals are missing" });
    const range = `from=${hour - 10 * hourMs}&to=${hour}`;
    await waitFor(
      "all nine hours in history",
      async () => {
        const history = await get(`history?site=L-1&factor=w01018&interval=raw&kind=hour&${range}`);
        const [series] = history["series"] as { readonly points: unknown[] }[];
        return series?.points.length === 9;
      },
      soon,
    );
  });

  it("come with what the logger said beside its means", async () => {
    const range = `from=${hour - 10 * hourMs}&to=${hour}`;
    const history = await get(`history?site=L-1&factor=w01018&interval=raw&kind=hour&part=min,max,total&${range}`);
    const series = history["series"] as {
      readonly factor: string;
      readonly unit: string;
      readonly points: unknown[][];
    }[];
    expect(series.map(({ factor, unit, points }) => [factor, unit, points.length])).toEqual([
      ["w01018:min", "mg/L", 9],
      ["w01018:max", "mg/L", 9],
      ["w01018:total", "kg", 0],
    ]);
    expect(series[1]?.points[0]?.[1]).toBe(40);
    const reply = await system.api.call("GET", `/api/v1/history?site=L-1&factor=w01018&interval=1h&part=max&${range}`);
    expect(reply.status).toBe(400);
  });

  it("count as received late on the card, and on those of whoever looks after the logger", async () => {
    const card = await get("loggers/L-1/card");
    const kinds = (card["sum"] as { readonly kinds: Record<string, Json> }).kinds;
    expect(kinds["hour"]).toMatchObject({ received: 9, backfilled: 7 });
    const groups = await get("loggers/cards?by=maintainer");
    expect(groups["items"]).toMatchObject([
      { group: "=燕山环保", loggers: 1, card: { kinds: { hour: { received: 9 } } } },
    ]);
  });

  it("and all of it comes as CSV, harmless to a spreadsheet", async () => {
    const text = await fetchText("loggers/cards?by=maintainer&format=csv");
    expect(text).toContain("'=燕山环保,1,");
    expect(await fetchText("loggers?format=csv")).toContain(mn);
    expect((await fetchText("loggers/L-1/card?format=csv")).split("\r\n").length).toBeGreaterThanOrEqual(3);
    expect(await fetchText("gaps?format=csv")).toContain("监测点 site");
  });
});

describe("the logger's own means", () => {
  it("are compared with ours, and those too far apart are findings with both numbers", async () => {
    const start = hour - 3 * hourMs;
    for (let minute = 0; minute < 60; minute++) {
      const area = `DataTime=${stamp(start + minute * 60_000)};w01018-Rtd=${20 + (minute % 2)},w01018-Flag=N`;
      await logger.send({ cn: "2011", area, flag: 4 });
    }
    // The hour that was asked for above has 32.6, and our mean is 20.5.
    const found = await waitFor(
      "the finding",
      async () => {
        const answer = await get("findings?kind=field-mean&site=L-1&status=open");
        return (answer["items"] as Json[]).find((each) => each["valid"] === 60);
      },
      soon,
    );
    expect(found).toMatchObject({
      factor: "w01018",
      basis: "hour",
      start: new Date(start).toISOString(),
      ours: 20.5,
      theirs: 32.6,
      difference: 12.1,
      tolerance: 3.26,
    });
    const card = await get("loggers/L-1/card");
    expect(card["sum"]).toMatchObject({ meansCompared: 1, meansOff: 1 });
    expect((card["marks"] as Json[]).find(({ line }) => line === "field-means")).toMatchObject({
      value: 1,
      mark: "poor",
    });
    expect(await fetchText("findings?format=csv")).toContain("32.6,12.1,3.26");
  });
});

describe("after a restart", () => {
  it("what the door saw of lines is on the cards: connections, and wrong checksums of a logger that no site has", async () => {
    await logger.end();
    await system.stop();
    await system.start();
    const card = await get("loggers/L-1/card");
    expect(card["sum"]).toMatchObject({ connections: 1, boots: 0 });
    const unknown = await get(`loggers/hj212:${stranger}/card`);
    expect(unknown).toMatchObject({ known: false, mn: stranger, sum: { faults: { crc: 2 } } });
  });
});
