// What people do to alarms in a rough run: shelve, assign, unshelve and reset what they see, sometimes as it was before; records with
// delays, with several levels and with numbers of their own; things out of service for a while.

import type { AlarmAct } from "#domain/alarm-act.ts";
import type { Alarm } from "#domain/alarm.ts";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { builtInDefinitions } from "#domain/alarms/built-in.ts";
import type { Command } from "#domain/command.ts";
import { minuteMs } from "#domain/time.ts";

export interface RoughAlarms {
  /** An act on some of the alarms that are seen; null when there are none. */
  act(alarms: readonly Alarm[]): Command | null;
  /** Records, and what is out of service. */
  order(now: number): Command;
}

type Draft = Omit<AlarmDefinition, "version">;

export function createRoughAlarms(random: () => number, sites: readonly string[], factor: string): RoughAlarms {
  const versions = new Map<string, number>();
  const out: string[] = [];
  let drawn = 0;

  function pick<T>(items: readonly T[], otherwise: T): T {
    return items[Math.floor(random() * items.length)] ?? otherwise;
  }

  function drawAct(): AlarmAct {
    const shelf = { kind: "shelve", reason: "nuisance", comment: "seen", second: null } as const;
    const acts: readonly AlarmAct[] = [
      { ...shelf, minutes: 1 + Math.floor(random() * 20), oneShot: random() < 0.3 },
      { ...shelf, minutes: 100_000, oneShot: false },
      { kind: "ack", comment: null },
      { kind: "assign", user: "wang", comment: null },
      { kind: "unshelve", comment: "known by now" },
      { kind: "reset", reason: "looked at it" },
      { kind: "comment", comment: "on the way" },
    ];
    return pick(acts, { kind: "ack", comment: null });
  }

  /** The built-in record of realtime limits, with changes; the built-in one itself is changed too. */
  function drawRecord(): Draft {
    const { version: _, ...base } = builtInDefinitions[0] ?? ({} as AlarmDefinition);
    const scope = { ...base.scope, site: pick(sites, "") };
    const delays = { onDelayMs: Math.floor(random() * 90_000), offDelayMs: Math.floor(random() * 60_000) };
    const levels = [
      { op: "beyond", at: 0.9, priority: 3 },
      { op: "beyond", at: 1.1, priority: 1 },
    ] as const;
    const records: readonly Draft[] = [
      { ...base, id: "slow", scope, ...delays },
      { ...base, id: "steps", scope, levels, latched: random() < 0.5 },
      {
        ...base,
        id: "own",
        subject: "value",
        scope: { ...scope, factor },
        levels: [{ op: "above", at: 72, priority: 2 }],
      },
      { ...base, id: "none", scope, enabled: false },
      { ...base, deadband: { kind: "percent", value: Math.floor(random() * 5) } },
    ];
    return pick(records, { ...base });
  }

  function putRecord(): Command {
    const record = drawRecord();
    const known = versions.get(record.id) ?? (record.id === builtInDefinitions[0]?.id ? 1 : 0);
    // Now and then on an older version, which is refused.
    const isStale = random() < 0.15;
    if (!isStale) versions.set(record.id, known + 1);
    const expectedVersion = isStale ? known + 5 : known;
    return { type: "alarm-definitions.put", definitions: [{ ...record, expectedVersion }], reason: "trial" };
  }

  function beginOut(now: number): Command {
    const id = `out-${++drawn}`;
    out.push(id);
    const scope = { site: pick(sites, ""), enterprise: null, city: null, kind: null, factor: null };
    const to = random() < 0.3 ? null : now + Math.floor(random() * 30) * minuteMs;
    const rest = { definitions: null, workOrder: "W-1", reason: "works" };
    return { type: "out-of-service.begin", draft: { id, scope, from: now - 1_000, to, ...rest } };
  }

  return {
    act(alarms) {
      if (alarms.length === 0) return null;
      const seen = [pick(alarms, alarms[0]), pick(alarms, alarms[0])].flatMap((alarm) => alarm ?? []);
      const targets = [...new Set(seen)].map(({ id, version }) => ({
        alarm: id,
        expectedVersion: random() < 0.15 ? version - 1 : version,
      }));
      return { type: "alarm.act", act: drawAct(), targets, channel: "desk" };
    },
    order(now) {
      const kind = random();
      if (kind < 0.6) return putRecord();
      if (kind < 0.85 || out.length === 0) return beginOut(now);
      return { type: "out-of-service.end", id: pick(out, ""), expectedVersion: 1, reason: "done" };
    },
  };
}
