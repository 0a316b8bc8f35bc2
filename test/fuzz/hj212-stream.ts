// Streams as loggers and bad lines make them: good frames of all kinds, and between them halves, flipped bytes, wrong
// lengths, foreign checksums, noise and heads without a body. Writes its frames by itself, with the checksum as the standard
// spells it, bit by bit: the codec under test is not asked.

import type { Random } from "../torture/random.ts";

export interface DrawnStream {
  readonly bytes: Uint8Array;
  /** Where the good frames lie, from the first mark to the last digit of the checksum. */
  readonly good: readonly { readonly start: number; readonly end: number }[];
}

const utf8 = new TextEncoder();

/** [HJ 212-2017 annex A], as printed. */
export function slowCrc(bytes: Uint8Array): number {
  let register = 0xffff;
  for (const byte of bytes) {
    register = (register >> 8) ^ byte;
    for (let bit = 0; bit < 8; bit++) {
      const low = register & 1;
      register >>= 1;
      if (low === 1) register ^= 0xa001;
    }
  }
  return register;
}

function slowModbus(bytes: Uint8Array): number {
  let register = 0xffff;
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) register = (register & 1) === 1 ? (register >> 1) ^ 0xa001 : register >> 1;
  }
  return register;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const hex = (crc: number): string => crc.toString(16).toUpperCase().padStart(4, "0");
const four = (length: number): string => String(length).padStart(4, "0");

/** Without line end. */
export function writeFrame(segment: Uint8Array, crc: number = slowCrc(segment), length = segment.length): Uint8Array {
  return concat([utf8.encode(`##${four(length)}`), segment, utf8.encode(hex(crc))]);
}

const codes = ["w01018", "w21003", "a21026", "a34013", "w00000", "011", "B01", "S01", "LMx", "w99999", "01018", "SB1"];
const suffixes = [
  "Rtd",
  "Avg",
  "Min",
  "Max",
  "Cou",
  "ZsRtd",
  "Flag",
  "EFlag",
  "SampleTime",
  "Data",
  "RS",
  "Info",
  "Odd",
];
const values = [
  "1",
  "32.6",
  "-0.12",
  "N",
  "D",
  "--",
  "",
  "NaN",
  "-9999",
  "1e3",
  "9e999",
  "20261122080000",
  "//a;b,c//",
];
const commands = [
  "2011",
  "2051",
  "2061",
  "2031",
  "2021",
  "2041",
  "3020",
  "9011",
  "9014",
  "1013",
  "9015",
  "2052",
  "8013",
];

function digits(random: Random, count: number): string {
  let text = "";
  for (let at = 0; at < count; at++) text += String(random.between(0, 9));
  return text;
}

function drawTime(random: Random): string {
  const two = (low: number, high: number): string => String(random.between(low, high)).padStart(2, "0");
  const time = `20${two(0, 27)}${two(1, 12)}${two(1, 28)}${two(0, 23)}${two(0, 59)}${two(0, 59)}`;
  return random.chance(0.05) ? digits(random, random.between(1, 18)) : time;
}

/** A data area without its && signs. */
export function drawArea(random: Random): string {
  if (random.chance(0.1)) return "";
  const groups = [`DataTime=${drawTime(random)}`];
  for (let at = random.between(0, random.chance(0.1) ? 40 : 6); at > 0; at--) {
    const code = random.pick(codes);
    const pairs: string[] = [];
    for (let pair = random.between(1, 4); pair > 0; pair--)
      pairs.push(`${code}-${random.pick(suffixes)}=${random.pick(values)}`);
    groups.push(pairs.join(","));
  }
  if (random.chance(0.1)) groups.push(`PolId=w01018;i11001-Info=//${drawLog(random)}//`);
  return groups.join(";");
}

/** Instrument logs hold anything: Chinese, dividers, and frames that are quoted. */
function drawLog(random: Random): string {
  const parts = ["清洗管路", ";", ",", "=", " ok ", "校准", "&&", "\r\n"];
  let log = "";
  for (let at = random.between(0, 6); at > 0; at--)
    log += random.chance(0.15)
      ? new TextDecoder().decode(writeFrame(utf8.encode(drawSegment(random, ""))))
      : random.pick(parts);
  return log;
}

export function drawSegment(random: Random, area: string = drawArea(random)): string {
  const flag = random.pick([
    "",
    ";Flag=0",
    ";Flag=1",
    ";Flag=4",
    ";Flag=5",
    ";Flag=8",
    ";Flag=9",
    ";Flag=7;PNUM=2;PNO=1",
  ]);
  const qn = random.chance(0.1) ? "" : `QN=${drawTime(random)}${digits(random, 3)};`;
  const mn = random.pick(["010000A8900016F000169DC0", "88888880000001", "JLYP01_AIR01_0001"]);
  const rf = random.chance(0.05) ? ";RF=1" : "";
  return `${qn}ST=${random.pick(["21", "31", "32", "91"])};CN=${random.pick(commands)};PW=123456;MN=${mn}${flag}${rf};CP=&&${area}&&`;
}

const noiseSigns = utf8.encode("##0123456789QN=ST;CP=&&,//\r\nABCDEF N");

function drawNoise(random: Random): Uint8Array {
  const noise = new Uint8Array(random.between(1, random.chance(0.05) ? 9000 : 60));
  const plain = random.chance(0.5);
  for (let at = 0; at < noise.length; at++)
    noise[at] = plain ? (noiseSigns[random.between(0, noiseSigns.length - 1)] ?? 0) : random.between(0, 255);
  return noise;
}

function drawBad(random: Random): Uint8Array {
  const segment = utf8.encode(drawSegment(random));
  const frame = writeFrame(segment);
  switch (random.between(0, 10)) {
    case 0:
      return frame.slice(0, random.between(1, frame.length - 1));
    case 1:
      return frame.slice(random.between(1, frame.length - 1));
    case 2:
      frame[random.between(0, frame.length - 1)] = random.between(0, 255);
      return frame;
    case 3:
      return writeFrame(segment, random.between(0, 0xffff));
    case 4:
      return writeFrame(segment, slowModbus(segment));
    case 5:
      return writeFrame(segment, slowCrc(segment), Math.max(0, segment.length + random.between(-300, 300)));
    case 6:
      return utf8.encode(
        `##${digits(random, 4)}${random.pick(["QN=", "ST=", "Flag=", "QN", "x="])}`.repeat(random.between(1, 12)),
      );
    case 7:
      return utf8.encode(random.pick(["#", "##", "###", "##0", "##00", "\r", "\n", "&&", "//", "##0012QN=//"]));
    case 8: {
      const text = new TextDecoder().decode(frame);
      return utf8.encode(text.replace(/\d{4}/, random.pick(["04X1", "    ", "-001", "9999", "0000", "+123"])));
    }
    default:
      return drawNoise(random);
  }
}

export function drawStream(random: Random): DrawnStream {
  const parts: Uint8Array[] = [];
  const good: { start: number; end: number }[] = [];
  let length = 0;
  const add = (part: Uint8Array): void => {
    parts.push(part);
    length += part.length;
  };
  for (let at = random.between(1, random.chance(0.05) ? 30 : 5); at > 0; at--) {
    if (random.chance(0.5)) {
      add(drawBad(random));
    } else {
      const frame = writeFrame(utf8.encode(drawSegment(random)));
      // What is longer than any frame is no good frame.
      if (frame.length <= 4096) good.push({ start: length, end: length + frame.length });
      add(frame);
    }
    add(utf8.encode(random.pick(["\r\n", "\r\n", "\r\n", "\n", "\r", "", "\r\n\r\n"])));
  }
  return { bytes: concat(parts), good };
}

/** Cuts into chunks, some of one byte, some empty. */
export function drawChunks(random: Random, bytes: Uint8Array): Uint8Array[] {
  const largest = random.chance(0.04) ? 1 : random.pick([30, 100, 500, 5000]);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = Math.min(bytes.length - at, random.between(0, largest));
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
