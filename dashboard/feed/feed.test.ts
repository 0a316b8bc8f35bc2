// The connection against a socket made of plain functions and a clock that is moved by hand; the collector; the jitter.

import { deflateSync } from "fflate";
import { describe, expect, test } from "vitest";
import type { LinkFacts } from "../state/link-state.ts";
import { backoffMs } from "./backoff.ts";
import { createCollector } from "./collector.ts";
import { createConnection, type Socket, type SocketListener } from "./connection.ts";

function createWorld() {
  let now = 0;
  const timers = new Set<{ at: number; act: () => void }>();
  const sockets: (Socket & { listener: SocketListener; sent: string[]; isClosed: boolean })[] = [];
  const links: LinkFacts[] = [];
  const collector = createCollector();
  const connection = createConnection({
    open(listener) {
      const socket = {
        listener,
        sent: [] as string[],
        isClosed: false,
        send(text: string) {
          socket.sent.push(text);
        },
        close() {
          socket.isClosed = true;
        },
      };
      sockets.push(socket);
      return socket;
    },
    now: () => now,
    random: () => 0.5,
    after(ms, act) {
      const timer = { at: now + ms, act };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    onFrame: (frame, ownMs) => collector.take(frame, ownMs),
    onLink: (facts) => links.push(facts),
  });
  return {
    connection,
    sockets,
    collector,
    phase: () => links.at(-1)?.phase,
    lostAt: () => links.at(-1)?.lostAt,
    last: () => {
      const socket = sockets.at(-1);
      if (socket === undefined) throw new Error("no socket was opened");
      return socket;
    },
    say(frame: unknown) {
      this.last().listener.heard(JSON.stringify(frame));
    },
    pass(ms: number) {
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now = due.at;
        due.act();
      }
      now = end;
    },
  };
}

const snapshot = {
  type: "snapshot",
  epoch: "e",
  seq: 10,
  time: "2026-11-22T00:00:00Z",
  latest: [],
  alarms: [],
  counts: {},
};

describe("the connection", () => {
  test("a socket is live once it has said something of substance", () => {
    const world = createWorld();
    world.connection.start();
    expect(world.phase()).toBe("connecting");
    world.last().listener.opened();
    expect(world.phase()).toBe("syncing");
    expect(JSON.parse(world.last().sent[0] ?? "")).toEqual({ subscribe: { alarms: true, encoding: "deflate" } });
    world.say(snapshot);
    expect(world.phase()).toBe("live");
  });

  test("a lost socket comes back and resumes behind the last frame it has seen", () => {
    const world = createWorld();
    world.connection.start();
    world.last().listener.opened();
    world.say(snapshot);
    world.say({ type: "delta", epoch: "e", seq: 12, time: "2026-11-22T00:00:01Z", latest: [], alarms: [] });
    world.last().listener.closed();
    expect(world.phase()).toBe("waiting");
    expect(world.lostAt()).toBe(0);
    world.pass(1000);
    expect(world.sockets).toHaveLength(2);
    world.last().listener.opened();
    expect(JSON.parse(world.last().sent[0] ?? "")).toEqual({
      subscribe: { alarms: true, encoding: "deflate" },
      resume: { epoch: "e", seq: 12 },
    });
    expect(world.lostAt()).toBe(0);
    world.say({ type: "heartbeat", epoch: "e", time: "2026-11-22T00:00:05Z", seq: 12 });
    expect(world.phase()).toBe("live");
    expect(world.lostAt()).toBeNull();
  });

  test("a socket that is open but silent is given up", () => {
    const world = createWorld();
    world.connection.start();
    world.last().listener.opened();
    world.say(snapshot);
    world.pass(11_999);
    expect(world.sockets).toHaveLength(1);
    world.pass(1);
    expect(world.sockets[0]?.isClosed).toBe(true);
    expect(world.phase()).toBe("waiting");
  });

  test("waking up tries at once instead of waiting for the timer", () => {
    const world = createWorld();
    world.connection.start();
    world.last().listener.closed();
    world.connection.wake();
    expect(world.sockets).toHaveLength(2);
  });

  test("other screens ask for other readings on the open socket, and a server that knows no such question is asked for all", () => {
    const world = createWorld();
    world.connection.want({ all: false, heard: false, sites: ["a"], cities: [] }, 1);
    world.connection.start();
    world.last().listener.opened();
    expect(JSON.parse(world.last().sent[0] ?? "")).toEqual({
      subscribe: { sites: ["a"], alarms: "all", encoding: "deflate" },
    });
    world.say(snapshot);
    world.connection.want({ all: false, heard: false, sites: [], cities: ["130200"] }, 1);
    expect(JSON.parse(world.last().sent[1] ?? "")).toEqual({
      subscribe: { sites: [], cities: ["130200"], alarms: "all", encoding: "deflate" },
    });
    expect(world.connection.isAll()).toBe(false);
    world.say({ type: "error", code: "invalid-message", detail: "…" });
    expect(world.phase()).toBe("live");
    expect(JSON.parse(world.last().sent[2] ?? "")).toEqual({ subscribe: { alarms: true } });
    world.connection.want({ all: false, heard: false, sites: ["b"], cities: [] }, 1);
    expect(world.last().sent).toHaveLength(3);
    expect(world.connection.isAll()).toBe(true);
  });

  test("a resume is for what was asked for before; other readings need a snapshot", () => {
    const world = createWorld();
    world.connection.start();
    world.last().listener.opened();
    world.say(snapshot);
    world.last().listener.closed();
    world.connection.want({ all: false, heard: false, sites: ["a"], cities: [] }, 1);
    world.pass(1000);
    world.last().listener.opened();
    expect(JSON.parse(world.last().sent[0] ?? "")).toEqual({
      subscribe: { sites: ["a"], alarms: "all", encoding: "deflate" },
    });
  });

  test("a frame may come packed; bytes that are no packed frame are nothing said", () => {
    const world = createWorld();
    world.connection.start();
    world.last().listener.opened();
    world.last().listener.heard(new Uint8Array([1, 2, 3]).buffer);
    expect(world.phase()).toBe("syncing");
    const packed = deflateSync(new TextEncoder().encode(JSON.stringify(snapshot)));
    world.last().listener.heard(packed.slice().buffer);
    expect(world.phase()).toBe("live");
  });

  test("a snapshot answers the oldest question, also when the next was asked before it came", () => {
    const world = createWorld();
    world.connection.want({ all: false, heard: true, sites: [], cities: [] }, 1);
    world.connection.start();
    world.last().listener.opened();
    world.connection.want({ all: false, heard: false, sites: ["a"], cities: [] }, 2);
    world.say(snapshot);
    expect(world.connection.answered()).toBe(1);
    world.say({ ...snapshot, seq: 11 });
    expect(world.connection.answered()).toBe(2);
  });

  test("a resume that was enough leaves no question open; one that was not is answered by its snapshot", () => {
    const world = createWorld();
    world.connection.start();
    world.last().listener.opened();
    world.say(snapshot);
    world.last().listener.closed();
    world.pass(1000);
    world.last().listener.opened();
    world.say({ type: "heartbeat", epoch: "e", time: "2026-11-22T00:00:05Z", seq: 10 });
    world.connection.want({ all: false, heard: false, sites: ["a"], cities: [] }, 7);
    world.say(snapshot);
    expect(world.connection.answered()).toBe(7);
  });

  test("a server that does not understand the subscription counts as lost", () => {
    const world = createWorld();
    world.connection.start();
    world.last().listener.opened();
    world.say({ type: "error", code: "invalid-message", detail: "…" });
    expect(JSON.parse(world.last().sent[1] ?? "")).toEqual({ subscribe: { alarms: true } });
    world.say({ type: "error", code: "invalid-message", detail: "…" });
    expect(world.phase()).toBe("waiting");
    expect(world.sockets[0]?.isClosed).toBe(true);
  });

  test("a socket that was given up is not listened to any more", () => {
    const world = createWorld();
    world.connection.start();
    const first = world.last();
    first.listener.closed();
    world.connection.wake();
    first.listener.heard(JSON.stringify(snapshot));
    first.listener.closed();
    expect(world.phase()).toBe("connecting");
    expect(world.sockets).toHaveLength(2);
  });

  test("text that is no JSON is no frame and breaks nothing", () => {
    const world = createWorld();
    world.connection.start();
    world.last().listener.opened();
    world.last().listener.heard("{");
    expect(world.phase()).toBe("syncing");
  });
});

test("attempts spread over a growing time, at most fifteen seconds", () => {
  expect(backoffMs(0, 0)).toBe(100);
  expect(backoffMs(0, 0.999)).toBeLessThanOrEqual(600);
  expect(backoffMs(3, 0.5)).toBe(2100);
  expect(backoffMs(50, 1)).toBe(5_100);
});

describe("the collector", () => {
  const alarm = {
    id: "a",
    version: 1,
    site: "s",
    priority: 1,
    state: "unack-active",
    onset: 1,
    active: true,
    acked: false,
  };
  const link: LinkFacts = { phase: "live", heardAt: 0, lostAt: null };
  const asked = { serial: 0, isAll: true };

  test("readings are merged to the newest, alarms are kept one by one", () => {
    const collector = createCollector();
    const delta = { type: "delta", epoch: "e", time: 0 };
    collector.take({ ...delta, seq: 1, latest: [["s", "f", 5, 1, "N"]], alarms: [alarm] }, 0);
    collector.take({ ...delta, seq: 2, latest: [["s", "f", 4, 9, "N"]], alarms: [{ ...alarm, version: 2 }] }, 0);
    collector.take(
      {
        ...delta,
        seq: 3,
        latest: [
          ["s", "f", 6, 2, "M"],
          ["s", "g"],
        ],
        alarms: [],
      },
      0,
    );
    const flush = collector.flush(link, asked);
    expect(flush.latest?.newKeys).toEqual([["s", "f"]]);
    expect([...(flush.latest?.value ?? [])]).toEqual([2]);
    expect(flush.alarms.flatMap((event) => event.alarms.map((entry) => entry.version))).toEqual([1, 2]);
    expect(collector.isEmpty()).toBe(true);
  });

  test("alarm changes that follow each other are handed over in one list, a snapshot stays one of its own", () => {
    const collector = createCollector();
    collector.take({ type: "snapshot", alarms: [alarm] }, 0);
    collector.take({ type: "delta", alarms: [{ ...alarm, version: 2 }] }, 0);
    collector.take(
      {
        type: "delta",
        alarms: [
          { ...alarm, version: 3 },
          { ...alarm, id: "b" },
        ],
      },
      0,
    );
    const events = collector.flush(link, asked).alarms;
    expect(events.map(({ kind, alarms }) => [kind, alarms.map(({ id, version }) => `${id}${version}`)])).toEqual([
      ["snapshot", ["a1"]],
      ["delta", ["a2", "a3", "b1"]],
    ]);
  });

  test("a series is named once and numbered after that", () => {
    const collector = createCollector();
    collector.take({ type: "delta", latest: [["s", "f", 5, 1, "N"]] }, 0);
    collector.flush(link, asked);
    collector.take({ type: "delta", latest: [["s", "f", 6, 1, "N"]] }, 0);
    const flush = collector.flush(link, asked);
    expect(flush.latest?.newKeys).toEqual([]);
    expect([...(flush.latest?.index ?? [])]).toEqual([0]);
  });

  test("alarm changes that are let go of take no name of a series with them", () => {
    const collector = createCollector();
    collector.take({ type: "delta", latest: [["s", "f", 5, 1, "N"]], alarms: [alarm] }, 0);
    collector.forgetAlarms();
    const flush = collector.flush(link, asked);
    expect(flush.alarms).toEqual([]);
    expect(flush.latest?.newKeys).toEqual([["s", "f"]]);
  });

  test("what the server merged and what it leaves out is passed on", () => {
    const collector = createCollector();
    collector.take({ type: "snapshot", limited: true, latest: [], alarms: [] }, 0);
    collector.take({ type: "delta", merged: 7, latest: [], alarms: [] }, 0);
    collector.take({ type: "delta", merged: 5, latest: [], alarms: [] }, 0);
    const { limited, merged, complete } = collector.flush(link, asked);
    expect({ limited, merged, complete }).toEqual({ limited: true, merged: 12, complete: false });
    expect(collector.flush(link, asked).merged).toBe(0);
  });

  test("a heartbeat behind changes of long ago says that the line is quick again", () => {
    const collector = createCollector();
    collector.take({ type: "delta", time: new Date(1_000).toISOString(), latest: [], alarms: [alarm] }, 9_000);
    collector.take({ type: "heartbeat", time: new Date(9_000).toISOString() }, 9_001);
    expect(collector.flush(link, asked).sent).toEqual({ serverMs: 9_000, ownMs: 9_001 });
  });

  test("a snapshot stands for every alarm change that waited before it", () => {
    const collector = createCollector();
    collector.take({ type: "delta", alarms: [alarm] }, 0);
    collector.take({ type: "snapshot", alarms: [{ ...alarm, version: 3 }] }, 0);
    expect(collector.flush(link, asked).alarms.map((event) => event.kind)).toEqual(["snapshot"]);
  });
});
