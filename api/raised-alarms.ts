// How many alarms were raised in each of the last 24 hours, in all, of priority 1, and by city. An alarm is counted in the hour in
// which it was raised, not in the one its condition began in: the mean of a day is judged when the day is over. Pure.

import { hourMs } from "#domain/time.ts";
import type { AlarmStep } from "#store/state/state.ts";

export const raisedHours = 24;

interface Hour {
  all: number;
  first: number;
  readonly cities: Map<string, number>;
}

export interface RaisedAlarms {
  note(steps: readonly AlarmStep[]): void;
  /** The hours up to the one that holds `at`, the oldest first. */
  counts(at: number): {
    readonly from: number;
    readonly counts: number[];
    readonly first: number[];
    /** Without cities that had none, by adcode. */
    readonly cities: { readonly city: string; readonly counts: number[] }[];
  };
}

const hourOf = (at: number): number => Math.floor(at / hourMs) * hourMs;
const isRaised = ({ before, to }: AlarmStep): boolean => to === "unack-active" && before !== to;

/** Begin of the oldest hour that counts. */
export function raisedFrom(at: number): number {
  return hourOf(at) - (raisedHours - 1) * hourMs;
}

export function createRaisedAlarms(): RaisedAlarms {
  const hours = new Map<number, Hour>();

  function add({ receivedAt, priority, city }: AlarmStep): void {
    const at = hourOf(receivedAt);
    let hour = hours.get(at);
    if (hour === undefined) hours.set(at, (hour = { all: 0, first: 0, cities: new Map() }));
    hour.all += 1;
    if (priority === 1) hour.first += 1;
    if (city !== null) hour.cities.set(city, (hour.cities.get(city) ?? 0) + 1);
  }

  return {
    note(steps) {
      for (const step of steps) if (isRaised(step)) add(step);
    },
    counts(at) {
      const from = raisedFrom(at);
      for (const hour of hours.keys()) if (hour < from) hours.delete(hour);
      const shown = Array.from({ length: raisedHours }, (_, i) => hours.get(from + i * hourMs));
      const cities = new Set(shown.flatMap((hour) => [...(hour?.cities.keys() ?? [])]));
      return {
        from,
        counts: shown.map((hour) => hour?.all ?? 0),
        first: shown.map((hour) => hour?.first ?? 0),
        cities: [...cities].toSorted().map((city) => ({
          city,
          counts: shown.map((hour) => hour?.cities.get(city) ?? 0),
        })),
      };
    },
  };
}
