// What exceedances a span would have under other limits: the stored means that count, held against the limits as they are and as
// they would be, by the same function that judges. Reads, and writes nothing.

import { isSameReference, judgedSiteOf } from "#domain/judge/facts.ts";
import { rejudge, type StoredDays, type StoredHours } from "#domain/judge/rejudge.ts";
import type { JudgedSite } from "#domain/judge/shapes.ts";
import { type ExceedingWindow, type JudgedBasis, judgedBases, type JudgedDay, lawfulCode } from "#domain/judged.ts";
import type { Limit } from "#domain/limit.ts";
import type { Site } from "#domain/site.ts";
import { dayMs, formatDay, parseDay } from "#domain/time.ts";
import type { HistoryReader, MeanBlock } from "#store/history/history.ts";
import { readMeanBlock } from "#store/history/mean-block.ts";
import type { StateReader } from "#store/state/state.ts";

/** Why a series cannot be answered as asked. */
export const previewNotes = ["kind-not-judged", "not-formed", "other-reference"] as const;
export type PreviewNote = (typeof previewNotes)[number];

export interface PreviewedSeries {
  readonly site: string;
  readonly factor: string;
  readonly basis: JudgedBasis;
  readonly unit: string;
  /** Windows with a mean that counts, valid or not. */
  readonly windows: number;
  readonly before: readonly ExceedingWindow[];
  /** Null: the means would have to be formed again first. */
  readonly after: readonly ExceedingWindow[] | null;
  readonly note: PreviewNote | null;
}

export interface PreviewParts {
  readonly state: Pick<StateReader, "limits" | "judgedDays">;
  readonly history: HistoryReader;
}

type Draft = Omit<Limit, "version">;
type Stored = StoredHours | StoredDays;

/** [from, to), epoch ms. */
interface Span {
  readonly from: number;
  readonly to: number;
}

export interface PreviewJob {
  readonly site: Site;
  readonly drafts: readonly Draft[];
}

/** Read in one go: some 140,000 hours of a year for one factor each. */
const sitesPerRead = 16;
/** More than there are hours in the longest span. */
const windowsMax = 10_000;

/** Part by part, since it may be many. Days are whole days of UTC+8: a day that begins in the span counts. */
export async function* previewSites(
  parts: PreviewParts,
  jobs: readonly PreviewJob[],
  span: Span,
): AsyncGenerator<PreviewedSeries[]> {
  for (let at = 0; at < jobs.length; at += sitesPerRead) {
    const known = await Promise.all(
      jobs
        .slice(at, at + sitesPerRead)
        .map(async (job) => withLimits(job, await parts.state.limits({ site: job.site.id }))),
    );
    for (const basis of judgedBases) {
      const asked = known
        .map((site) => ({ ...site, factors: factorsOf(site.drafts, basis) }))
        .filter(({ factors }) => factors.length > 0);
      if (asked.length > 0) yield await previewBasis(parts, asked, basis, span);
    }
  }
}

interface KnownSite extends PreviewJob {
  /** Null: sites of this kind are not judged. */
  readonly was: JudgedSite | null;
  readonly is: JudgedSite | null;
}

function withLimits({ site, drafts }: PreviewJob, before: readonly Limit[]): KnownSite {
  const after = [...before.filter(({ id }) => drafts.every((draft) => draft.id !== id)), ...raise(drafts, before)];
  return { site, drafts, was: judgedSiteOf(site, before), is: judgedSiteOf(site, after) };
}

function factorsOf(drafts: readonly Draft[], basis: JudgedBasis): string[] {
  return [...new Set(drafts.filter((draft) => draft.basis === basis).map((draft) => draft.factor))];
}

async function previewBasis(
  parts: PreviewParts,
  asked: readonly (KnownSite & { readonly factors: readonly string[] })[],
  basis: JudgedBasis,
  span: Span,
): Promise<PreviewedSeries[]> {
  const tier = basis === "hour" ? "1h" : "1d";
  const sites = asked.map(({ site, factors }) => ({ site: site.id, factors: factors.map(lawfulCode) }));
  const block = await readMeanBlock(parts.history, { sites, tier, ...span, limit: windowsMax });
  const found: PreviewedSeries[] = [];
  let series = 0;
  for (const { site, factors, was, is } of asked) {
    const days = basis === "hour" ? [] : await readDays(parts, site.id, factors, span);
    for (const factor of factors) {
      const columns = columnsOf(block, series++);
      const own = days.filter((day) => day.factor === factor);
      const stored: Stored = basis === "hour" ? { basis, ...columns } : joinDays(columns, own);
      found.push(
        was === null || is === null
          ? unanswered(site.id, factor, basis, "kind-not-judged")
          : previewSeries(was, is, factor, stored, span),
      );
    }
  }
  return found;
}

function readDays({ state }: PreviewParts, site: string, factors: readonly string[], span: Span): Promise<JudgedDay[]> {
  return state.judgedDays({ site, from: formatDay(span.from), to: formatDay(span.to + dayMs), factors });
}

function raise(drafts: readonly Draft[], known: readonly Limit[]): Limit[] {
  return drafts.map((draft) => ({ ...draft, version: (known.find(({ id }) => id === draft.id)?.version ?? 0) + 1 }));
}

function unanswered(site: string, factor: string, basis: JudgedBasis, note: PreviewNote): PreviewedSeries {
  return { site, factor, basis, unit: "", windows: 0, before: [], after: null, note };
}

function previewSeries(
  was: JudgedSite,
  is: JudgedSite,
  factor: string,
  stored: Stored,
  { from, to }: Span,
): PreviewedSeries {
  const { basis } = stored;
  const [old, next] = [was, is].map(({ factors }) => factors.find(({ code }) => code === factor));
  // Neither a counter, nor a factor that nothing asked for until now, has means that count.
  if (next === undefined) return unanswered(was.site, factor, basis, "not-formed");
  const span = { from, to, cause: "limit", seq: 0, at: 0 } as const;
  const judge = (facts: JudgedSite): readonly ExceedingWindow[] => rejudge(facts, factor, stored, span).exceeding;
  const windows = Array.from(stored.mean).filter((mean) => !Number.isNaN(mean)).length;
  const about = { site: was.site, factor, basis, unit: next.unit, windows };
  if (old === undefined) return { ...about, before: [], after: null, note: "not-formed" };
  const before = judge(was);
  if (!isSameReference(old, next, from, to)) return { ...about, before, after: null, note: "other-reference" };
  return { ...about, before, after: judge(is), note: windows === 0 ? "not-formed" : null };
}

function columnsOf(
  { from, start, mean, valid }: MeanBlock,
  i: number,
): Record<"start" | "mean" | "valid", Float64Array | Uint32Array> {
  const [begin, end] = [from[i] ?? 0, from[i + 1] ?? 0];
  return { start: start.subarray(begin, end), mean: mean.subarray(begin, end), valid: valid.subarray(begin, end) };
}

/** Whether a day is valid is not in history: the judged days say it. */
function joinDays(columns: ReturnType<typeof columnsOf>, days: readonly JudgedDay[]): StoredDays {
  const byStart = new Map(days.map((day) => [parseDay(day.day), day]));
  const due = Array.from(columns.start, (start) => byStart.get(start)?.hours.due ?? 0);
  const isValid = Array.from(columns.start, (start) => (byStart.get(start)?.isValid === true ? 1 : 0));
  return { basis: "day", ...columns, due, isValid };
}
