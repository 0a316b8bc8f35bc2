// HJ 212 packets → points. The codec says what was sent (domain/hj212); here the readings of one kind and moment become a point,
// and what is no reading is refused with a reason. Values stay in the units of the device.

import { bounds } from "#domain/bounds.ts";
import {
  type FieldReading,
  type Message,
  type MessageContent,
  readContent,
  readPayload,
  type Remark,
} from "#domain/hj212/hj212.ts";
import { type FieldValues, pickFieldValues } from "#domain/field-values.ts";
import type { Flag } from "#domain/reading.ts";
import type { Decoded, Point } from "./decode.ts";
import { withBeside } from "./beside.ts";

/** One packet that could be read, whatever it says. */
export interface Hj212Packet {
  readonly message: Message;
  readonly content: MessageContent;
  readonly remarks: readonly Remark[];
}

export interface DecodedHj212 extends Decoded {
  readonly packets: readonly Hj212Packet[];
  /** Packets that say something other than readings: answers, states of facilities, information, a boot. */
  readonly control: boolean;
}

/** One packet or several, as on TCP. Never throws. */
export function decodeHj212(payload: Uint8Array): DecodedHj212 {
  const decoded: Decoded = { points: [], places: [], refusals: [], refusedReadings: 0 };
  const packets: Hj212Packet[] = [];
  let control = false;
  let place = 0;
  for (const part of readPayload(payload)) {
    if (part.kind === "refused") {
      const why = part.detail === "" ? part.reason : `${part.reason}, ${part.detail}`;
      const detail = `${part.size} bytes from byte ${part.at}: ${why}`;
      decoded.refusals.push({ reason: "invalid-packet", detail: clip(detail), factor: null });
      continue;
    }
    const before = decoded.points.length + decoded.refusals.length;
    const { message, remarks } = part;
    const content = readContent(message);
    packets.push({ message, content, remarks });
    place = decodeContent(content, place, decoded);
    if (decoded.points.length + decoded.refusals.length === before) control = true;
  }
  if (!control && decoded.points.length + decoded.refusals.length === 0)
    decoded.refusals.push({ reason: "no-values", detail: "no packet", factor: null });
  return { ...decoded, control, packets };
}

/** The place that the next message begins with. */
function decodeContent({ readings, refusals }: MessageContent, from: number, decoded: Decoded): number {
  let place = from;
  for (const { reason, detail, values } of refusals) {
    decoded.refusedReadings += values;
    decoded.refusals.push({ reason, detail: clip(detail), factor: null, point: place++, readings: values });
  }
  for (const group of groupByMoment(readings)) {
    const [first] = group;
    if (first === undefined) continue;
    const point: Point = { time: first.time, kind: first.kind, factors: [], values: [], flags: [] };
    const beside: (FieldValues | null)[] = [];
    for (const reading of group) decodeReading(reading, place, point, beside, decoded);
    if (point.factors.length > 0) {
      decoded.points.push(withBeside(point, beside));
      decoded.places.push(place);
    }
    place++;
  }
  return place;
}

/** In the order in which the moments occur. A message mostly has one. */
function groupByMoment(readings: readonly FieldReading[]): FieldReading[][] {
  const groups = new Map<string, FieldReading[]>();
  for (const reading of readings) {
    const key = `${reading.kind} ${reading.time}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [reading]);
    else group.push(reading);
  }
  return [...groups.values()];
}

function decodeReading(
  reading: FieldReading,
  place: number,
  point: Point,
  beside: (FieldValues | null)[],
  decoded: Decoded,
): void {
  const { factor, value, flag } = reading;
  if (value !== null && flag !== null) {
    point.factors.push(factor);
    point.values.push(value);
    point.flags.push(flag satisfies Flag);
    beside.push(pickFieldValues(reading));
    return;
  }
  const [reason, detail] =
    value === null
      ? (["not-a-number", `value: ${reading.text ?? "missing"}`] as const)
      : (["invalid-flag", `flag: ${reading.sentFlag ?? "missing"}`] as const);
  decoded.refusedReadings++;
  decoded.refusals.push({ reason, detail: clip(detail), factor: clip(factor), point: place, readings: 1 });
}

function clip(text: string): string {
  return text.length <= bounds.textCharsMax ? text : `${text.slice(0, bounds.textCharsMax)}…`;
}
