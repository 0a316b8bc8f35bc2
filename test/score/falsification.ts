// Days of minutes of a fleet of which some lie, straight from the simulator's devices; the rules that ingest asks; and the
// truth. Precision: of the hints, those that point at a time at which that site was falsified in a way the rule is about.
// Recall: of the episodes that happened, those that some hint of such a rule points at. The first day only says what is usual.

import { findHints } from "#domain/hints/find-hints.ts";
import { hintSiteOf } from "#domain/hints/look.ts";
import { hintRules } from "#domain/hints/sentence.ts";
import { hintSpanDays, type HintSite } from "#domain/hints/shapes.ts";
import { findTwins } from "#domain/hints/twins.ts";
import type { HintFinding } from "#domain/hint.ts";
import type { Limit } from "#domain/limit.ts";
import { limitsOfStandard } from "#domain/standard.ts";
import { dayMs, formatIso, hourMs, minuteMs, parseDay } from "#domain/time.ts";
import { createActor, type TruthRecord } from "#simulator/device.ts";
import type { Device } from "#simulator/fleet/device.ts";
import { withProcessSignals } from "#simulator/fleet/process-signals.ts";
import { createFleet } from "#simulator/fleet.ts";
import { type EpisodeKind, type FalsifiedKind, falsifiedKinds } from "#simulator/scenarios/episode.ts";
import { createScenario } from "#simulator/scenarios/scenario.ts";

/** Which ways to falsify a rule is about. A hint at another one is wrong, although something was falsified. */
const about: Readonly<Record<string, readonly FalsifiedKind[]>> = {
  R1: ["constant", "clip"],
  R2: ["clip"],
  R3: [],
  R4: ["step-drop", "simultaneous", "mirror", "replay"],
  R5: ["simultaneous", "mirror", "replay"],
  R6: ["oxygen-low"],
  R8: ["dilution"],
  R9: ["abused-flags"],
  R10: ["flow-low"],
  R11: ["treatment-off"],
  R12: ["treatment-off"],
  R13: ["flow-low"],
  R15: ["step-drop"],
  R16: ["replay"],
  R17: ["mirror"],
  R18: ["smooth", "constant", "clip"],
};

/** Rules that can only see some of the episodes they are about: no recall is told of them. */
const isSideRule: ReadonlySet<string> = new Set(["R3", "R10", "R12", "R15"]);

export interface ScoreLine {
  readonly rule: string;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly found: number;
  readonly right: number;
  readonly true: number;
  readonly seen: number;
}

export interface Score {
  /** One for each rule that found something or should have, the kinds of lies, and last the total. */
  readonly lines: readonly ScoreLine[];
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
}

interface Size {
  readonly sites: number;
  readonly days: number;
  readonly seed: number;
}

const sampleSeconds = 30;
const firstDay = parseDay("2026-03-02") ?? 0;
/** A hint may begin a little before its episode: it needs some minutes of what was usual. */
const slackMs = 10 * minuteMs;

interface Minutes {
  readonly factor: string;
  readonly start: Float64Array;
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly count: Uint32Array;
  readonly valid: Uint32Array;
}

/** What history would hold of the site, and what really happened. */
function play(device: Device, scenario: ReturnType<typeof createScenario>, days: number) {
  const truth: TruthRecord[] = [];
  const actor = createActor(device, scenario, (record) => truth.push(record));
  const count = (days * dayMs) / minuteMs;
  const columns = new Map<string, Minutes>();
  for (const factor of device.site.factors) {
    const empty = (fill: number): Float64Array => new Float64Array(count).fill(fill);
    columns.set(factor, {
      factor,
      start: new Float64Array(count).map((_, i) => firstDay + i * minuteMs),
      mean: empty(0),
      min: empty(Infinity),
      max: empty(-Infinity),
      count: new Uint32Array(count),
      valid: new Uint32Array(count),
    });
  }
  const end = firstDay + days * dayMs;
  for (let at = actor.nextEventAfter(firstDay - 1); at < end; at = actor.nextEventAfter(at)) {
    const { draft } = actor.observe(at, at);
    if (draft === null) continue;
    const minute = Math.floor((at - firstDay) / minuteMs);
    for (const [factor, { value, flag }] of draft.values) {
      const column = columns.get(factor);
      if (column === undefined) continue;
      column.count[minute] = (column.count[minute] ?? 0) + 1;
      if (flag !== undefined && flag !== "N") continue;
      column.valid[minute] = (column.valid[minute] ?? 0) + 1;
      column.mean[minute] = (column.mean[minute] ?? 0) + value;
      column.min[minute] = Math.min(column.min[minute] ?? Infinity, value);
      column.max[minute] = Math.max(column.max[minute] ?? -Infinity, value);
    }
  }
  actor.finish();
  for (const { mean, valid } of columns.values())
    for (let i = 0; i < count; i++) mean[i] = valid[i] === 0 ? NaN : (mean[i] ?? 0) / (valid[i] ?? 1);
  return { device, truth, minutes: [...columns.values()] };
}

function cut({ factor, start, mean, min, max, count, valid }: Minutes, from: number, to: number): Minutes {
  const [a, b] = [Math.max(0, (from - firstDay) / minuteMs), (to - firstDay) / minuteMs];
  return {
    factor,
    start: start.subarray(a, b),
    mean: mean.subarray(a, b),
    min: min.subarray(a, b),
    max: max.subarray(a, b),
    count: count.subarray(a, b),
    valid: valid.subarray(a, b),
  };
}

function toHours(minutes: Minutes): Minutes {
  const perHour = hourMs / minuteMs;
  const hours = Math.floor(minutes.start.length / perHour);
  const made = { ...minutes, start: minutes.start.filter((_, i) => i % perHour === 0) };
  const mean = new Float64Array(hours);
  const min = new Float64Array(hours).fill(Infinity);
  const max = new Float64Array(hours).fill(-Infinity);
  const valid = new Uint32Array(hours);
  for (let i = 0; i < hours * perHour; i++) {
    const hour = Math.floor(i / perHour);
    const weight = minutes.valid[i] ?? 0;
    if (weight === 0) continue;
    mean[hour] = (mean[hour] ?? 0) + (minutes.mean[i] ?? 0) * weight;
    valid[hour] = (valid[hour] ?? 0) + weight;
    min[hour] = Math.min(min[hour] ?? 0, minutes.min[i] ?? 0);
    max[hour] = Math.max(max[hour] ?? 0, minutes.max[i] ?? 0);
  }
  for (let hour = 0; hour < hours; hour++) mean[hour] = (mean[hour] ?? 0) / (valid[hour] ?? 1);
  return { ...made, mean, min, max, valid };
}

function hintSite({ site, limits }: Device, day: number): HintSite {
  const standard = site.standard === null ? [] : limitsOfStandard(site, site.standard);
  const all: Limit[] = standard.map((limit) => ({ ...limit, version: 1 }));
  for (const { factor, max, min, reason } of limits) {
    const id = `${site.id}:${factor}:realtime`;
    const stated = { id, version: 1, site: site.id, factor, max, min, reason };
    all.push({ ...stated, basis: "realtime", from: 0, to: null, by: "simulator", source: "site" });
  }
  return hintSiteOf({ ...site, mn: null, version: 1 }, all, day);
}

interface SiteFinding {
  readonly site: string;
  readonly finding: HintFinding;
}

function findAll(played: readonly ReturnType<typeof play>[], days: number): SiteFinding[] {
  const found: SiteFinding[] = [];
  const works = Map.groupBy(played, ({ device: { site } }) => `${site.kind} ${site.enterprise}`);
  for (let n = hintSpanDays - 1; n < days; n++) {
    const day = firstDay + n * dayMs;
    for (const { device, minutes } of played) {
      const two = minutes.map((column) => cut(column, day - dayMs, day + dayMs));
      for (const finding of findHints(hintSite(device, day), two, [], day))
        found.push({ site: device.site.id, finding });
    }
    for (const sisters of works.values()) {
      if (sisters.length < 2) continue;
      const sites = sisters.map(({ device, minutes }) => ({
        site: hintSite(device, day),
        hours: minutes.map((column) => toHours(cut(column, day, day + dayMs))),
        marks: [],
      }));
      for (const [site, findings] of findTwins(sites, day))
        for (const finding of findings) found.push({ site, finding });
    }
  }
  return found;
}

export function scoreFalsification({ sites, days, seed }: Size): Score {
  const fleet = createFleet(seed, { sites, energyCentres: 0, stations: false })
    .map(withProcessSignals)
    .map((device) => ({ ...device, site: { ...device.site, intervalSeconds: sampleSeconds } }));
  const scenario = createScenario("falsified", fleet, seed, []);
  const played = fleet.map((device) => play(device, scenario, days));
  const lies: ReadonlySet<EpisodeKind> = new Set(falsifiedKinds);
  const episodes = played
    .flatMap(({ truth }) => truth)
    .filter(({ episode, firstMs }) => lies.has(episode.kind) && firstMs >= firstDay + dayMs);
  const found = findAll(played, days);
  const touches = ({ site, finding }: SiteFinding, record: TruthRecord): boolean =>
    // The outlet that is mirrored shares its data as much as the mirror does.
    (record.episode.site === site || (finding.rule === "R17" && record.episode.other === site)) &&
    finding.from < record.lastMs + slackMs &&
    finding.to > record.firstMs - slackMs;
  const fits = (each: SiteFinding, record: TruthRecord): boolean =>
    (about[each.finding.rule] ?? []).some((kind) => kind === record.episode.kind) && touches(each, record);
  const right = found.map((each) => episodes.some((record) => fits(each, record)));
  const seen = episodes.map((record) => found.some((each) => fits(each, record)));

  const share = (part: number, whole: number): number | null =>
    whole === 0 ? null : Math.round((1000 * part) / whole) / 1000;
  const lineOf = (rule: string, mine: readonly boolean[], hits: readonly boolean[]): ScoreLine => {
    const good = mine.filter(Boolean).length;
    const met = hits.filter(Boolean).length;
    const counts = { found: mine.length, right: good, true: hits.length, seen: met };
    return { rule, precision: share(good, mine.length), recall: share(met, hits.length), ...counts };
  };
  const byRule = hintRules.map(({ id }) => {
    const kind = isSideRule.has(id) ? undefined : about[id]?.[0];
    const own = episodes.filter(({ episode }) => episode.kind === kind);
    const mine = found.filter(({ finding }) => finding.rule === id);
    const hits = own.map((record) => mine.some((each) => touches(each, record)));
    return lineOf(
      id,
      right.filter((_, i) => found[i]?.finding.rule === id),
      hits,
    );
  });
  const byKind = falsifiedKinds.map((kind) =>
    lineOf(
      kind,
      [],
      seen.filter((_, i) => episodes[i]?.episode.kind === kind),
    ),
  );
  const lines = [...byRule, ...byKind].filter((line) => line.found + line.true > 0);
  const tell = ({ site, finding: { rule, factors, from, to, facts } }: SiteFinding): string => {
    const met = played
      .flatMap(({ truth }) => truth)
      .filter((record) => touches({ site, finding: { rule, factors, from, to, facts, score: 0 } }, record));
    const kinds = met.map(({ episode }) => episode.kind).join(", ");
    return `wrong ${rule} ${site} ${factors.join("+")} ${formatIso(from)} ${formatIso(to)} ${JSON.stringify(facts)} (${kinds})`;
  };
  const wrong = found.filter((_, i) => right[i] === false).map(tell);
  const missed = episodes
    .filter((_, i) => seen[i] === false)
    .map(({ episode, firstMs, lastMs }) => {
      const { kind, site, factor, strength, lagMs } = episode;
      return `missed ${kind} ${site} ${factor} ${strength.toFixed(2)} ${formatIso(firstMs)} ${formatIso(lastMs)} ${lagMs ?? ""}`;
    });
  return { lines: [...lines, lineOf("all", right, seen)], wrong, missed };
}
