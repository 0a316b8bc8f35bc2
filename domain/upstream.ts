// Settings of the MQTT broker of somebody else that we subscribe to (Mosquitto, EMQX): text → what to connect to, or every
// problem there is. What is put out about it never holds the password.

import { isTopicFilter } from "./topic.ts";

export interface UpstreamSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** PEM file of the authority; null: those that Node trusts. */
  readonly caFile: string | null;
  readonly username: string | null;
  readonly password: string | null;
  /** Null: drawn once and kept in DATA_DIR, so that the session there survives a restart here. */
  readonly clientId: string | null;
  /** What is subscribed to, the group included. */
  readonly filters: readonly string[];
  /** MQTT versions in the order in which they are tried: 5, and 4 = 3.1.1. */
  readonly versions: readonly MqttVersion[];
}

export type MqttVersion = 4 | 5;

const urlPattern =
  /^(mqtts?):\/\/(?:([^\s:@/]*)(?::([^\s@/]*))?@)?(\[[0-9a-fA-F:.]+\]|[^\s:@/[\]]+)(?::(\d{1,5}))?\/?$/;
const versionOrders: ReadonlyMap<string, readonly MqttVersion[]> = new Map([
  ["auto", [5, 4]],
  ["5", [5]],
  ["3.1.1", [4]],
]);

/** Null when there is no UPSTREAM_MQTT_URL; what is wrong is added to `problems`. */
export function parseUpstream(text: (name: string) => string, problems: string[]): UpstreamSettings | null {
  const url = text("UPSTREAM_MQTT_URL");
  if (url === "") return null;
  const [, scheme, user, secret, host = "", port] = urlPattern.exec(url) ?? [];
  // The address itself is not repeated: it may hold a password.
  if (scheme === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) === 0)
    problems.push("UPSTREAM_MQTT_URL: must be mqtt://[USER:PASSWORD@]HOST[:PORT], or mqtts://…");
  const tls = scheme === "mqtts";
  const caFile = text("UPSTREAM_MQTT_CA");
  if (caFile !== "" && !tls) problems.push("UPSTREAM_MQTT_CA: needs an mqtts:// address");
  const named = text("UPSTREAM_MQTT_GROUP");
  const group = named === "none" ? "" : named;
  if (/[/#+\s\0]/.test(group)) problems.push(`UPSTREAM_MQTT_GROUP=${group}: must not hold /, #, + or spaces`);
  const version = text("UPSTREAM_MQTT_VERSION");
  const versions = versionOrders.get(version);
  if (versions === undefined)
    problems.push(`UPSTREAM_MQTT_VERSION=${version}: must be one of ${[...versionOrders.keys()].join(", ")}`);
  const clientId = text("UPSTREAM_MQTT_CLIENT_ID");
  if (clientId.length > 128 || clientId.includes("\0"))
    problems.push("UPSTREAM_MQTT_CLIENT_ID: must have at most 128 characters");
  return {
    host: host.replace(/^\[|\]$/g, ""),
    port: port === undefined ? (tls ? 8883 : 1883) : Number(port),
    tls,
    caFile: caFile === "" ? null : caFile,
    username: given(text("UPSTREAM_MQTT_USERNAME"), decode(user, problems)),
    password: given(text("UPSTREAM_MQTT_PASSWORD"), decode(secret, problems)),
    clientId: clientId === "" ? null : clientId,
    filters: parseFilters(text("UPSTREAM_MQTT_TOPICS"), group, problems),
    versions: versions ?? [5],
  };
}

function given(setting: string, inUrl: string | null): string | null {
  return setting === "" ? inUrl : setting;
}

function decode(part: string | undefined, problems: string[]): string | null {
  if (part === undefined || part === "") return null;
  try {
    return decodeURIComponent(part);
  } catch {
    // The language says by throwing that a percent sign leads nowhere.
    problems.push("UPSTREAM_MQTT_URL: user or password are not percent-encoded as they must be");
    return null;
  }
}

function parseFilters(text: string, group: string, problems: string[]): readonly string[] {
  const filters = text
    .split(",")
    .map((filter) => filter.trim())
    .filter((filter) => filter !== "");
  if (filters.length === 0) problems.push("UPSTREAM_MQTT_TOPICS: must hold at least one topic filter");
  for (const filter of filters) {
    if (!isTopicFilter(filter) || filter.includes("\0") || filter.startsWith("$"))
      problems.push(`UPSTREAM_MQTT_TOPICS: ${filter} is no topic filter (the group has a setting of its own)`);
  }
  return filters.map((filter) => (group === "" ? filter : `$share/${group}/${filter}`));
}

/** How the connection stands, for people. */
export interface UpstreamState {
  /** host:port; never user or password. */
  readonly address: string;
  readonly connected: boolean;
  /** Since when it is connected, or away; epoch ms. */
  readonly since: number;
  /** 3.1.1 or 5; null before the first connection. */
  readonly version: "3.1.1" | "5" | null;
  readonly filters: readonly string[];
  /** Frames that were taken and are acknowledged, since the broker role began. */
  readonly frames: number;
  /** Frames that wait for the disk. */
  readonly inFlight: number;
  readonly inFlightMost: number;
  /** Messages that were refused and acknowledged all the same: nobody can send them better. */
  readonly refused: number;
  readonly lastError: { readonly at: number; readonly says: string } | null;
}
