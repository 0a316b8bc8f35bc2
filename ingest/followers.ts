// Who is told of alarms and of time inside ingest, behind the alarms themselves: notices that are due, clocks of cases. What
// they remember is in the checkpoint; what they say goes to the output. Pure.

import type { Alarm, Annunciation } from "#domain/alarm.ts";
import type { Occasion } from "./occasion.ts";
import type { Output } from "./output.ts";

export interface AlarmFollower {
  /** Operators were called: told once per call, in the order of the journal. */
  meet(annunciation: Annunciation, on: Occasion, output: Output): void;
  /** An alarm made a step; told after the calls of the same entry, once per alarm, as it is at the end of the entry. */
  follow(alarm: Alarm, on: Occasion, output: Output): void;
}

export interface TickFollower {
  /** A tick of the journal, about once a second; `on.receivedAt` is its time. */
  tick(on: Occasion, output: Output): void;
}
