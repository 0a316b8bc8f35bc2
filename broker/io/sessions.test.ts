// What is kept of sessions in the memory of the real broker library, and that it has a bound.

import { Aedes, type PublishPacket } from "aedes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { doorBounds } from "../admit/door-bounds.ts";
import { boundSessions, type Sessions } from "./sessions.ts";

interface Kept {
  addSubscriptions(client: object, subscriptions: readonly { topic: string; qos: number }[]): Promise<void>;
  removeSubscriptions(client: object, topics: readonly string[]): Promise<void>;
  subscriptionsByClient(client: object): Promise<readonly { topic: string }[]>;
  outgoingEnqueueCombi(subscriptions: readonly { clientId: string }[], packet: object): Promise<void>;
  outgoingClearMessageId(client: object, packet: object): Promise<unknown>;
  outgoingStream(client: object): AsyncIterable<unknown>;
  incomingStorePacket(client: object, packet: object): Promise<void>;
  incomingGetPacket(client: object, packet: object): Promise<{ readonly payload: Buffer }>;
}

let broker: Aedes;
let memory: Kept;
let sessions: Sessions;
let full: string[];

beforeEach(async () => {
  broker = await Aedes.createBroker();
  memory = (broker as Aedes & { readonly persistence: Kept }).persistence;
  full = [];
  sessions = boundSessions(broker, (_, detail) => full.push(detail));
});
afterEach(() => new Promise<void>((done) => broker.close(done)));

const client = { id: "S/a" };
const publish = (payload: Buffer, messageId = 1): PublishPacket & { messageId: number } => ({
  cmd: "publish",
  topic: "v1/S/status",
  qos: 2,
  retain: false,
  dup: false,
  payload,
  messageId,
});

async function waiting(): Promise<number> {
  let count = 0;
  for await (const _ of memory.outgoingStream(client)) count++;
  return count;
}

describe("a kept session", () => {
  it("remembers of a message with QoS 2 that it was received, and not what it said", async () => {
    await memory.incomingStorePacket(client, publish(Buffer.alloc(200_000)));
    expect((await memory.incomingGetPacket(client, publish(Buffer.alloc(0)))).payload).toHaveLength(0);
  });

  it("holds messages up to its bound in bytes, and takes more when some of them were acknowledged", async () => {
    sessions.keep(client.id);
    const big = publish(Buffer.alloc(1024 * 1024));
    for (let i = 0; i < 6; i++) await memory.outgoingEnqueueCombi([{ clientId: client.id }], big);
    expect([await waiting(), full.length]).toEqual([4, 2]);
    await memory.outgoingClearMessageId(client, {});
    await memory.outgoingEnqueueCombi([{ clientId: client.id }], big);
    expect([await waiting(), full.length]).toEqual([4, 2]);
  });

  it("stores filters of its own site only, and not more than it may have", async () => {
    sessions.keep(client.id);
    const many = Array.from({ length: 100 }, (_, i) => ({ topic: `v1/S/${i}`, qos: 1 }));
    await memory.addSubscriptions(client, [{ topic: "#", qos: 1 }, { topic: "v1/T/#", qos: 1 }, ...many]);
    const stored = async (): Promise<string[]> =>
      (await memory.subscriptionsByClient(client)).map(({ topic }) => topic);
    expect(await stored()).toEqual(many.slice(0, doorBounds.subscriptionsMax).map(({ topic }) => topic));
    await memory.removeSubscriptions(client, ["v1/S/0"]);
    await memory.addSubscriptions(client, [{ topic: "v1/S/99", qos: 1 }]);
    expect((await stored()).at(-1)).toBe("v1/S/99");
  });

  it("is given up when its site has too many, the one first that was away longest, with all that it has", async () => {
    sessions.keep(client.id);
    await memory.addSubscriptions(client, [{ topic: "v1/S/status", qos: 1 }]);
    await memory.outgoingEnqueueCombi([{ clientId: client.id }], publish(Buffer.from("x")));
    for (let i = 0; i < doorBounds.sessionsPerSiteMax; i++) sessions.keep(`T/${i}`);
    expect([await waiting(), full]).toEqual([1, []]);
    for (let i = 0; i < doorBounds.sessionsPerSiteMax; i++) sessions.keep(`S/${i}`);
    await new Promise((next) => setImmediate(next));
    expect([await waiting(), full.length]).toEqual([0, 1]);
    expect(await memory.subscriptionsByClient(client)).toEqual([]);
  });
});
