// Forms closed windows again from history after late data or revisions. Runs only when history contains everything that the
// pipeline knows, so that the mean is the mean of what is stored.

import { isValidFlag } from "#domain/reading.ts";
import { tierMs, windowStart } from "#domain/window.ts";
import type { HistoryReader } from "#store/history/history.ts";
import { type ClosedWindow, formWindow } from "../aggregate/windows.ts";
import type { Output } from "../output.ts";
import { type Pipeline, pushMeans, type Reopened } from "../pipeline.ts";

/** A day of one-second readings fits. */
const readingsPerWindowMax = 200_000;

/** Forms up to `most` windows again; their means go to the output with the pipeline's newest sequence number. */
export async function formReopened(
  pipeline: Pipeline,
  history: HistoryReader,
  output: Output,
  most: number,
): Promise<number> {
  const keys = [...pipeline.reopened.keys()].slice(0, most);
  for (const group of groupByWindow(pipeline, keys)) {
    const first = group[0];
    if (first === undefined) continue;
    const from = windowStart(first.tier, first.number);
    const series = await history.readRaw({
      site: first.site,
      factors: group.map((each) => each.factor),
      kind: "realtime",
      from,
      to: from + tierMs[first.tier],
      limit: readingsPerWindowMax,
    });
    const formed = series.map((each): [{ factor: { code: string } }, ClosedWindow] => [
      { factor: { code: each.factor } },
      formWindow(
        first.tier,
        first.number,
        each.value.map((value, i) => [value, isValidFlag(each.flag[i] ?? "N")] as const),
      ),
    ]);
    pushMeans(output, first.site, first.tier, from, pipeline.seq, formed);
  }
  pipeline.formedAgain(keys);
  return keys.length;
}

function groupByWindow(pipeline: Pipeline, keys: readonly string[]): Reopened[][] {
  const groups = new Map<string, Reopened[]>();
  for (const key of keys) {
    const each = pipeline.reopened.get(key);
    if (each === undefined) continue;
    const name = `${each.site} ${each.tier} ${each.number}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return [...groups.values()];
}
