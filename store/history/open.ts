// Settings into the history they name: a file of our own when there is no URL, otherwise InfluxDB of the given version.
// Nothing is opened here; start() of the answer does that.

import type { Log } from "#domain/log.ts";
import { createDuckdbHistory } from "./duckdb.ts";
import type { History } from "./history.ts";
import { createInflux1History } from "./influx1.ts";
import { createInflux2History } from "./influx2.ts";
import { createInflux3History } from "./influx3.ts";

export interface HistorySettings {
  /** null = the embedded store in duckdbFile. */
  readonly influxUrl: string | null;
  readonly influxVersion: 1 | 2 | 3;
  readonly influxDatabase: string;
  /** Empty texts mean "not set". */
  readonly influxUsername: string;
  readonly influxPassword: string;
  readonly influxOrg: string;
  /** Falls back to influxDatabase. */
  readonly influxBucket: string;
  readonly influxToken: string;
  readonly duckdbFile: string;
}

export function openHistory(settings: HistorySettings, log: Log): History {
  const { influxUrl: url } = settings;
  if (url === null) return createDuckdbHistory({ file: settings.duckdbFile, log });
  if (settings.influxVersion === 1) {
    const { influxDatabase: database, influxUsername: username, influxPassword: password } = settings;
    return createInflux1History({ url, database, username, password, log });
  }
  const bucket = settings.influxBucket === "" ? settings.influxDatabase : settings.influxBucket;
  const options = { url, org: settings.influxOrg, bucket, token: settings.influxToken, log };
  return settings.influxVersion === 2 ? createInflux2History(options) : createInflux3History(options);
}
