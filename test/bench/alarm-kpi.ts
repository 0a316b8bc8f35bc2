// `alarm-kpi`: a month of the journal of alarms of a province, and how long its figures take: rows in the SQLite file, read and
// folded as the api does it.

import { join } from "node:path";
import { readKpi } from "#api/alarms/kpi.ts";
import { createMemory } from "#api/live/memory.ts";
import type { Alarm, AlarmTransition } from "#domain/alarm.ts";
import { dayMs } from "#domain/time.ts";
import { createSqliteState } from "#store/state/sqlite.ts";
import { makeAlarm, makeBatch, makeSite } from "#test/contract/state-rows.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";
import { type Bench, round } from "./frame.ts";

const sites = 1_211;
const days = 30;
const end = Date.UTC(2026, 5, 1);
const targetSeconds = 2;
const turns = 3;

/** Raised, acknowledged, back to normal. */
function lifeOf(i: number, at: number): { readonly alarm: Alarm; readonly rows: AlarmTransition[] } {
  const id = `A${i}`;
  const site = `HB-${i % sites}`;
  const priority = ([2, 2, 3, 3, 3, 1] as const)[i % 6] ?? 2;
  const over = { state: "normal", active: false, acked: true, ackedBy: "li", cleared: at + 600_000 } as const;
  const alarm = makeAlarm(id, { site, priority, onset: at, version: 3, ...over });
  const row = (version: number, parts: Partial<AlarmTransition>): AlarmTransition => ({
    alarmId: id,
    version,
    seq: i,
    from: "normal",
    to: "unack-active",
    cause: "sample",
    value: 60,
    limit: 50,
    eventTime: at,
    receivedAt: at,
    actor: null,
    comment: null,
    definition: "limit:w01018:realtime",
    record: "limit-realtime",
    recordVersion: 1,
    fromSuppression: null,
    toSuppression: null,
    priority,
    annunciation: null,
    ...parts,
  });
  const rows = [
    row(1, { annunciation: `${id}:1` }),
    row(2, { from: "unack-active", to: "ack-active", cause: "command", actor: "li", receivedAt: at + 300_000 }),
    row(3, { from: "ack-active", to: "normal", receivedAt: at + 600_000, eventTime: at + 600_000 }),
  ];
  return { alarm, rows };
}

export const bench: Bench = {
  name: "alarm-kpi",
  about: "the figures of a month of alarms of a province (--rows N, default 150000)",
  async run({ report, say, args }) {
    const option = args.indexOf("--rows");
    const rows = option < 0 ? 150_000 : Number(args[option + 1]);
    const dir = await createTempDir("kpi");
    const state = createSqliteState({ file: join(dir.path, "state.sqlite"), log: createSilentLog() });
    await state.start();
    try {
      const register = Array.from({ length: sites }, (_, i) => makeSite(`HB-${i}`, { kind: "water-outfall" }));
      await state.commit(makeBatch(1, { sites: register }));
      const lives = Math.ceil(rows / 3);
      const step = (days * dayMs) / lives;
      for (let from = 0; from < lives; from += 5_000) {
        const part = Array.from({ length: Math.min(5_000, lives - from) }, (_, k) =>
          lifeOf(from + k, Math.round(end - days * dayMs + (from + k) * step)),
        );
        const transitions = part.flatMap((life) => life.rows);
        await state.commit(makeBatch(2 + from, { alarms: part.map(({ alarm }) => alarm), transitions }));
      }
      say(`${lives * 3} rows written`);
      const memory = createMemory();
      memory.begin(1, []);
      memory.apply({ seq: 1, latest: [], alarms: [], sites: register });
      for (let turn = 0; turn < turns; turn++) {
        const cpu = process.cpuUsage();
        const begun = performance.now();
        const question = { from: end - days * dayMs, to: end + dayMs, positions: 1, by: "city" } as const;
        const answer = await readKpi({ state, memory, now: () => end + dayMs }, question);
        const seconds = (performance.now() - begun) / 1000;
        const { user, system } = process.cpuUsage(cpu);
        const cost = { seconds: round(seconds), cpuSeconds: round((user + system) / 1e6) };
        report({
          rows: answer.rows,
          calls: answer.report.alarms,
          ...cost,
          targetSeconds,
          pass: seconds <= targetSeconds,
        });
      }
    } finally {
      await state.stop();
      await dir.remove();
    }
  },
};
