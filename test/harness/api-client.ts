// A person or program at the REST interface: signed in, asks, and gets status, text and parsed body. Knows the contract's
// addresses and nothing of the product's code, so that a wrong address there is seen here.

import { waitFor } from "./wait.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

/** Parsed JSON of an answer; tests look into it and fail where it is not as the contract says. */
export type Json = Readonly<Record<string, unknown>>;

export interface AlarmJson extends Json {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly site: string;
  readonly factor: string;
  readonly value: number;
  readonly limit: number;
  readonly acked: boolean;
  readonly active: boolean;
  readonly ackedBy: string | null;
  readonly journalSeq: number;
  readonly onset: string;
}

export interface LatestJson {
  readonly value: number;
  readonly time: string;
  readonly receivedAt: string;
  readonly ageSeconds: number;
  readonly stale: boolean;
  readonly quality: readonly string[];
  readonly unit: string;
  readonly flag: string;
}

export interface LedgerJson extends Json {
  readonly day: string;
  readonly balanced: boolean | null;
  readonly frames: Readonly<Record<"acknowledged" | "stored" | "quarantined" | "duplicate" | "unpromised", number>> & {
    readonly pending: number | null;
  };
  readonly readings: Readonly<Record<"received" | "stored" | "quarantined" | "duplicate", number>>;
  readonly quarantine: Readonly<Record<string, number>>;
  readonly bySite: readonly Json[];
}

export type HistoryPoint = readonly [number, ...(number | string | null)[]];

export interface HistoryRange {
  readonly from: number;
  readonly to: number;
  readonly interval: "raw" | "1m" | "10m" | "1h" | "1d";
}

export interface SiteOptions {
  readonly factors?: readonly string[];
  readonly intervalSeconds?: number;
  readonly city?: string;
  readonly kind?: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface ApiClient {
  readonly address: string;
  readonly token: string;
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  /** Registers a site and issues its device's password. */
  createSite(id: string, options?: SiteOptions): Promise<Credentials>;
  putLimit(
    site: string,
    factor: string,
    max: number,
    basis?: "realtime" | "hour" | "day",
    from?: number,
  ): Promise<Json>;
  latest(site: string): Promise<Readonly<Record<string, LatestJson>>>;
  /** Points of one series, all pages. */
  history(site: string, factor: string, range: HistoryRange): Promise<HistoryPoint[]>;
  alarms(query?: string): Promise<AlarmJson[]>;
  alarm(id: string): Promise<AlarmJson & { readonly transitions: readonly Json[] }>;
  acknowledge(alarm: Pick<AlarmJson, "id" | "version">, comment?: string): Promise<Reply>;
  ledger(query?: string): Promise<LedgerJson>;
  /** The ledger of today once nothing is pending and it speaks of (at least) so many frames. */
  settledLedger(query?: string, frames?: number): Promise<LedgerJson>;
  quarantine(query?: string): Promise<Json[]>;
  metrics(): Promise<Metrics>;
}

export interface Metrics {
  readonly text: string;
  /** Value of the sample with this name and (part of) these labels, 0 when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
}

/** Headers only decide who asks; "" = nobody. */
export function createApiClient(address: string, token: string): ApiClient {
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const isText = typeof body === "string" || body instanceof Uint8Array;
    const sent = body === undefined ? {} : { body: isText ? (body as string) : JSON.stringify(body) };
    const response = await fetch(`http://${address}${path}`, {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(20_000),
      headers: {
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...sent,
    });
    const text = await response.text();
    const isJson = /application\/(problem\+)?json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, text, body: isJson ? (JSON.parse(text) as Json) : {} };
  }

  async function ask(path: string): Promise<Json> {
    const reply = await call("GET", path);
    if (reply.status !== 200) throw new Error(`GET ${path}: ${reply.status} ${reply.text.slice(0, 500)}`);
    return reply.body;
  }

  async function order(path: string, body: unknown): Promise<Json> {
    const reply = await call("POST", path, body);
    if (reply.status > 299) throw new Error(`POST ${path}: ${reply.status} ${reply.text.slice(0, 500)}`);
    return reply.body;
  }

  const client: ApiClient = {
    address,
    token,
    call,
    async createSite(id, options = {}) {
      const { factors = ["w01018", "w01001"], intervalSeconds = 60, city = "130200", kind = "water-outfall" } = options;
      await order("/api/v1/sites", { id, name: `Outfall ${id}`, kind, city, factors, intervalSeconds });
      const { username, password } = await order(`/api/v1/sites/${id}/credentials`, undefined);
      return { username: String(username), password: String(password) };
    },
    putLimit: (site, factor, max, basis = "realtime", from = 0) =>
      order("/api/v1/limits", { site, factor, max, basis, from, reason: "permit" }),
    latest: async (site) => (await ask(`/api/v1/sites/${site}/latest`))["values"] as Record<string, LatestJson>,
    async history(site, factor, { from, to, interval }) {
      const points: HistoryPoint[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const query = new URLSearchParams({ site, factor, from: String(from), to: String(to), interval });
        if (cursor !== "") query.set("cursor", cursor);
        const page = await ask(`/api/v1/history?${query.toString()}`);
        const [series] = page["series"] as { points: HistoryPoint[] }[];
        points.push(...(series?.points ?? []));
        cursor = page["nextCursor"] as string | null;
      }
      return points;
    },
    alarms: async (query = "") => (await ask(`/api/v1/alarms?limit=1000&${query}`))["items"] as AlarmJson[],
    alarm: async (id) => (await ask(`/api/v1/alarms/${id}`)) as AlarmJson & { transitions: readonly Json[] },
    acknowledge: (alarm, comment) =>
      call("POST", `/api/v1/alarms/${alarm.id}/ack`, {
        expectedVersion: alarm.version,
        ...(comment === undefined ? {} : { comment }),
      }),
    ledger: async (query = "") => (await ask(`/api/v1/ledger?${query}`)) as LedgerJson,
    async settledLedger(query = "", frames = 0) {
      let seen: LedgerJson | null = null;
      return waitFor(
        `a ledger of ${frames} frames with nothing pending`,
        async () => {
          seen = await client.ledger(query);
          const { pending, stored, quarantined, duplicate } = seen.frames;
          return pending === 0 && stored + quarantined + duplicate >= frames && seen;
        },
        { deadlineMs: 10_000 },
      ).catch((error: unknown) => {
        throw new Error(`the ledger stayed at ${JSON.stringify(seen)}`, { cause: error });
      });
    },
    quarantine: async (query = "") => (await ask(`/api/v1/quarantine?limit=1000&${query}`))["items"] as Json[],
    metrics: async () => parseMetrics((await call("GET", "/metrics")).text),
  };
  return client;
}

export async function signIn(address: string, username: string, password: string): Promise<ApiClient> {
  const reply = await createApiClient(address, "").call("POST", "/api/v1/session", { username, password });
  if (reply.status !== 200) throw new Error(`sign-in: ${reply.status} ${reply.text}`);
  return createApiClient(address, String(reply.body["token"]));
}

function parseMetrics(text: string): Metrics {
  return {
    text,
    value(name, labels = {}) {
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      const line = text
        .split("\n")
        .find((each) => each.replace(/[{ ].*/, "") === name && wanted.every((part) => each.includes(part)));
      return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(" ") + 1));
    },
  };
}
