// The journal's contract on segment files, and what becomes of damage in them.

import {
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createFileJournal } from "#store/journal/file-journal.ts";
import { createFileJournalReader } from "#store/journal/file-reader.ts";
import { appendText, describeJournal, readAll } from "./journal.ts";

const dirs: string[] = [];
function freshDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "plumeline-journal-"));
  dirs.push(dir);
  return dir;
}
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

const log = { warn: () => undefined };
const segmentBytes = 256 * 1024;
function open(dir: string, bytesMax: number | null = null) {
  return createFileJournal({ dir, segmentBytes, bytesMax, now: () => 0, log });
}

describeJournal("segment files", () => {
  const dir = freshDir();
  return Promise.resolve({ open: () => open(dir), read: (afterSeq) => createFileJournalReader({ dir, afterSeq }) });
});

async function filled(commits: number): Promise<string> {
  const dir = freshDir();
  const journal = open(dir);
  await journal.start();
  for (let i = 1; i <= commits; i++) await appendText(journal, `entry ${i}`);
  await journal.stop();
  return dir;
}

function lastSegment(dir: string): string {
  const name = readdirSync(dir)
    .filter((each) => each.endsWith(".plj"))
    .sort()
    .at(-1);
  if (name === undefined) throw new Error("no segment");
  return join(dir, name);
}

function overwrite(path: string, offset: number, bytes: Buffer): void {
  const fd = openSync(path, "r+");
  writeSync(fd, bytes, 0, bytes.length, offset);
  closeSync(fd);
}

/** Offsets of the batches of a segment. */
function batchOffsets(path: string): number[] {
  const bytes = readFileSync(path);
  const offsets: number[] = [];
  for (let at = bytes.indexOf("PLJ1"); at >= 0; at = bytes.indexOf("PLJ1", at + 1)) offsets.push(at);
  return offsets;
}

describe("journal files after damage", () => {
  it("a torn tail that was never acknowledged is cut, and its number is used by the next entry", async () => {
    const dir = await filled(5);
    const path = lastSegment(dir);
    const offsets = batchOffsets(path);
    const lastBatch = readFileSync(path).subarray(offsets[4]);
    // Half of a further commit, as a power loss in the middle of the write leaves it.
    const end = (offsets[4] ?? 0) + ((offsets[1] ?? 0) - (offsets[0] ?? 0));
    overwrite(path, end, lastBatch.subarray(0, 60));
    const journal = open(dir);
    const opened = await journal.start();
    expect(opened.damages).toEqual([]);
    expect(opened.tornBytes).toBeGreaterThan(0);
    expect(await appendText(journal, "after")).toBe(6);
    await journal.stop();
    expect(readAll(createFileJournalReader({ dir, afterSeq: 4 }))).toEqual(["5:entry 5", "6:after"]);
  });

  it("every single flipped bit of an acknowledged entry is found and named, and the entries around it are read", async () => {
    const dir = await filled(6);
    const path = lastSegment(dir);
    const offsets = batchOffsets(path);
    const whole = readFileSync(path);
    const from = offsets[2] ?? 0;
    const to = offsets[3] ?? 0;
    for (let offset = from; offset < to; offset += 1) {
      overwrite(path, offset, Buffer.from([(whole[offset] ?? 0) ^ (1 << (offset % 8))]));
      const found = readAll(createFileJournalReader({ dir, afterSeq: 0 }));
      expect(found, `bit flipped at ${offset}`).toEqual([
        "1:entry 1",
        "2:entry 2",
        { from: 3, to: 3 },
        "4:entry 4",
        "5:entry 5",
        "6:entry 6",
      ]);
      overwrite(path, offset, whole.subarray(offset, offset + 1));
    }
  });

  it("a zeroed page in the middle is damage at the next start, and appending goes on behind it", async () => {
    const dir = await filled(200);
    const path = lastSegment(dir);
    overwrite(path, 4096, Buffer.alloc(4096));
    const journal = open(dir);
    const opened = await journal.start();
    expect(opened.damages).toHaveLength(1);
    expect(await appendText(journal, "after")).toBe(201);
    await journal.stop();
    const found = readAll(createFileJournalReader({ dir, afterSeq: 0 }));
    const damages = found.filter((each) => typeof each === "object");
    expect(damages).toHaveLength(1);
    expect(opened.damages[0]).toMatchObject({ fromSeq: damages[0]?.from, toSeq: damages[0]?.to });
    expect(found.at(-1)).toBe("201:after");
  });

  it("acknowledged entries whose end of file was cut off are damage, and their numbers are never used again", async () => {
    const dir = await filled(10);
    const path = lastSegment(dir);
    const size = statSync(path).size;
    truncateSync(path, batchOffsets(path)[7] ?? 0);
    truncateSync(path, size);
    const journal = open(dir);
    const opened = await journal.start();
    expect(opened.damages).toMatchObject([{ fromSeq: 8, toSeq: 10 }]);
    expect(await appendText(journal, "after")).toBe(11);
    await journal.stop();
    expect(readAll(createFileJournalReader({ dir, afterSeq: 6 }))).toEqual([
      "7:entry 7",
      { from: 8, to: 10 },
      "11:after",
    ]);
  });

  it("a batch exchanged for another whole batch breaks the chain and is named", async () => {
    const dir = await filled(6);
    const other = await filled(6);
    const path = lastSegment(dir);
    const offsets = batchOffsets(path);
    const forged = freshDir();
    const journal = open(forged);
    await journal.start();
    for (let i = 1; i <= 6; i++) await appendText(journal, `Entry ${i}`);
    await journal.stop();
    const from = offsets[3] ?? 0;
    overwrite(path, from, readFileSync(lastSegment(forged)).subarray(from, offsets[4]));
    expect(other).not.toBe(dir);
    const found = readAll(createFileJournalReader({ dir, afterSeq: 0 }));
    expect(found).toContainEqual({ from: 4, to: 4 });
  });

  it("at its bound the journal takes nothing more, says why, and loses nothing", async () => {
    const dir = freshDir();
    const journal = open(dir, segmentBytes * 2);
    await journal.start();
    let acknowledged = 0;
    const body = "y".repeat(20_000);
    for (let i = 0; i < 40; i++)
      void appendText(journal, body).then(
        () => acknowledged++,
        () => undefined,
      );
    await expect.poll(() => journal.why, { timeout: 5000 }).toMatch(/bound/);
    expect(journal.writable).toBe(false);
    await journal.stop();
    expect(readAll(createFileJournalReader({ dir, afterSeq: 0 }))).toHaveLength(acknowledged);
    expect(acknowledged).toBeGreaterThan(10);
  });

  it("full segments are compressed and read back the same, from any place", async () => {
    const dir = freshDir();
    const journal = open(dir);
    await journal.start();
    const body = "z".repeat(10_000);
    const expected: string[] = [];
    for (let i = 1; i <= 120; i++) expected.push(`${await appendText(journal, `${i} ${body}`)}:${i} ${body}`);
    await expect
      .poll(() => readdirSync(dir).filter((name) => name.endsWith(".zst")).length, { timeout: 5000 })
      .toBeGreaterThan(2);
    expect(readAll(createFileJournalReader({ dir, afterSeq: 0 }))).toEqual(expected);
    expect(readAll(createFileJournalReader({ dir, afterSeq: 57 }))).toEqual(expected.slice(57));
    await journal.stop();
    const again = open(dir);
    await again.start();
    expect(await appendText(again, "next")).toBe(121);
    await again.stop();
    expect(readAll(createFileJournalReader({ dir, afterSeq: 120 }))).toEqual(["121:next"]);
  });

  it("a flipped bit in a compressed segment costs the entries around it, and every other entry is read", async () => {
    const dir = freshDir();
    const journal = createFileJournal({ dir, segmentBytes: 4 * 1024 * 1024, now: () => 0, log });
    await journal.start();
    for (let i = 1; i <= 700; i++) await appendText(journal, `${i} ${randomBytes(6000).toString("latin1")}`);
    await expect.poll(() => readdirSync(dir).filter((name) => name.endsWith(".zst")).length, { timeout: 5000 }).toBe(1);
    await journal.stop();
    const path = join(dir, readdirSync(dir).find((name) => name.endsWith(".zst")) ?? "");
    const bytes = readFileSync(path);
    const at = Math.floor(bytes.length / 2);
    rmSync(path);
    writeFileSync(
      path,
      Buffer.concat([bytes.subarray(0, at), Buffer.from([(bytes[at] ?? 0) ^ 8]), bytes.subarray(at + 1)]),
    );
    const found = readAll(createFileJournalReader({ dir, afterSeq: 0 }));
    const damages = found.filter((each) => typeof each === "object");
    expect(damages).toHaveLength(1);
    const lost = (damages[0]?.to ?? 0) - (damages[0]?.from ?? 0) + 1;
    expect(lost).toBeLessThan(80);
    expect(found).toHaveLength(700 - lost + 1);
  });

  it("segments past their retention are removed, oldest first, and a reader takes that for no damage", async () => {
    const dir = freshDir();
    let clock = 0;
    let consumed = 0;
    const journal = createFileJournal({
      dir,
      segmentBytes,
      now: () => clock,
      archiveMsMax: 1000,
      consumedSeq: () => consumed,
      log,
    });
    await journal.start();
    const body = "z".repeat(10_000);
    for (let i = 1; i <= 100; i++) await appendText(journal, body);
    clock = 10_000;
    consumed = 60;
    for (let i = 1; i <= 60; i++) await appendText(journal, body);
    await expect
      .poll(() => readAll(createFileJournalReader({ dir, afterSeq: 0 })).length, { timeout: 5000 })
      .toBeLessThan(150);
    await journal.stop();
    const found = readAll(createFileJournalReader({ dir, afterSeq: 0 }));
    expect(found.every((each) => typeof each === "string")).toBe(true);
    const { beginsAt } = createFileJournalReader({ dir, afterSeq: 0 });
    expect(beginsAt).toBeGreaterThan(1);
    expect(found[0]).toMatch(new RegExp(`^${beginsAt}:`));
    // What ingest has not consumed stays, however old it is.
    expect(found.length).toBeGreaterThanOrEqual(100);
  });

  it("what is consumed does not count against the bound", async () => {
    const dir = freshDir();
    let consumed = 0;
    const journal = createFileJournal({
      dir,
      segmentBytes,
      bytesMax: segmentBytes * 2,
      consumedSeq: () => consumed,
      now: () => 0,
      log,
    });
    await journal.start();
    for (let i = 1; i <= 100; i++) consumed = await appendText(journal, "y".repeat(20_000));
    expect(journal.writable).toBe(true);
    await journal.stop();
  });

  it("a segment of another format is refused by name and left as it is; a broken digit in our own header is not one", async () => {
    const dir = await filled(3);
    const file = lastSegment(dir);
    const bytes = readFileSync(file);
    bytes.write("PLUMEJ3\n", "latin1");
    writeFileSync(file, bytes);
    const reader = createFileJournalReader({ dir, afterSeq: 0 });
    expect(readAll(reader)).toEqual(["1:entry 1", "2:entry 2", "3:entry 3"]);
    reader.stop();
    const ours = open(dir);
    await ours.start();
    await ours.stop();

    bytes.write("PLJ3", 64, "latin1");
    writeFileSync(file, bytes);
    const refusal = {
      code: "data-format",
      retryable: false,
      message: expect.stringMatching(/in format 3;.* knows 1$/),
    };
    await expect(open(dir).start()).rejects.toMatchObject(refusal);
    const other = createFileJournalReader({ dir, afterSeq: 0 });
    expect(() => other.read()).toThrow(expect.objectContaining(refusal));
    other.stop();
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it("a mark that cannot be read does not stop the journal from opening", async () => {
    const dir = await filled(3);
    writeFileSync(join(dir, "durable"), "rubbish");
    const journal = open(dir);
    await journal.start();
    expect(journal.head().seq).toBe(3);
    await journal.stop();
  });
});
