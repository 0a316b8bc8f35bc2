// Stops that a plant declares: which hours were not due because of them. A stop counts for the hours it was entered in time
// for, with its evidence in time; for all others it is as if it had never been said. An hour that was stopped in part is due.

import { dayMs, hourMs } from "../time.ts";
import transmissionTable from "../tables/transmission.json" with { type: "json" };
import { monthOf, type Period } from "./calendar.ts";

export interface DeclaredStop extends Period {
  /** When it was entered. */
  readonly declaredAt: number;
  /** When its evidence was uploaded; null: never. */
  readonly evidenceAt: number | null;
}

const { daysMax, evidenceDayOfNextMonth } = transmissionTable.declaration;

/** Was the stop said in time for the hour that starts at `hourStart`? */
export function countsForHour(stop: DeclaredStop, hourStart: number): boolean {
  const evidenceUntil = monthOf(hourStart).to + evidenceDayOfNextMonth * dayMs;
  return (
    stop.declaredAt <= hourStart + hourMs + daysMax * dayMs &&
    stop.evidenceAt !== null &&
    stop.evidenceAt < evidenceUntil
  );
}

/** Is the hour within the stops that count for it, all of it? Stops may overlap and follow each other. */
export function isHourStopped(stops: readonly DeclaredStop[], hourStart: number): boolean {
  const end = hourStart + hourMs;
  let reached = hourStart;
  const inOrder = stops
    .filter((stop) => stop.from < end && stop.to > hourStart && countsForHour(stop, hourStart))
    .sort((a, b) => a.from - b.from);
  for (const { from, to } of inOrder) {
    if (from > reached) return false;
    reached = Math.max(reached, to);
  }
  return reached >= end;
}

export interface HoursDue {
  /** due + stopped = hours of the period. */
  readonly due: number;
  readonly stopped: number;
}

/** Hours of the clock that were due in a period of whole hours. */
export function countHoursDue(period: Period, stops: readonly DeclaredStop[]): HoursDue {
  let [due, stopped] = [0, 0];
  for (let hour = period.from; hour < period.to; hour += hourMs) {
    if (isHourStopped(stops, hour)) stopped += 1;
    else due += 1;
  }
  return { due, stopped };
}
