// A frame of the journal for people: as text where it is UTF-8, in hex where it is not, without the password that HJ 212
// loggers send in every packet. Pure.

import { hash } from "node:crypto";
import { bounds } from "#domain/bounds.ts";
import { type Channel, channels, doorNames, type Entry } from "#domain/frame.ts";

const speaksHj212: ReadonlySet<Channel> = new Set([channels.hj212, channels.hj212Doubtful]);
const hidden = "******";
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function channelName(channel: Channel): string {
  return Object.entries(channels).find(([, number]) => number === channel)?.[0] ?? String(channel);
}

function hidePasswords(text: string, channel: Channel): string {
  return speaksHj212.has(channel) ? text.replaceAll(/\bPW=[^;&#\r\n]*/gi, `PW=${hidden}`) : text;
}

function readText(payload: Uint8Array): string | null {
  try {
    return utf8.decode(payload);
  } catch {
    // That is the answer: it is not UTF-8.
    return null;
  }
}

export interface ShownFrame {
  readonly seq: number;
  readonly site: string;
  readonly door: string;
  readonly channel: string;
  readonly receivedAt: number;
  readonly bytes: number;
  readonly text: string | null;
  /** The first bytes of what is not UTF-8. */
  readonly hex: string | null;
  /** A password was taken out of what is shown. */
  readonly hidden: boolean;
  /** Of the bytes as they were received. */
  readonly sha256: string;
}

export function showFrame(entry: Entry): ShownFrame {
  const { seq, source, door, channel, receivedAt, payload } = entry;
  const text = readText(payload);
  // Bytes outside of ASCII keep their value in Latin-1, so that a password is found among them too.
  const raw = text ?? Buffer.from(payload).toString("latin1");
  const shown = hidePasswords(raw, channel);
  const hex = text === null ? Buffer.from(shown, "latin1").subarray(0, bounds.hexPreviewBytes).toString("hex") : null;
  return {
    seq,
    site: source,
    door: doorNames[door],
    channel: channelName(channel),
    receivedAt,
    bytes: payload.length,
    text: text === null ? null : shown,
    hex,
    hidden: shown !== raw,
    sha256: hash("sha256", payload, "hex"),
  };
}

/** The beginning of a frame, for a line of a list. */
export function excerptOf(entry: Entry): string {
  const head = Buffer.from(entry.payload.subarray(0, 2 * bounds.excerptChars));
  return hidePasswords(head.toString("utf8"), entry.channel).slice(0, bounds.excerptChars);
}
