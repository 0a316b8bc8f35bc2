// Rows for tests of the state store and of those who read it: complete, plausible, changed where the test says so.

import type { Alarm } from "#domain/alarm.ts";
import type { RevisionRow } from "#domain/revision.ts";
import type { Site } from "#domain/site.ts";
import type { StateBatch } from "#store/state/state.ts";

export const onset = Date.UTC(2026, 10, 22, 0, 43, 40);

export function makeBatch(cursor: number, parts: Partial<StateBatch> = {}): StateBatch {
  const empty = {
    sites: [],
    limits: [],
    alarms: [],
    ledger: [],
    latest: [],
    transitions: [],
    quarantine: [],
    audit: [],
  };
  return { ...empty, ...parts, cursor };
}

export function makeSite(id: string, parts: Partial<Site> = {}): Site {
  return {
    id,
    name: `唐山滦丰钢铁 ${id}`,
    kind: "gas-outfall",
    city: "130200",
    enterprise: "唐山滦丰钢铁",
    lat: 39.63,
    lon: 118.18,
    factors: ["a21026", "a21002"],
    intervalSeconds: 15,
    standard: null,
    mn: null,
    simulated: true,
    version: 1,
    ...parts,
  };
}

export function makeAlarm(id: string, parts: Partial<Alarm> = {}): Alarm {
  return {
    id,
    version: 1,
    site: "HB-130200-001",
    factor: "w01018",
    definition: "limit:w01018:realtime",
    priority: 2,
    state: "unack-active",
    active: true,
    acked: false,
    latched: false,
    suppression: null,
    validity: "good",
    value: 88.8,
    limit: 50,
    unit: "mg/L",
    onset,
    cleared: null,
    ackedBy: null,
    ackedAt: null,
    journalSeq: 12,
    record: "limit-realtime",
    recordVersion: 1,
    class: "warning",
    level: 1,
    assignee: null,
    annunciations: 1,
    annunciatedAt: 1_000,
    reraises: 0,
    chattering: false,
    retrospective: false,
    comments: [],
    case: null,
    ...parts,
  };
}

export function makeRevision(seq: number, parts: Partial<RevisionRow> = {}): RevisionRow {
  const reading = { site: "HB-130200-001", factor: "w01018", kind: "realtime", time: onset } as const;
  const versions = { value: 41.25, flag: "N", before: 40, beforeFlag: "D" } as const;
  return { seq, ...reading, ...versions, receivedAt: onset + seq, ...parts };
}
