// What the stores hold at the end, read without the product's own readers: DuckDB and SQLite as files, InfluxDB by its HTTP
// interface. Only while the system is down. Turns tables into rows; judges nothing.

import { DatabaseSync } from "node:sqlite";
import { DuckDBInstance } from "@duckdb/node-api";

export interface StoredReading {
  readonly site: string;
  readonly factor: string;
  readonly time: number;
  readonly value: number;
  readonly seq: number;
}

export interface LedgerSums {
  framesStored: number;
  framesQuarantined: number;
  framesDuplicate: number;
  framesUnpromised: number;
  readingsStored: number;
}

export interface StoredAlarm {
  readonly id: string;
  readonly site: string;
  readonly state: string;
  readonly version: number;
  readonly active: boolean;
  /** What can happen, e.g. "limit:w01018:realtime". */
  readonly definition: string;
  /** How often operators were called by it. */
  readonly annunciations: number;
}

export interface StateRows {
  readonly quarantine: readonly { readonly seq: number; readonly site: string; readonly reason: string }[];
  readonly ledger: ReadonlyMap<string, LedgerSums>;
  readonly alarms: readonly StoredAlarm[];
  /** Alarm id → the versions of its transitions, in their order. */
  readonly transitions: ReadonlyMap<string, readonly number[]>;
  /** Alarm id → the calls of operators that its transitions made, in their order. */
  readonly calls: ReadonlyMap<string, readonly string[]>;
}

export function readState(file: string): StateRows {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const quarantine = db.prepare("select seq, site, reason from quarantine order by seq, part").all();
    const ledger = new Map<string, LedgerSums>();
    for (const row of db.prepare(ledgerQuery).all()) {
      ledger.set(String(row["site"]), {
        framesStored: Number(row["stored"]),
        framesQuarantined: Number(row["quarantined"]),
        framesDuplicate: Number(row["duplicate"]),
        framesUnpromised: Number(row["unpromised"]),
        readingsStored: Number(row["readings"]),
      });
    }
    const alarms = db.prepare("select body from alarms order by id").all();
    const transitions = new Map<string, number[]>();
    const calls = new Map<string, string[]>();
    for (const row of db.prepare(transitionQuery).all()) {
      const id = String(row["alarm_id"]);
      const call = row["call"];
      if (typeof call === "string") calls.set(id, [...(calls.get(id) ?? []), call]);
      const versions = transitions.get(id);
      if (versions === undefined) transitions.set(id, [Number(row["version"])]);
      else versions.push(Number(row["version"]));
    }
    return {
      quarantine: quarantine.map((row) => ({
        seq: Number(row["seq"]),
        site: String(row["site"]),
        reason: String(row["reason"]),
      })),
      ledger,
      alarms: alarms.map((row) => JSON.parse(String(row["body"])) as StoredAlarm),
      transitions,
      calls,
    };
  } finally {
    db.close();
  }
}

const transitionQuery = `select alarm_id, version, json_extract(body, '$.annunciation') as call
  from transitions order by place`;

const ledgerQuery = `select site, sum(frames_stored) as stored, sum(frames_quarantined) as quarantined,
  sum(frames_duplicate) as duplicate, sum(frames_unpromised) as unpromised, sum(readings_stored) as readings
  from ledger group by site`;

export async function readDuckdb(file: string): Promise<StoredReading[]> {
  const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const all = "select site, factor, time::double, value, seq::double, kind from readings_by_value";
    const result = await connection.runAndReadAll(`${all} order by 5, 2`);
    return result.getRows().map(([site, factor, time, value, seq]) => ({
      site: String(site),
      factor: String(factor),
      time: Number(time),
      value: Number(value),
      seq: Number(seq),
    }));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

interface InfluxSeries {
  readonly tags: { readonly site: string };
  readonly columns: readonly string[];
  readonly values: readonly (readonly (number | null)[])[];
}

/** Of the versions of a reading, which lie within one millisecond, the one with the highest number. */
export async function readInflux(url: string, factors: readonly string[]): Promise<StoredReading[]> {
  const columns = factors.map((code) => `"${code}"`).join(",");
  const rows: StoredReading[] = [];
  /** Site and factor → the place of their latest row. */
  const latest = new Map<string, number>();
  function add(row: StoredReading): void {
    const key = `${row.site} ${row.factor}`;
    const at = latest.get(key);
    const other = at === undefined ? undefined : rows[at];
    if (at !== undefined && other?.time === row.time) {
      if (row.seq >= other.seq) rows[at] = row;
      return;
    }
    latest.set(key, rows.push(row) - 1);
  }
  for (let offset = 0; ;) {
    const q = `SELECT ${columns},"seq" FROM "readings" GROUP BY "site" LIMIT 20000 OFFSET ${offset}`;
    const response = await fetch(`${url}/query?${new URLSearchParams({ db: "plumeline", epoch: "ms", q }).toString()}`);
    if (!response.ok) throw new Error(`InfluxDB: ${response.status} ${await response.text()}`);
    const body = (await response.json()) as { results: { series?: InfluxSeries[]; error?: string }[] };
    const [result] = body.results;
    if (result?.error !== undefined) throw new Error(`InfluxDB: ${result.error}`);
    const series = result?.series ?? [];
    if (series.length === 0) return rows;
    for (const { tags, columns: names, values } of series) {
      for (const row of values) {
        const seq = row[names.indexOf("seq")] ?? 0;
        for (const factor of factors) {
          const value = row[names.indexOf(factor)] ?? null;
          if (value !== null) add({ site: tags.site, factor, time: row[0] ?? 0, value, seq });
        }
      }
    }
    offset += 20_000;
  }
}
