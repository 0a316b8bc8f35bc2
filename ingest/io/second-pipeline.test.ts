// What the pipeline that makes up for history's absence says about entries that it cannot read.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { channels, doors, entryKinds } from "#domain/frame.ts";
import { createFileJournal } from "#store/journal/file-journal.ts";
import type { Damage } from "#store/journal/journal.ts";
import { createHistoryOutput } from "../output.ts";
import { openSecondPipeline } from "./second-pipeline.ts";

let journalDir = "";
beforeEach(() => {
  journalDir = mkdtempSync(join(tmpdir(), "plumeline-second-"));
});
afterEach(() => rmSync(journalDir, { recursive: true, force: true }));

async function writeJournal(texts: readonly string[]): Promise<void> {
  const log = { warn: () => undefined };
  const journal = createFileJournal({ dir: journalDir, segmentBytes: 64 * 1024, now: () => 1_795_307_020_000, log });
  await journal.start();
  for (const text of texts) {
    await new Promise<void>((done) => {
      const payload = new TextEncoder().encode(text);
      const { frame } = entryKinds;
      journal.append(frame, doors.mqtt, channels.readings, true, 1_795_307_020_000, "S", payload, () => done());
    });
  }
  await journal.stop();
}

describe("the pipeline that makes up for the absence of history", () => {
  it("names the entries that it cannot read, since nobody else reads them again", async () => {
    await writeJournal(["one", "two", "three"]);
    const path = join(journalDir, readdirSync(journalDir).find((name) => name.endsWith(".plj")) ?? "");
    const bytes = readFileSync(path);
    bytes.write("TWO", bytes.indexOf("two"), "latin1");
    writeFileSync(path, bytes);
    const damages: Damage[] = [];
    const second = openSecondPipeline({
      saved: null,
      poison: new Set(),
      journalDir,
      rows: createHistoryOutput(),
      onDamage: (damage) => damages.push(damage),
    });
    const seen: number[] = [];
    while (second.processOne(3, (seq) => seen.push(seq)));
    second.stop();
    expect(seen).toEqual([1, 3]);
    expect(damages).toMatchObject([{ fromSeq: 2, toSeq: 2 }]);
  });
});
