// Forms closed windows again from history, where their own sums cannot be told: readings that came again long after they
// were forgotten, or corrected an extreme. Runs only when history contains everything that the pipeline knows, so that the
// mean is the mean of what is stored. Neighbouring windows are read in one go: a logger that sends a day again costs a few
// reads, not 1,440.

import { isJudgedKind } from "#domain/judge/facts.ts";
import { isMeteredKind } from "#domain/metered.ts";
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

export interface ReopenerParts {
  readonly live: { readonly pipeline: Pipeline; readonly output: Output };
  readonly history: HistoryReader;
  /** Brings history to where the pipeline is. */
  readonly ready: () => Promise<void>;
  readonly onReopened: (windows: number) => void;
  readonly log: { warn(object: object, message: string): void };
}

export interface Reopener {
  /** Forms a round of the windows that wait, if none is under way. */
  begin(): void;
}

export function createReopener({ live, history, ready, onReopened, log }: ReopenerParts): Reopener {
  const { pipeline } = live;
  let isWorking = false;

  /** What fails waits again. */
  async function form(): Promise<void> {
    const spans = pipeline.takeReopened(perRound, (tier) => spanWindows[tier]);
    // What is read is true for this entry at least; what comes later tells its windows under a later one.
    const { seq } = pipeline;
    const done = new Set<Span>();
    try {
      await ready();
      for (const span of spans) {
        const points = await formSpan(span, history, pipeline.registry);
        // A late reading came meanwhile: what was read may be older than what was told since.
        if (pipeline.isTouched(span.site)) continue;
        for (const [number, told] of points) tell(span, windowStart(span.tier, number), seq, told);
        done.add(span);
        onReopened(span.to - span.from + 1);
      }
    } catch (error) {
      log.warn({ err: error }, "windows with late data could not be formed again; tried again later");
    } finally {
      for (const span of spans) pipeline.formedAgain([span], done.has(span));
    }
  }

  function tell({ site, tier }: Span, start: number, seq: number, told: readonly Told[]): void {
    pushMeans(live.output, site, tier, start, seq, told);
    const kind = pipeline.registry.sites.get(site)?.site.kind;
    if (tier !== "1d" && kind !== undefined && (isJudgedKind(kind) || isMeteredKind(kind)))
      pipeline.agenda.told(site, windowNumber("1h", start));
  }

  return {
    begin() {
      if (isWorking || pipeline.windowsWaiting === 0) return;
      isWorking = true;
      void form().finally(() => {
        isWorking = false;
      });
    },
  };
}

/** The windows of a span that have readings, in order. */
async function formSpan(
  { site, tier, from, to }: Span,
  history: HistoryReader,
  registry: Registry,
): Promise<[number: number, told: Told[]][]> {
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
  return [...points].sort(([a], [b]) => a - b);
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
