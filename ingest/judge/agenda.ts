// What waits to be judged: hours of sites that are formed anew from their minutes, and windows of single series that only meet
// another limit. Filled by means that are told, by marks and by limits; worked off by the runner, when history contains what
// the pipeline knows. Forming anything again from what is stored changes nothing, so that a span may hold more than it must. Pure.
//
//   hour over ─▶ closed ┐
//   late data ─▶ late   │   by site: spans of hours,     take ─▶ job: one site, up to a month, under the strongest cause
//   mark ──────▶ mark   ├─▶ one list for each cause  ──────────▶ done: forgotten; not done: it waits again
//   limit ─────▶ limit  │
//   order ─────▶ recompute
//   limit, same reference oxygen ─▶ by series: spans of windows ─▶ job: one series

import { bounds } from "#domain/bounds.ts";
import { type JudgedBasis, type VerdictCause, verdictCauses } from "#domain/judged.ts";
import { addSpan, cutSpan, joinNearest, sizeOfSpans, touchesSpan } from "#domain/span-list.ts";
import { hourMs, zoneOffsetMs } from "#domain/time.ts";
import { windowNumber } from "#domain/window.ts";
import type { AgendaDoor } from "./agenda-door.ts";

/** Hours `from` to `to` (both inclusive, by number) of a site, of which the means that count are formed. */
export interface FormJob {
  readonly site: string;
  readonly cause: VerdictCause;
  readonly from: number;
  readonly to: number;
  /** Receive time since when it waits. */
  readonly since: number;
}

/** Windows `from` to `to` (both inclusive, by number of their basis) of a series, held against the limits as they are now. */
export interface RejudgeJob {
  readonly site: string;
  readonly factor: string;
  readonly basis: JudgedBasis;
  readonly from: number;
  readonly to: number;
  readonly since: number;
}

export interface Agenda extends AgendaDoor {
  /** Somebody wants it again, also what was stored before anything was judged. */
  recompute(site: string, from: number, to: number): void;
  /** What is known of the site itself changed: all that was judged from then on. */
  again(site: string, from: number, cause: VerdictCause): void;
  /** A mean of a minute or an hour that lies in this hour was told, or told again. */
  told(site: string, hour: number): void;
  /** An hour is over, whether anything came in it or not. */
  hourOver(site: string): void;
  /** The first hour of the site that is not over; null when it never sent anything. */
  openHour(site: string): number | null;
  takeForms(mostHours: number): FormJob[];
  takeRejudges(mostWindows: number): RejudgeJob[];
  settle(job: FormJob | RejudgeJob, isDone: boolean): void;
  /** Hours that wait or are in work, and windows that only meet another limit. */
  readonly hours: number;
  readonly windows: number;
  /** Receive time since when the oldest of it waits. */
  readonly oldest: number | null;
  /** What another agenda, at the same entry, knows of. */
  adopt(from: Agenda): void;
  save(): SavedAgenda;
}

export interface SavedAgenda {
  readonly known: readonly (readonly [site: string, first: number, open: number])[];
  readonly forms: readonly FormJob[];
  readonly rejudges: readonly RejudgeJob[];
}

export const emptyAgenda: SavedAgenda = { known: [], forms: [], rejudges: [] };

interface Known {
  /** The first hour that ever had a mean, and the first that is not over. */
  first: number;
  open: number;
}

interface Waiting {
  since: number;
  /** By cause, weakest first. */
  readonly lists: number[][];
}

interface WaitingSeries {
  readonly site: string;
  readonly factor: string;
  readonly basis: JudgedBasis;
  readonly since: number;
  readonly list: number[];
}

const hoursPerDay = 24;
const jobDays = 31;

function startOfDay(hour: number): number {
  return endOfDay(hour) - hoursPerDay + 1;
}

/** The last hour of the UTC+8 day of `hour`. */
function endOfDay(hour: number): number {
  const shift = zoneOffsetMs / hourMs;
  return Math.floor((hour + shift) / hoursPerDay) * hoursPerDay + hoursPerDay - 1 - shift;
}

export interface AgendaParts {
  /** Receive time: for how long something waits. */
  readonly now: () => number;
  /** The first hour that is not over. */
  readonly openHour: () => number;
}

export function createAgenda({ now, openHour }: AgendaParts, saved: SavedAgenda = emptyAgenda): Agenda {
  const known = new Map<string, Known>();
  for (const [site, first, open] of saved.known) known.set(site, { first, open });
  const waiting = new Map<string, Waiting>();
  const series = new Map<string, WaitingSeries>();
  /** In work: a snapshot counts it as waiting. */
  const forming = new Set<FormJob>();
  const rejudging = new Set<RejudgeJob>();
  for (const job of saved.forms) addForm(job.site, verdictCauses.indexOf(job.cause), job.from, job.to, job.since);
  for (const job of saved.rejudges) addRejudge(job);

  function addForm(site: string, rank: number, from: number, to: number, since: number): void {
    if (from > to) return;
    let found = waiting.get(site);
    if (found === undefined) {
      found = { since, lists: verdictCauses.map(() => []) };
      waiting.set(site, found);
    }
    found.since = Math.min(found.since, since);
    put(found.lists[rank] ?? [], from, to);
  }

  function addRejudge({ site, factor, basis, from, to, since }: RejudgeJob): void {
    if (from > to) return;
    const key = `${site} ${factor} ${basis}`;
    const found = series.get(key) ?? { site, factor, basis, since, list: [] };
    series.set(key, found);
    put(found.list, from, to);
  }

  function meet(site: string, hour: number): Known {
    const facts = known.get(site) ?? { first: hour, open: openHour() };
    known.set(site, facts);
    facts.first = Math.min(facts.first, hour);
    return facts;
  }

  /** Hours [from, to) of event time that the site has been heard in, as numbers; null when there are none. */
  function clip(site: string, from: number, to: number | null): [from: number, to: number] | null {
    const facts = known.get(site);
    if (facts === undefined) return null;
    const first = startOfDay(facts.first);
    const last = to === null ? facts.open - 1 : Math.min(facts.open - 1, Math.ceil(to / hourMs) - 1);
    const begin = Math.max(first, Math.floor(from / hourMs));
    return begin <= last ? [begin, last] : null;
  }

  function addClipped(site: string, cause: VerdictCause, from: number, to: number | null): void {
    const hours = clip(site, from, to);
    if (hours !== null) addForm(site, verdictCauses.indexOf(cause), ...hours, now());
  }

  /** The first span of a site under this cause, cut at a day; what it holds waits under no other cause either. */
  function takeFrom(site: string, { lists, since }: Waiting, rank: number): FormJob | null {
    const list = lists[rank] ?? [];
    const [from, last] = list;
    if (from === undefined || last === undefined) return null;
    const to = Math.min(last, endOfDay(from) + (jobDays - 1) * hoursPerDay);
    const strongest = lists.findLastIndex((each) => touchesSpan(each, from, to));
    for (const each of lists) cutSpan(each, from, to);
    return { site, cause: verdictCauses[strongest] ?? "recompute", from, to, since };
  }

  return {
    told(site, hour) {
      const facts = meet(site, hour);
      if (hour < facts.open) addForm(site, verdictCauses.indexOf("late"), hour, hour, now());
    },
    hourOver(site) {
      const facts = known.get(site);
      const open = openHour();
      if (facts === undefined || facts.open >= open) return;
      const from = Math.max(facts.open, open - bounds.judgedGapHoursMax);
      facts.open = open;
      addForm(site, verdictCauses.indexOf("closed"), from, open - 1, now());
    },
    openHour: (site) => known.get(site)?.open ?? null,
    mark: (site, from, to) => addClipped(site, "mark", from, to),
    recompute(site, from, to) {
      // What was stored by a program that did not judge yet is older than anything this one was told.
      meet(site, Math.floor(from / hourMs));
      addClipped(site, "recompute", from, to);
    },
    again: (site, from, cause) => addClipped(site, cause, from, null),
    limit(site, factor, basis, begin, end, reforms) {
      if (reforms) return addClipped(site, "limit", begin, end);
      const hours = clip(site, begin, end);
      if (hours === null) return;
      const tier = basis === "hour" ? "1h" : "1d";
      // Whole days, since verdicts are counted by day.
      const [first, last] = [startOfDay(hours[0]), Math.min(endOfDay(hours[1]), (known.get(site)?.open ?? 0) - 1)];
      const [from, to] = [first, last].map((hour) => windowNumber(tier, hour * hourMs));
      addRejudge({ site, factor, basis, from: from ?? 0, to: to ?? -1, since: now() });
    },
    takeForms(mostHours) {
      const taken: FormJob[] = [];
      let left = mostHours;
      for (const rank of verdictCauses.keys()) {
        for (const [site, each] of waiting) {
          if (left <= 0) break;
          const job = takeFrom(site, each, rank);
          if (job === null) continue;
          // Whole days are read, whatever part of them waits.
          left -= Math.max(hoursPerDay, job.to - job.from + 1);
          taken.push(job);
          forming.add(job);
          // What is left of it comes behind all others.
          waiting.delete(site);
          if (each.lists.some((list) => list.length > 0)) waiting.set(site, each);
        }
      }
      return taken;
    },
    takeRejudges(mostWindows) {
      const taken: RejudgeJob[] = [];
      let left = mostWindows;
      for (const [key, { list, ...rest }] of series) {
        if (left <= 0) break;
        const [from = 0, last = -1] = list;
        const to = Math.min(last, from + bounds.rejudgedWindowsMax - 1);
        cutSpan(list, from, to);
        if (list.length === 0) series.delete(key);
        left -= to - from + 1;
        const job = { ...rest, from, to };
        taken.push(job);
        rejudging.add(job);
      }
      return taken;
    },
    settle(job, isDone) {
      if ("cause" in job) {
        forming.delete(job);
        if (!isDone) addForm(job.site, verdictCauses.indexOf(job.cause), job.from, job.to, job.since);
      } else {
        rejudging.delete(job);
        if (!isDone) addRejudge(job);
      }
    },
    get hours() {
      let hours = 0;
      for (const { lists } of waiting.values()) for (const list of lists) hours += sizeOfSpans(list);
      for (const { from, to } of forming) hours += to - from + 1;
      return hours;
    },
    get windows() {
      let windows = 0;
      for (const { list } of series.values()) windows += sizeOfSpans(list);
      for (const { from, to } of rejudging) windows += to - from + 1;
      return windows;
    },
    get oldest() {
      let oldest = Number.POSITIVE_INFINITY;
      for (const each of [waiting.values(), series.values(), forming, rejudging])
        for (const { since } of each) oldest = Math.min(oldest, since);
      return Number.isFinite(oldest) ? oldest : null;
    },
    adopt(from) {
      const { forms, rejudges } = from.save();
      waiting.clear();
      series.clear();
      for (const job of forms) addForm(job.site, verdictCauses.indexOf(job.cause), job.from, job.to, job.since);
      for (const job of rejudges) addRejudge(job);
    },
    save() {
      const forms = [...forming];
      for (const [site, { lists, since }] of waiting)
        for (const [rank, cause] of verdictCauses.entries())
          forms.push(...spansOf(lists[rank] ?? []).map(([from, to]) => ({ site, cause, from, to, since })));
      const rejudges = [...rejudging];
      for (const { list, ...rest } of series.values())
        rejudges.push(...spansOf(list).map(([from, to]) => ({ ...rest, from, to })));
      return { known: [...known].map(([site, { first, open }]) => [site, first, open] as const), forms, rejudges };
    },
  };
}

function put(list: number[], from: number, to: number): void {
  addSpan(list, from, to, 1);
  if (list.length > 2 * bounds.reopenedSpansMax) joinNearest(list);
}

function spansOf(list: readonly number[]): [from: number, to: number][] {
  const spans: [number, number][] = [];
  for (let i = 0; i < list.length; i += 2) spans.push([list[i] ?? 0, list[i + 1] ?? 0]);
  return spans;
}
