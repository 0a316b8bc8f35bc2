// Packets of a split message (PNUM, PNO) → the whole message. Data need no reassembly: an item is never cut, every packet has
// its DataTime and is answered by itself, so that packets are stored as they come [HJ 212-2017 tables C.49, C.50]. It is for
// content that means something only as a whole, e.g. long logs. Time is an argument; what waits is bounded in number, bytes
// and time, and what is given up is told with what was there of it.

import { encodeText } from "./text.ts";
import { formatArea } from "./data-area.ts";
import { findValue, type Group, type Message } from "./message.ts";
import { sizes } from "./sizes.ts";

export interface GivenUp {
  readonly why: "too-late" | "no-room" | "contradiction";
  /** The packets that had come, in their order. */
  readonly packets: readonly Message[];
  readonly count: number;
}

export interface Reassembled {
  /** Header of packet 1, without packet number; groups of all packets in their order. Null while packets are missing. */
  readonly message: Message | null;
  readonly givenUp: readonly GivenUp[];
}

export interface Reassembly {
  /** A message that is not split comes back as it is. A packet sent again replaces nothing and harms nothing. */
  add(message: Message, nowMs: number): Reassembled;
  /** To be called from time to time. */
  expire(nowMs: number): readonly GivenUp[];
  waiting(): { readonly messages: number; readonly bytes: number };
}

export interface ReassemblyBounds {
  readonly messagesMax: number;
  readonly bytesMax: number;
  readonly waitMsMax: number;
}

interface Waiting {
  readonly count: number;
  readonly packets: Map<number, Message>;
  readonly sinceMs: number;
  bytes: number;
}

const defaults: ReassemblyBounds = {
  messagesMax: sizes.waitingMessagesMax,
  bytesMax: sizes.waitingBytesMax,
  waitMsMax: sizes.waitingMsMax,
};

export function createReassembly(given: Partial<ReassemblyBounds> = {}): Reassembly {
  const limits = { ...defaults, ...given };
  /** Oldest first. */
  const waiting = new Map<string, Waiting>();
  let bytes = 0;

  function drop(key: string, why: GivenUp["why"], told: GivenUp[]): void {
    const entry = waiting.get(key);
    if (entry === undefined) return;
    waiting.delete(key);
    bytes -= entry.bytes;
    told.push({ why, packets: inOrder(entry), count: entry.count });
  }

  function expire(nowMs: number, told: GivenUp[]): void {
    for (const [key, entry] of waiting) if (nowMs - entry.sinceMs > limits.waitMsMax) drop(key, "too-late", told);
  }

  return {
    add(message, nowMs) {
      const told: GivenUp[] = [];
      expire(nowMs, told);
      const { packet } = message;
      if (packet === null || packet.count === 1) return { message: { ...message, packet: null }, givenUp: told };
      const key = keyOf(message);
      let entry = waiting.get(key);
      if (entry !== undefined && entry.count !== packet.count) {
        drop(key, "contradiction", told);
        entry = undefined;
      }
      if (entry === undefined) {
        entry = { count: packet.count, packets: new Map(), sinceMs: nowMs, bytes: 0 };
        waiting.set(key, entry);
      }
      if (!entry.packets.has(packet.number)) {
        const size = encodeText(formatArea(message.groups)).length + packetOverhead;
        entry.packets.set(packet.number, message);
        entry.bytes += size;
        bytes += size;
      }
      if (entry.packets.size === entry.count) {
        waiting.delete(key);
        bytes -= entry.bytes;
        return { message: join(inOrder(entry)), givenUp: told };
      }
      while (waiting.size > limits.messagesMax || bytes > limits.bytesMax) {
        const [oldest] = waiting.keys();
        if (oldest === undefined) break;
        drop(oldest, "no-room", told);
      }
      return { message: null, givenUp: told };
    },
    expire(nowMs) {
      const told: GivenUp[] = [];
      expire(nowMs, told);
      return told;
    },
    waiting: () => ({ messages: waiting.size, bytes }),
  };
}

/** What a packet costs beside its text, roughly. */
const packetOverhead = 256;

/** Every packet has a QN of its own: what they share is the logger, the command, the time and what it is about. */
function keyOf(message: Message): string {
  const about = ["DataTime", "PolId"].map((key) => findValue(message, key) ?? "");
  return [message.mn, message.st ?? "", message.cn, ...about].join("\n");
}

function inOrder({ packets }: Waiting): Message[] {
  return [...packets].sort(([a], [b]) => a - b).map(([, message]) => message);
}

function join(packets: readonly Message[]): Message | null {
  const [first, ...rest] = packets;
  if (first === undefined) return null;
  const time = findValue(first, "DataTime");
  const groups: Group[] = [...first.groups];
  for (const packet of rest) {
    for (const group of packet.groups) {
      // Each packet repeats the DataTime.
      const own = group.filter((pair) => !(pair.key.toLowerCase() === "datatime" && pair.value === time));
      if (own.length > 0) groups.push(own);
    }
  }
  const flag = first.flag === null ? null : { ...first.flag, split: false };
  return { ...first, flag, packet: null, groups };
}
