// A point with what was sent beside its values; one without any stays as it is. Pure.

import type { FieldValues } from "#domain/field-values.ts";
import type { Point } from "./decode.ts";

export function withBeside(point: Point, beside: (FieldValues | null)[]): Point {
  return beside.some((sent) => sent !== null) ? { ...point, beside } : point;
}
