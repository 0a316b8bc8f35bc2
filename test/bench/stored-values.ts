// How many values a history store holds, counted by the store itself and not by the product: DuckDB's file once the program
// has ended, InfluxDB over its HTTP interface. A value is one (site, factor, kind, time), however many rows it has.

import { DuckDBInstance } from "@duckdb/node-api";

export async function countDuckdb(file: string): Promise<number> {
  const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const all = "select site, factor, kind, time from readings_by_value";
    // A plain count is a moment's work; telling doubles apart is needed only when there may be some.
    const result = await connection.runAndReadAll(`select count(*)::double from (select distinct * from (${all}))`);
    return Number(result.getRows()[0]?.[0] ?? 0);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

interface CountAnswer {
  readonly results: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly columns: readonly string[];
      readonly values: readonly (readonly number[])[];
    }[];
  }[];
}

/** Fields named like factors only: flags, remarks and the journal's numbers stand beside them. */
export async function countInflux(url: string, factors: readonly string[], database = "plumeline"): Promise<number> {
  const columns = factors.map((code) => `count("${code}")`).join(",");
  const q = `SELECT ${columns} FROM "readings"`;
  const response = await fetch(`${url}/query`, { method: "POST", body: new URLSearchParams({ db: database, q }) });
  const body = (await response.json()) as CountAnswer;
  const [result] = body.results;
  if (result?.error !== undefined) throw new Error(`InfluxDB: ${result.error}`);
  const [series] = result?.series ?? [];
  // Column 0 is the time.
  return (series?.values[0] ?? []).slice(1).reduce((sum, count) => sum + count, 0);
}
