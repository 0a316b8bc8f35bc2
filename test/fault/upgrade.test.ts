// A data folder outlives the program. The folder of the fixture, written by the program at an earlier time, is opened by the
// real program of today: everything is there, nothing is doubled, and it goes on. What is in another format is refused with
// both formats named and with what to do, and is left as it is.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, describe, expect, it } from "vitest";
import { formatDay } from "#domain/time.ts";
import { unpackDataFolder } from "#test/fixtures/data-folder.ts";
import { askHoldings, type Fixture, fixtureSites } from "#test/fixtures/holdings.ts";
import type { LedgerJson } from "#test/harness/api-client.ts";
import { connectDevice } from "#test/harness/device.ts";
import { type Program, type RunningSystem, startProgram, startSystem } from "#test/harness/system.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { waitFor } from "#test/harness/wait.ts";

const [site] = fixtureSites;
let temp: TempDir | null = null;
let system: RunningSystem | null = null;
let refused: Program | null = null;
afterEach(async () => {
  refused?.signal("SIGKILL");
  await system?.close();
  await temp?.remove();
  temp = system = refused = null;
});

async function unpack(): Promise<{ readonly dataDir: string; readonly fixture: Fixture }> {
  temp = await createTempDir("upgrade");
  return { dataDir: temp.path, fixture: unpackDataFolder(temp.path) };
}

async function start(dataDir: string): Promise<RunningSystem> {
  system = await startSystem({ dataDir });
  return system;
}

/** What is in the folder is there, and the program takes what comes next: a new reading, and one that it knows already. */
async function expectWhole({ api, addresses }: RunningSystem, { about, holdings }: Fixture): Promise<void> {
  // What it says beyond that was not known then.
  expect(await askHoldings(api, about)).toMatchObject(holdings);
  const before: LedgerJson = await api.settledLedger(`day=${about.day}`);
  const today = await api.settledLedger();
  expect(before).toMatchObject({ balanced: true, frames: { pending: 0 } });

  const issued = (await api.call("POST", `/api/v1/sites/${site}/credentials`)).body;
  const password = String(issued["password"]);
  const device = await connectDevice(addresses.mqtt, { username: site, password });
  const time = Date.now();
  await device.send({ w01018: 49.125 }, { time });
  // The last one of the fixture, as a device sends it that never heard that it had arrived.
  await device.send({ w01018: 44.75 }, { time: about.from + 205_000 });
  await device.end();
  const after = await api.settledLedger("", frameCount(today) + 2);
  const grown = [after.frames.stored - today.frames.stored, after.frames.duplicate - today.frames.duplicate];
  expect(grown).toEqual([1, 1]);
  const range = { from: about.from, to: time + 1, interval: "raw" } as const;
  const known = (holdings["history"] as Record<string, unknown[]>)[`${site} w01018`] ?? [];
  // History may be half a second behind the ledger.
  const grow = async () => {
    const found = await api.history(site, "w01018", range);
    return found.length > known.length && found;
  };
  const points = await waitFor("the new reading in history", grow, { deadlineMs: 10_000 });
  expect(points.slice(0, -1)).toEqual(known);
  expect(points.at(-1)?.slice(0, 2)).toEqual([time, 49.125]);
  if (about.day !== formatDay(time)) expect(await api.ledger(`day=${about.day}`)).toEqual(before);
}

function frameCount({ frames }: LedgerJson): number {
  return frames.stored + frames.quarantined + frames.duplicate;
}

describe("a data folder of an earlier program", () => {
  it("opens with everything that is in it, takes what comes next, and again after a restart", async () => {
    const { dataDir, fixture } = await unpack();
    const running = await start(dataDir);
    await expectWhole(running, fixture);
    await running.stop();
    await running.start();
    expect(await askHoldings(running.api, fixture.about)).toMatchObject(fixture.holdings);
  });

  it.each([
    ["of another version", (bytes: Buffer) => bytes.write("9", bytes.indexOf("\n") - 1, "latin1")],
    ["damaged", (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)],
    ["missing", null],
  ])("with a checkpoint that is %s is read from its beginning, and nothing is lost or doubled", async (_, change) => {
    const { dataDir, fixture } = await unpack();
    const path = join(dataDir, "ingest", "checkpoint");
    if (change === null) rmSync(path);
    else changeFile(path, change);
    await expectWhole(await start(dataDir), fixture);
  });

  it("with the state file of an older step is brought up to date", async () => {
    const { dataDir, fixture } = await unpack();
    changeSqlite(
      join(dataDir, "state.sqlite"),
      "drop table revisions; delete from kysely_migration where name >= '003'",
    );
    const running = await start(dataDir);
    const holdings = { ...fixture.holdings, revisions: [] };
    expect(await askHoldings(running.api, fixture.about)).toMatchObject(holdings);
  });
});

function changeFile(path: string, change: (bytes: Buffer) => unknown): void {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
}

function changeSqlite(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

async function changeDuckdb(path: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

function openSegment(dataDir: string): string {
  const name = readdirSync(join(dataDir, "journal")).find((each) => each.endsWith(".plj"));
  return join(dataDir, "journal", name ?? "");
}

/** The program must end by itself, with 2, and say why in one line. */
async function expectRefusal(dataDir: string, code: string, says: RegExp): Promise<void> {
  refused = startProgram({ args: ["--no-simulator"], env: {}, dataDir });
  const program = refused;
  const isListening = (): boolean => program.lines.some(({ msg }) => msg === "listening");
  await waitFor("the program to end", () => !program.isRunning() || isListening(), { deadlineMs: 20_000 });
  expect([isListening(), program.lines.map(({ msg }) => msg)]).toEqual([false, expect.anything()]);
  expect([await program.exited, program.output()]).toEqual([2, expect.stringContaining("cannot start")]);
  const line = program.lines.find(({ msg }) => msg === "cannot start");
  const err = { message: expect.stringMatching(says) };
  expect(line).toMatchObject({ code, err, hint: expect.stringMatching(/.{20}/) });
}

interface Other {
  readonly what: string;
  readonly file: (dataDir: string) => string;
  readonly change: (path: string) => Promise<void> | void;
  readonly code: string;
  readonly says: RegExp;
}

const state = (name: string) => (dataDir: string) => join(dataDir, name);
const others: readonly Other[] = [
  {
    what: "the folder in a newer format",
    file: state("plumeline.json"),
    change: (path) => writeFileSync(path, '{"format":2}\n'),
    code: "data-format",
    says: /is in format 2; this program knows 1/,
  },
  {
    what: "the folder in an older format",
    file: state("plumeline.json"),
    change: (path) => writeFileSync(path, '{"format":0}\n'),
    code: "data-format",
    says: /is in format 0; this program knows 1/,
  },
  {
    what: "the journal in a newer format",
    file: openSegment,
    change: (path) =>
      changeFile(path, (bytes) => {
        bytes.write("PLUMEJ2\n", 0, "latin1");
        bytes.write("PLJ2", 64, "latin1");
      }),
    code: "data-format",
    says: /journal segment \d+\.plj is in format 2; this program knows 1/,
  },
  {
    what: "history in a newer format",
    file: state("history.duckdb"),
    change: (path) => changeDuckdb(path, "update progress set schema_version = 99"),
    code: "history-invalid",
    says: /has schema version 99, this program knows \d/,
  },
  {
    what: "history in an older format",
    file: state("history.duckdb"),
    change: (path) => changeDuckdb(path, "update progress set schema_version = 0"),
    code: "history-invalid",
    says: /has schema version 0, this program knows \d/,
  },
  {
    what: "the state in a newer format",
    file: state("state.sqlite"),
    change: (path) =>
      changeSqlite(path, "insert into kysely_migration values ('999-later', '2030-01-01T00:00:00.000Z')"),
    code: "state-migration",
    says: /is in format "999-later"; this program knows "\d{3}-/,
  },
  {
    what: "the accounts in a newer format",
    file: state("accounts.sqlite"),
    change: (path) => changeSqlite(path, "pragma user_version = 99"),
    code: "state-migration",
    says: /is in format 99; this program knows \d/,
  },
];

describe("what another program wrote", () => {
  it.each(others)("is refused and left as it is: $what", async ({ file, change, code, says }) => {
    const { dataDir } = await unpack();
    const path = file(dataDir);
    await change(path);
    const before = readFileSync(path);
    await expectRefusal(dataDir, code, says);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

/** As JOURNAL_ARCHIVE_DAYS does: the sealed segment goes, and it is written down where the journal begins now. */
function removeArchive(dataDir: string): number {
  const dir = join(dataDir, "journal");
  const begin = Number.parseInt(openSegment(dataDir).split("/").at(-1) ?? "", 10);
  for (const name of readdirSync(dir)) if (name.endsWith(".plj.zst")) rmSync(join(dir, name));
  writeFileSync(join(dir, "archive-begins"), `${begin}\n`);
  return begin;
}

describe("a journal whose beginning was removed by its retention", () => {
  it("is gone on with from the checkpoint, and nothing is missing", async () => {
    const { dataDir, fixture } = await unpack();
    removeArchive(dataDir);
    await expectWhole(await start(dataDir), fixture);
  });

  it.each([
    ["of another version", (bytes: Buffer) => bytes.write("9", bytes.indexOf("\n") - 1, "latin1")],
    ["missing", null],
  ])("is refused when its checkpoint is %s: the registrations are in no other place", async (_, change) => {
    const { dataDir } = await unpack();
    const begin = removeArchive(dataDir);
    const path = join(dataDir, "ingest", "checkpoint");
    if (change === null) rmSync(path);
    else changeFile(path, change);
    await expectRefusal(dataDir, "data-format", new RegExp(`checkpoint.* begins at entry ${begin}`));
  });
});
