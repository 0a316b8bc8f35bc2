// Readings per second over the last day, from a counter that is looked at now and then: what was counted between two looks
// belongs to the step they fall into. A counter that falls was begun anew, and a long time without a look is not guessed
// about: both leave a gap. Kept as text, so that a restart does not forget the day. Pure: the time comes as an argument.

import { minuteMs } from "#domain/time.ts";

export const throughputStepMs = 10 * minuteMs;
export const throughputSteps = 144;
/** Longer than this between two looks: nobody can say when the readings came. */
const gapMsMax = 2 * minuteMs;

interface Step {
  /** Begin, ms. */
  readonly at: number;
  readings: number;
  /** How much of the step was watched, ms. */
  watchedMs: number;
}

interface Look {
  readonly at: number;
  readonly counter: number;
}

export interface Throughput {
  /** `counter`: readings processed since ever. */
  note(counter: number, at: number): void;
  /** One number per step, the oldest first, the last one the step that holds `at`; null = not watched. */
  perSecond(at: number): { readonly from: number; readonly values: (number | null)[] };
  format(): string;
}

const stepOf = (at: number): number => Math.floor(at / throughputStepMs) * throughputStepMs;

function isTriple(value: unknown): value is [number, number, number] {
  return Array.isArray(value) && value.length === 3 && value.every((part) => Number.isFinite(part));
}

/** The steps of a text that `format` wrote; of any other text none. */
function parseSteps(text: string | null): Step[] {
  if (text === null) return [];
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (error) {
    // Half a file after a power cut: the line begins anew.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  if (!Array.isArray(rows)) return [];
  return rows.filter(isTriple).map(([at, readings, watchedMs]) => ({ at, readings, watchedMs }));
}

export function createThroughput(kept: string | null): Throughput {
  let steps = parseSteps(kept);
  let last: Look | null = null;

  function add(readings: number, from: number, to: number): void {
    const at = stepOf(to);
    let step = steps.at(-1);
    if (step === undefined || step.at !== at) {
      step = { at, readings: 0, watchedMs: 0 };
      steps = [...steps.filter((each) => each.at < at && each.at > at - throughputSteps * throughputStepMs), step];
    }
    step.readings += readings;
    step.watchedMs += to - from;
  }

  return {
    note(counter, at) {
      const before = last;
      last = { at, counter };
      if (before === null || counter < before.counter || at <= before.at || at - before.at > gapMsMax) return;
      add(counter - before.counter, before.at, at);
    },
    perSecond(at) {
      const from = stepOf(at) - (throughputSteps - 1) * throughputStepMs;
      const values: (number | null)[] = Array.from({ length: throughputSteps }, () => null);
      for (const step of steps) {
        const place = (step.at - from) / throughputStepMs;
        if (place >= 0 && place < throughputSteps && step.watchedMs > 0) {
          values[place] = step.readings / (step.watchedMs / 1000);
        }
      }
      return { from, values };
    },
    format: () => JSON.stringify(steps.map(({ at, readings, watchedMs }) => [at, readings, watchedMs])),
  };
}
