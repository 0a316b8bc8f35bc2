// Settings: one table of names with defaults, parsers and a line of documentation. From it come the loader, .env.example and
// the table in docs/operations.md. All problems are reported at once.

import { parseTls, tlsRows, type TlsSettings } from "./tls.ts";
import { parseUpstream, type UpstreamSettings } from "./upstream.ts";

export interface SettingRow {
  readonly name: string;
  readonly fallback: string;
  readonly says: string;
}

/** host:port; port 0 means any free port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Settings {
  readonly dataDir: string;
  readonly mqttListen: Address;
  readonly mqttWsListen: Address;
  readonly hj212Listen: Address;
  readonly tls: TlsSettings;
  readonly hj212SetUp: "full" | "time" | "off";
  readonly gapFilling: boolean;
  readonly httpListen: Address;
  /** Where people reach the dashboard, without a slash at its end; null: nobody said. */
  readonly publicUrl: string | null;
  readonly adminPassword: string | null;
  /** A limit is in force only when another administrator than its author has approved it. */
  readonly twoPersonLimits: boolean;
  readonly simulator: boolean;
  readonly logLevel: LogLevel;
  readonly influxUrl: string | null;
  /** The address is that of an influxd of our own. */
  readonly influxPrivate: boolean;
  readonly influxVersion: 1 | 2 | 3;
  readonly influxDatabase: string;
  readonly influxUsername: string;
  readonly influxPassword: string;
  readonly influxOrg: string;
  readonly influxBucket: string;
  readonly influxToken: string;
  /** The MQTT broker of somebody else that we subscribe to; null: none. */
  readonly upstream: UpstreamSettings | null;
  readonly journalBytesMax: number | null;
  readonly journalArchiveDays: number | null;
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export const settingRows: readonly SettingRow[] = [
  { name: "DATA_DIR", fallback: "./data", says: "folder of the journal, the stores and the sockets between roles" },
  { name: "MQTT_LISTEN", fallback: "127.0.0.1:1883", says: "MQTT over TCP; port 0 = any free port" },
  { name: "MQTT_WS_LISTEN", fallback: "127.0.0.1:8083", says: "MQTT over WebSocket, path /mqtt" },
  {
    name: "HJ212_LISTEN",
    fallback: "127.0.0.1:8212",
    says: "HJ 212 over TCP, for data loggers; port 0 = any free port",
  },
  ...tlsRows,
  {
    name: "HJ212_SETUP",
    fallback: "full",
    says: "full, time or off: what a logger is told that is there for the first time (time, time-outs, intervals, reports)",
  },
  {
    name: "GAP_FILLING",
    fallback: "on",
    says: "on or off: loggers are asked for minute, hour and day data that were due and did not come",
  },
  { name: "HTTP_LISTEN", fallback: "127.0.0.1:8080", says: "dashboard, REST and /live" },
  {
    name: "PUBLIC_URL",
    fallback: "",
    says: "where people reach the dashboard, e.g. https://monitor.example.cn; links in notices begin with it; empty = no links",
  },
  {
    name: "ADMIN_PASSWORD",
    fallback: "",
    says: "password of user admin, read at the first start only; empty = generated into DATA_DIR/admin-password",
  },
  {
    name: "TWO_PERSON_LIMITS",
    fallback: "off",
    says: "on or off: a limit that one administrator sets is in force only when another one has approved it",
  },
  { name: "SIMULATOR", fallback: "on", says: "on or off: the simulated devices of npm start" },
  { name: "LOG_LEVEL", fallback: "info", says: logLevels.join(", ") },
  { name: "INFLUX_URL", fallback: "", says: "InfluxDB for history; empty = embedded DuckDB" },
  { name: "INFLUX_VERSION", fallback: "1", says: "1, 2 or 3" },
  { name: "INFLUX_DATABASE", fallback: "plumeline", says: "database (InfluxDB 1 and 3)" },
  { name: "INFLUX_USERNAME", fallback: "", says: "user (InfluxDB 1)" },
  { name: "INFLUX_PASSWORD", fallback: "", says: "password (InfluxDB 1)" },
  { name: "INFLUX_ORG", fallback: "plumeline", says: "organisation (InfluxDB 2)" },
  { name: "INFLUX_BUCKET", fallback: "plumeline", says: "bucket (InfluxDB 2)" },
  { name: "INFLUX_TOKEN", fallback: "", says: "token (InfluxDB 2 and 3)" },
  {
    name: "UPSTREAM_MQTT_URL",
    fallback: "",
    says: "an MQTT broker to subscribe to beside the own one: mqtt://[USER:PASSWORD@]HOST[:PORT] or mqtts://…; empty = none",
  },
  { name: "UPSTREAM_MQTT_USERNAME", fallback: "", says: "user there, if not in the address" },
  { name: "UPSTREAM_MQTT_PASSWORD", fallback: "", says: "password there, if not in the address" },
  {
    name: "UPSTREAM_MQTT_CLIENT_ID",
    fallback: "",
    says: "client id there, one for each program; empty = drawn once and kept in DATA_DIR/upstream.json",
  },
  {
    name: "UPSTREAM_MQTT_TOPICS",
    fallback: "v1/+/readings,v1/+/hj212,v1/+/status",
    says: "topic filters there, with commas between",
  },
  {
    name: "UPSTREAM_MQTT_GROUP",
    fallback: "plumeline",
    says: "programs with the same group share what comes ($share/GROUP/…); none = everything comes here",
  },
  { name: "UPSTREAM_MQTT_CA", fallback: "", says: "PEM file of the authority behind an mqtts:// address" },
  { name: "UPSTREAM_MQTT_VERSION", fallback: "auto", says: "auto (5, then 3.1.1), 5 or 3.1.1" },
  {
    name: "JOURNAL_BYTES_MAX",
    fallback: "",
    says: "bound of what ingest has not consumed, in bytes; empty = the disk. At the bound nothing more is acknowledged",
  },
  {
    name: "JOURNAL_ARCHIVE_DAYS",
    fallback: "",
    says: "consumed journal segments (the raw frames, the evidence) older than this are removed; empty = kept for ever",
  },
];

/** Promised for later and refused until built: who sets one of these relies on what is not there. */
const reserved = ["JOURNAL_URL", "STATE_URL", "LIVE_URL"] as const;

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Environment → settings, or every problem there is. */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): SettingsResult {
  const problems: string[] = [];
  const text = (name: string): string => {
    const given = environment[name];
    if (given !== undefined && given !== "") return given;
    return settingRows.find((row) => row.name === name)?.fallback ?? "";
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[]): T => {
    const value = text(name);
    const found = allowed.find((each) => each === value);
    if (found === undefined) problems.push(`${name}=${value}: must be one of ${allowed.join(", ")}`);
    return found ?? (allowed[0] as T);
  };
  const address = (name: string): Address => {
    const parsed = parseAddress(text(name));
    if (parsed === null) problems.push(`${name}=${text(name)}: must be HOST:PORT, e.g. 127.0.0.1:1883`);
    return parsed ?? { host: "127.0.0.1", port: 0 };
  };
  const count = (name: string, what: string): number | null => {
    const value = text(name);
    if (value === "") return null;
    if (!/^\d{1,15}$/.test(value) || Number(value) === 0) {
      problems.push(`${name}=${value}: must be a whole number of ${what} above 0`);
      return null;
    }
    return Number(value);
  };
  const url = (name: string): string | null => {
    const value = text(name);
    if (value === "") return null;
    if (!/^https?:\/\/[^\s/]+/.test(value)) problems.push(`${name}=${value}: must be an http:// or https:// address`);
    return value;
  };
  for (const name of reserved) {
    const value = environment[name];
    if (value === undefined || value === "") continue;
    problems.push(`${name}: not built yet; unset it`);
  }
  const settings: Settings = {
    dataDir: text("DATA_DIR"),
    mqttListen: address("MQTT_LISTEN"),
    mqttWsListen: address("MQTT_WS_LISTEN"),
    hj212Listen: address("HJ212_LISTEN"),
    tls: parseTls(text, parseAddress, problems),
    gapFilling: oneOf("GAP_FILLING", ["on", "off"]) === "on",
    hj212SetUp: oneOf("HJ212_SETUP", ["full", "time", "off"]),
    httpListen: address("HTTP_LISTEN"),
    publicUrl: url("PUBLIC_URL")?.replace(/\/+$/, "") ?? null,
    adminPassword: text("ADMIN_PASSWORD") === "" ? null : text("ADMIN_PASSWORD"),
    twoPersonLimits: oneOf("TWO_PERSON_LIMITS", ["off", "on"]) === "on",
    simulator: oneOf("SIMULATOR", ["on", "off"]) === "on",
    logLevel: oneOf("LOG_LEVEL", logLevels),
    influxUrl: url("INFLUX_URL"),
    influxPrivate: false,
    influxVersion: Number(oneOf("INFLUX_VERSION", ["1", "2", "3"])) as 1 | 2 | 3,
    influxDatabase: text("INFLUX_DATABASE"),
    influxUsername: text("INFLUX_USERNAME"),
    influxPassword: text("INFLUX_PASSWORD"),
    influxOrg: text("INFLUX_ORG"),
    influxBucket: text("INFLUX_BUCKET"),
    influxToken: text("INFLUX_TOKEN"),
    upstream: parseUpstream(text, problems),
    journalBytesMax: count("JOURNAL_BYTES_MAX", "bytes"),
    journalArchiveDays: count("JOURNAL_ARCHIVE_DAYS", "days"),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings };
}

/** "host:port" or "[::1]:port" → its parts; null when it is neither. */
export function parseAddress(text: string): Address | null {
  const m = /^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(text);
  if (m === null) return null;
  const port = Number(m[2]);
  const host = (m[1] ?? "").replace(/^\[|\]$/g, "");
  return port > 65_535 || host === "" ? null : { host, port };
}

/** .env.example, generated. */
export function formatEnvExample(): string {
  const lines = settingRows.map(
    (row) => `# ${row.says}\n${row.fallback === "" ? `#${row.name}=` : `#${row.name}=${row.fallback}`}`,
  );
  return `# Every setting is optional. Generated by \`npm run docs:generate\`; the table is domain/settings.ts.\n${lines.join("\n")}\n`;
}
