// Judges (or, of meters, counts) what waits on the agenda, when history contains everything that the pipeline knows: a share of it at a time, a day of a
// site in a turn, so that nothing that people wait for waits for it. What came meanwhile is on the agenda again. After a crash
// the agenda of the last checkpoint is worked off again; the same verdicts change nothing in the stores.
//
//   agenda ─take─▶ flush history, state ─▶ read minutes ─▶ judge a day ─▶ lawful means ─▶ history
//      ▲                                   of some days         │          verdicts, days ─▶ state
//      └── not done: history is away ──────────────────────────┘

import { judgedSiteOf } from "#domain/judge/facts.ts";
import { isMeteredKind } from "#domain/metered.ts";
import type { JudgedSite } from "#domain/judge/shapes.ts";
import type { HistoryReader } from "#store/history/history.ts";
import type { StateReader } from "#store/state/state.ts";
import type { FormJob, RejudgeJob } from "../judge/agenda.ts";
import type { Output } from "../output.ts";
import type { Pipeline } from "../pipeline.ts";
import { createHinting } from "./hinting.ts";
import { createPace } from "./pace.ts";
import { judgeForms } from "./judging-forms.ts";
import { meterForms } from "./metering.ts";
import { judgeSeriesAgain } from "./judging-series.ts";
import { judgedRows } from "./state-sink.ts";

export interface JudgingParts {
  readonly live: { readonly pipeline: Pipeline; readonly output: Output };
  readonly history: HistoryReader;
  readonly state: Pick<StateReader, "judgedDays">;
  /** Brings both stores to where the pipeline is. */
  readonly ready: () => Promise<void>;
  /** Does history take data, and has it all that was told so far? */
  readonly isReady: () => boolean;
  readonly onJudged: (hours: number) => void;
  readonly now: () => number;
  readonly log: { warn(object: object, message: string): void };
}

export interface JudgingStatus {
  /** Hours of sites whose means are formed, and windows of single series that meet another limit; also those in work. */
  readonly waiting: number;
  readonly windows: number;
  readonly running: boolean;
  /** Since this process began. */
  readonly doneHours: number;
  readonly perSecond: number;
  /** Receive time since when the oldest of it waits; null: nothing does. */
  readonly oldest: number | null;
  /** Why nothing is judged although something waits. */
  readonly why: string | null;
}

export interface Judging {
  /** Works the agenda off, if nobody does. */
  begin(): void;
  readonly status: JudgingStatus;
  /** Ends after the day in work; what is not done waits for the next start. */
  stop(): Promise<void>;
}

/** What one job needs, and where its results go. */
export interface Bench {
  readonly live: JudgingParts["live"];
  readonly history: HistoryReader;
  readonly state: Pick<StateReader, "judgedDays">;
  /** What was known when the jobs were taken. */
  readonly on: { readonly seq: number; readonly at: number };
  factsOf(site: string): JudgedSite | null;
  /** Other work of this thread gets its turn; throws when judging is to end. */
  pause(): Promise<void>;
}

/** Hours and windows of one round, at most. */
const hoursPerRound = 24 * 200;
const windowsPerRound = 2_000_000;
/** Rows that wait for the state store: its commits hold up this thread, so they stay small. */
const stateRowsMax = 4_000;
const stateWaitMs = 5;
/** What waits longer is worth a word in the log. */
const oldMs = 3_600_000;
const warnEveryMs = 600_000;

class Stopped extends Error {}

export function createJudging(parts: JudgingParts): Judging {
  const { live, history, state, ready, isReady, onJudged, now, log } = parts;
  const { pipeline } = live;
  const { agenda } = pipeline;
  const hinting = createHinting({ live, history });
  const pace = createPace(now);
  let running: Promise<void> | null = null;
  let stopping = false;
  let why: string | null = null;
  let warnedAt = Number.NEGATIVE_INFINITY;

  async function pause(): Promise<void> {
    await new Promise((wake) => setImmediate(wake));
    while (judgedRows(live.output.state) > stateRowsMax && !stopping)
      await new Promise((wake) => setTimeout(wake, stateWaitMs));
    if (stopping) throw new Stopped();
  }

  function factsOf(site: string): JudgedSite | null {
    const found = pipeline.registry.sites.get(site);
    return found === undefined ? null : judgedSiteOf(found.site, pipeline.registry.limitsOf(site));
  }

  function isMetered({ site }: FormJob): boolean {
    const found = pipeline.registry.sites.get(site);
    return found !== undefined && isMeteredKind(found.site.kind);
  }

  /** Both kinds of jobs under the same entry; what fails waits again. */
  async function round(): Promise<void> {
    const forms = agenda.takeForms(hoursPerRound);
    const series = agenda.takeRejudges(windowsPerRound);
    const [hourly, daily] = [
      series.filter(({ basis }) => basis === "hour"),
      series.filter(({ basis }) => basis === "day"),
    ];
    // What is read is true for this entry at least; what comes later puts its hours on the agenda again.
    const on = { seq: pipeline.seq, at: pipeline.now };
    const left = new Set<FormJob | RejudgeJob>([...forms, ...series]);
    const done = (job: FormJob | RejudgeJob, hours: number): void => {
      left.delete(job);
      agenda.settle(job, true);
      pace.add(hours);
      onJudged(hours);
    };
    try {
      await ready();
      const bench: Bench = { live, history, state, on, factsOf, pause };
      // Days are read from the state store and written back: what is on its way there must have arrived.
      await judgeSeriesAgain(hourly, bench, (job) => done(job, 0));
      if (hourly.length > 0 && daily.length > 0) await ready();
      await judgeSeriesAgain(daily, bench, (job) => done(job, 0));
      const [metered, judged] = [forms.filter(isMetered), forms.filter((job) => !isMetered(job))];
      await meterForms(metered, bench, (job) => done(job, job.to - job.from + 1));
      const formed: FormJob[] = [];
      await judgeForms(judged, bench, (job) => formed.push(job));
      // A job is not done before its hints are told: until then a checkpoint holds it.
      for (const job of formed) {
        await hinting.lookAndTell(job, on);
        done(job, job.to - job.from + 1);
        await pause();
      }
    } finally {
      for (const job of left) agenda.settle(job, false);
    }
  }

  async function work(): Promise<void> {
    try {
      while (!stopping && isReady() && agenda.oldest !== null) await round();
      why = null;
    } catch (error) {
      if (error instanceof Stopped) return;
      const says = error instanceof Error ? error.message : String(error);
      if (why !== says) log.warn({ err: error }, "what waits could not be judged; tried again later");
      why = says;
    }
  }

  function warnWhenOld(): void {
    const { oldest } = agenda;
    if (oldest === null || now() - oldest < oldMs || now() - warnedAt < warnEveryMs) return;
    warnedAt = now();
    const waiting = { hours: agenda.hours, windows: agenda.windows, since: new Date(oldest).toISOString() };
    log.warn({ ...waiting, why }, "judging is more than an hour behind");
  }

  return {
    begin() {
      warnWhenOld();
      if (running !== null || stopping || agenda.oldest === null) return;
      if (!isReady()) {
        why ??= "history is away, or catches up";
        return;
      }
      running = work().finally(() => {
        running = null;
      });
    },
    get status() {
      const { hours, windows, oldest } = agenda;
      const { done, perSecond } = pace;
      const isWaiting = oldest !== null;
      return {
        waiting: hours,
        windows,
        running: running !== null,
        doneHours: done,
        perSecond,
        oldest,
        why: isWaiting ? why : null,
      };
    },
    async stop() {
      stopping = true;
      await running;
    },
  };
}
