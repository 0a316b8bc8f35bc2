// What a judgement rests on, gathered from the stores as ingest gathers it: the facts of the site, its minute means, flags of
// minutes without a valid reading, and its marks. Reads only.

import { codesOf, judgedSiteOf } from "#domain/judge/facts.ts";
import type { JudgedSite, MinuteBlock, RawFlags } from "#domain/judge/shapes.ts";
import type { Limit } from "#domain/limit.ts";
import type { Mark } from "#domain/mark.ts";
import type { Site } from "#domain/site.ts";
import { minuteMs } from "#domain/time.ts";
import type { HistoryReader, MeanSeries } from "#store/history/history.ts";
import type { Rooms } from "./parts.ts";

/** Where the range itself bounds the answer. */
const noLimit = 1_000_000;

export interface JudgedMinutes {
  readonly facts: JudgedSite;
  readonly limits: readonly Limit[];
  readonly block: MinuteBlock;
  /** Of any status, that touch the span. */
  readonly marks: readonly Mark[];
}

/** From the first to the last minute that received something of which nothing is valid; null when there is none. */
function findFlagged({ start, count, valid }: MeanSeries): { readonly from: number; readonly to: number } | null {
  const flagged = start.filter((_, i) => (count[i] ?? 0) > 0 && (valid[i] ?? 0) === 0);
  const [first, last] = [flagged[0], flagged.at(-1)];
  return first === undefined || last === undefined ? null : { from: first, to: last + minuteMs };
}

/** [from, to) is at most some days: raw readings come along where nothing else tells their flags. */
export async function readMinutes(
  history: HistoryReader,
  site: string,
  factors: readonly string[],
  from: number,
  to: number,
): Promise<MinuteBlock> {
  const minutes = await history.readMeans({ site, factors, tier: "1m", from, to, limit: noLimit });
  const flags: RawFlags[] = [];
  for (const series of minutes) {
    const span = findFlagged(series);
    if (span === null) continue;
    const query = { site, factors: [series.factor], kind: "realtime", limit: noLimit, ...span } as const;
    flags.push(...(await history.readRaw(query)));
  }
  return { minutes, flags };
}

/** Null for sites of a kind that is not judged. */
export async function gatherMinutes(
  { state, history }: Pick<Rooms, "state" | "history">,
  site: Site,
  from: number,
  to: number,
): Promise<JudgedMinutes | null> {
  const limits = await state.limits({ site: site.id });
  const facts = judgedSiteOf(site, limits);
  if (facts === null) return null;
  const [block, marks] = await Promise.all([
    readMinutes(history, site.id, codesOf(facts), from, to),
    state.marksIn(site.id, from, to),
  ]);
  return { facts, limits, block, marks };
}
