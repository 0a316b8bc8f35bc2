// Hours of stations out of history, in blocks: our own means of each hour, and where a station sends hours instead of readings,
// the hours it made itself.

import { bounds } from "#domain/bounds.ts";
import type { Site } from "#domain/site.ts";
import { createStationHours, type HourColumns, type StationHours } from "#domain/stations/hours.ts";
import { hourMs } from "#domain/time.ts";
import type { HistoryReader } from "#store/history/history.ts";
import { readMeanBlock } from "#store/history/mean-block.ts";

const minutesPerHour = 60;

export interface HoursQuestion {
  readonly site: Site;
  readonly factors: readonly string[];
}

async function readOwnHours(
  history: HistoryReader,
  asked: readonly HoursQuestion[],
  from: number,
  to: number,
): Promise<HourColumns[][]> {
  const sites = asked.map(({ site, factors }) => ({ site: site.id, factors }));
  const limit = Math.ceil((to - from) / hourMs) + 1;
  const block = await readMeanBlock(history, { sites, tier: "1h", from, to, limit });
  let place = 0;
  return asked.map(({ factors }) =>
    factors.map((factor): HourColumns => {
      const [first, end] = [block.from[place] ?? 0, block.from[place + 1] ?? 0];
      place += 1;
      return {
        factor,
        start: block.start.subarray(first, end),
        mean: block.mean.subarray(first, end),
        min: block.min.subarray(first, end),
        max: block.max.subarray(first, end),
        count: block.count.subarray(first, end),
        valid: block.valid.subarray(first, end),
      };
    }),
  );
}

async function readTheirHours(
  history: HistoryReader,
  { site, factors }: HoursQuestion,
  from: number,
  to: number,
): Promise<HourColumns[]> {
  const limit = Math.ceil((to - from) / hourMs) + 1;
  const found = await history.readRaw({ site: site.id, factors, kind: "hour", from, to, limit });
  return found.map(({ factor, time, value, flag }) => ({
    factor,
    start: time.map((each) => Math.floor(each / hourMs) * hourMs),
    mean: value,
    min: value,
    max: value,
    count: value.map(() => 1),
    valid: flag.map((each) => (each === "N" ? 1 : 0)),
    minutesEach: minutesPerHour,
  }));
}

/** A station of which no hour at all came out of its own readings may be one that sends hours. */
function isEmpty(columns: readonly HourColumns[]): boolean {
  return columns.every(({ start }) => start.length === 0);
}

/** Of each site the hours that begin in [from, to), in the order asked. `always`: look for the stations' own hours in any case. */
export async function readStationHours(
  history: HistoryReader,
  asked: readonly HoursQuestion[],
  from: number,
  to: number,
  always: boolean,
): Promise<StationHours[]> {
  const answers: StationHours[] = [];
  for (let first = 0; first < asked.length; first += bounds.stationsPerRead) {
    const part = asked.slice(first, first + bounds.stationsPerRead);
    const own = await readOwnHours(history, part, from, to);
    for (const [i, question] of part.entries()) {
      const columns = own[i] ?? [];
      const theirs = always || isEmpty(columns) ? await readTheirHours(history, question, from, to) : [];
      answers.push(createStationHours([...columns, ...theirs], question.site.intervalSeconds));
    }
  }
  return answers;
}
