// Values → the JSON payload of a frame, well-formed or deliberately broken. The simulator writes it itself and shares no
// line with the decoder: a decoder tested by its own encoder proves nothing.

import type { Flag } from "#domain/reading.ts";
import { zoneOffsetMs } from "#domain/time.ts";
import type { NonsenseVariant } from "./scenarios/episode.ts";

export interface FrameValue {
  readonly value: number;
  readonly flag?: Flag;
  readonly converted?: number;
}

export interface FrameDraft {
  readonly eventMs: number;
  readonly values: ReadonlyMap<string, FrameValue>;
}

export const timeStyles = ["local", "utc", "epoch"] as const;
export type TimeStyle = (typeof timeStyles)[number];

/** Event time as JSON text: ISO with +08:00, ISO with Z, or epoch ms. */
function formatTime(eventMs: number, style: TimeStyle): string {
  if (style === "epoch") return String(eventMs);
  if (style === "utc") return `"${new Date(eventMs).toISOString()}"`;
  return `"${new Date(eventMs + zoneOffsetMs).toISOString().slice(0, 19)}+08:00"`;
}

function formatValue(value: FrameValue): string {
  return value.flag === undefined && value.converted === undefined ? String(value.value) : JSON.stringify(value);
}

function formatObject(time: string, entries: readonly string[]): string {
  return `{"time":${time},"values":{${entries.join(",")}}}`;
}

function formatEntries(values: FrameDraft["values"]): string[] {
  return [...values].map(([code, value]) => `"${code}":${formatValue(value)}`);
}

export function formatFrame(draft: FrameDraft, style: TimeStyle): string {
  return formatObject(formatTime(draft.eventMs, style), formatEntries(draft.values));
}

/** The same frame, broken in one way. */
export function formatNonsense(draft: FrameDraft, style: TimeStyle, variant: NonsenseVariant): string {
  const time = formatTime(draft.eventMs, style);
  const entries = formatEntries(draft.values);
  const [code, first] = [...draft.values][0] ?? ["w01018", { value: 1 }];
  const others = entries.slice(1);
  switch (variant) {
    case "invalid-json":
      return formatObject(time, entries).slice(0, -7);
    case "nan":
      return formatObject(time, [`"${code}":NaN`, ...others]);
    case "unknown-factor":
      return formatObject(time, [...entries, `"w99999":1.5`]);
    case "year-1970":
      return formatObject(`"1970-01-01T08:00:12+08:00"`, entries);
    case "text-number":
      return formatObject(time, [`"${code}":"${first.value}"`, ...others]);
    case "wrong-flag":
      return formatObject(time, [`"${code}":{"value":${first.value},"flag":"X"}`, ...others]);
    case "impossible-value":
      return formatObject(time, [`"${code}":1e18`, ...others]);
    case "no-values":
      return formatObject(time, []);
  }
}

/** Several frames as one array, as loggers send what they kept while the line was down. */
export function joinFrames(frames: readonly string[]): string {
  return `[${frames.join(",")}]`;
}
