// A gas holder that integrates what comes in and goes out, and flares when it is full.
//
//   usual day:  the level follows a slow path with the beat of the converters in it; what is used is what is left over
//   a trip:     the power plant stops taking gas. The level climbs by what it does not take, stands at its upper end, and what
//               has no room goes up in flame, until the plant is back; then it is drawn down to the usual path again
//
//   X = path + what was not taken so far        level = X − (how far X ever was above full)        flared = that, in m³
//
// So made = used + flared + lost + stored holds at every moment, by construction.

import { hourMs, minuteMs } from "#domain/time.ts";
import { metersZeroMs } from "../wave.ts";
import type { Flow, Happening, Happenings } from "./flow.ts";

export interface Holder {
  /** Per cent of the capacity. */
  level(timeMs: number): number;
  /** m³ that it holds more than when the meters were put up. */
  readonly stored: Flow;
  /** What goes up in flame because it is full. */
  readonly flared: Flow;
}

/** The usual level, per cent, and how fast it changes per hour. */
export interface LevelPath {
  value(timeMs: number): number;
  slope(timeMs: number): number;
}

export interface HolderPlan {
  readonly capacityM3: number;
  readonly path: LevelPath;
  /** The level at which it flares. */
  readonly fullPercent: number;
  readonly trips: Happenings;
  /** What is not taken while a trip of strength 1 lasts, m³ per hour. */
  readonly notTakenPerHour: number;
}

const stepMs = 10_000;
/** So long after a trip the level is back on its usual path. */
const returnMs = 3 * hourMs;

/** One trip, step by step. */
interface Course {
  readonly trip: Happening;
  /** Level above the path at each step, per cent, and what was flared up to it, m³. */
  readonly above: Float64Array;
  readonly flared: Float64Array;
}

export function createHolder({ capacityM3, path, fullPercent, trips, notTakenPerHour }: HolderPlan): Holder {
  const perPercent = capacityM3 / 100;
  const courses: Course[] = [];

  /** Courses of all trips that began before a moment. */
  function coursesUntil(timeMs: number): readonly Course[] {
    const list = trips.until(timeMs);
    for (let i = courses.length; i < list.length; i++) {
      const trip = list[i];
      if (trip === undefined || trip.fromMs > timeMs) break;
      courses.push(follow(trip));
    }
    return courses;
  }

  function follow(trip: Happening): Course {
    const steps = Math.ceil((trip.toMs - trip.fromMs) / stepMs) + 1;
    const above = new Float64Array(steps);
    const flared = new Float64Array(steps);
    let most = 0;
    for (let i = 0; i < steps; i++) {
      const at = Math.min(trip.toMs, trip.fromMs + i * stepMs);
      const notTaken = (notTakenPerHour * trip.strength * (at - trip.fromMs)) / hourMs / perPercent;
      const free = path.value(at) + notTaken;
      most = Math.max(most, free - fullPercent);
      above[i] = notTaken - most;
      flared[i] = most * perPercent;
    }
    return { trip, above, flared };
  }

  function courseAt(timeMs: number): Course | null {
    const list = coursesUntil(timeMs);
    for (let i = list.length - 1; i >= 0; i--) {
      const course = list[i];
      if (course === undefined || course.trip.toMs + returnMs <= timeMs) return null;
      if (course.trip.fromMs <= timeMs) return course;
    }
    return null;
  }

  /** Per cent above the usual path. */
  function aboveAt(timeMs: number): number {
    const course = courseAt(timeMs);
    if (course === null) return 0;
    const { trip, above } = course;
    if (timeMs <= trip.toMs) return between(above, (timeMs - trip.fromMs) / stepMs);
    const left = 1 - (timeMs - trip.toMs) / returnMs;
    return (above.at(-1) ?? 0) * left;
  }

  function flaredAt(timeMs: number): number {
    let sum = 0;
    for (const { trip, flared } of coursesUntil(timeMs)) {
      if (trip.fromMs >= timeMs) break;
      sum += timeMs >= trip.toMs ? (flared.at(-1) ?? 0) : between(flared, (timeMs - trip.fromMs) / stepMs);
    }
    return sum;
  }

  const level = (timeMs: number): number => path.value(timeMs) + aboveAt(timeMs);
  const slope = (of: (timeMs: number) => number, timeMs: number): number =>
    ((of(timeMs) - of(timeMs - stepMs)) * hourMs) / stepMs;
  const zeroLevel = level(metersZeroMs);
  return {
    level,
    stored: {
      rate: (timeMs) => perPercent * (path.slope(timeMs) + slope(aboveAt, timeMs)),
      total: (timeMs) => perPercent * (level(timeMs) - zeroLevel),
    },
    flared: { rate: (timeMs) => slope(flaredAt, timeMs), total: flaredAt },
  };
}

function between(values: Float64Array, place: number): number {
  const at = Math.min(values.length - 1, Math.floor(place));
  const next = Math.min(values.length - 1, at + 1);
  const [a, b] = [values[at] ?? 0, values[next] ?? 0];
  return a + (b - a) * Math.min(1, place - at);
}

/** The power plant trips in the afternoon or at night, for one to two hours, on about one day in nine. */
export function tripAt(hour: number, minutes: number, strength: number): Happening {
  return { fromMs: hour * hourMs, toMs: hour * hourMs + minutes * minuteMs, strength };
}
