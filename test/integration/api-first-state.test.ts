// The api's first state: what the state store has, then ingest's own, page by page over a real link, while changes go on.

import { deflateRawSync } from "node:zlib";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createIngestFeed, type IngestFeed } from "#api/io/ingest-feed.ts";
import { createHub, type Hub } from "#api/live/hub.ts";
import { createMemory, type Memory } from "#api/live/memory.ts";
import type { LatestRow, LiveBatch } from "#domain/live.ts";
import type { Site } from "#domain/site.ts";
import { type PageSource, statePage, stateStart } from "#ingest/write/state-pages.ts";
import { createPortLink } from "#store/link/port.ts";
import { createRpc } from "#store/link/rpc.ts";
import { createSqliteState, createSqliteStateReader, type SqliteState } from "#store/state/sqlite.ts";
import type { StateReader } from "#store/state/state.ts";
import { makeAlarm, makeBatch, makeSite } from "../contract/state-rows.ts";
import { createSilentLog } from "../harness/silent-log.ts";
import { waitFor } from "../harness/wait.ts";

const factors = ["w01018", "w01001", "w00000", "w21003", "w21011"];
/** Enough for several pages. */
const siteCount = 6_000;
const at = Date.UTC(2026, 10, 22);

const siteId = (n: number): string => `S${String(n).padStart(5, "0")}`;

interface Telling extends PageSource {
  seq: number;
  readonly sites: Site[];
  readonly rows: Map<string, LatestRow[]>;
}

/** What ingest would know: sites in the order of registration, each with all its values. */
function createTelling(count: number): Telling {
  const sites: Site[] = [];
  const rows = new Map<string, LatestRow[]>();
  for (let n = 0; n < count; n++) {
    const id = siteId(n);
    sites.push(makeSite(id, { factors, city: n % 2 === 0 ? "130100" : "130200" }));
    rows.set(
      id,
      factors.map((factor, i) => [id, factor, at, n + i / 10, "N", 0, at + 100] as const),
    );
  }
  return {
    seq: 50,
    sites,
    rows,
    get siteCount() {
      return sites.length;
    },
    siteAt: (place) => sites[place],
    latestAt: (place) => rows.get(sites[place]?.id ?? "") ?? [],
    openAlarms: () => [makeAlarm("A1", { site: siteId(1) })],
  };
}

let dir = "";
let writer: SqliteState;
let reader: StateReader;
let memory: Memory;
let hub: Hub;
let feed: IngestFeed;
const closing: (() => void)[] = [];
const silentLog = createSilentLog();
const soon = { deadlineMs: 5_000 };
const batches: LiveBatch[] = [];

/** The feed on one end of a link, ingest's side on the other. */
function connect() {
  const [here, there] = [createRpc("ingest"), createRpc("api")];
  const { port1, port2 } = new MessageChannel();
  feed = createIngestFeed({
    ingest: here,
    state: reader,
    memory,
    hub,
    log: silentLog,
    now: () => at,
    onBatch: (batch) => batches.push(batch),
  });
  there.attach(createPortLink(port2));
  closing.push(() => there.close());
  return { there, link: () => here.attach(createPortLink(port1)) };
}

function changes(seq: number, parts: Partial<LiveBatch>): LiveBatch {
  return { seq, latest: [], alarms: [], sites: [], limits: [], outcomes: [], ...parts };
}

const valueOf = (site: string, factor: string): number | undefined => memory.latest(site).get(factor)?.[3];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "plumeline-first-"));
  const file = join(dir, "state.sqlite");
  writer = createSqliteState({ file, log: silentLog });
  await writer.start();
  reader = createSqliteStateReader({ file });
  await reader.start();
  memory = createMemory();
  hub = createHub({ memory, epoch: "e1", compress: (text) => deflateRawSync(text) });
  batches.length = 0;
});
afterEach(async () => {
  feed.stop();
  for (const close of closing.splice(0)) close();
  await reader.stop();
  await writer.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe("the first state of the api", () => {
  it("comes from the state store while ingest is away", async () => {
    const told = createTelling(siteCount);
    await writer.commit(
      makeBatch(40, { sites: told.sites, latest: [...told.rows.values()].flat(), alarms: [...told.openAlarms()] }),
    );
    connect();
    await feed.start();
    await waitFor("all stored values", () => memory.seriesCount === siteCount * factors.length, soon);
    expect([memory.seq, memory.siteCount, memory.counts(at).active]).toEqual([40, siteCount, 1]);
    expect(valueOf(siteId(4_321), "w01001")).toBeCloseTo(4_321.1);
    expect(memory.sites().map((site) => site.id)).toEqual(told.sites.map((site) => site.id));
  });

  it("comes from ingest in pages, and what changes meanwhile is neither lost nor overwritten", async () => {
    const told = createTelling(siteCount);
    const { there, link } = connect();
    there.handle("live.state", () => stateStart(told));
    let pages = 1;
    const change = (n: number, value: number): LatestRow => [siteId(n), "w01018", at + value, value, "N", 0, at];
    const put = (row: LatestRow): void => {
      told.rows.set(
        row[0],
        (told.rows.get(row[0]) ?? []).map((each) => (each[1] === row[1] ? row : each)),
      );
    };
    there.handle("live.state.page", (from) => {
      pages += 1;
      if (pages === 2) {
        // One series of a page that was sent, one of a page to come, and a new site at the end.
        const changed = [change(0, 900), change(siteCount - 1, 901)];
        for (const row of changed) put(row);
        const site = makeSite("T1", { factors, city: "130300" });
        told.sites.push(site);
        told.rows.set("T1", [["T1", "w01018", at, 7, "N", 0, at]]);
        told.seq = 51;
        there.notify("live", changes(51, { latest: [...changed, ["T1", "w01018", at, 7, "N", 0, at]], sites: [site] }));
      }
      const page = statePage(told, Number(from));
      // Told behind the page, but before it is asked for the next.
      if (pages === 3) {
        told.seq = 52;
        const row = change(1, 950);
        put(row);
        there.notify("live", changes(52, { latest: [row], outcomes: [{ id: "c1", ok: true, seq: 52, result: null }] }));
      }
      return page;
    });
    await feed.start();
    link();
    await waitFor(
      "everything told",
      () => memory.siteCount === siteCount + 1 && valueOf("S00001", "w01018") === 950,
      soon,
    );
    await waitFor("the last page", () => pages >= 3 && hub.seq > 0, soon);
    expect(memory.seriesCount).toBe(siteCount * factors.length + 1);
    expect([valueOf("S00000", "w01018"), valueOf(siteId(siteCount - 1), "w01018"), valueOf("T1", "w01018")]).toEqual([
      900, 901, 7,
    ]);
    expect(valueOf(siteId(2_500), "w21011")).toBeCloseTo(2_500.4);
    expect(batches.flatMap((batch) => batch.outcomes).map((outcome) => outcome.id)).toEqual(["c1"]);
    expect(memory.seq).toBe(52);
  });

  it("is ingest's alone when ingest knows other sites than the state store had", async () => {
    const told = createTelling(3);
    const stored = [makeSite("OLD"), ...told.sites];
    await writer.commit(makeBatch(40, { sites: stored, latest: [["OLD", "a21026", at, 1, "N", 0, at]] }));
    const { there, link } = connect();
    there.handle("live.state", () => stateStart(told));
    await feed.start();
    expect(memory.site("OLD")?.id).toBe("OLD");
    link();
    await waitFor("the site that ingest does not know to go", () => memory.site("OLD") === undefined, soon);
    await waitFor("ingest's sites", () => memory.siteCount === 3, soon);
    expect([...memory.allLatest()]).toHaveLength(3 * factors.length);
  });
});
