// Message → the bytes of a packet: ## length, data segment, checksum, CR LF [HJ 212-2017 table 2]. What could not be read back
// as it is, is not written: then the answer says why. Text is UTF-8. parseSegment gives the same message back.

import { crcOf, formatCrc } from "./crc.ts";
import { formatArea, formatGroup, isWritablePair } from "./data-area.ts";
import { formatFlag, type Group, type Message } from "./message.ts";
import { sizes } from "./sizes.ts";
import { decodeText, encodeText } from "./text.ts";

export type BuildResult =
  | { readonly ok: true; readonly frame: Uint8Array }
  | { readonly ok: false; readonly problem: string };

export function buildFrame(message: Message): BuildResult {
  const problem = findProblem(message);
  if (problem !== null) return { ok: false, problem };
  const text = formatSegment(message);
  const segment = encodeText(text);
  if (decodeText(segment).text !== text) return { ok: false, problem: "the text would be read as GBK" };
  if (segment.length > sizes.segmentBytesStandard)
    return {
      ok: false,
      problem: `${segment.length} bytes are more than the ${sizes.segmentBytesStandard} of a packet`,
    };
  return { ok: true, frame: wrapSegment(segment) };
}

/** A data segment as it is, with everything around it. */
export function wrapSegment(segment: Uint8Array): Uint8Array {
  const head = encodeText(`##${String(segment.length).padStart(4, "0")}`);
  const tail = encodeText(`${formatCrc(crcOf(segment))}\r\n`);
  const frame = new Uint8Array(head.length + segment.length + tail.length);
  frame.set(head);
  frame.set(segment, head.length);
  frame.set(tail, head.length + segment.length);
  return frame;
}

export function formatSegment(message: Message): string {
  const { qn, st, cn, pw, mn, flag, packet, backfill, groups } = message;
  const fields: string[] = [];
  if (qn !== null) fields.push(`QN=${qn}`);
  if (st !== null) fields.push(`ST=${st}`);
  fields.push(`CN=${cn}`);
  if (pw !== null) fields.push(`PW=${pw}`);
  fields.push(`MN=${mn}`);
  if (flag !== null) fields.push(`Flag=${formatFlag(flag)}`);
  if (packet !== null) fields.push(`PNUM=${packet.count}`, `PNO=${packet.number}`);
  if (backfill) fields.push("RF=1");
  return `${fields.join(";")};CP=&&${formatArea(groups)}&&`;
}

const headerValue = new RegExp(`^[!-+\\--:<-~]{0,${sizes.headerValueCharsMax}}$`);

function findProblem(message: Message): string | null {
  const { qn, st, cn, pw, mn, flag, packet, groups } = message;
  if (!/^\d{4}$/.test(cn)) return "CN is four digits";
  if (!new RegExp(`^[A-Za-z0-9_-]{1,${sizes.mnCharsMax}}$`).test(mn)) return "MN is letters, digits, _ and -";
  for (const [name, value] of [
    ["QN", qn],
    ["ST", st],
    ["PW", pw],
  ] as const) {
    if (value !== null && (!headerValue.test(value) || /CP=&&/i.test(value)))
      return `${name} has signs that no field has`;
  }
  // What is absent is null; an empty password is sent by some.
  if (qn === "" || st === "") return "an empty QN or ST is left out";
  if (flag !== null && !(Number.isInteger(flag.version) && flag.version >= 0 && flag.version <= 63))
    return "the version of Flag is 0 to 63";
  if (packet !== null) {
    const { number, count } = packet;
    if (!(Number.isInteger(number) && Number.isInteger(count) && number >= 1 && number <= count))
      return "PNO is 1 to PNUM";
    if (count > sizes.packetsMax) return `PNUM is at most ${sizes.packetsMax}`;
  }
  if (flag !== null && flag.split !== (packet !== null)) return "Flag and PNUM contradict each other";
  for (const group of groups) {
    if (group.length === 0) return "a group is empty";
    const bad = group.find((pair) => !isWritablePair(pair));
    if (bad !== undefined) return `${bad.key.slice(0, 40)} cannot be written into a data area`;
  }
  return null;
}

/**
 * Content that is too long for one packet, in several: cut between items, never within one, each with the DataTime of the
 * first [HJ 212-2017 tables C.49, C.50]. An item that is too long by itself stays whole, and buildFrame may refuse it.
 */
export function splitGroups(groups: readonly Group[], areaBytesMax: number = sizes.areaBytesMax): Group[][] {
  const [first] = groups;
  const time = first?.find((pair) => pair.key === "DataTime");
  const lead: Group[] = time === undefined ? [] : [[time]];
  const leadBytes = time === undefined ? 0 : encodeText(formatGroup([time])).length + 1;
  const parts: Group[][] = [];
  let part: Group[] = [];
  let own = 0;
  let bytes = 0;
  for (const group of groups) {
    const size = encodeText(formatGroup(group)).length + 1;
    if (own > 0 && bytes + size - 1 > areaBytesMax) {
      parts.push(part);
      part = [...lead];
      own = 0;
      bytes = leadBytes;
    }
    part.push(group);
    own++;
    bytes += size;
  }
  parts.push(part);
  return parts;
}
