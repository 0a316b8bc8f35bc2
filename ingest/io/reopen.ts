// Forms closed windows again from history, where their own sums cannot be told: readings that came again long after they
// were forgotten, or corrected an extreme. Runs only when history contains everything that the pipeline knows, so that the
// mean is the mean of what is stored. Neighbouring windows are read in one go: a logger that sends a day again costs a few
// reads, not 1,440.

import { isValidFlag } from "#domain/reading.ts";
import { type Tier, windowNumber, windowStart } from "#domain/window.ts";
import type { HistoryReader, RawSeries } from "#store/history/history.ts";
import type { Span } from "../aggregate/spans.ts";
import { formWindow } from "../aggregate/windows.ts";
import { pushMeans, type Told } from "../closing.ts";
import type { Output } from "../output.ts";
import type { Pipeline } from "../pipeline.ts";
import type { Registry } from "../registry.ts";

/** Windows read in one go, at most. */
const spanWindows: Readonly<Record<Tier, number>> = { "1m": 360, "1h": 24, "1d": 4 };
/** A day of one-second readings, a few times over. */
const readingsPerReadMax = 500_000;

/** Windows of one round, at most. */
const perRound = 5_000;

interface ReopenParts {
  readonly history: HistoryReader;
  readonly output: Output;
}

/**
 * Forms a round of the windows that wait; answers with their number. `ready` brings history to where the pipeline is. What
 * fails waits again.
 */
export async function reopenSome(pipeline: Pipeline, parts: ReopenParts, ready: () => Promise<void>): Promise<number> {
  const spans = pipeline.takeReopened(perRound, (tier) => spanWindows[tier]);
  let done = false;
  try {
    await ready();
    await formReopened(spans, { ...parts, registry: pipeline.registry }, pipeline.seq);
    done = true;
  } finally {
    pipeline.formedAgain(spans, done);
  }
  return spans.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** Forms these windows again; their means go to the output under `seq`. Windows without any reading are left alone. */
async function formReopened(
  spans: readonly Span[],
  parts: ReopenParts & { readonly registry: Registry },
  seq: number,
): Promise<void> {
  const { registry, history, output } = parts;
  for (const { site, tier, from, to } of spans) {
    const series = await history.readRaw({
      site,
      factors: registry.sites.get(site)?.layout.codes ?? [],
      kind: "realtime",
      from: windowStart(tier, from),
      to: windowStart(tier, to + 1),
      limit: readingsPerReadMax,
    });
    const points = new Map<number, Told[]>();
    for (const each of series) {
      for (const [number, readings] of splitByWindow(each, tier)) {
        const point = points.get(number);
        const formed = { factor: each.factor, window: formWindow(tier, number, readings) };
        if (point === undefined) points.set(number, [formed]);
        else point.push(formed);
      }
    }
    for (const number of [...points.keys()].sort((a, b) => a - b))
      pushMeans(output, site, tier, windowStart(tier, number), seq, points.get(number) ?? []);
  }
}

function splitByWindow(series: RawSeries, tier: Tier): Map<number, [value: number, valid: boolean][]> {
  const windows = new Map<number, [number, boolean][]>();
  for (let i = 0; i < series.time.length; i++) {
    const number = windowNumber(tier, series.time[i] ?? 0);
    const reading: [number, boolean] = [series.value[i] ?? 0, isValidFlag(series.flag[i] ?? "N")];
    const list = windows.get(number);
    if (list === undefined) windows.set(number, [reading]);
    else list.push(reading);
  }
  return windows;
}
