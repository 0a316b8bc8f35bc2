// Forms closed windows again from history after late data or revisions. Runs only when history contains everything that the
// pipeline knows, so that the mean is the mean of what is stored. Neighbouring windows are read in one go: a logger that
// sends a day again costs a few reads, not 1,440.

import { isValidFlag } from "#domain/reading.ts";
import { type Tier, tierMs, windowNumber, windowStart } from "#domain/window.ts";
import type { HistoryReader, RawSeries } from "#store/history/history.ts";
import { type ClosedWindow, formWindow } from "../aggregate/windows.ts";
import type { Output } from "../output.ts";
import { pushMeans, type Reopened } from "../pipeline.ts";

/** Windows read in one go, at most. */
const spanWindows: Readonly<Record<Tier, number>> = { "1m": 360, "1h": 24, "1d": 4 };
/** A day of one-second readings, a few times over. */
const readingsPerReadMax = 500_000;

interface Span {
  readonly site: string;
  readonly tier: Tier;
  readonly from: number;
  to: number;
  /** Window number → factors to form. */
  readonly windows: Map<number, string[]>;
}

/** Forms these windows again; their means go to the output under `seq`. */
export async function formReopened(
  windows: readonly Reopened[],
  history: HistoryReader,
  output: Output,
  seq: number,
): Promise<void> {
  for (const span of toSpans(windows)) {
    const factors = [...new Set([...span.windows.values()].flat())];
    const series = await history.readRaw({
      site: span.site,
      factors,
      kind: "realtime",
      from: windowStart(span.tier, span.from),
      to: windowStart(span.tier, span.to) + tierMs[span.tier],
      limit: readingsPerReadMax,
    });
    const readings = new Map(series.map((each) => [each.factor, splitByWindow(each, span.tier)]));
    for (const [number, wanted] of span.windows) {
      const formed = wanted.map((code): [{ factor: { code: string } }, ClosedWindow] => [
        { factor: { code } },
        formWindow(span.tier, number, readings.get(code)?.get(number) ?? []),
      ]);
      pushMeans(output, span.site, span.tier, windowStart(span.tier, number), seq, formed);
    }
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

function toSpans(reopened: readonly Reopened[]): Span[] {
  const order = (each: Reopened): string => `${each.site} ${each.tier}`;
  const sorted = reopened.toSorted((a, b) => order(a).localeCompare(order(b)) || a.number - b.number);
  const spans: Span[] = [];
  for (const each of sorted) {
    let span = spans.at(-1);
    const fits =
      span?.site === each.site && span.tier === each.tier && each.number - span.from < spanWindows[each.tier];
    if (span === undefined || !fits) {
      span = { site: each.site, tier: each.tier, from: each.number, to: each.number, windows: new Map() };
      spans.push(span);
    }
    span.to = each.number;
    const factors = span.windows.get(each.number);
    if (factors === undefined) span.windows.set(each.number, [each.factor]);
    else if (!factors.includes(each.factor)) factors.push(each.factor);
  }
  return spans;
}
