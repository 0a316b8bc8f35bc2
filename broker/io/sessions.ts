// What is kept of a session that outlives its connection [MQTT-3.1.2-4]: its subscriptions, and the messages that wait for it,
// in the memory of the broker library. The library keeps all of it for ever; here it gets a bound, and keeps nothing that the
// site of the session may not have. A session belongs to its site: its id begins with it.

import type { Aedes, Client, PublishPacket, Subscription } from "aedes";
import { maySubscribe } from "#domain/topic.ts";
import { doorBounds } from "../admit/door-bounds.ts";

/** The part of the library's memory that is bounded here. */
interface Memory {
  addSubscriptions(client: { readonly id: string }, subscriptions: readonly Subscription[]): Promise<void>;
  removeSubscriptions(client: { readonly id: string }, topics: readonly string[]): Promise<void>;
  cleanSubscriptions(client: { readonly id: string }): Promise<void>;
  outgoingEnqueueCombi(subscriptions: readonly { readonly clientId: string }[], packet: Message): Promise<void>;
  outgoingUpdate(client: { readonly id: string }, packet: Message): Promise<void>;
  outgoingClearMessageId(client: { readonly id: string }, packet: Message): Promise<Message | undefined>;
  outgoingStream(client: { readonly id: string }): AsyncIterable<Message>;
  incomingGetPacket(client: { readonly id: string }, packet: PublishPacket): Promise<unknown>;
  incomingStorePacket(client: { readonly id: string }, packet: Message): Promise<void>;
  cleanIncoming(client: { readonly id: string }): Promise<void>;
}

interface Message {
  readonly cmd?: string;
  readonly payload?: string | Uint8Array;
  readonly messageId?: number;
}

interface Session {
  readonly filters: Set<string>;
  messages: number;
  bytes: number;
  /** Of messages that were sent, by their identifier: with QoS 2 the library forgets the payload before it is done. */
  readonly sent: Map<number, number>;
}

const createSession = (): Session => ({ filters: new Set(), messages: 0, bytes: 0, sent: new Map() });

export interface Sessions {
  /** A device comes with a session that it wants kept. */
  keep(id: string): void;
  /** Asks whether this PUBLISH with QoS 2 was received by an earlier connection of the session and is not released yet. */
  whenReceived(client: Client, packet: PublishPacket, yes: () => void, no: () => void): void;
}

const nothing = Buffer.alloc(0);
const siteOf = (id: string): string => id.slice(0, id.indexOf("/"));

export function boundSessions(broker: Aedes, onFull: (site: string, detail: string) => void): Sessions {
  // The library's types keep silent about its memory.
  const memory = (broker as Aedes & { readonly persistence: Memory }).persistence;
  const { clients } = broker as Aedes & { readonly clients: Readonly<Record<string, Client>> };
  /** By site, the one that was away longest first. */
  const kept = new Map<string, Map<string, Session>>();
  let bytesOfAll = 0;
  const sessionOf = (id: string): Session | undefined => kept.get(siteOf(id))?.get(id);

  const add = memory.addSubscriptions.bind(memory);
  // It would store all subscriptions of a packet as soon as one of them is granted.
  memory.addSubscriptions = (client, subscriptions) => {
    const filters = sessionOf(client.id)?.filters ?? new Set<string>();
    const granted = subscriptions.filter(({ topic }) => {
      if (!maySubscribe(siteOf(client.id), topic)) return false;
      if (filters.size < doorBounds.subscriptionsMax) filters.add(topic);
      return filters.has(topic);
    });
    return add(client, granted);
  };

  const remove = memory.removeSubscriptions.bind(memory);
  memory.removeSubscriptions = (client, topics) => {
    for (const topic of topics) sessionOf(client.id)?.filters.delete(topic);
    return remove(client, topics);
  };

  const clean = memory.cleanSubscriptions.bind(memory);
  memory.cleanSubscriptions = (client) => {
    sessionOf(client.id)?.filters.clear();
    return clean(client);
  };

  const enqueue = memory.outgoingEnqueueCombi.bind(memory);
  memory.outgoingEnqueueCombi = (subscriptions, packet) => {
    const bytes = packet.payload?.length ?? 0;
    const takers = subscriptions.filter(({ clientId }) => {
      const session = sessionOf(clientId);
      if (session === undefined) return false;
      const isFull =
        session.messages >= doorBounds.sessionMessagesMax ||
        session.bytes + bytes > doorBounds.sessionBytesMax ||
        bytesOfAll + bytes > doorBounds.sessionsBytesMax;
      if (isFull) {
        onFull(siteOf(clientId), `${session.messages} messages with ${session.bytes} bytes wait for a session`);
        return false;
      }
      session.messages++;
      session.bytes += bytes;
      bytesOfAll += bytes;
      return true;
    });
    return enqueue(takers, packet);
  };

  const update = memory.outgoingUpdate.bind(memory);
  memory.outgoingUpdate = async (client, packet) => {
    // It tells packets apart by these two, which a PUBREL has not: the second one would be written over the first.
    if (packet.cmd === "pubrel") Object.assign(packet, { brokerId: "pubrel", brokerCounter: packet.messageId });
    await update(client, packet);
    if (packet.payload !== undefined && packet.messageId !== undefined)
      sessionOf(client.id)?.sent.set(packet.messageId, packet.payload.length);
  };

  const clear = memory.outgoingClearMessageId.bind(memory);
  memory.outgoingClearMessageId = async (client, packet) => {
    const session = sessionOf(client.id);
    // A session that is not kept has nothing waiting.
    if (session === undefined) return undefined;
    const cleared = await clear(client, packet);
    if (cleared === undefined) return undefined;
    const { messageId = 0 } = cleared;
    session.messages = Math.max(0, session.messages - 1);
    const gone = session.sent.get(messageId) ?? cleared.payload?.length ?? 0;
    const bytes = session.messages === 0 ? 0 : Math.max(0, session.bytes - gone);
    bytesOfAll += bytes - session.bytes;
    session.bytes = bytes;
    session.sent.delete(messageId);
    return cleared;
  };

  // Only that it was received is asked for later; its payload is on disk.
  const store = memory.incomingStorePacket.bind(memory);
  memory.incomingStorePacket = (client, packet) => store(client, { ...packet, payload: nothing });

  async function forget(id: string): Promise<void> {
    await memory.cleanSubscriptions({ id });
    await memory.cleanIncoming({ id });
    for await (const message of memory.outgoingStream({ id })) await clear({ id }, message);
  }

  return {
    keep(id) {
      const site = siteOf(id);
      const ofSite = kept.get(site) ?? new Map<string, Session>();
      kept.set(site, ofSite);
      const session = ofSite.get(id) ?? createSession();
      ofSite.delete(id);
      ofSite.set(id, session);
      for (const [old, each] of ofSite) {
        if (ofSite.size <= doorBounds.sessionsPerSiteMax) break;
        if (old === id || clients[old] !== undefined) continue;
        ofSite.delete(old);
        bytesOfAll -= each.bytes;
        onFull(site, `more than ${doorBounds.sessionsPerSiteMax} kept sessions: the oldest is given up`);
        void forget(old);
      }
    },
    whenReceived(client, packet, yes, no) {
      memory.incomingGetPacket(client, packet).then(yes, no);
    },
  };
}
