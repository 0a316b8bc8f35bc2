// Alarms in number: a register of records as large as anybody has, thousands of alarms that stand, and hundreds of transitions a
// second on top. Every transition is waited for on /live, and the clock runs from the send of the reading that makes it.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { builtInDefinitions } from "#domain/alarms/built-in.ts";
import type { Command } from "#domain/command.ts";
import { channels, doors, type EntryDraft, entryKinds } from "#domain/frame.ts";
import { createFileJournal } from "#store/journal/file-journal.ts";
import type { AlarmJson } from "#test/harness/api-client.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";
import { appendAll } from "#test/property/record-run.ts";
import { type MqttLine, openMqttLine } from "#test/torture/mqtt-line.ts";
import { type Bench, type BenchContext, parseCount, round } from "./frame.ts";
import { createLatencies, type Percentiles } from "./latencies.ts";
import type { LoadClient } from "./load.ts";
import { readUsage } from "./processes.ts";
import { openSubscriber } from "./subscriber.ts";
import { type BenchSystem, startBenchSystem } from "./system.ts";

export interface AlarmLoad {
  readonly records: number;
  readonly standing: number;
  readonly transitionsPerSecond: number;
  readonly seconds: number;
  readonly say: (text: string) => void;
}

export interface AlarmLoadResult {
  readonly records: number;
  /** Active before and after the load, as GET /alarms says. */
  readonly standing: number;
  readonly standingAfter: number;
  readonly transitions: number;
  /** Never seen on /live. */
  readonly lost: number;
  readonly delay: Percentiles;
  /** Of those that came, later than a second. */
  readonly late: number;
  /** Until the program has started and worked the records off. */
  readonly importSeconds: number;
  readonly raiseSeconds: number;
  readonly cpuSecondsPerSecond: number;
}

/** Concentrations, of which 80 mg/L is possible. */
const factors = ["w01018", "w21003", "w21011", "w21001", "w01012"];
const limit = 50;
const perOrder = 200;
const lastMs = 10_000;

/** Records for enterprises that may come some day, as orders in a journal: they must cost nothing to everybody else. */
async function writeRecords(dataDir: string, count: number): Promise<void> {
  const [base] = builtInDefinitions;
  if (base === undefined) throw new Error("there is no built-in record");
  const { version: _, ...record } = base;
  const drafts: EntryDraft[] = [];
  for (let from = 0; from < count; from += perOrder) {
    const definitions = Array.from({ length: Math.min(perOrder, count - from) }, (_, i) => ({
      ...record,
      id: `bench-${from + i}`,
      scope: { ...record.scope, enterprise: `E-${from + i}` },
      expectedVersion: 0,
    }));
    const command: Command = { type: "alarm-definitions.put", definitions, reason: "benchmark" };
    const payload = new TextEncoder().encode(JSON.stringify({ id: `records-${from}`, actor: "admin", command }));
    const place = { kind: entryKinds.command, door: doors.none, channel: channels.none, promised: true } as const;
    drafts.push({ ...place, receivedAt: Date.now(), source: "admin", payload });
  }
  const journal = createFileJournal({ dir: join(dataDir, "journal"), now: Date.now, log: createSilentLog() });
  await journal.start();
  for (let from = 0; from < drafts.length; from += 50) await appendAll(journal, drafts.slice(from, from + 50));
  await journal.stop();
}

async function register(system: BenchSystem, count: number, prefix: string): Promise<LoadClient[]> {
  const clients = await system.register(count, { prefix, factors });
  const limits = clients.flatMap(({ username: site }) =>
    factors.map((factor) => ({ site, factor, basis: "realtime", max: limit, from: 0, reason: "benchmark" })),
  );
  for (let from = 0; from < limits.length; from += 2_500) {
    const reply = await system.api.call("POST", "/api/v1/limits/import", { limits: limits.slice(from, from + 2_500) });
    if (reply.status > 299) throw new Error(`limits: ${reply.status} ${reply.text.slice(0, 500)}`);
  }
  return clients;
}

function openLine(system: BenchSystem, { username, password = "" }: LoadClient): Promise<MqttLine> {
  return new Promise((done, fail) => {
    const line: MqttLine = openMqttLine({
      address: `127.0.0.1:${system.mqttPort}`,
      username,
      password,
      clientId: username,
      onOpen: () => done(line),
      onAck: () => undefined,
      onDone: () => undefined,
      onClose: () => fail(new Error(`${username} could not connect`)),
    });
  });
}

let messageId = 0;
function publish(line: MqttLine, site: string, value: number): void {
  messageId = (messageId % 60_000) + 1;
  const values = Object.fromEntries(factors.map((factor) => [factor, value]));
  line.publish(messageId, `v1/${site}/readings`, Buffer.from(JSON.stringify({ time: Date.now(), values })), 1);
}

async function activeCount({ api }: BenchSystem): Promise<number> {
  return Number((await api.call("GET", "/api/v1/alarms?active=true&limit=1")).body["total"]);
}

export async function measureAlarms(load: AlarmLoad): Promise<AlarmLoadResult> {
  const { say } = load;
  const folder = await createTempDir("alarms");
  await writeRecords(folder.path, load.records);
  say(`${load.records} records`);
  const begun = performance.now();
  const system = await startBenchSystem("duckdb", { dataDir: folder.path });
  const lines: MqttLine[] = [];
  try {
    const wantedRecords = load.records + builtInDefinitions.length;
    const isRead = async (): Promise<boolean> =>
      (await system.api.metrics()).value("plumeline_ingest_alarm_records") >= wantedRecords;
    await waitFor("the records", isRead, { deadlineMs: 300_000, everyMs: 200 });
    const importSeconds = (performance.now() - begun) / 1_000;
    const standing = await register(system, Math.ceil(load.standing / factors.length), "STAND");
    // Each of them steps once in five seconds.
    const moving = await register(system, Math.ceil(load.transitionsPerSecond), "MOVE");
    const raisedAt = performance.now();
    for (const client of standing) {
      const line = await openLine(system, client);
      publish(line, client.username, 80);
      lines.push(line);
    }
    const wanted = standing.length * factors.length;
    await waitFor("the standing alarms", async () => (await activeCount(system)) >= wanted, { deadlineMs: 120_000 });
    const raiseSeconds = (performance.now() - raisedAt) / 1_000;
    say(`${wanted} alarms stand`);

    /** Series → when the reading was sent that moves it, and where to. */
    const out = new Map<string, { readonly at: number; readonly active: boolean }>();
    const delay = createLatencies();
    let late = 0;
    const onAlarm = ({ site, factor, active }: AlarmJson, at: number): void => {
      const key = `${site} ${factor}`;
      const sent = out.get(key);
      if (sent === undefined || sent.active !== active) return;
      out.delete(key);
      delay.add(at - sent.at);
      if (at - sent.at > 1_000) late++;
    };
    const screen = await openSubscriber(system.http, system.api.token, onAlarm);
    const mover = await Promise.all(moving.map((client) => openLine(system, client)));
    lines.push(...mover);
    const usage = readUsage(system.pid);
    const startedAt = performance.now();
    let [sent, missing, turn] = [0, 0, 0];
    while (performance.now() - startedAt < load.seconds * 1_000) {
      const due = ((performance.now() - startedAt) / 1_000) * (load.transitionsPerSecond / factors.length);
      for (; turn < due; turn++) {
        const place = turn % moving.length;
        const [client, line] = [moving[place], mover[place]];
        if (client === undefined || line === undefined) continue;
        const active = Math.floor(turn / moving.length) % 2 === 0;
        for (const factor of factors) {
          const key = `${client.username} ${factor}`;
          if (out.has(key)) missing++;
          out.set(key, { at: performance.now(), active });
        }
        publish(line, client.username, active ? 80 : 10);
        sent += factors.length;
      }
      await new Promise((done) => setTimeout(done, 5));
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    await waitFor("the last transitions", () => out.size === 0, { deadlineMs: lastMs }).catch(() => undefined);
    const after = readUsage(system.pid);
    screen.close();
    const up = moving.length * factors.length;
    const standingAfter = await activeCount(system);
    say(`${sent} transitions; ${standingAfter} alarms are active, of which at most ${up} move`);
    return {
      records: load.records,
      standing: wanted,
      standingAfter,
      transitions: sent,
      lost: missing + out.size,
      delay: delay.percentiles(),
      late,
      importSeconds,
      raiseSeconds,
      cpuSecondsPerSecond: (after.cpuSeconds - usage.cpuSeconds) / seconds,
    };
  } finally {
    for (const line of lines) line.end("reset");
    await system.close();
    await folder.remove();
  }
}

export const bench: Bench = {
  name: "alarms",
  about: "transitions to /live above many records and standing alarms (--records N, --standing N, --rate N)",
  async run({ args, seconds, report, say }: BenchContext) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        records: { type: "string", default: "100000" },
        standing: { type: "string", default: "5000" },
        rate: { type: "string", default: "200" },
      },
    });
    const { delay, ...result } = await measureAlarms({
      records: parseCount("--records", values.records, 110_000),
      standing: parseCount("--standing", values.standing),
      transitionsPerSecond: parseCount("--rate", values.rate),
      seconds: seconds ?? 20,
      say,
    });
    report({
      ...result,
      importSeconds: round(result.importSeconds),
      raiseSeconds: round(result.raiseSeconds),
      cpuSecondsPerSecond: round(result.cpuSecondsPerSecond),
      delayP50Ms: round(delay.p50),
      delayP99Ms: round(delay.p99),
      delayMaxMs: round(delay.max),
    });
  },
};
