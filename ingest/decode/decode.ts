// Bytes of a frame → points with values, and refusals for what is not one. Every dialect has a file of its own. Pure: the receive time is an argument of validation, not of this.

import type { FieldValues } from "#domain/field-values.ts";
import type { Flag, ReadingKind } from "#domain/reading.ts";
import type { Refusal } from "#domain/refusal.ts";

/** One event time with its values, as the device said it; nothing is judged yet. */
export interface Point {
  readonly time: number;
  readonly kind: ReadingKind;
  readonly factors: string[];
  readonly values: number[];
  readonly flags: Flag[];
  /** What was sent beside each value; absent when nothing was beside any. */
  readonly beside?: (FieldValues | null)[];
}

export interface Decoded {
  readonly points: Point[];
  /** Which object of the frame each point was, counted from 0. */
  readonly places: number[];
  /** What the values of each point are called in the frame, where that is not their factor. */
  readonly labels?: string[][];
  readonly refusals: Refusal[];
  /** Values in refused points and refused values, so that every value of the frame is counted somewhere. */
  refusedReadings: number;
}

export { decodeHj212 } from "./hj212.ts";
export { decodeReadingsJson } from "./readings-json.ts";
export {
  createSparkplugFrames,
  type EdgeNodes,
  type SavedEdgeNode,
  type SparkplugFrames,
} from "./sparkplug/sparkplug.ts";
