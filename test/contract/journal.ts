// The journal's contract as a suite: an implementation passes when every title below is true of it.

import { afterEach, describe, expect, it } from "vitest";
import { channels, doors, entryKinds } from "#domain/frame.ts";
import type { Journal, JournalPart, JournalReader } from "#store/journal/journal.ts";

export interface JournalUnderTest {
  open(): Journal;
  read(afterSeq: number): JournalReader;
}

export function appendText(journal: Journal, text: string, source = "HB-1"): Promise<number> {
  return new Promise((done, fail) => {
    journal.append(
      entryKinds.frame,
      doors.mqtt,
      channels.readings,
      true,
      1_795_307_020_000,
      source,
      Buffer.from(text),
      (failure, seq) => (failure === null ? done(seq) : fail(failure)),
    );
  });
}

/** Everything durable, payloads as text; damage as its range. */
export function readAll(reader: JournalReader): (string | { from: number; to: number })[] {
  const found: (string | { from: number; to: number })[] = [];
  for (let part: JournalPart | null = reader.read(); part !== null; part = reader.read()) {
    if (part.type === "damage") found.push({ from: part.damage.fromSeq, to: part.damage.toSeq });
    else for (const entry of part.entries) found.push(`${entry.seq}:${Buffer.from(entry.payload).toString()}`);
  }
  return found;
}

export function describeJournal(name: string, create: () => Promise<JournalUnderTest>): void {
  describe(`journal contract: ${name}`, () => {
    const running: Journal[] = [];
    afterEach(async () => {
      for (const journal of running.splice(0)) await journal.stop();
    });
    async function started(under: JournalUnderTest): Promise<Journal> {
      const journal = under.open();
      await journal.start();
      running.push(journal);
      return journal;
    }
    async function stopped(journal: Journal): Promise<void> {
      running.splice(running.indexOf(journal), 1);
      await journal.stop();
    }

    it("an empty journal has nothing to read", async () => {
      const under = await create();
      const journal = await started(under);
      expect(journal.head()).toEqual({ seq: 0, frames: 0 });
      expect(readAll(under.read(0))).toEqual([]);
    });

    it("entries are numbered 1, 2, 3 in the order of append and read back as they were", async () => {
      const under = await create();
      const journal = await started(under);
      const seqs = await Promise.all(["a", "b", "", "δοκιμή"].map((text) => appendText(journal, text)));
      expect(seqs).toEqual([1, 2, 3, 4]);
      expect(readAll(under.read(0))).toEqual(["1:a", "2:b", "3:", "4:δοκιμή"]);
      const part = under.read(0).read();
      expect(part?.type === "entries" && part.entries[0]).toMatchObject({
        seq: 1,
        kind: entryKinds.frame,
        door: doors.mqtt,
        channel: channels.readings,
        promised: true,
        receivedAt: 1_795_307_020_000,
        source: "HB-1",
      });
    });

    it("an entry can be read as soon as it was acknowledged", async () => {
      const under = await create();
      const journal = await started(under);
      const reader = under.read(0);
      for (let i = 1; i <= 200; i++) {
        const seq = await appendText(journal, `n${i}`);
        expect(readAll(reader)).toEqual([`${seq}:n${i}`]);
      }
    });

    it("a reader goes on behind the sequence number it knows", async () => {
      const under = await create();
      const journal = await started(under);
      await Promise.all(["a", "b", "c", "d", "e"].map((text) => appendText(journal, text)));
      await appendText(journal, "f");
      expect(readAll(under.read(3))).toEqual(["4:d", "5:e", "6:f"]);
      expect(readAll(under.read(6))).toEqual([]);
    });

    it("numbers go on after a restart and nothing is lost", async () => {
      const under = await create();
      const first = await started(under);
      await Promise.all(["a", "b"].map((text) => appendText(first, text)));
      await stopped(first);
      const second = await started(under);
      expect(second.head()).toEqual({ seq: 2, frames: 2 });
      expect(await appendText(second, "c")).toBe(3);
      expect(readAll(under.read(0))).toEqual(["1:a", "2:b", "3:c"]);
    });

    it("many entries over many segments come back complete and in order", async () => {
      const under = await create();
      const journal = await started(under);
      const reader = under.read(0);
      const body = "x".repeat(900);
      const expected: string[] = [];
      const found: unknown[] = [];
      for (let round = 0; round < 40; round++) {
        const texts = Array.from({ length: 50 }, (_, i) => `${round}-${i}-${body}`);
        const seqs = await Promise.all(texts.map((text) => appendText(journal, text)));
        texts.forEach((text, i) => expected.push(`${seqs[i]}:${text}`));
        found.push(...readAll(reader));
      }
      expect(found).toEqual(expected);
      expect(readAll(under.read(0))).toEqual(expected);
    });

    it("commands and ticks are entries but not frames", async () => {
      const under = await create();
      const journal = await started(under);
      const append = (kind: 1 | 2 | 3) =>
        new Promise<number>((done) => {
          journal.append(kind, doors.none, channels.none, true, 1, "", Buffer.from("{}"), (_, seq) => done(seq));
        });
      await append(entryKinds.tick);
      await append(entryKinds.frame);
      await append(entryKinds.command);
      expect(journal.head()).toEqual({ seq: 3, frames: 1 });
    });

    it("a second appender on the same journal is refused", async () => {
      const under = await create();
      await started(under);
      await expect(under.open().start()).rejects.toMatchObject({ code: "journal-locked" });
    });
  });
}
