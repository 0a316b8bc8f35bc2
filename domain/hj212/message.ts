// Message: the data segment of one HJ 212 packet, header fields and data area, as it was sent. Nothing is interpreted here
// beyond the frame of the protocol: what the values mean is said by content.ts. One shape for all three editions.

export const editions = ["2005", "2017", "2025"] as const;
export type Edition = (typeof editions)[number];

/** The bits of Flag: V5 V4 V3 V2 V1 V0 D A [HJ 212-2017 table 3]; 2025 swaps the letters D and A, not the places. */
export interface FlagBits {
  /** 0 = 2005, 1 = 2017, 2 = 2025; up to 63. */
  readonly version: number;
  /** PNUM and PNO are given. */
  readonly split: boolean;
  /** The sender wants an answer. */
  readonly answer: boolean;
}

export interface PacketNumber {
  /** PNO, from 1. */
  readonly number: number;
  /** PNUM. */
  readonly count: number;
}

/** `key=value` of the data area, both trimmed, the value as it was sent: a text between // and // keeps its slashes. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** What stands between two semicolons. */
export type Group = readonly Pair[];

export interface Message {
  /** Names one exchange; an answer repeats it. Loggers of 2005 leave it out, or write it into the data area. */
  readonly qn: string | null;
  /** Kind of the monitored thing, e.g. 31 = stack, 32 = outfall; 91 in answers. */
  readonly st: string | null;
  readonly cn: string;
  readonly pw: string | null;
  readonly mn: string;
  /** Null = absent, as loggers of 2005 do. */
  readonly flag: FlagBits | null;
  readonly packet: PacketNumber | null;
  /** RF=1: sent again after an outage (2025). */
  readonly backfill: boolean;
  readonly groups: readonly Group[];
}

/** Which edition the sender speaks. Versions yet to come are read like the newest one that is known. */
export function editionOf(message: Pick<Message, "flag">): Edition {
  const version = message.flag?.version ?? 0;
  if (version === 0) return "2005";
  return version === 1 ? "2017" : "2025";
}

export function parseFlag(value: number): FlagBits {
  return { version: (value >> 2) & 0x3f, split: (value & 2) !== 0, answer: (value & 1) !== 0 };
}

export function formatFlag(flag: FlagBits): number {
  return (flag.version << 2) | (flag.split ? 2 : 0) | (flag.answer ? 1 : 0);
}

export function versionOf(edition: Edition): number {
  return editions.indexOf(edition);
}

/** The first value of this key in the data area, in whatever case the key was written. */
export function findValue(message: Pick<Message, "groups">, key: string): string | undefined {
  const wanted = key.toLowerCase();
  for (const group of message.groups)
    for (const pair of group) if (pair.key.toLowerCase() === wanted) return pair.value;
  return undefined;
}

/**
 * The number of the exchange a message belongs to: its QN, or in 2005 the one in its data area. Null when there is none, or
 * none that could be repeated in an answer.
 */
export function exchangeOf(message: Message): string | null {
  const qn = message.qn ?? findValue(message, "QN");
  return qn !== undefined && /^[\w.-]{1,64}$/.test(qn) ? qn : null;
}
