// What the door to an external broker promises of its line, with a broker of the test's own on a real socket, because no real
// one sends what is sent here.

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, type Packet, parser } from "mqtt-packet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileJournal } from "#store/journal/file-journal.ts";
import { createSilentLog } from "#test/harness/silent-log.ts";
import { waitFor } from "#test/harness/wait.ts";
import type { Admission } from "./admission.ts";
import { createBrokerMetrics } from "./metrics.ts";
import { createUpstream, type Upstream } from "./upstream.ts";
import { openUpstreamSession } from "./upstream-session.ts";

let server: Server;
let dir: string;
let upstream: Upstream;
/** Every connection that came, with what was said on it. */
let lines: { readonly socket: Socket; readonly packets: Packet[]; readonly bytes: Buffer[] }[];
/** Frames that were admitted and not committed yet. */
let admitted: {
  readonly site: string;
  readonly promised: boolean;
  readonly payload: string;
  done(failure: Error | null): void;
}[];
let suback = [1];

const soon = { deadlineMs: 5_000 };

function answer(socket: Socket, packet: Packet): void {
  const version = { protocolVersion: 5 };
  if (packet.cmd === "connect")
    socket.write(generate({ cmd: "connack", reasonCode: 0, sessionPresent: true }, version));
  if (packet.cmd === "subscribe")
    socket.write(generate({ cmd: "suback", messageId: packet.messageId ?? 0, granted: suback }, version));
}

function publish(packetId: number, topic: string | Uint8Array, payload: string): Buffer {
  const name = Buffer.from(topic);
  const body = Buffer.concat([
    Buffer.of(name.length >> 8, name.length & 0xff),
    name,
    Buffer.of(packetId >> 8, packetId & 0xff, 0),
    Buffer.from(payload),
  ]);
  const header = [0x32];
  for (let left = body.length; ; left >>= 7) {
    header.push(left > 127 ? (left & 0x7f) | 0x80 : left);
    if (left <= 127) return Buffer.concat([Buffer.from(header), body]);
  }
}

function open(filters: readonly string[]): Upstream {
  const log = createSilentLog();
  const admission: Admission = {
    admit: ({ site }, _door, _channel, promised, payload, done) =>
      void admitted.push({ site, promised, payload: Buffer.from(payload).toString(), done }),
    pending: 0,
  };
  const { port } = server.address() as AddressInfo;
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes);
  return createUpstream({
    settings: {
      host: "127.0.0.1",
      port,
      tls: false,
      caFile: null,
      username: null,
      password: null,
      clientId: null,
      filters,
      versions: [5],
    },
    session: openUpstreamSession(join(dir, "upstream.json"), null, random),
    admission,
    metrics: createBrokerMetrics(createFileJournal({ dir, now: Date.now, log })),
    now: Date.now,
    random,
    log,
  });
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "plumeline-upstream-"));
  [lines, admitted, suback] = [[], [], [1]];
  server = createServer((socket) => {
    const line = { socket, packets: [] as Packet[], bytes: [] as Buffer[] };
    lines.push(line);
    const packets = parser({ protocolVersion: 5 });
    packets.on("packet", (packet: Packet) => {
      line.packets.push(packet);
      answer(socket, packet);
    });
    socket.on("data", (chunk) => {
      line.bytes.push(chunk);
      packets.parse(chunk);
    });
    socket.on("error", () => undefined); // ends of lines are what some of these tests are about
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  upstream.close();
  await upstream.stop(100);
  for (const { socket } of lines) socket.destroy();
  server.close();
  rmSync(dir, { recursive: true });
});

const acknowledged = (at: number): (readonly [number, number])[] =>
  (lines[at]?.packets ?? []).flatMap((packet) =>
    packet.cmd === "puback" ? [[packet.messageId ?? 0, packet.reasonCode ?? 0] as const] : [],
  );

async function connected(count = 1): Promise<Socket> {
  await waitFor("the subscription", () => lines.length === count && upstream.state().connected, soon);
  const { socket } = lines[count - 1] ?? {};
  if (socket === undefined) throw new Error("no line");
  return socket;
}

describe("the line to an external broker", () => {
  it("acknowledges in the order in which messages came, whatever comes to the disk first, and refused ones with a reason", async () => {
    upstream = open(["v1/#"]);
    upstream.start();
    const socket = await connected();
    socket.write(publish(1, "v1/A/readings", "a"));
    socket.write(publish(2, "v1/A\0/readings", "nul"));
    socket.write(publish(3, "v1/A/../B/readings", "dots"));
    socket.write(publish(4, Buffer.of(0xc3, 0x28), "no text"));
    socket.write(publish(5, "v1/B/readings", "b"));
    await waitFor("both frames", () => admitted.length === 2, soon);
    expect(upstream.state()).toMatchObject({ inFlight: 2, refused: 3 });
    admitted[1]?.done(null);
    expect(acknowledged(0)).toEqual([]);
    admitted[0]?.done(null);
    await waitFor("the acknowledgements", () => acknowledged(0).length === 5, soon);
    expect(acknowledged(0)).toEqual([
      [1, 0],
      [2, 0x90],
      [3, 0x90],
      [4, 0x90],
      [5, 0],
    ]);
    expect(admitted.map(({ site, payload }) => [site, payload])).toEqual([
      ["A", "a"],
      ["B", "b"],
    ]);
    expect(upstream.state()).toMatchObject({ inFlight: 0, frames: 2 });
  });

  it("takes what was published with QoS 0 without a promise: there is nothing to acknowledge", async () => {
    upstream = open(["v1/#"]);
    upstream.start();
    const topic = Buffer.from("v1/A/readings");
    const body = Buffer.concat([Buffer.of(0, topic.length), topic, Buffer.of(0), Buffer.from("zero")]);
    const socket = await connected();
    socket.write(Buffer.concat([Buffer.of(0x30, body.length), body]));
    socket.write(publish(9, "v1/A/readings", "one"));
    await waitFor("both frames", () => admitted.length === 2, soon);
    expect(admitted.map(({ payload, promised }) => [payload, promised])).toEqual([
      ["zero", false],
      ["one", true],
    ]);
    for (const { done } of admitted) done(null);
    await waitFor("the acknowledgement", () => acknowledged(0).length === 1, soon);
    expect(acknowledged(0)).toEqual([[9, 0]]);
  });

  it("passes over a message of twenty megabytes, acknowledges it, and takes the next one", async () => {
    upstream = open(["v1/#"]);
    upstream.start();
    const socket = await connected();
    socket.write(publish(7, "v1/A/readings", "x".repeat(20 * 1024 * 1024)));
    socket.write(publish(8, "v1/A/readings", "small"));
    await waitFor("the small one", () => admitted.length === 1, soon);
    admitted[0]?.done(null);
    await waitFor("both acknowledgements", () => acknowledged(0).length === 2, soon);
    expect(acknowledged(0)).toEqual([
      [7, 0x83],
      [8, 0],
    ]);
  });

  it("that ends takes its acknowledgements with it, and the next one of the same client id brings the messages again", async () => {
    upstream = open(["v1/#"]);
    upstream.start();
    (await connected()).write(publish(1, "v1/A/readings", "a"));
    await waitFor("the frame", () => admitted.length === 1, soon);
    lines[0]?.socket.destroy();
    const second = await connected(2);
    admitted[0]?.done(null);
    second.write(publish(1, "v1/A/readings", "a"));
    await waitFor("the frame again", () => admitted.length === 2, soon);
    expect(acknowledged(1)).toEqual([]);
    admitted[1]?.done(null);
    await waitFor("its acknowledgement", () => acknowledged(1).length === 1, soon);
    const ids = lines.map(({ packets }) => packets[0]).map((first) => first?.cmd === "connect" && first.clientId);
    expect(ids[1]).toBe(ids[0]);
  });

  it("is ended when the disk does not take a frame: the broker has it still", async () => {
    upstream = open(["v1/#"]);
    upstream.start();
    (await connected()).write(publish(1, "v1/A/readings", "a"));
    await waitFor("the frame", () => admitted.length === 1, soon);
    admitted[0]?.done(new Error("the queue is full"));
    await connected(2);
    expect(acknowledged(0)).toEqual([]);
    expect(upstream.state().lastError?.says).toBe("the queue is full");
  });

  it("takes back what an earlier start had subscribed to", async () => {
    upstream = open(["v1/+/readings", "v1/+/status"]);
    suback = [1, 1];
    upstream.start();
    await connected();
    upstream.close();
    await upstream.stop(100);
    suback = [1];
    upstream = open(["$share/g/v1/+/readings"]);
    upstream.start();
    await connected(2);
    const taken = lines[1]?.packets.find((packet) => packet.cmd === "unsubscribe");
    expect(taken).toMatchObject({ unsubscriptions: ["v1/+/readings", "v1/+/status"] });
  });

  it("that may not subscribe to everything is no connection, and says so", async () => {
    suback = [1, 0x87];
    upstream = open(["v1/+/readings", "v1/+/status"]);
    upstream.start();
    const error = await waitFor("the error", () => upstream.state().lastError, soon);
    expect(error.says).toBe("the broker refused the subscription to v1/+/status");
    expect(upstream.state().connected).toBe(false);
  });
});
