// The promises of the HJ 212 codec, as questions that throw when one is broken. They are asked by the fuzzer and by the property
// tests alike. The checksum they go by is their own.

import assert from "node:assert/strict";
import {
  buildFrame,
  type Deframer,
  deframerBytesMax,
  type Message,
  parseSegment,
  readContent,
  readExchange,
  sizes,
  type StreamEvent,
} from "#domain/hj212/hj212.ts";
import { formatFlag } from "#domain/hj212/message.ts";
import { type DrawnStream, slowCrc } from "./hj212-stream.ts";

export type MakeDeframer = () => Deframer;

/** Like assert.ok, but its words are formed only when they are needed: it is asked for every byte. */
function promise(kept: boolean, says: () => string): void {
  if (!kept) assert.fail(says());
}

function areSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

export function feed(make: MakeDeframer, chunks: readonly Uint8Array[]): StreamEvent[] {
  const deframer = make();
  const events: StreamEvent[] = [];
  let received = 0;
  const ask = (): number => {
    const count = deframer.count();
    promise(count.received === received, () => `${count.received} of ${received} bytes are counted`);
    const known = count.framed + count.refused + count.lineEnds + count.waiting;
    promise(known === received, () => `of ${received} bytes ${known} are somewhere`);
    promise(count.waiting <= deframerBytesMax, () => `${count.waiting} bytes wait`);
    return count.waiting;
  };
  for (const chunk of chunks) {
    received += chunk.length;
    for (const event of deframer.push(chunk)) events.push(event);
    ask();
  }
  events.push(...deframer.flush());
  promise(ask() === 0, () => "bytes wait after the end");
  return events;
}

/** Two ways of cutting one stream gave the same. */
export function checkSameEvents(one: readonly StreamEvent[], other: readonly StreamEvent[]): void {
  promise(one.length === other.length, () => `${one.length} events, cut otherwise ${other.length}`);
  for (const [at, event] of one.entries()) {
    const twin = other[at];
    promise(twin !== undefined && areSameEvents(event, twin), () => `event ${at} depends on the cut`);
  }
}

function areSameEvents(one: StreamEvent, other: StreamEvent): boolean {
  if (one.kind === "trailer") return other.kind === "trailer" && one.fault === other.fault;
  if (one.kind === "frame")
    return other.kind === "frame" && one.at === other.at && areSameBytes(one.frame, other.frame);
  return (
    other.kind === "refused" &&
    one.at === other.at &&
    one.size === other.size &&
    one.reason === other.reason &&
    one.hint === other.hint &&
    areSameBytes(one.bytes, other.bytes)
  );
}

/** Frames and refused pieces lie side by side in the stream, and only line ends between them. */
export function checkTiling(bytes: Uint8Array, events: readonly StreamEvent[]): void {
  let at = 0;
  const skipLineEnds = (until: number): void => {
    for (; at < until; at++)
      promise(bytes[at] === 13 || bytes[at] === 10, () => `byte ${at} is neither refused nor framed`);
  };
  for (const event of events) {
    if (event.kind === "trailer") continue;
    skipLineEnds(event.at);
    promise(at === event.at, () => `pieces overlap at ${event.at}`);
    const own = event.kind === "frame" ? event.frame : event.bytes;
    const size = event.kind === "frame" ? event.frame.length : event.size;
    promise(size > 0, () => "a piece is empty");
    const kept = event.kind === "frame" ? size : Math.min(size, sizes.refusedBytesKept);
    promise(own.length === kept, () => `${own.length} of ${size} bytes are kept`);
    promise(areSameBytes(own, bytes.subarray(at, at + kept)), () => `the bytes at ${at} are not those that were sent`);
    at += size;
  }
  skipLineEnds(bytes.length);
}

/** A frame is what the standard calls one: marks, length, checksum. */
export function checkFrames(events: readonly StreamEvent[]): void {
  for (const event of events) {
    if (event.kind !== "frame") continue;
    const text = Buffer.from(event.frame).toString("latin1");
    promise(/^##\d{4}/.test(text), () => `${text.slice(0, 6)} begins no frame`);
    promise(Number(text.slice(2, 6)) === event.segment.length, () => `${text.slice(2, 6)} is not the length`);
    promise(event.frame.length === event.segment.length + 10, () => "the frame is longer than its segment");
    promise(Number.parseInt(text.slice(-4), 16) === slowCrc(event.segment), () => `${text.slice(-4)} is wrong`);
  }
}

/** Every good frame comes out, unless it lies in or across another one whose checksum is right as well. */
export function checkNothingLost({ good }: DrawnStream, events: readonly StreamEvent[]): { readonly covered: number } {
  const frames = events.flatMap((event) =>
    event.kind === "frame" ? [{ start: event.at, end: event.at + event.frame.length }] : [],
  );
  let covered = 0;
  for (const { start, end } of good) {
    if (frames.some((frame) => frame.start === start && frame.end === end)) continue;
    const over = frames.some((frame) => frame.start < end && frame.end > start);
    promise(over, () => `the good frame at ${start} is lost`);
    covered++;
  }
  return { covered };
}

const number = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What was said is read without a guess; what is asked for can be answered; what can be written is read back. */
export function checkSegment(segment: Uint8Array): "refused" | "read" {
  const parsed = parseSegment(segment);
  if (!parsed.ok) {
    assert.equal(parsed.reason, "structure");
    return "refused";
  }
  const { message } = parsed;
  const content = readContent(message);
  for (const reading of content.readings) {
    promise(Number.isSafeInteger(reading.time), () => `${reading.time} is no time`);
    promise(reading.factor !== "", () => "a reading has no factor");
    for (const value of [reading.value, reading.min, reading.max, reading.total, reading.converted]) {
      if (value === null) continue;
      promise(Number.isFinite(value), () => `${value} is not finite`);
      const written = [...reading.fields.values()].map((text) => text.replaceAll(/\s/g, ""));
      promise(
        written.some((text) => number.test(text) && Number(text) === value),
        () => `${value} was never sent`,
      );
    }
  }
  const { answer } = readExchange(message);
  if (answer !== null) {
    const built = buildFrame(answer);
    assert.ok(built.ok, built.ok ? "" : built.problem);
    checkSameMessage(readBack(built.frame), answer);
  }
  checkRoundTrip(message);
  return "read";
}

/** What buildFrame writes, parseSegment reads as it was. True when it was written. */
export function checkRoundTrip(message: Message): boolean {
  const built = buildFrame(message);
  if (!built.ok) return false;
  checkSameMessage(readBack(built.frame), message);
  return true;
}

function checkSameMessage(one: Message, other: Message): void {
  const [left, right] = [one, other].map(({ qn, st, cn, pw, mn, flag, packet, backfill, groups }) => {
    const numbers = packet === null ? null : [packet.number, packet.count];
    return JSON.stringify([qn, st, cn, pw, mn, flag === null ? null : formatFlag(flag), numbers, backfill, groups]);
  });
  promise(left === right, () => `${left} is not ${right}`);
}

function readBack(frame: Uint8Array): Message {
  assert.equal(Buffer.from(frame.subarray(-2)).toString("latin1"), "\r\n");
  const parsed = parseSegment(frame.subarray(6, frame.length - 6));
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.detail);
  return parsed.message;
}
