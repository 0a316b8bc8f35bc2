// What becomes of an entry that ingest does not survive.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { channels, doors, type Entry, entryKinds } from "#domain/frame.ts";
import { createOutput } from "../output.ts";
import { createPipeline } from "../pipeline.ts";
import { openPoison } from "./poison.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "plumeline-poison-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function frame(seq: number, text: string): Entry {
  const payload = new TextEncoder().encode(text);
  return {
    seq,
    kind: entryKinds.frame,
    door: doors.mqtt,
    channel: channels.readings,
    promised: true,
    receivedAt: 1_795_307_020_000,
    source: "S",
    payload,
  };
}

describe("an entry that ingest does not survive", () => {
  it("is named by the one that saw it fail and is known to the next start", () => {
    openPoison(dir).add(7, "boom");
    expect([...openPoison(dir).seqs]).toEqual([7]);
  });

  it("that ends the process without a word is found after a few starts, and only it is named", () => {
    for (let start = 0; start < 5; start++) openPoison(dir).approach(start + 1);
    for (let death = 0; death < 2; death++) {
      const careful = openPoison(dir);
      expect([...careful.seqs]).toEqual([]);
      careful.approach(41);
      careful.approach(42);
    }
    expect([...openPoison(dir).seqs]).toEqual([42]);
  });

  it("is not blamed for one death: who kills the process from outside meets another entry the next time", () => {
    for (let start = 0; start < 5; start++) openPoison(dir).approach(start + 1);
    for (let kill = 0; kill < 10; kill++) openPoison(dir).approach(100 + kill);
    expect([...openPoison(dir).seqs]).toEqual([]);
  });

  it("starts that come through name nothing, however often the process is killed", () => {
    for (let start = 0; start < 20; start++) {
      const poison = openPoison(dir);
      poison.survived();
      poison.approach(start);
    }
    expect([...openPoison(dir).seqs]).toEqual([]);
  });

  it("is quarantined by its sequence number, and its neighbours are read", () => {
    const pipeline = createPipeline(undefined, new Set([2]));
    const output = createOutput();
    for (const seq of [1, 2, 3]) pipeline.process(frame(seq, "{}"), output);
    expect(output.state.quarantine.map((row) => [row.seq, row.reason])).toEqual([
      [1, "unknown-site"],
      [2, "decoder-failed"],
      [3, "unknown-site"],
    ]);
  });
});
