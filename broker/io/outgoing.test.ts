// What a connection that does not read is promised, over real sockets: nobody waits for it, and it is closed in time.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "#test/harness/wait.ts";
import { type AllOutgoing, boundOutgoing } from "./outgoing.ts";

const chunk = Buffer.alloc(256 * 1024, 0x61);
const outgoingBytesMax = 2 * 1024 * 1024;
const outgoingAllBytesMax = 16 * 1024 * 1024;

let server: Server;
let here: Socket;
let there: Socket;
let said: string[];
let all: AllOutgoing;

beforeEach(async () => {
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  there = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1" });
  const accepted: unknown[] = await once(server, "connection");
  here = accepted[0] as Socket;
  said = [];
  all = { bytes: 0 };
  // Nothing is read before a test says so.
  there.pause();
});
afterEach(() => {
  here.destroy();
  there.destroy();
  server.close();
});

function bound(outgoingStillMs: number): void {
  boundOutgoing(here, all, (detail) => said.push(detail), { outgoingBytesMax, outgoingAllBytesMax, outgoingStillMs });
}

describe("a connection that reads nothing", () => {
  it("never makes a writer wait, and is closed once, when more than the bound waits for it", async () => {
    bound(60_000);
    let writes = 0;
    while (said.length === 0 && writes < 1_000) {
      expect(here.write(chunk)).toBe(true);
      writes++;
      await new Promise((next) => setImmediate(next));
    }
    expect(said).toEqual([expect.stringMatching(/^\d+ bytes wait$/)]);
    expect(here.writableLength).toBeLessThan(outgoingBytesMax + 2 * chunk.length);
    here.write(chunk);
    expect(said).toHaveLength(1);
  });

  it("is closed although little waits for it, when it took nothing for long enough", async () => {
    bound(200);
    while (here.writableLength < chunk.length) {
      here.write(chunk);
      await new Promise((next) => setImmediate(next));
    }
    await waitFor("the end", () => said.length > 0, { deadlineMs: 5_000 });
    expect(said).toEqual(["took nothing for 200 ms"]);
  });

  it("is closed early when too much waits for all connections together, and leaves nothing behind in that count", async () => {
    bound(60_000);
    all.bytes = outgoingAllBytesMax;
    while (said.length === 0) {
      here.write(chunk);
      await new Promise((next) => setImmediate(next));
    }
    expect(said).toEqual([expect.stringMatching(/bytes wait for all connections$/)]);
    expect(here.writableLength).toBeLessThan(outgoingBytesMax);
    here.destroy();
    await waitFor("the count without it", () => all.bytes === outgoingAllBytesMax, { deadlineMs: 5_000 });
  });
});

describe("a connection that reads slowly", () => {
  it("is left alone as long as it takes something, although there is always more for it", async () => {
    bound(1_000);
    let taken = 0;
    const until = performance.now() + 3_000;
    while (performance.now() < until) {
      if (here.writableLength < chunk.length) here.write(chunk);
      const bytes: unknown = there.read();
      if (Buffer.isBuffer(bytes)) taken += bytes.length;
      await new Promise((next) => setTimeout(next, 5));
    }
    expect(said).toEqual([]);
    expect(taken).toBeGreaterThan(0);
  });

  it("gets everything that was written, whatever it is written as", async () => {
    bound(60_000);
    here.write("text", "utf8");
    let isDone = false;
    here.write(Buffer.from(" and bytes"), () => (isDone = true));
    here.end();
    let text = "";
    there.setEncoding("utf8").on("data", (part: string) => (text += part));
    there.resume();
    await waitFor("all of it", () => text === "text and bytes" && isDone, { deadlineMs: 5_000 });
  });
});
