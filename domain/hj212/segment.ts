// A data segment with a right checksum into a Message, or into a refusal. Tolerant where the standard's own examples or the
// field are not exact (each such thing is remarked), strict about the frame of it: fields, CP=&&, closing &&. The checksum
// lets one corrupted frame in 256 pass, so that structure is what is left to tell junk by. Never throws.

import { parseArea } from "./data-area.ts";
import { type FlagBits, type Message, type PacketNumber, parseFlag } from "./message.ts";
import type { Remark, RemarkName, SegmentRefusal } from "./refusal.ts";
import { sizes } from "./sizes.ts";
import { parseStamp } from "./stamp.ts";
import { decodeText } from "./text.ts";

export type ParseResult =
  | { readonly ok: true; readonly message: Message; readonly remarks: readonly Remark[] }
  | { readonly ok: false; readonly reason: SegmentRefusal; readonly detail: string };

const mnPattern = new RegExp(`^[A-Za-z0-9_-]{1,${sizes.mnCharsMax}}$`);
/** Printable, and none of the signs that divide. */
const headerValue = new RegExp(`^[!-~]{0,${sizes.headerValueCharsMax}}$`);
const fieldNames: ReadonlySet<string> = new Set(["QN", "ST", "CN", "PW", "MN", "FLAG", "PNUM", "PNO", "RF"]);

export function parseSegment(segment: Uint8Array): ParseResult {
  const remarks: Remark[] = [];
  const remark = (name: RemarkName, about = ""): void => void remarks.push({ name, about });
  const { text, coding } = decodeText(segment);
  if (coding === "gbk") remark("gbk-text");
  if (coding === "unknown") remark("unreadable-text");
  if (segment.length > sizes.segmentBytesStandard) remark("over-long", String(segment.length));

  // Found by its text and not by its semicolon, which the standard itself forgets once (table C.19).
  const opening = /CP\s*=\s*&&/i.exec(text);
  if (opening === null) return refuse("CP=&& is missing");
  const areaStart = opening.index + opening[0].length;
  const whole = text.trimEnd();
  const areaEnd = whole.length - 2;
  if (areaEnd < areaStart || !whole.endsWith("&&")) return refuse("the closing && is missing");

  if (whole.length !== text.length) remark("blanks");

  const header = text.slice(0, opening.index);
  if (header !== "" && !/[;,]\s*$/.test(header)) remark("separator-missing", "CP");
  const fields = parseHeader(header, remark);
  if (typeof fields === "string") return refuse(fields);
  const cn = fields.get("CN") ?? "";
  if (!/^\d{4}$/.test(cn)) return refuse(cn === "" ? "CN is missing" : "CN is not four digits");
  const mn = fields.get("MN") ?? "";
  if (!mnPattern.test(mn)) return refuse(mn === "" ? "MN is missing" : "MN has signs that no MN has");

  const flag = readFlag(fields.get("FLAG"), remark);
  const qn = fields.get("QN") ?? "";
  checkQn(qn, flag, remark);
  const st = fields.get("ST") ?? "";
  if (st === "") remark("st-missing");
  const groups = parseArea(text.slice(areaStart, areaEnd), remarks);
  const message: Message = {
    qn: qn === "" ? null : qn,
    st: st === "" ? null : st,
    cn,
    pw: fields.get("PW") ?? null,
    mn,
    flag,
    packet: readPacket(fields.get("PNUM"), fields.get("PNO"), flag, remark),
    backfill: fields.get("RF") === "1",
    groups,
  };
  return { ok: true, message, remarks };
}

function refuse(detail: string): ParseResult {
  return { ok: false, reason: "structure", detail };
}

type Say = (name: RemarkName, about?: string) => void;

/** Fields by their name in upper case; the first of two counts. A text instead says why the header is none. */
function parseHeader(header: string, remark: Say): ReadonlyMap<string, string> | string {
  const fields = new Map<string, string>();
  // A comma for a semicolon is printed in the standard's tables C.22 and C.48.
  if (header.includes(",")) remark("comma-in-header");
  for (const part of header.split(/[;,]/)) {
    const token = part.trim();
    if (token === "") continue;
    const equals = token.indexOf("=");
    const name = token.slice(0, Math.max(0, equals)).trim().toUpperCase();
    if (equals < 0 || !fieldNames.has(name)) {
      remark("field-without-name", token.slice(0, 40));
      continue;
    }
    const value = token.slice(equals + 1).trim();
    if (!headerValue.test(value)) return `${name} has signs that no field has, or too many`;
    if (!fields.has(name)) fields.set(name, value);
    else if (fields.get(name) !== value) remark("repeated-field", name);
  }
  return fields;
}

/** Digits at its beginning; a Flag that is none is one that is absent. */
function readFlag(text: string | undefined, remark: Say): FlagBits | null {
  if (text === undefined || text === "") return null;
  const value = Number.parseInt(text, 10);
  if (!(value >= 0 && value <= 255)) {
    remark("flag-unreadable", text);
    return null;
  }
  const flag = parseFlag(value);
  if (flag.version > 2) remark("version-unknown", text);
  return flag;
}

function checkQn(qn: string, flag: FlagBits | null, remark: Say): void {
  if (qn === "") {
    if (flag !== null && flag.version > 0) remark("qn-missing");
  } else if (qn.length !== 17 || typeof parseStamp(qn, true) !== "number") remark("qn-unreadable", qn);
}

/** Loggers of 2005 give the numbers without a Flag; with a Flag, its bit decides whether they are looked at. */
function readPacket(
  countText: string | undefined,
  numberText: string | undefined,
  flag: FlagBits | null,
  remark: Say,
): PacketNumber | null {
  if (flag !== null && !flag.split) return null;
  const [count, number] = [readWhole(countText), readWhole(numberText)];
  if (count > 0 && number > 0 && number <= count && count <= sizes.packetsMax) return { number, count };
  if (flag !== null || countText !== undefined || numberText !== undefined) remark("split-without-numbers");
  return null;
}

function readWhole(text: string | undefined): number {
  return text !== undefined && /^\d{1,8}$/.test(text) ? Number(text) : 0;
}
