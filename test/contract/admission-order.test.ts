// Frames of one device that have to wait, and what is in the journal afterwards: read from real files.

import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createAdmission, createDevice } from "#broker/io/admission.ts";
import { createBrokerMetrics } from "#broker/io/metrics.ts";
import { channels, doors } from "#domain/frame.ts";
import { createFileJournal } from "#store/journal/file-journal.ts";
import { createFileJournalReader } from "#store/journal/file-reader.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { createTempDir } from "#test/harness/temp-dir.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Admits frames 0, 1, 2, … of one device that must wait so long each, and says in which order the journal has them. */
async function admitAll(waitsMs: readonly number[], now: () => number = Date.now): Promise<number[]> {
  const dir = await createTempDir("admission");
  ends.push(() => dir.remove());
  const journal = createFileJournal({ dir: join(dir.path, "journal"), now: Date.now, log: createSilentLog() });
  await journal.start();
  ends.push(() => journal.stop());
  const left = [...waitsMs];
  const pace = { note: () => undefined, away: () => undefined, takeMs: () => left.shift() ?? 0 };
  const admission = createAdmission({ journal, pace, metrics: createBrokerMetrics(journal), now });
  const device = createDevice("S");
  await Promise.all(
    waitsMs.map(
      (_, n) =>
        new Promise<void>((done, fail) => {
          admission.admit(device, doors.mqtt, channels.sparkplug, true, Uint8Array.of(n), (failure) =>
            failure === null ? done() : fail(failure),
          );
        }),
    ),
  );
  const reader = createFileJournalReader({ dir: join(dir.path, "journal"), afterSeq: 0 });
  const order: number[] = [];
  for (let part = reader.read(); part !== null; part = reader.read())
    if (part.type === "entries") order.push(...part.entries.map(({ payload }) => payload[0] ?? -1));
  reader.stop();
  return order;
}

describe("frames of one device", () => {
  it("are in the journal in the order in which they were sent, however long each must wait", async () => {
    const waitsMs = [40, 0, 10, 0, 60, 0, 5, 0, 0, 20];
    expect(await admitAll(waitsMs)).toEqual(waitsMs.map((_, n) => n));
  });

  it("are held by no clock that jumps back", async () => {
    let jumped = 0;
    setTimeout(() => (jumped = 3_600_000), 10);
    const begun = performance.now();
    expect(await admitAll([30, 0, 0], () => Date.now() - jumped)).toEqual([0, 1, 2]);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
