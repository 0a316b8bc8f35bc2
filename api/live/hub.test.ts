// Proves the hub without sockets: snapshots, deltas, filters, resume, slow screens, malformed messages.

import { deflateRawSync, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Alarm } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import type { LatestRow } from "#domain/live.ts";
import type { Site } from "#domain/site.ts";
import { createHub, tickMs, type Hub } from "./hub.ts";
import { createMemory } from "./memory.ts";

const start = Date.UTC(2026, 10, 22);

interface Message {
  type: string;
  epoch: string;
  seq: number;
  latest: [string, string, number, number, string][];
  alarms: { id: string; version: number; onset: string }[];
  merged: number;
  counts: { unack: Record<string, number>; active: number; sitesOnline: number; sitesTotal: number };
  code: string;
}

const called = {
  record: "limit-realtime",
  recordVersion: 1,
  class: "warning",
  level: 1,
  assignee: null,
  annunciations: 1,
  annunciatedAt: 1_000,
  reraises: 0,
  chattering: false,
  retrospective: false,
} as const;

function makeSite(id: string, city: string): Site {
  const rest = { enterprise: null, lat: null, lon: null, standard: null, mn: null, simulated: true, version: 1 };
  return { id, name: id, kind: "water-outfall", city, factors: ["w01018"], intervalSeconds: 15, ...rest };
}

function makeRow(site: string, value: number, time = start): LatestRow {
  return [site, "w01018", time, value, "N", 0, time + 100];
}

function makeAlarm(id: string, site: string, version = 1, state: Alarm["state"] = "unack-active"): Alarm {
  const flags = {
    active: state === "unack-active",
    acked: false,
    latched: false,
    suppression: null,
    validity: "good",
  } as const;
  const values = { value: 88.8, limit: 50, unit: "mg/L", onset: start, cleared: null, ackedBy: null, ackedAt: null };
  const head = {
    id,
    version,
    site,
    factor: "w01018",
    definition: "limit:w01018:realtime",
    priority: 2,
    state,
  } as const;
  return { ...head, ...flags, ...values, journalSeq: 1, comments: [], case: null, ...called };
}

function setUp() {
  const memory = createMemory();
  const sites = [makeSite("S1", "130100"), makeSite("S2", "130200")];
  memory.begin(1, [makeAlarm("A1", "S1")]);
  memory.apply({ seq: 1, latest: [makeRow("S1", 1), makeRow("S2", 2)], alarms: [], sites });
  const hub = createHub({ memory, epoch: "e1", compress: (text) => deflateRawSync(text) });
  return { memory, hub };
}

function joinScreen(hub: Hub, say?: object) {
  const received: Message[] = [];
  const socket: { buffered: number; closed: number | null } = { buffered: 0, closed: null };
  const link = hub.join({
    send: (frame) => received.push(JSON.parse(typeof frame === "string" ? frame : inflateRawSync(frame).toString())),
    sendSnapshot: (text) => received.push(JSON.parse(text)),
    bufferedBytes: () => socket.buffered,
    close: (code) => (socket.closed = code),
  });
  const screen = { received, socket, link };
  if (say !== undefined) screen.link.receive(JSON.stringify(say), start);
  return screen;
}

function batch(seq: number, latest: LatestRow[], alarms: Alarm[] = []) {
  return { seq, latest, alarms, sites: [] };
}

describe("the live hub", () => {
  it("a new screen gets one snapshot of how things are, with counts", () => {
    const { hub } = setUp();
    const { received } = joinScreen(hub, { subscribe: {} });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ type: "snapshot", epoch: "e1", seq: 0 });
    expect(received[0]?.latest).toEqual([
      ["S1", "w01018", start, 1, "N"],
      ["S2", "w01018", start, 2, "N"],
    ]);
    expect(received[0]?.alarms[0]).toMatchObject({ id: "A1", onset: "2026-11-22T00:00:00.000Z" });
    const unack = { "1": 0, "2": 1, "3": 0, "4": 0 };
    expect(received[0]?.counts).toEqual({ unack, active: 1, sitesOnline: 2, sitesTotal: 2 });
  });

  it("the first change after a quiet time goes out at once, the next ones every tenth of a second", () => {
    const { hub } = setUp();
    const { received } = joinScreen(hub, { subscribe: {} });
    hub.accept(batch(2, [makeRow("S1", 10)]), start);
    expect(received.map((message) => message.type)).toEqual(["snapshot", "delta"]);
    hub.accept(batch(3, [makeRow("S1", 11)]), start + 10);
    hub.accept(batch(4, [makeRow("S1", 12)]), start + 20);
    expect(received).toHaveLength(2);
    hub.tick(start + tickMs);
    expect(received[2]).toMatchObject({ type: "delta", seq: 2, latest: [["S1", "w01018", start, 12, "N"]], merged: 0 });
    hub.tick(start + 2 * tickMs);
    expect(received).toHaveLength(3);
  });

  it("a screen hears only of the sites and cities it asked for", () => {
    const { hub } = setUp();
    const bySite = joinScreen(hub, { subscribe: { sites: ["S1"] } });
    const byCity = joinScreen(hub, { subscribe: { cities: ["130200"] } });
    const quiet = joinScreen(hub, { subscribe: { sites: ["S1"], alarms: false } });
    hub.accept(batch(2, [makeRow("S1", 10), makeRow("S2", 20)], [makeAlarm("A1", "S1", 2)]), start);
    expect(bySite.received[0]?.latest.map((row) => row[0])).toEqual(["S1"]);
    expect(bySite.received[1]?.latest.map((row) => row[0])).toEqual(["S1"]);
    expect(bySite.received[1]?.alarms).toHaveLength(1);
    expect(byCity.received[1]?.latest.map((row) => row[0])).toEqual(["S2"]);
    expect(byCity.received[1]?.alarms).toEqual([]);
    expect(quiet.received[0]?.alarms).toEqual([]);
    expect(quiet.received[1]?.alarms).toEqual([]);
    hub.accept(batch(3, [makeRow("S2", 21)]), start + 500);
    expect(bySite.received).toHaveLength(2);
  });

  it("who asks for packed frames is told the same as who does not, and what is packed is packed once", () => {
    const memory = createMemory();
    let packed = 0;
    const compress = (text: string): Uint8Array => {
      packed++;
      return deflateRawSync(text);
    };
    const hub = createHub({ memory, epoch: "e1", compress });
    const plain = joinScreen(hub, { subscribe: {} });
    const screens = [1, 2, 3].map(() => joinScreen(hub, { subscribe: { encoding: "deflate" } }));
    hub.accept(batch(2, [makeRow("S1", 10)], [makeAlarm("A1", "S1", 2)]), start);
    hub.accept(batch(3, [makeRow("S1", 11)]), start + tickMs);
    expect(plain.received).toHaveLength(3);
    for (const { received } of screens) expect(received).toEqual(plain.received);
    expect(packed).toBe(1);
  });

  it("a screen that asks for the newest values hears of each site once, and of every alarm", () => {
    const { memory, hub } = setUp();
    const other = (value: number, time: number): LatestRow => ["S1", "w01001", time, value, "N", 0, time];
    memory.apply({ seq: 2, latest: [other(7, start + 1)], alarms: [], sites: [] });
    const { received } = joinScreen(hub, { subscribe: { values: "newest" } });
    expect(received[0]?.latest).toEqual([
      ["S1", "w01001", start + 1, 7, "N"],
      ["S2", "w01018", start, 2, "N"],
    ]);
    expect(received[0]?.alarms.map((alarm) => alarm.id)).toEqual(["A1"]);
    const rows = [makeRow("S1", 10, start + 20), makeRow("S2", 20, start + 20), other(8, start + 10)];
    hub.accept(batch(3, rows, [makeAlarm("A1", "S1", 2)]), start + 20);
    expect(received[1]?.latest).toEqual([
      ["S1", "w01018", start + 20, 10, "N"],
      ["S2", "w01018", start + 20, 20, "N"],
    ]);
    expect(received[1]?.alarms.map((alarm) => alarm.version)).toEqual([2]);
  });

  it('a screen of a few sites that asks for "all" alarms hears those of every site, and readings of its own only', () => {
    const { hub } = setUp();
    const { received } = joinScreen(hub, { subscribe: { sites: ["S2"], alarms: "all" } });
    hub.accept(batch(2, [makeRow("S1", 10), makeRow("S2", 20)], [makeAlarm("A1", "S1", 2)]), start);
    expect(received[0]?.alarms.map((alarm) => alarm.id)).toEqual(["A1"]);
    expect(received[0]?.latest.map((row) => row[0])).toEqual(["S2"]);
    expect(received[1]?.alarms.map((alarm) => alarm.version)).toEqual([2]);
    expect(received[1]?.latest.map((row) => row[0])).toEqual(["S2"]);
  });

  it("every transition of an alarm is sent, also when several happen at once", () => {
    const { hub } = setUp();
    const { received } = joinScreen(hub, { subscribe: {} });
    hub.accept(batch(2, [makeRow("S1", 9)]), start);
    hub.accept(batch(3, [], [makeAlarm("A2", "S2", 1)]), start + 1);
    hub.accept(batch(4, [], [makeAlarm("A2", "S2", 2, "rtn-unack"), makeAlarm("A2", "S2", 3, "normal")]), start + 2);
    hub.tick(start + tickMs);
    expect(received[2]?.alarms.map((alarm) => alarm.version)).toEqual([1, 2, 3]);
    expect(received[2]?.counts.active).toBe(1);
  });

  it("a screen that comes back within the kept window misses nothing", () => {
    const { hub } = setUp();
    const first = joinScreen(hub, { subscribe: {} });
    for (let n = 1; n <= 5; n += 1)
      hub.accept(batch(n + 1, [makeRow("S1", n)], [makeAlarm(`B${n}`, "S1")]), start + n * 200);
    first.link.left();
    const again = joinScreen(hub, { subscribe: {}, resume: { epoch: "e1", seq: 2 } });
    expect(again.received.map((message) => [message.type, message.seq])).toEqual([
      ["delta", 3],
      ["delta", 4],
      ["delta", 5],
      ["heartbeat", 5],
    ]);
    expect(again.received.flatMap((message) => message.alarms ?? []).map((alarm) => alarm.id)).toEqual([
      "B3",
      "B4",
      "B5",
    ]);
  });

  it("a screen that comes back too late, or after a restart, gets a snapshot", () => {
    const { hub } = setUp();
    hub.accept(batch(2, [makeRow("S1", 1)]), start);
    const later = start + bounds.liveResumeMs + 1000;
    hub.accept(batch(3, [makeRow("S1", 2)]), later);
    const late = joinScreen(hub, { subscribe: {}, resume: { epoch: "e1", seq: 0 } });
    const other = joinScreen(hub, { subscribe: {}, resume: { epoch: "before", seq: 2 } });
    const ahead = joinScreen(hub, { subscribe: {}, resume: { epoch: "e1", seq: 99 } });
    for (const screen of [late, other, ahead]) expect(screen.received[0]?.type).toBe("snapshot");
    hub.reset(later + 1);
    expect(late.received.at(-1)).toMatchObject({ type: "snapshot", seq: 3 });
    expect(joinScreen(hub, { subscribe: {}, resume: { epoch: "e1", seq: 2 } }).received[0]?.type).toBe("snapshot");
  });

  it("a slow screen gets merged readings and is told so, and every alarm", () => {
    const { hub } = setUp();
    const screen = joinScreen(hub, { subscribe: {} });
    screen.socket.buffered = bounds.liveClientBytesMerge + 1;
    for (let n = 1; n <= 5; n += 1) {
      hub.accept(batch(n + 1, [makeRow("S1", n)], [makeAlarm("A1", "S1", n + 1)]), start + n * 200);
    }
    expect(screen.received).toHaveLength(1);
    hub.heartbeat(start + 1100);
    expect(screen.received[1]).toMatchObject({ type: "heartbeat", seq: 0 });
    screen.socket.buffered = 0;
    hub.tick(start + 1200);
    expect(screen.received[2]).toMatchObject({
      type: "delta",
      seq: 5,
      merged: 4,
      latest: [["S1", "w01018", start, 5, "N"]],
    });
    expect(screen.received[2]?.alarms.map((alarm) => alarm.version)).toEqual([2, 3, 4, 5, 6]);
  });

  it("a screen that takes nothing any more is closed with 1013", () => {
    const { hub } = setUp();
    const screen = joinScreen(hub, { subscribe: {} });
    screen.socket.buffered = bounds.liveClientBytesMax;
    hub.accept(batch(2, [makeRow("S1", 1)]), start);
    expect(screen.socket.closed).toBe(1013);
    expect(hub.screens).toBe(0);
  });

  it("a long absence comes back as one frame with the newest values and all alarms", () => {
    const { hub } = setUp();
    const many = Array.from({ length: 500 }, (_, index): LatestRow => [`T${index}`, "w01018", start, 1, "N", 0, start]);
    for (let n = 1; n <= 20; n += 1) hub.accept(batch(n + 1, many, [makeAlarm(`C${n}`, "S1")]), start + n * 200);
    const screen = joinScreen(hub, { subscribe: {}, resume: { epoch: "e1", seq: 1 } });
    expect(screen.received.map((message) => message.type)).toEqual(["delta", "heartbeat"]);
    expect(screen.received[0]).toMatchObject({ seq: 20, merged: 18 * 500 });
    expect(screen.received[0]?.alarms).toHaveLength(19);
  });

  it("malformed messages are answered, and repeated ones close the connection", () => {
    const { hub } = setUp();
    const screen = joinScreen(hub);
    screen.link.receive("{", start);
    screen.link.receive('{"subscribe":{"sites":"S1"}}', start);
    expect(screen.received.map((message) => [message.type, message.code])).toEqual([
      ["error", "invalid-json"],
      ["error", "invalid-message"],
    ]);
    expect(screen.socket.closed).toBeNull();
    screen.link.receive("{}", start);
    expect(screen.socket.closed).toBe(1008);
  });

  it("a site goes offline by the clock alone", () => {
    const { memory } = setUp();
    expect(memory.counts(start + 30_000).sitesOnline).toBe(2);
    expect(memory.counts(start + 36_000).sitesOnline).toBe(0);
  });
});
