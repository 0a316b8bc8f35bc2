// What the devices of a torture run send: frames of known fate. Every frame has a number of its own in its first bytes,
// every reading a unique time and a value that follows from site, time and revision, so that whatever is found in a store
// can be judged without a list of values. Pure: times and chance are arguments.

import { bounds } from "#domain/bounds.ts";
import { mix, type Random } from "./random.ts";

export const forms = [
  "normal",
  "late",
  "held",
  "padded",
  "duplicate",
  "revision",
  "mixed",
  "invalid-json",
  "unknown-factor",
  "out-of-range",
  "far-future",
  "no-values",
  "status",
  "unpromised",
] as const;
export type Form = (typeof forms)[number];

/** Form → why the whole frame is refused; forms that are not here are taken. */
export const refusedAs: Readonly<Partial<Record<Form, string>>> = {
  "invalid-json": "invalid-json",
  "unknown-factor": "unknown-factor",
  "out-of-range": "out-of-range",
  "far-future": "time-in-future",
  "no-values": "no-values",
};

export const limitMax = 50;
export const factors = ["w01018", "w01001"] as const;
export type FactorCode = (typeof factors)[number];

export interface Frame {
  readonly id: number;
  readonly site: string;
  /** Which device. */
  readonly device: number;
  readonly form: Form;
  readonly time: number;
  /** 0 = the first value of this time. */
  readonly revision: number;
  readonly qos: 0 | 1 | 2;
  readonly padBytes: number;
  /** The final frame of a device says what its alarm must be. */
  readonly final: boolean;
}

/** The value that a reading must have wherever it turns up. It crosses the limit now and then; the decimals are a hash. */
export function valueAt(frame: Pick<Frame, "device" | "time" | "revision" | "final">, factor: FactorCode): number {
  // 37 and 1000 have no common divisor: two revisions never say the same by chance, for that would be a duplicate.
  const noise = (mix(frame.device, `${frame.time}${factor}`) + 37 * frame.revision) % 1000;
  if (factor === "w01001") return (6000 + noise) / 1000;
  const base = frame.final ? (exceedsAtEnd(frame.device) ? 80 : 20) : Math.round(40 + 25 * Math.sin(frame.time / 4000));
  return (base * 1000 + noise) / 1000;
}

/** Does the last value of this device exceed the limit? */
export function exceedsAtEnd(device: number): boolean {
  return device % 2 === 0;
}

const padding = Buffer.alloc(bounds.frameBytesMax, "a plume is seen from afar; a plumb line is held. ").toString(
  "latin1",
);

export function encodeFrame(frame: Frame): Buffer {
  const { id, form, time } = frame;
  const head = `{"id":"t-${id}-",`;
  const text = (values: string, at: number = time): string => `${head}"time":${at},"values":{${values}}}`;
  const good = factors.map((code) => `"${code}":${valueAt(frame, code)}`).join(",");
  switch (form) {
    case "invalid-json":
      return Buffer.from(`${head}"time":${time},"values":{"w01018":4`);
    case "unknown-factor":
      return Buffer.from(text(`"x99999":1`));
    case "out-of-range":
      return Buffer.from(text(`"w01001":900`));
    case "far-future":
      return Buffer.from(text(good, time + 20 * 365 * 86_400_000));
    case "no-values":
      return Buffer.from(text(""));
    case "status":
      return Buffer.from(`online t-${id}-`);
    case "mixed":
      return Buffer.from(text(`${good},"x99999":1`));
    case "padded":
      return Buffer.from(`${head}"pad":"${padding.slice(0, frame.padBytes)}","time":${time},"values":{${good}}}`);
    default:
      return Buffer.from(text(good));
  }
}

/** The number in a payload, or null when it is none of ours. */
export function readFrameId(payload: Uint8Array): number | null {
  const found = /t-(\d+)-/.exec(
    Buffer.from(payload.buffer, payload.byteOffset, Math.min(48, payload.length)).toString(),
  );
  return found === null ? null : Number(found[1]);
}

export function topicOf(frame: Frame): string {
  return `v1/${frame.site}/${frame.form === "status" ? "status" : "readings"}`;
}

export interface GeneratorParts {
  readonly site: string;
  readonly device: number;
  readonly random: Random;
  readonly nextId: () => number;
  /** Only forms that the HTTP door lets in. */
  readonly http: boolean;
}

export interface Generator {
  next(nowMs: number): Frame;
  padded(nowMs: number, bytes: number): Frame;
  last(nowMs: number): Frame;
  /** From here on the frame may be repeated or revised; its place in time is settled. */
  onAcked(frame: Frame): void;
}

/** How many acknowledged frames may be chosen for a repetition: recent ones, as devices repeat them. */
const repeatable = 100;
const lateBase = 1_700_000_000_000;

const weights: readonly (readonly [Form, number])[] = [
  ["normal", 640],
  ["late", 50],
  ["held", 80],
  ["padded", 8],
  ["duplicate", 60],
  ["revision", 50],
  ["mixed", 20],
  ["invalid-json", 15],
  ["unknown-factor", 10],
  ["out-of-range", 10],
  ["far-future", 10],
  ["no-values", 7],
  ["status", 20],
  ["unpromised", 20],
];
const weightSum = weights.reduce((sum, [, weight]) => sum + weight, 0);

export function createGenerator(parts: GeneratorParts): Generator {
  const { site, device, random, nextId, http } = parts;
  let newest = 0;
  let late = 0;
  /** Times that were passed over and are sent later than younger ones. */
  const held: number[] = [];
  const settled: Frame[] = [];

  function drawForm(): Form {
    let at = random.next() * weightSum;
    for (const [form, weight] of weights) if ((at -= weight) < 0) return form;
    return "normal";
  }

  function make(form: Form, time: number, more: Partial<Frame> = {}): Frame {
    const qos = form === "unpromised" ? 0 : random.chance(0.3) ? 2 : 1;
    const plain = { revision: 0, padBytes: 0, final: false };
    return { id: nextId(), site, device, form, time, qos, ...plain, ...more };
  }

  function takeTime(nowMs: number): number {
    newest = Math.max(newest + 1, nowMs);
    return newest;
  }

  function repeat(form: "duplicate" | "revision", nowMs: number): Frame {
    // Once repeated it is left alone: a repetition that is sent again after a revision would revise it back.
    const [of] = settled.splice(Math.floor(random.next() * settled.length), 1);
    if (of === undefined) return make("normal", takeTime(nowMs));
    return make(form, of.time, { revision: form === "revision" ? of.revision + 1 : of.revision });
  }

  return {
    next(nowMs) {
      const drawn = drawForm();
      const form =
        http && (drawn === "invalid-json" || drawn === "status" || drawn === "unpromised") ? "normal" : drawn;
      if (form === "duplicate" || form === "revision") return repeat(form, nowMs);
      if (form === "late") return make(form, lateBase + device + 64 * late++);
      if (form === "padded") return make(form, takeTime(nowMs), { padBytes: random.between(10_000, 200_000) });
      if (form === "held") {
        held.push(takeTime(nowMs));
        const old = held.length > random.between(1, 30) ? held.shift() : undefined;
        return old === undefined ? make("normal", takeTime(nowMs)) : make("held", old);
      }
      return make(form, takeTime(nowMs));
    },
    padded: (nowMs, bytes) => make("padded", takeTime(nowMs), { padBytes: bytes }),
    last: (nowMs) => make("normal", takeTime(nowMs), { final: true, qos: 1 }),
    onAcked(frame) {
      // A revision may be revised again.
      if (frame.form !== "normal" && frame.form !== "revision") return;
      settled.push(frame);
      if (settled.length > repeatable) settled.shift();
    },
  };
}
