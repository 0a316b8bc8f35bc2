// Simulated HJ 212 loggers and MQTT devices against the real program: what loggers say is what they measured, clocks are set
// right, and what an outage held up comes afterwards, to the last interval.

import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Device } from "#simulator/fleet/device.ts";
import { createFleet } from "#simulator/fleet.ts";
import { equipLoggers } from "#simulator/hj212/identity.ts";
import { createModel, roundValue } from "#simulator/models/model.ts";
import { adminPassword, nodePath, type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const minuteMs = 60_000;
const size = { sites: 40, energyCentres: 0, stations: false };
const fleet = createFleet(7, size);
const soon = { deadlineMs: 90_000, everyMs: 200 };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

type Line = Readonly<Record<string, unknown>>;
type Counts = Readonly<Record<string, number>>;

interface Simulator {
  lines(): Line[];
  output(): string;
  /** What all loggers did, as it was told last. */
  counts(): Counts;
  /** As Ctrl-C does; the counts at the end. */
  stop(): Promise<{ readonly last: Line; readonly counts: Counts }>;
}

async function start(): Promise<RunningSystem> {
  // Set-up would slow the loggers down to the thirty seconds that the standard allows.
  const system = await startSystem({ keepAddresses: true, env: { HJ212_SETUP: "off" } });
  stops.push(() => system.close());
  return system;
}

async function simulate(system: RunningSystem, args: readonly string[]): Promise<Simulator> {
  const passwordFile = join(system.dataDir, "password");
  await writeFile(passwordFile, adminPassword);
  const { http, mqtt, hj212 } = system.addresses;
  const where = ["--api", `http://${http}`, "--broker", mqtt, "--hj212", hj212, "--password-file", passwordFile];
  const what = ["--sites", String(size.sites), "--energy-centres", "0", "--stations", "off"];
  const child = spawn(nodePath, ["simulator/simulator.ts", ...where, ...what, ...args], {
    env: { PATH: process.env["PATH"] ?? "" },
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await exited;
  };
  stops.push(end);
  const lines = (): Line[] =>
    output
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as Line);
  const counts = (): Counts => (lines().findLast((line) => "hj212" in line)?.["hj212"] ?? {}) as Counts;
  return {
    lines,
    output: () => output,
    counts,
    async stop() {
      await end();
      return { last: lines().at(-1) ?? {}, counts: counts() };
    },
  };
}

/** Starts of the minute intervals of a site that history has, as the logger formed them. */
async function minutesOf(system: RunningSystem, { site }: Device, from: number): Promise<number[]> {
  const factor = site.factors[0] ?? "";
  const query = new URLSearchParams({ site: site.id, factor, interval: "raw", kind: "minute", from: String(from) });
  query.set("to", String(Date.now() + 3_600_000));
  const reply = await system.api.call("GET", `/api/v1/history?${query}`);
  const [series] = reply.body["series"] as { readonly points: readonly (readonly [number])[] }[];
  return (series?.points ?? []).map(([ms]) => ms);
}

describe("simulated loggers", () => {
  it(
    "speak HJ 212 beside devices on MQTT, say what they measured, keep a right clock, and are accounted for",
    { timeout: 90_000 },
    async () => {
      const system = await start();
      const loggers = equipLoggers(fleet, 0.75);
      // A site that an earlier run has registered without its logger.
      const older = fleet.find(({ site }) => loggers.has(site.id));
      expect((await system.api.call("POST", "/api/v1/sites", older?.site)).status).toBe(201);
      const simulator = await simulate(system, [
        "--scenario",
        "calm",
        "--logger-share",
        "0.75",
        "--logger-seconds",
        "2",
      ]);
      const far = [...loggers.values()].filter(({ clockOffMs }) => Math.abs(clockOffMs) > 5 * minuteMs);
      expect(far.length).toBeGreaterThan(0);
      const driftOf = async (site: string): Promise<number> => {
        const items = (await system.api.call("GET", "/api/v1/loggers?limit=1000")).body["items"] as Line[];
        const drift = items.find((each) => each["site"] === site)?.["driftMs"];
        return typeof drift === "number" ? Math.abs(drift) : Infinity;
      };
      // The newest value of a clock that was ahead stays the newest for a while; the drift of its last packet tells at once.
      for (const { site } of fleet) {
        const isRight = async (): Promise<boolean> => {
          const value = (await system.api.latest(site.id))[site.factors[0] ?? ""];
          return value !== undefined && (!loggers.has(site.id) || (await driftOf(site.id)) < 3_000);
        };
        await waitFor(`values of ${site.id} by a right clock`, isRight, soon);
      }
      const mn = await system.api.call("GET", `/api/v1/sites?limit=1000`);
      const known = new Map(
        (mn.body["items"] as { id: string; mn: string | null }[]).map((each) => [each.id, each.mn]),
      );
      for (const { site } of fleet) expect(known.get(site.id)).toBe(loggers.get(site.id)?.mn ?? null);
      const { last, counts } = await simulator.stop();
      expect(counts["clocksSet"]).toBeGreaterThanOrEqual(far.length);
      expect(counts).toMatchObject({ unanswered: 0, dropped: 0, lost: 0, unreadable: 0, refusals: 0 });
      expect(last).toMatchObject({ dropped: 0, lost: 0 });

      const acked = (counts["acked"] ?? 0) + Number(last["acked"]);
      const ledger = await system.api.settledLedger("", acked);
      expect(ledger).toMatchObject({ balanced: true, quarantine: {} });
      expect(ledger.frames.acknowledged).toBeGreaterThanOrEqual(acked);
      const metrics = await system.api.metrics();
      const answered = metrics.value("plumeline_broker_frames_acknowledged_total", { door: "hj212" });
      expect(answered).toBeGreaterThanOrEqual(counts["acked"] ?? Infinity);
      expect(answered).toBeLessThanOrEqual((counts["sent"] ?? 0) + (counts["resent"] ?? 0));

      const steady = fleet.find(
        ({ site }) => site.kind === "water-outfall" && Math.abs(loggers.get(site.id)?.clockOffMs ?? 1e6) < 1_000,
      );
      if (steady === undefined) throw new Error("no logger with a good clock");
      const model = createModel({ ...steady, site: { ...steady.site, intervalSeconds: 2 } });
      const range = { from: Date.now() - 10 * minuteMs, to: Date.now() + minuteMs, interval: "raw" } as const;
      const points = await system.api.history(steady.site.id, "w01018", range);
      expect(points.length).toBeGreaterThan(3);
      for (const [ms, value] of points) {
        // Up to half a second slow: then the second before is shown.
        const measured = [ms, ms + 1_000].map((at) => roundValue("w01018", model(at).get("w01018") ?? 0));
        expect(measured).toContain(value);
      }
    },
  );

  it("raise the alarms of what was made to exceed, and no others", { timeout: 90_000 }, async () => {
    const system = await start();
    const truthFile = join(system.dataDir, "truth.jsonl");
    const quick = ["--logger-share", "1", "--logger-seconds", "2"];
    const simulator = await simulate(system, ["--scenario", "storm", ...quick, "--truth", truthFile]);
    const listAlarms = async () =>
      (await system.api.alarms()).filter(({ ["definition"]: definition }) => String(definition).endsWith(":realtime"));
    await waitFor("eight alarms", async () => (await listAlarms()).length >= 8, soon);
    await simulator.stop();
    await system.api.settledLedger();
    const truth = (await readFile(truthFile, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    for (const { site, factor, onset } of await listAlarms()) {
      const told = truth.find((line) => line["site"] === site && line["factor"] === factor);
      expect(told, `${site} ${factor}`).toMatchObject({ kind: "exceed" });
      expect(Date.parse(onset)).toBeGreaterThanOrEqual(Date.parse(String(told?.["from"])));
      expect(Date.parse(onset)).toBeLessThanOrEqual(Date.parse(String(told?.["to"])));
    }
  });

  it(
    "bring every interval of a past after a kill -9 of the program in its middle, also those they forgot, and lose none",
    { timeout: 400_000 },
    async () => {
      const system = await start();
      const loggers = equipLoggers(fleet, 1);
      const begun = Date.now();
      const past = ["--speed", "1500", "--hours", "5"];
      const simulator = await simulate(system, ["--scenario", "calm", "--logger-share", "1", ...past]);
      await waitFor(
        "a part of the past",
        async () => (await system.api.settledLedger()).frames.acknowledged > 600,
        soon,
      );
      await system.kill();
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      await system.start();
      const counts = await waitFor(
        "all reports to be delivered",
        () => {
          const { records = 0, delivered, forgotten = 0, connected } = simulator.counts();
          return records > 0 && delivered === records - forgotten && connected === loggers.size && simulator.counts();
        },
        { deadlineMs: 240_000, everyMs: 200 },
      );
      expect(counts["lost"]).toBe(loggers.size);
      expect(counts["dropped"]).toBe(0);
      expect(counts["forgotten"]).toBeGreaterThan(0);
      // The first may be on its way to be formed; of the last half hour the centre does not ask for what is missing yet.
      const step = 10 * minuteMs;
      const first = Math.ceil((begun - 5 * 60 * minuteMs) / step) * step;
      const patience = 30 * minuteMs;
      const due = Array.from({ length: 29 }, (_, i) => first + i * step).filter(
        (time) => time + step + patience <= begun,
      );
      expect(due.length).toBeGreaterThan(23);
      for (const device of fleet) {
        const { id } = device.site;
        await waitFor(
          `every interval of ${id} (${loggers.get(id)?.habit})`,
          async () => {
            const there = new Set(await minutesOf(system, device, first - step));
            return due.every((time) => there.has(time));
          },
          { deadlineMs: 60_000, everyMs: 500 },
        );
      }
      await simulator.stop();
      const ledger = await system.api.settledLedger();
      expect(ledger).toMatchObject({ balanced: true, quarantine: {} });
    },
  );
});
