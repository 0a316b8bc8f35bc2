// A running api for tests: real SQLite files, a real HTTP port, real links. Broker and ingest are small stand-ins behind
// the real Rpc: the one numbers what is appended, the other applies commands and tells what changed.

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { createApi } from "#api/api.ts";
import { createDataFolder } from "#api/io/data-folder.ts";
import { createEvidenceFiles } from "#api/io/evidence-files.ts";
import type { Alarm } from "#domain/alarm.ts";
import type { ActResult } from "#domain/alarm-act.ts";
import type { CommandEnvelope, CommandOutcome } from "#domain/command.ts";
import { entryKinds, type Entry, type EntryDraft } from "#domain/frame.ts";
import type { LatestRow, LiveBatch } from "#domain/live.ts";
import type { Limit } from "#domain/limit.ts";
import type { Site } from "#domain/site.ts";
import type { Rpc } from "#store/link/link.ts";
import { type PageSource, statePage, stateStart } from "#ingest/write/state-pages.ts";
import { createPortLink } from "#store/link/port.ts";
import { createRpc } from "#store/link/rpc.ts";
import type { HistoryReader } from "#store/history/history.ts";
import { openAuthority } from "#store/state/authority.ts";
import { createAccounts } from "#store/state/accounts.ts";
import { createSqliteState, createSqliteStateReader } from "#store/state/sqlite.ts";
import type { StateBatch } from "#store/state/state.ts";
import { waitFor } from "../harness/wait.ts";

export const password = "correct horse battery";

type Peer = Rpc & { attach(link: ReturnType<typeof createPortLink>): void };

function connectPair(here: Peer, there: Peer): () => void {
  const { port1, port2 } = new MessageChannel();
  const [left, right] = [createPortLink(port1), createPortLink(port2)];
  here.attach(left);
  there.attach(right);
  return () => left.close();
}

/** Ingest as far as the api can see it: applies commands at once, commits to state, tells it live. */
function createStandInIngest(rpc: Peer, commit: (batch: Partial<StateBatch> & { cursor: number }) => Promise<void>) {
  const sites = new Map<string, Site>();
  const limits = new Map<string, Limit>();
  const alarms = new Map<string, Alarm>();
  const latest = new Map<string, LatestRow>();
  const ingest = {
    seq: 0,
    frames: 0,
    lagMs: 20,
    historyOk: true,
    silent: false,
    rpc,
    sites,
    limits,
    alarms,
    tell,
    apply,
  };

  async function tell(seq: number, parts: Partial<LiveBatch>): Promise<void> {
    ingest.seq = Math.max(ingest.seq, seq);
    for (const alarm of parts.alarms ?? []) alarms.set(alarm.id, alarm);
    for (const site of parts.sites ?? []) sites.set(site.id, site);
    for (const row of parts.latest ?? []) latest.set(`${row[0]} ${row[1]}`, row);
    const { latest: rows = [], alarms: changed = [], sites: registered = [], limits: put = [], outcomes = [] } = parts;
    await commit({ cursor: ingest.seq, latest: rows, alarms: changed, sites: registered, limits: put });
    const none = { latest: [], alarms: [], sites: [], limits: [], outcomes: [] };
    const changes: LiveBatch = { ...none, seq, latest: rows, alarms: changed, sites: registered, limits: put };
    rpc.notify("live", changes);
    // Ingest tells changes at once, and outcomes when the state store has what they say.
    if (outcomes.length > 0) rpc.notify("live", { ...none, seq, outcomes });
  }

  /** Knows one act: acknowledging. */
  function actOn({ act, targets }: Extract<CommandEnvelope["command"], { type: "alarm.act" }>, actor: string) {
    const changed: Alarm[] = [];
    const results = targets.map(({ alarm: id, expectedVersion }): ActResult => {
      const alarm = alarms.get(id);
      const refuse = (code: "conflict" | "illegal" | "not-found", detail: string): ActResult => ({
        alarm: id,
        ok: false,
        code,
        detail,
        current: alarm ?? null,
      });
      if (alarm === undefined) return refuse("not-found", "no such alarm");
      if (alarm.version !== expectedVersion) return refuse("conflict", `the alarm is at version ${alarm.version}`);
      if (act.kind !== "ack" || alarm.acked) return refuse("illegal", "it is acknowledged");
      const acked = { state: "ack-active", acked: true, ackedBy: actor, ackedAt: 1_000 } as const;
      const next: Alarm = { ...alarm, ...acked, version: alarm.version + 1 };
      alarms.set(id, next);
      changed.push(next);
      return { alarm: id, ok: true, code: null, detail: null, current: next };
    });
    return { changed, results };
  }

  async function apply(entry: Entry): Promise<void> {
    if (entry.kind !== entryKinds.command) {
      ingest.frames += 1;
      ingest.seq = entry.seq;
      return;
    }
    if (ingest.silent) return;
    const { id, actor, command } = JSON.parse(new TextDecoder().decode(entry.payload)) as CommandEnvelope;
    const ok: CommandOutcome = { id, ok: true, seq: entry.seq, result: null };
    if (command.type === "sites.put") {
      const put = command.sites.map((site) => ({ ...site, version: (sites.get(site.id)?.version ?? 0) + 1 }));
      for (const site of put) sites.set(site.id, site);
      await tell(entry.seq, { sites: put, outcomes: [ok] });
    } else if (command.type === "limits.put") {
      const put = command.limits.map((limit) => ({ ...limit, version: (limits.get(limit.id)?.version ?? 0) + 1 }));
      for (const limit of put) limits.set(limit.id, limit);
      await tell(entry.seq, { limits: put, outcomes: [ok] });
    } else if (command.type === "alarm.act") {
      const { changed, results } = actOn(command, actor);
      await tell(entry.seq, { alarms: changed, outcomes: [{ ...ok, result: results }] });
    } else {
      await tell(entry.seq, {
        outcomes: [{ id, ok: false, seq: entry.seq, code: "illegal", detail: "closed", current: null }],
      });
    }
  }

  const pages: PageSource = {
    get seq() {
      return ingest.seq;
    },
    get siteCount() {
      return sites.size;
    },
    siteAt: (place) => [...sites.values()][place],
    latestAt: (place) => [...latest.values()].filter(([site]) => site === [...sites.keys()][place]),
    openAlarms: () => [...alarms.values()].filter((alarm) => alarm.state !== "normal"),
  };
  rpc.handle("live.state", () => stateStart(pages));
  rpc.handle("live.state.page", (from) => statePage(pages, Number(from)));
  rpc.handle("status", () => {
    const history = { cursor: ingest.seq, ok: ingest.historyOk, attached: true, why: null };
    return { cursor: ingest.seq, frames: ingest.frames, framesCommitted: ingest.frames, lagMs: ingest.lagMs, history };
  });
  rpc.handle("metrics", () => "ingest_frames_total 7\n");
  return ingest;
}

function createStandInBroker(rpc: Peer, onEntry: (entry: Entry) => Promise<void>) {
  const broker = { rpc, entries: [] as Entry[], archiveBegin: 1, frames: 0, writable: true, full: false };
  rpc.handle("journal.append", (argument) => {
    if (broker.full) throw new Error("no space left on device");
    const entry = { ...(argument as EntryDraft), seq: broker.entries.length + 1 };
    broker.entries.push(entry);
    if (entry.kind === entryKinds.frame) broker.frames += 1;
    void onEntry(entry);
    return { seq: entry.seq };
  });
  rpc.handle("status", () => {
    const head = { seq: broker.entries.length, frames: broker.frames };
    return {
      head,
      connections: 3,
      devicesOnline: ["S1"],
      writable: broker.writable,
      why: broker.writable ? null : "disk full",
    };
  });
  rpc.handle("metrics", () => "broker_connections 3");
  return broker;
}

const emptyHistory: HistoryReader = {
  async readRaw({ factors }) {
    return factors.map((factor) => ({ factor, time: [], value: [], flag: [] }));
  },
  async readMeans({ factors }) {
    return factors.map((factor) => ({ factor, start: [], mean: [], min: [], max: [], count: [], valid: [] }));
  },
};

export interface Reply<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

export async function startApi(options: { history?: HistoryReader; dashboardDir?: string } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "plumeline-api-"));
  const clock = { offsetMs: 0 };
  const now = (): number => Date.now() + clock.offsetMs;
  const problems: { fields: object; message: string }[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (fields: object, message: string) => problems.push({ fields, message }),
  };
  const stateFile = join(dir, "state.sqlite");
  const writer = createSqliteState({ file: stateFile, log });
  await writer.start();
  const reader = createSqliteStateReader({ file: stateFile });
  await reader.start();
  const accounts = createAccounts({ file: join(dir, "accounts.sqlite"), now, random: (bytes) => randomBytes(bytes) });
  await accounts.start();
  await accounts.ensureAdmin(password);

  const [apiToBroker, brokerSide] = [createRpc("broker"), createRpc("api")];
  const [apiToIngest, ingestSide] = [createRpc("ingest"), createRpc("api")];
  const none = {
    sites: [],
    limits: [],
    alarms: [],
    ledger: [],
    latest: [],
    transitions: [],
    quarantine: [],
    audit: [],
  };
  const commit = (batch: Partial<StateBatch> & { cursor: number }): Promise<void> =>
    writer.commit({ ...none, ...batch });
  const ingest = createStandInIngest(ingestSide, commit);
  const broker = createStandInBroker(brokerSide, ingest.apply);
  const links = { broker: connectPair(apiToBroker, brokerSide), ingest: connectPair(apiToIngest, ingestSide) };

  const api = createApi({
    settings: {
      httpListen: "127.0.0.1:0",
      dashboardDir: options.dashboardDir ?? join(dir, "none"),
      hj212SetUp: "off",
      gapFilling: false,
    },
    broker: apiToBroker,
    ingest: apiToIngest,
    state: reader,
    accounts,
    authority: () => openAuthority({ dir: join(dir, "ca"), now, random: (bytes) => randomBytes(bytes) }),
    history: options.history ?? emptyHistory,
    frames: {
      beginsAt: () => broker.archiveBegin,
      async *read(seqs) {
        const kept = broker.entries.filter(({ seq }) => seq >= broker.archiveBegin);
        for (const entry of kept) if (seqs.includes(entry.seq)) yield entry;
      },
    },
    folder: createDataFolder({ dataDir: dir, journalBytesMax: null, now }),
    evidence: createEvidenceFiles({ dir: join(dir, "evidence"), random: (bytes) => randomBytes(bytes) }),
    version: "0.0.0",
    log,
    now,
    random: (bytes) => randomBytes(bytes),
    checkReplies: true,
  });
  const address = await api.start();

  async function call<T = Record<string, unknown>>(
    method: string,
    path: string,
    given: CallOptions = {},
  ): Promise<Reply<T>> {
    const { body, token = running.token, headers = {}, raw } = given;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const authorization = token === "" ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`http://${address}${path}`, {
      method,
      redirect: "manual",
      headers: { ...authorization, ...headers },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    const isJson =
      /json/.test(response.headers.get("content-type") ?? "") &&
      !/ndjson/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : {}) as T };
  }

  const running = {
    token: "",
    address,
    accounts,
    broker,
    ingest,
    clock,
    commit,
    problems,
    links,
    call,
    relinkIngest() {
      links.ingest = connectPair(apiToIngest, ingestSide);
    },
    async signIn(username = "admin", secret = password): Promise<string> {
      const reply = await call<{ token: string }>("POST", "/api/v1/session", {
        body: { username, password: secret },
        token: "",
      });
      return reply.body.token;
    },
    async stop() {
      await api.stop();
      links.broker();
      links.ingest();
      await accounts.stop();
      await reader.stop();
      await writer.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  running.token = await running.signIn();
  return running;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Running = Awaited<ReturnType<typeof startApi>>;

export const siteBody = {
  id: "S1",
  name: "保定清源水务 总排口",
  kind: "water-outfall",
  city: "130600",
  factors: ["w01018", "w01001"],
};

/** Waits for a condition, at most five seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await waitFor(String(condition), condition, { deadlineMs: 5_000, everyMs: 5 });
}
