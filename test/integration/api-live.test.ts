// The live connection over real WebSockets: snapshot, deltas, resume, refusals, and ingest going away and coming back.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket, type ClientOptions } from "ws";
import type { LatestRow } from "#domain/live.ts";
import { makeAlarm, makeSite } from "../contract/state-rows.ts";
import { waitFor } from "../harness/wait.ts";
import { siteBody, startApi, until, type Running } from "./api-harness.ts";

interface Message {
  type: string;
  epoch: string;
  seq: number;
  latest: [string, string, number, number, string][];
  alarms: { id: string; version: number; state: string; onset: string }[];
  counts: { active: number; sitesTotal: number; sitesOnline: number };
  code: string;
  merged: number;
  sites?: string[];
}

let api: Running;
beforeAll(async () => {
  api = await startApi();
  await api.call("POST", "/api/v1/sites", { body: siteBody });
});
afterAll(() => api.stop());

const open: WebSocket[] = [];
afterAll(() => open.forEach((socket) => socket.terminate()));

function connect(path = `/live?token=${api.token}`, options: ClientOptions = {}) {
  const socket = new WebSocket(`ws://${api.address}${path}`, options);
  open.push(socket);
  const screen = { socket, received: [] as Message[], closed: null as number | null, refused: null as number | null };
  socket.on("message", (data) => screen.received.push(JSON.parse(String(data))));
  socket.on("close", (code) => (screen.closed = code));
  socket.on("unexpected-response", (_request, response) => {
    screen.refused = response.statusCode ?? 0;
    socket.terminate();
  });
  socket.on("error", () => undefined);
  return screen;
}

async function subscribe(say: object = { subscribe: { alarms: true } }) {
  const screen = connect();
  await until(() => screen.socket.readyState === WebSocket.OPEN);
  screen.socket.send(JSON.stringify(say));
  await until(() => screen.received.length > 0);
  return screen;
}

function row(value: number): LatestRow {
  return ["S1", "w01018", Date.now(), value, "N", 0, Date.now()];
}

describe("the live connection", () => {
  it("begins with a snapshot and goes on with numbered deltas", async () => {
    const screen = await subscribe();
    expect(screen.received[0]).toMatchObject({ type: "snapshot", counts: { sitesTotal: 1 } });
    const first = screen.received[0]?.seq ?? 0;
    await api.ingest.tell(api.ingest.seq + 1, { latest: [row(45.2)], alarms: [makeAlarm("L1", { site: "S1" })] });
    await until(() => screen.received.length === 2);
    expect(screen.received[1]).toMatchObject({
      type: "delta",
      seq: first + 1,
      merged: 0,
      counts: { active: 1, sitesOnline: 1 },
    });
    expect(screen.received[1]?.latest[0]?.slice(3)).toEqual([45.2, "N"]);
    expect(screen.received[1]?.alarms[0]).toMatchObject({ id: "L1", onset: "2026-11-22T00:43:40.000Z" });
  });

  it("another screen's acknowledgement shows at once", async () => {
    const screen = await subscribe();
    await api.call("POST", "/api/v1/alarms/L1/ack", { body: { expectedVersion: 1 } });
    await until(() => screen.received.some((message) => message.alarms?.some((alarm) => alarm.state === "ack-active")));
  });

  it("a new site is named in a delta", async () => {
    const screen = await subscribe();
    await api.call("POST", "/api/v1/sites", { body: { ...siteBody, id: "NEW" } });
    await until(() => screen.received.some((message) => message.sites?.includes("NEW") === true));
  });

  it("a screen that comes back gets what it missed", async () => {
    const screen = await subscribe();
    const { epoch, seq } = screen.received.at(-1) ?? { epoch: "", seq: -1 };
    screen.socket.close();
    await until(() => screen.closed !== null);
    const witness = await subscribe();
    for (const value of [1, 2, 3]) {
      const before = witness.received.length;
      await api.ingest.tell(api.ingest.seq + 1, { latest: [row(value)] });
      await until(() => witness.received.length > before);
    }
    const again = await subscribe({ subscribe: {}, resume: { epoch, seq } });
    await until(() => again.received.some((message) => message.type === "heartbeat"));
    expect(again.received.flatMap((message) => message.latest ?? []).map((one) => one[3])).toEqual([1, 2, 3]);
  });

  it("is for signed-in people on pages of this server", async () => {
    const cookie = `plumeline_session=${api.token}`;
    const stranger = connect("/live");
    const nonsense = connect("/live?token=nonsense");
    const foreign = connect("/live", { headers: { cookie }, origin: "https://evil.example" });
    const elsewhere = connect(`/other?token=${api.token}`);
    const own = connect("/api/v1/live", { headers: { cookie }, origin: `http://${api.address}` });
    const bearer = connect("/live", { headers: { authorization: `Bearer ${api.token}` } });
    await until(() => own.socket.readyState === WebSocket.OPEN && bearer.socket.readyState === WebSocket.OPEN);
    await until(() => [stranger, nonsense, foreign, elsewhere].every((screen) => screen.refused !== null));
    expect([stranger.refused, nonsense.refused, foreign.refused, elsewhere.refused]).toEqual([401, 401, 403, 404]);
  });

  it("answers nonsense, and closes on repeated nonsense or on too long a message", async () => {
    const screen = connect();
    await until(() => screen.socket.readyState === WebSocket.OPEN);
    for (const text of ["{", "[]", "{}"]) screen.socket.send(text);
    await until(() => screen.closed !== null);
    expect([screen.closed, screen.received.map((message) => message.type)]).toEqual([
      1008,
      ["error", "error", "error"],
    ]);
    const long = connect();
    await until(() => long.socket.readyState === WebSocket.OPEN);
    long.socket.send(" ".repeat(65 * 1024));
    await until(() => long.closed !== null);
    expect(long.closed).toBe(1009);
  });

  it("ends within seconds for somebody who has signed out", { timeout: 10_000 }, async () => {
    const token = await api.signIn();
    const screen = connect(`/live?token=${token}`);
    await until(() => screen.socket.readyState === WebSocket.OPEN);
    await api.call("DELETE", "/api/v1/session", { token });
    await waitFor("the screen to be closed", () => screen.closed, { deadlineMs: 8_000 });
    expect(screen.closed).toBe(1008);
  });

  it("while ingest is away the newest values stay, and its return brings a snapshot of how things are", async () => {
    const screen = await subscribe();
    const before = screen.received.length;
    api.links.ingest();
    await until(async () => (await api.call("GET", "/readyz")).status === 503);
    expect((await api.call<{ values: object }>("GET", "/api/v1/sites/S1/latest")).body.values).toHaveProperty("w01018");
    // What happens meanwhile is told to nobody.
    await api.ingest.tell(api.ingest.seq + 1, { latest: [row(99)], sites: [makeSite("MEANWHILE")] });
    api.relinkIngest();
    await until(() => screen.received.slice(before).some((message) => message.type === "snapshot"));
    const snapshot = screen.received.findLast((message) => message.type === "snapshot");
    expect(snapshot?.latest.find((one) => one[0] === "S1")?.[3]).toBe(99);
    expect((await api.call("GET", "/api/v1/sites/MEANWHILE")).status).toBe(200);
  });
});

describe("a screen on a slow line", () => {
  it("gets merged readings, is told how many, and every alarm", { timeout: 20_000 }, async () => {
    const screen = await subscribe();
    const rounds = 20;
    const many = (value: number): LatestRow[] =>
      Array.from({ length: 10_000 }, (_, index) => [`T${index}`, "w01018", Date.now(), value, "N", 0, Date.now()]);
    screen.socket.pause();
    // Every round is a delta of its own, as the screen beside it shows; together they are more than a socket may hold.
    const beside = await subscribe();
    for (let round = 1; round <= rounds; round += 1) {
      const before = beside.received.length;
      await api.ingest.tell(api.ingest.seq + 1, {
        latest: many(round),
        alarms: [makeAlarm(`SLOW${round}`, { site: "S1" })],
      });
      await until(() => beside.received.length > before);
    }
    const caughtUp = () =>
      screen.received.some((message) => message.latest?.some((one) => one[0] === "T9" && one[3] === rounds));
    screen.socket.resume();
    await until(caughtUp);
    expect(screen.closed).toBeNull();
    const alarms = screen.received
      .flatMap((message) => message.alarms ?? [])
      .filter((alarm) => alarm.id.startsWith("SLOW"));
    expect(new Set(alarms.map((alarm) => alarm.id)).size).toBe(rounds);
    expect(screen.received.some((message) => message.merged > 0)).toBe(true);
    expect(beside.received.every((message) => (message.merged ?? 0) === 0)).toBe(true);
  });
});

describe("stopping", () => {
  it("ends in time although a screen does not answer the goodbye, and tells the others", async () => {
    const other = await startApi();
    const connectTo = async () => {
      const socket = new WebSocket(`ws://${other.address}/live?token=${other.token}`);
      open.push(socket);
      await until(() => socket.readyState === WebSocket.OPEN);
      return socket;
    };
    const [deaf, awake] = [await connectTo(), await connectTo()];
    deaf.pause();
    const told: number[] = [];
    awake.on("close", (code) => told.push(code));
    const started = performance.now();
    await other.stop();
    expect(performance.now() - started).toBeLessThan(2_000);
    await until(() => told.length > 0);
    expect(told).toEqual([1001]);
  });
});
