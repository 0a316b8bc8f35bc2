// The ingest role with its real parts: history, state, the journal's folder.

import { join } from "node:path";
import { createIngest } from "#ingest/io/ingest.ts";
import type { Settings } from "#domain/settings.ts";
import { openHistory } from "#store/history/open.ts";
import { serveHistoryReader } from "#store/history/remote.ts";
import type { Rpc } from "#store/link/link.ts";
import { createSqliteState } from "#store/state/sqlite.ts";
import type { RoleParts, RunningRole } from "./role.ts";

export async function runIngest(
  parts: RoleParts & { readonly settings: Settings; readonly rpc: Rpc; readonly embeddedHistory: boolean },
): Promise<RunningRole & { stopWithin(ms: number): Promise<void> }> {
  const { settings, log, rpc } = parts;
  const history = openHistory({ ...settings, duckdbFile: join(settings.dataDir, "history.duckdb") }, log);
  const state = createSqliteState({ file: join(settings.dataDir, "state.sqlite"), log });
  if (parts.embeddedHistory) serveHistoryReader(rpc, history);
  const ingest = createIngest({
    dataDir: settings.dataDir,
    history,
    historyKey: historyKey(settings),
    state,
    rpc,
    now: Date.now,
    log,
  });
  await ingest.start();
  return { addresses: {}, notes: {}, stop: () => ingest.stop(1500), stopWithin: (ms) => ingest.stop(ms) };
}

/** A private influxd lies below the data folder, on whatever port. */
function historyKey(settings: Settings): string {
  if (settings.influxUrl === null) return "duckdb";
  if (settings.influxPrivate) return "private influxd";
  const place =
    settings.influxVersion === 2 ? `${settings.influxOrg}/${settings.influxBucket}` : settings.influxDatabase;
  return `${settings.influxUrl} ${place}`;
}
