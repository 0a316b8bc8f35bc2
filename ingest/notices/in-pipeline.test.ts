// Notices of the whole pipeline: readings and ticks of a journal in, rows of notices out. The same journal read once more, or with
// checkpoints on the way, makes the same rows, so that nobody is told twice.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Command } from "#domain/command.ts";
import { channels, doors, entryKinds, type Entry } from "#domain/frame.ts";
import type { Notice } from "#domain/notice.ts";
import { minuteMs } from "#domain/time.ts";
import { loadCheckpoint, writeSnapshot } from "../io/checkpoint.ts";
import { createOutput } from "../output.ts";
import { createPipeline } from "../pipeline.ts";

const begin = Date.UTC(2026, 10, 22, 8);
const encoder = new TextEncoder();
const dir = mkdtempSync(join(tmpdir(), "plumeline-notices-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Twenty minutes of three outfalls, one of which is beyond its limit now and then; somebody answers late. */
function makeJournal(): Entry[] {
  const entries: Entry[] = [];
  const add = (kind: Entry["kind"], receivedAt: number, source: string, value: unknown): void => {
    const payload = value === null ? new Uint8Array(0) : encoder.encode(JSON.stringify(value));
    const place = { door: doors.mqtt, channel: channels.readings, promised: true };
    entries.push({ ...place, kind, receivedAt, source, payload, seq: entries.length + 1 });
  };
  const order = (command: Command, at = begin): void =>
    add(entryKinds.command, at, "admin", { id: `c${entries.length}`, actor: "admin", command });
  const site = (id: string) => ({
    id,
    name: id,
    kind: "water-outfall" as const,
    city: "130200",
    enterprise: "清源水务",
    lat: null,
    lon: null,
    factors: ["w01018"],
    intervalSeconds: 60,
    standard: null,
    mn: null,
    simulated: false,
  });
  const ids = ["A", "B", "C"];
  order({ type: "sites.put", sites: ids.map(site) });
  order({
    type: "limits.put",
    limits: ids.map((id) => ({
      id: `${id}:w01018:realtime:site:0`,
      site: id,
      factor: "w01018",
      max: 50,
      min: null,
      basis: "realtime" as const,
      from: 0,
      to: null,
      reason: "permit",
      by: "admin",
      source: "test",
    })),
  });
  order({ type: "notices.contact", contact: "plant", enterprise: "清源水务", there: true });
  order({ type: "notices.contact", contact: "lead", enterprise: null, there: true });
  const calendar = { id: "duty-lead", name: "lead", contacts: ["lead"], from: 0, turnMs: 86_400_000, swaps: [] };
  order({ type: "notices.put-calendar", calendar: { ...calendar, expectedVersion: 1 }, reason: "test" });
  for (let second = 0; second < 20 * 60; second++) {
    const at = begin + second * 1_000;
    if (second % 20 === 0) {
      const beyond = (id: string): boolean => id === "B" && second > 60;
      for (const id of ids) {
        const value = beyond(id) || (id === "C" && second > 300 && second < 400) ? 88 : 12;
        add(entryKinds.frame, at, id, { time: at, values: { w01018: value } });
      }
    }
    add(entryKinds.tick, at, "", null);
  }
  return entries;
}

function replay(
  entries: readonly Entry[],
  everyEntry: number | null,
): { readonly said: string[]; readonly last: Map<string, Notice> } {
  let pipeline = createPipeline();
  const said: string[] = [];
  const last = new Map<string, Notice>();
  const path = join(dir, "checkpoint");
  for (const entry of entries) {
    const output = createOutput();
    pipeline.process(entry, output);
    for (const notice of output.state.notices.values()) {
      said.push(`${entry.seq} ${JSON.stringify(notice)}`);
      last.set(notice.id, notice);
    }
    if (everyEntry === null || entry.seq % everyEntry !== 0) continue;
    writeSnapshot(path, pipeline.save()).commitSync();
    pipeline = createPipeline(loadCheckpoint(path) ?? undefined);
  }
  return { said, last };
}

describe("notices of the pipeline", () => {
  const entries = makeJournal();
  const once = replay(entries, null);

  it("come of real alarms: the enterprise at once, the duty lead after a quarter of an hour without an answer, the end to who heard", () => {
    const told = [...once.last.values()].map(({ contact, site, cause, createdAt }) => [
      contact,
      site,
      cause,
      createdAt - begin,
    ]);
    expect(told).toContainEqual(["plant", "B", "step", 80_000]);
    expect(told).toContainEqual(["plant", "C", "step", 320_000]);
    expect(told).toContainEqual(["lead", "B", "step", 80_000 + 15 * minuteMs]);
    const over = [...once.last.values()].find(({ site, contact }) => site === "C" && contact === "plant");
    expect([over?.state, over?.detail]).toEqual(["cancelled", "back to normal"]);
  });

  it("are the same to the byte when the journal is read again, and with a checkpoint behind every sixty-first entry", () => {
    expect(once.said.length).toBeGreaterThan(4);
    expect(replay(entries, null).said).toEqual(once.said);
    expect(replay(entries, 61).said).toEqual(once.said);
  });
});
