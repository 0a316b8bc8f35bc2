// History in InfluxDB 3, put together from the two others: written as to 2.x (/api/v2/write), read as from 1.x (InfluxQL on
// /query, with the token as password). Unproven: no InfluxDB 3 was at hand; its documentation says that /api/v2/query is
// not served and that both of these are.

import { createInflux1History } from "./influx1.ts";
import { Influx2Writer, type Influx2Options } from "./influx2.ts";
import { createInfluxPool } from "./influx-pool.ts";
import { cursorQuestion, parseAnswers, toStoredCursor } from "./influxql.ts";
import type { History } from "./history.ts";

export function createInflux3History(options: Influx2Options): History {
  const { url, bucket, token, log } = options;
  const login = { url, username: "token", password: token };
  const pool = createInfluxPool(login);
  const reader = createInflux1History({ ...login, database: bucket, log });
  const writer = new Influx2Writer(options, async () => {
    const text = new URLSearchParams({ db: bucket, epoch: "ms", q: cursorQuestion });
    const body = await pool.request({ method: "GET", path: `/query?${text.toString()}` });
    return toStoredCursor(parseAnswers(body, url)[0]);
  });
  return {
    start: () => writer.start(),
    cursor: () => writer.cursor(),
    write: (batch) => writer.write(batch),
    readRaw: (query) => reader.readRaw(query),
    readMeans: (query) => reader.readMeans(query),
    ...(reader.readFrames === undefined ? {} : { readFrames: reader.readFrames.bind(reader) }),
    async stop() {
      await writer.stop();
      await reader.stop();
      pool.close();
    },
  };
}
