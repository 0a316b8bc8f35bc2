// The frames behind sequence numbers, read from real journal files while they are written.

import { afterEach, describe, expect, it } from "vitest";
import { channels, doors, type EntryKind, entryKinds } from "#domain/frame.ts";
import { createFileJournal } from "#store/journal/file-journal.ts";
import type { Journal } from "#store/journal/journal.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { createFrameReader } from "./frame-reader.ts";

const opened: { journal: Journal; temp: TempDir }[] = [];
afterEach(async () => {
  for (const { journal, temp } of opened.splice(0)) {
    await journal.stop();
    await temp.remove();
  }
});

async function startJournal() {
  const temp = await createTempDir("frames");
  const journal = createFileJournal({
    dir: temp.path,
    bytesMax: null,
    now: Date.now,
    log: createSilentLog(),
    segmentBytes: 64 * 1024,
  });
  await journal.start();
  opened.push({ journal, temp });
  function append(text: string, kind: EntryKind = entryKinds.frame): Promise<number> {
    return new Promise((done, fail) => {
      const payload = Buffer.from(text);
      journal.append(kind, doors.mqtt, channels.readings, true, 1_000, "S", payload, (failure, seq) =>
        failure === null ? done(seq) : fail(failure),
      );
    });
  }
  const reader = createFrameReader({ journalDir: temp.path });
  async function read(seqs: readonly number[]): Promise<[number, string][]> {
    const found: [number, string][] = [];
    for await (const entry of reader.read(seqs)) found.push([entry.seq, Buffer.from(entry.payload).toString()]);
    return found;
  }
  return { append, read };
}

describe("reading frames by their number", () => {
  it("gives each once, ascending, from whatever segment it is in, sealed or not", async () => {
    const { append, read } = await startJournal();
    for (let i = 1; i <= 60; i++) await append(`${i} ${"x".repeat(4_000)}`);
    const found = await read([60, 3, 31, 3, 1]);
    expect(found.map(([seq, text]) => [seq, text.split(" ")[0]])).toEqual([
      [1, "1"],
      [3, "3"],
      [31, "31"],
      [60, "60"],
    ]);
  });

  it("leaves out what is no frame and what is not there", async () => {
    const { append, read } = await startJournal();
    await append("frame");
    await append("tick", entryKinds.tick);
    expect(await read([1, 2, 99])).toEqual([[1, "frame"]]);
    expect(await read([])).toEqual([]);
  });

  it("goes on after a reader that left early", async () => {
    const { append, read } = await startJournal();
    await append("a");
    await append("b");
    const reader = await Promise.all([read([1]), read([2]), read([1, 2])]);
    expect(reader).toEqual([
      [[1, "a"]],
      [[2, "b"]],
      [
        [1, "a"],
        [2, "b"],
      ],
    ]);
  });
});
