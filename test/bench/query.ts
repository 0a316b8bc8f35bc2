// `query`: what a screen waits for. Questions of the REST interface over history that is there already, each different from
// the one before, to the last byte (not compressed, not parsed), beside InfluxDB computing the same from raw readings.

import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { windowNumber, windowStart } from "#domain/window.ts";
import type { History } from "#store/history/history.ts";
import { round, type Bench, type BenchContext } from "./frame.ts";
import { fillMeans, fillReadings, siteId } from "./history-fill.ts";
import { askInflux, startHistorySystem, type HistorySystem } from "./history-system.ts";
import { createLatencies } from "./latencies.ts";
import { runLoad } from "./load.ts";
import { readUsage } from "./processes.ts";
import { stores, type Store } from "./system.ts";
import { outfallFactors } from "./values.ts";

/** The outfalls of the province that are monitored on line. */
const sitesAll = 1_211;
/** The end of the filled time: a midnight of UTC+8, long before now. */
const end = windowStart("1d", windowNumber("1d", Date.UTC(2026, 5, 1)));
const year = 365 * dayMs;
const dayCount = 90;
/** Raw for the peer: a year of minutes of one site; ten-minute readings of all sites for the month. */
const peerStepMs = 10 * minuteMs;
const rawStepMs = 10_000;
const rawDays = 21;

interface Case {
  readonly name: string;
  readonly points: number;
  readonly path: (turn: number) => string;
  /** What InfluxDB is asked to compute from raw, and from how many raw values; null = no peer for it. */
  readonly peer: { readonly q: (turn: number) => string; readonly rawValues: number } | null;
}

function pathOf(fields: Readonly<Record<string, string | number>>, factors: readonly string[] = []): string {
  const query = new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  );
  for (const factor of factors) query.append("factor", factor);
  return `/api/v1/history?${query.toString()}`;
}

const aggregates = (factors: readonly string[]): string =>
  factors.map((f) => `mean("${f}"),min("${f}"),max("${f}"),count("${f}")`).join(",");

function listCases(hourSites: number): Case[] {
  // Ranges begin elsewhere every time, so that no answer was given before.
  const shift = (turn: number, stepMs: number): number => (turn % 7) * stepMs;
  const monthFrom = (turn: number): number => end - (30 + (turn % 50)) * dayMs;
  return [
    {
      name: "year of hourly means, one site, ten factors",
      points: 8_760 * 10,
      path: (turn) => {
        const to = end - shift(turn, hourMs);
        const site = siteId((turn * 37) % hourSites);
        return pathOf({ site, from: to - year, to, interval: "1h", limit: 100_000 }, outfallFactors);
      },
      peer: {
        rawValues: 525_600 * 10,
        q: (turn) => {
          const to = end - shift(turn, hourMs);
          const where = `site='${siteId(0)}' AND time >= ${to - year}ms AND time < ${to}ms`;
          return `SELECT ${aggregates(outfallFactors)} FROM readings_minute WHERE ${where} GROUP BY time(1h)`;
        },
      },
    },
    {
      name: "month of daily means, all sites, one factor",
      points: sitesAll * 30,
      path: (turn) => {
        const from = monthFrom(turn);
        const range = { sites: "all", from, to: from + 30 * dayMs, interval: "1d", limit: 500_000 };
        return pathOf(range, [outfallFactors[turn % 10] ?? ""]);
      },
      peer: {
        rawValues: sitesAll * ((30 * dayMs) / peerStepMs),
        q: () => {
          const where = `time >= ${end - 30 * dayMs}ms AND time < ${end}ms`;
          return `SELECT ${aggregates(["w01018"])} FROM readings_hour WHERE ${where} GROUP BY time(1d,16h), site`;
        },
      },
    },
    {
      name: "month of daily means, all sites, ten factors",
      points: sitesAll * 30 * 10,
      path: (turn) => {
        const from = monthFrom(turn);
        return pathOf({ sites: "all", from, to: from + 30 * dayMs, interval: "1d", limit: 500_000 });
      },
      peer: null,
    },
    {
      name: "week of raw readings, one series",
      points: (7 * dayMs) / rawStepMs,
      path: (turn) => {
        const from = end - rawDays * dayMs + (turn % 14) * dayMs + shift(turn, hourMs);
        const range = { site: siteId(turn % 4), from, to: from + 7 * dayMs, interval: "raw", limit: 100_000 };
        return pathOf(range, [outfallFactors[turn % 10] ?? ""]);
      },
      peer: null,
    },
  ];
}

async function fill(history: History, { say }: BenchContext, hourSites: number, withPeer: boolean): Promise<void> {
  const all = Array.from({ length: sitesAll }, (_, index) => index);
  const add = async (what: string, values: Promise<number>): Promise<void> => {
    const begunAt = performance.now();
    const count = await values;
    const seconds = (performance.now() - begunAt) / 1000;
    say(`filled ${what}: ${count.toLocaleString("en-US")} values, ${round(count / seconds)}/s`);
  };
  const hours = { sites: all.slice(0, hourSites), from: end - year - dayMs, to: end };
  await add("hourly means", fillMeans(history, "1h", hours));
  await add("daily means", fillMeans(history, "1d", { sites: all, from: end - dayCount * dayMs, to: end }));
  const raw = { sites: all.slice(0, 4), from: end - rawDays * dayMs, to: end };
  await add("raw readings", fillReadings(history, "realtime", rawStepMs, raw));
  if (!withPeer) return;
  // Of kinds of their own, so that they are nobody else's raw readings.
  const minutes = { sites: [0], from: end - year - dayMs, to: end };
  await add("a year of raw minutes for the peer", fillReadings(history, "minute", minuteMs, minutes));
  const month = { sites: all, from: end - 30 * dayMs, to: end, factors: 1 };
  await add("a month of raw of all sites for the peer", fillReadings(history, "hour", peerStepMs, month));
}

interface Figures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly questions: number;
}

const warmUps = 3;

async function measure(turns: number, ask: (turn: number) => Promise<number>): Promise<Figures> {
  const latencies = createLatencies();
  for (let turn = 0; turn < turns + warmUps; turn++) {
    const ms = await ask(turn);
    if (turn >= warmUps) latencies.add(ms);
  }
  return { p50Ms: round(latencies.at(0.5)), p95Ms: round(latencies.at(0.95)), questions: turns };
}

function countPoints(text: string): number {
  const { series } = JSON.parse(text) as { series: { points: unknown[] }[] };
  return series.reduce((sum, one) => sum + one.points.length, 0);
}

async function runCases(
  store: Store,
  running: HistorySystem,
  context: BenchContext,
  hourSites: number,
  withPeer: boolean,
): Promise<void> {
  const turns = context.seconds === null ? 40 : Math.max(5, context.seconds);
  for (const { name, points, path, peer } of listCases(hourSites)) {
    const found = countPoints(await running.text(path(0)));
    if (found !== points) throw new Error(`${name}: ${found} points instead of ${points}`);
    let bytes = 0;
    const before = readUsage(running.system.program.pid).cpuSeconds;
    const figures = await measure(turns, async (turn) => {
      const asked = await running.ask(path(turn + 1));
      bytes = asked.bytes;
      return asked.ms;
    });
    context.report({
      store,
      question: name,
      points,
      bytes,
      ...figures,
      // Of the program and its database, warm-up included: what a question costs however busy the machine is.
      cpuMsPerQuestion: round(((readUsage(running.system.program.pid).cpuSeconds - before) * 1000) / (turns + warmUps)),
      rssMiB: round(readUsage(running.system.program.pid).rssMiB),
    });
    if (peer === null || running.influxUrl === null || !withPeer) continue;
    const url = running.influxUrl;
    const raw = await measure(3, (turn) => askInflux(url, peer.q(turn)));
    const ratio = { timesFasterThanRaw: round(raw.p50Ms / figures.p50Ms) };
    context.report({ store: "influxdb, from raw", question: name, rawValues: peer.rawValues, ...raw, ...ratio });
  }
}

/** The newest values of all sites, site by site as the contract offers it, eight questions at a time. */
async function measureLatest(store: Store, running: HistorySystem, context: BenchContext): Promise<void> {
  const port = Number(running.system.addresses.mqtt.split(":")[1]);
  const topic = (site: string): string => `v1/${site}/readings`;
  const clients = running.clients;
  const load = { port, clients, topic, factors: outfallFactors, readingsPerMessage: 10, inFlight: 1, qos: 1 } as const;
  const sent = await runLoad({ ...load, messages: clients.length });
  const figures = await measure(8, async () => {
    const begunAt = performance.now();
    const left = clients.map((client) => client.username);
    const work = async (): Promise<void> => {
      for (let site = left.pop(); site !== undefined; site = left.pop()) {
        await running.ask(`/api/v1/sites/${site}/latest`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    return performance.now() - begunAt;
  });
  context.report({ store, question: "latest of all sites", points: sent.readings, ...figures, calls: clients.length });
}

export const bench: Bench = {
  name: "query",
  about: "questions to history, p50 and p95 (--store duckdb|influxdb, --hour-sites N, --no-peer)",
  async run(context) {
    const option = (name: string): string | undefined => {
      const at = context.args.indexOf(name);
      return at < 0 ? undefined : context.args[at + 1];
    };
    const hourSites = Number(option("--hour-sites") ?? 40);
    const wanted = stores.filter((store) => (option("--store") ?? store) === store);
    const withPeer = !context.args.includes("--no-peer");
    for (const store of wanted) {
      const fillStore = (history: History): Promise<void> =>
        fill(history, context, hourSites, withPeer && store === "influxdb");
      const running = await startHistorySystem(store, sitesAll, fillStore);
      try {
        context.report({
          store,
          load: `${sitesAll} sites, hourly means of ${hourSites}, one client, no other load`,
          lost: 0,
        });
        await runCases(store, running, context, hourSites, withPeer);
        await measureLatest(store, running, context);
      } finally {
        await running.close();
      }
    }
  },
};
