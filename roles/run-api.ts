// The api role with its real parts: accounts, a reader of state, history (its own, or ingest's), the built dashboard.

import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createApi } from "#api/api.ts";
import { createDataFolder } from "#api/io/data-folder.ts";
import { createEvidenceFiles } from "#api/io/evidence-files.ts";
import { createFrameReader } from "#api/io/frame-reader.ts";
import { Failure } from "#domain/failure.ts";
import type { Settings } from "#domain/settings.ts";
import type { History } from "#store/history/history.ts";
import { openHistory } from "#store/history/open.ts";
import { createRemoteHistoryReader } from "#store/history/remote.ts";
import type { Rpc } from "#store/link/link.ts";
import { type Accounts, createAccounts } from "#store/state/accounts.ts";
import { openAuthority } from "#store/state/authority.ts";
import { createSqliteStateReader } from "#store/state/sqlite.ts";
import type { RoleLog, RoleParts, RunningRole } from "./role.ts";

const stateWaitMs = 600_000;
const historyRetryMs = 1_000;
const manifest = new URL("../package.json", import.meta.url);
const dashboardDir = fileURLToPath(new URL("../dist/dashboard", import.meta.url));

export async function runApi(
  parts: RoleParts & {
    readonly settings: Settings;
    readonly broker: Rpc;
    readonly ingest: Rpc;
    readonly embeddedHistory: boolean;
    readonly withSimulator: boolean;
  },
): Promise<RunningRole> {
  const { settings, log, broker, ingest } = parts;
  const accounts = createAccounts({
    file: join(settings.dataDir, "accounts.sqlite"),
    now: Date.now,
    random: randomBytes,
  });
  await accounts.start();
  const notes: Record<string, string> = {};
  const admin = await accounts.ensureAdmin(settings.adminPassword);
  if (admin.created && admin.password !== null) {
    const file = join(settings.dataDir, "admin-password");
    writeFileSync(file, `${admin.password}\n`, { mode: 0o600 });
    notes["adminPasswordFile"] = file;
    notes["signInToken"] = accounts.createLink("admin");
  }
  if (parts.withSimulator) notes["simulatorToken"] = await openSimulatorSession(accounts);
  const own = parts.embeddedHistory ? null : openHistory({ ...settings, duckdbFile: "" }, log);
  const opening = own === null ? null : openWhenThere(own, log);
  await opening?.firstTry;
  // In a split start the ingest role may come up later; it makes the state file.
  const state = createSqliteStateReader({ file: join(settings.dataDir, "state.sqlite"), waitMs: stateWaitMs });
  await state.start();
  const { dataDir, journalBytesMax } = settings;
  const folder = createDataFolder({ dataDir, journalBytesMax, now: Date.now });
  folder.start();
  // The way back of Sparkplug B: ingest sees that a birth is missing, the broker has the connection.
  ingest.on("births", (wanted) => void broker.notify("births", wanted));
  const api = createApi({
    settings: {
      httpListen: `${settings.httpListen.host.includes(":") ? `[${settings.httpListen.host}]` : settings.httpListen.host}:${settings.httpListen.port}`,
      dashboardDir,
      hj212SetUp: settings.hj212SetUp,
      gapFilling: settings.gapFilling,
      twoPersonLimits: settings.twoPersonLimits,
      publicUrl: settings.publicUrl,
    },
    broker,
    ingest,
    state,
    accounts,
    authority: () => openAuthority({ dir: join(settings.dataDir, "ca"), now: Date.now, random: randomBytes }),
    frames: createFrameReader({ journalDir: join(settings.dataDir, "journal") }),
    history: own ?? createRemoteHistoryReader(ingest),
    folder,
    evidence: createEvidenceFiles({ dir: join(dataDir, "evidence"), random: randomBytes }),
    version: String((JSON.parse(readFileSync(manifest, "utf8")) as { version: unknown }).version),
    log,
    now: Date.now,
    random: randomBytes,
  });
  const http = await api.start();
  return {
    addresses: { http },
    notes,
    async stop() {
      await api.stop();
      folder.stop();
      opening?.stop();
      await own?.stop();
      await state.stop();
      await accounts.stop();
    },
  };
}

/**
 * Opens history, and goes on trying while it is away: screens, alarms and commands do not need it. Until then its questions
 * are answered with "history-unavailable". Rejects when it can never be used.
 */
function openWhenThere(history: History, log: RoleLog): { readonly firstTry: Promise<void>; stop(): void } {
  let stopped = false;
  async function tryOnce(first: boolean): Promise<void> {
    try {
      await history.start();
      if (!first) log.info({}, "history is there");
    } catch (error) {
      if (stopped) return;
      if (!(error instanceof Failure) || !error.retryable) throw error;
      if (first) log.warn({ err: error }, "history is away; its questions are not answered until it is there");
      setTimeout(() => void tryOnce(false), historyRetryMs);
    }
  }
  return {
    firstTry: tryOnce(true),
    stop() {
      stopped = true;
    },
  };
}

/** The simulator registers its sites like anybody else, under a name of its own. */
async function openSimulatorSession(accounts: Accounts): Promise<string> {
  const user = { username: "simulator", displayName: "Simulator", role: "admin" as const };
  if (accounts.findUser(user.username) === null) await accounts.putUser(user, randomBytes(24).toString("base64url"));
  return accounts.openSession(user.username).token;
}
