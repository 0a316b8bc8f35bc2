// Looks for hints of falsification in days that are over: reads their minutes and those of the day before, asks the rules, and
// tells the book. Called by whoever judges, when history contains what the pipeline knows. Minutes are read for some days at
// once, so that a month judged again costs a few reads.

import { bounds } from "#domain/bounds.ts";
import type { HintFinding } from "#domain/hint.ts";
import { findHints } from "#domain/hints/find-hints.ts";
import { hintSiteOf } from "#domain/hints/look.ts";
import { hintReachDays, hintSpanDays } from "#domain/hints/shapes.ts";
import { findTwins, type TwinSite } from "#domain/hints/twins.ts";
import type { Site } from "#domain/site.ts";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import type { Tier } from "#domain/window.ts";
import type { HistoryReader, MeanBlock } from "#store/history/history.ts";
import { readMeanBlock } from "#store/history/mean-block.ts";
import type { FormJob } from "../judge/agenda.ts";
import type { HintScope } from "../judge/hints.ts";
import type { Output } from "../output.ts";
import type { Pipeline } from "../pipeline.ts";

/** What a look at one day of one site found; true once it is told. */
export interface LookedAt {
  readonly site: string;
  readonly day: number;
  readonly scope: HintScope;
  readonly findings: readonly HintFinding[];
}

export interface Hinting {
  /**
   * All days that hours of [from, to) may have changed, as far as they end by `over`: what they look like now. Nothing is
   * told yet: meanwhile other data may come.
   */
  look(site: string, from: number, to: number, over: number): Promise<readonly LookedAt[]>;
  tell(looks: readonly LookedAt[], on: KnownAt): void;
  /** Both, for hours that were judged. Data that come meanwhile put their hours on the agenda again. */
  lookAndTell(job: Pick<FormJob, "site" | "from" | "to">, on: KnownAt): Promise<void>;
}

/** The entry up to which history was known to be whole. */
interface KnownAt {
  readonly seq: number;
  readonly at: number;
}

export interface HintingParts {
  readonly live: { readonly pipeline: Pipeline; readonly output: Output };
  readonly history: HistoryReader;
}

const daysPerRead = 8;
const hintedKinds: ReadonlySet<string> = new Set(["gas-outfall", "water-outfall"]);

type SiteFactors = { readonly site: string; readonly factors: readonly string[] };

/** A series of a block, as the rules want it: only what lies in [from, to). */
interface Slice {
  readonly factor: string;
  readonly start: Float64Array;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly count: Uint32Array;
  readonly valid: Uint32Array;
}

export function createHinting({ live, history }: HintingParts): Hinting {
  const { registry, marks, hints, agenda } = live.pipeline;

  /** Sites of the same kind and enterprise, the site itself among them; empty when it stands alone. */
  function sistersOf(site: Site): Site[] {
    if (site.enterprise === null) return [];
    const found: Site[] = [];
    for (const { site: other } of registry.sites.values())
      if (other.enterprise === site.enterprise && other.kind === site.kind) found.push(other);
    if (found.length < 2) return [];
    // Beyond the bound those with the first ids are compared, whoever asks.
    return found.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, bounds.twinSitesMax);
  }

  async function read(sites: readonly SiteFactors[], tier: Tier, from: number, to: number): Promise<MeanBlock> {
    const limit = Math.ceil((to - from) / (tier === "1m" ? minuteMs : hourMs));
    return readMeanBlock(history, { sites, tier, from, to, limit });
  }

  async function lookAtDays(site: Site, firstDay: number, lastDay: number): Promise<LookedAt[]> {
    const before = (hintSpanDays - 1) * dayMs;
    const end = lastDay + dayMs;
    const minutes = await read([{ site: site.id, factors: site.factors }], "1m", firstDay - before, end);
    const sisters = sistersOf(site);
    const limitsOf = new Map(sisters.map(({ id }) => [id, registry.limitsOf(id)]));
    const own = limitsOf.get(site.id) ?? registry.limitsOf(site.id);
    const hours = sisters.length === 0 ? null : await read(sisters.map(factorsOf), "1h", firstDay, end);
    const looks: LookedAt[] = [];
    for (let day = firstDay; day <= lastDay; day += dayMs) {
      const facts = hintSiteOf(site, own, day);
      const columns = cutBlock(minutes, [factorsOf(site)], day - before, day + dayMs).get(site.id) ?? [];
      const findings = findHints(facts, columns, marks.effectiveIn(site.id, day - before, day + dayMs), day);
      looks.push({ site: site.id, day, scope: "site", findings });
      if (hours === null) continue;
      const cut = cutBlock(hours, sisters.map(factorsOf), day, day + dayMs);
      const twins = sisters.map((sister): TwinSite => ({
        site: hintSiteOf(sister, limitsOf.get(sister.id) ?? [], day),
        hours: cut.get(sister.id) ?? [],
        marks: marks.effectiveIn(sister.id, day, day + dayMs),
      }));
      for (const [id, found] of findTwins(twins, day)) looks.push({ site: id, day, scope: "twins", findings: found });
    }
    return looks;
  }

  async function look(id: string, from: number, to: number, over: number): Promise<readonly LookedAt[]> {
    const site = registry.sites.get(id)?.site;
    if (site === undefined || !hintedKinds.has(site.kind) || from >= to) return [];
    const first = dayStart(from);
    const last = Math.min(dayStart(to - 1) + (hintReachDays - 1) * dayMs, dayStart(over) - dayMs);
    const looks: LookedAt[] = [];
    for (let day = first; day <= last; day += daysPerRead * dayMs)
      looks.push(...(await lookAtDays(site, day, Math.min(last, day + (daysPerRead - 1) * dayMs))));
    return looks;
  }

  function tell(looks: readonly LookedAt[], { seq, at }: KnownAt): void {
    const on = { seq, receivedAt: at };
    for (const { site, day, scope, findings } of looks) hints.meet(site, day, scope, findings, on, live.output);
  }

  return {
    look,
    tell,
    async lookAndTell({ site, from, to }, on) {
      const over = (agenda.openHour(site) ?? 0) * hourMs;
      tell(await look(site, from * hourMs, (to + 1) * hourMs, over), on);
    },
  };
}

function factorsOf({ id, factors }: Site): SiteFactors {
  return { site: id, factors };
}

/** Site → its series within [from, to); those without points are left out. */
function cutBlock(block: MeanBlock, asked: readonly SiteFactors[], from: number, to: number): Map<string, Slice[]> {
  const cut = new Map<string, Slice[]>();
  let n = 0;
  for (const { site, factors } of asked) {
    const slices: Slice[] = [];
    for (const factor of factors) {
      const end = block.from[n + 1] ?? 0;
      const a = findStart(block.start, block.from[n] ?? 0, end, from);
      const b = findStart(block.start, a, end, to);
      n++;
      if (a === b) continue;
      const { start, mean, min, max, count, valid } = block;
      const means = { start: start.subarray(a, b), mean: mean.subarray(a, b) };
      const extremes = { min: min.subarray(a, b), max: max.subarray(a, b) };
      slices.push({ factor, ...means, ...extremes, count: count.subarray(a, b), valid: valid.subarray(a, b) });
    }
    cut.set(site, slices);
  }
  return cut;
}

/** The first place whose window begins at `time` or later. */
function findStart(starts: Float64Array, from: number, to: number, time: number): number {
  let low = from;
  for (let high = to; low < high;) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
