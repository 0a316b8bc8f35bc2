// Spoils history on purpose, so that the checker has something to find: a checker that cannot fail proves nothing. Only
// while the system is down.

import { DuckDBInstance } from "@duckdb/node-api";
import type { Canary } from "./options.ts";

const tables = ["readings", "readings_2", "readings_0", "readings_1"] as const;

/** One entry taken out, put in twice, or invented; resolves with a word about it. */
export async function spoilDuckdb(file: string, canary: Canary): Promise<string> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    for (const table of tables) {
      const found = await connection.runAndReadAll(`select max(seq)::double from ${table}`);
      const seq = found.getRows()[0]?.[0];
      if (typeof seq !== "number") continue;
      if (canary === "lost") await connection.run(`delete from ${table} where seq = ${seq}`);
      if (canary === "doubled") await connection.run(`insert into ${table} select * from ${table} where seq = ${seq}`);
      if (canary === "phantom") {
        await connection.run(
          `insert into ${table} select * replace (999999999 as seq) from ${table} where seq = ${seq}`,
        );
      }
      return `entry ${seq} of ${table}: ${canary}`;
    }
    throw new Error("there is no reading to spoil");
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** InfluxDB cannot hold a point twice, so that canary is not for it. */
export async function spoilInflux(url: string, canary: Canary): Promise<string> {
  const ask = async (path: string, parts: Record<string, string>, body?: string): Promise<string> => {
    const query = new URLSearchParams({ db: "plumeline", epoch: "ms", ...parts }).toString();
    const response = await fetch(`${url}${path}?${query}`, { method: "POST", ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`InfluxDB: ${response.status} ${text}`);
    return text;
  };
  const text = await ask("/query", {
    q: `SELECT "w01018" FROM "readings" GROUP BY "site" ORDER BY time DESC LIMIT 1 SLIMIT 1`,
  });
  const found = /"tags":\{"site":"([^"]+)"\}.*?"values":\[\[(\d+),/.exec(text);
  if (found === null) throw new Error(`there is no reading to spoil: ${text.slice(0, 300)}`);
  const [, site = "", time = ""] = found;
  if (canary === "lost") {
    await ask("/query", { q: `DELETE FROM "readings" WHERE "site" = '${site}' AND time = ${time}ms` });
  } else {
    await ask(
      "/write",
      { precision: "ms" },
      `readings,site=${site} w01018=1.5,w01001=7.5,seq=1i ${Number(time) + 86_400_000}\n`,
    );
  }
  return `${site} at ${time}: ${canary}`;
}
