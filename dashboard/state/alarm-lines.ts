// The lines of the alarm console, from the alarms that are listed: one each, or folded by enterprise, site and cause (by city
// when even the enterprises are too many to read). A group stands where its most urgent alarm stands; opened, it shows the
// alarm that came first on top. A level at which nothing is told apart is left out. Occurrences of one alarm fold into the
// newest. A line of its own marks a time the screen was blind. Pure.

import type { Priority } from "#domain/alarm.ts";
import type { AlarmSort } from "./alarm-list.ts";
import type { AlarmView } from "./wire.ts";

export const groupings = ["none", "enterprise", "site", "city"] as const;
export type Grouping = (typeof groupings)[number];

export type GroupLevel = "city" | "enterprise" | "site" | "cause";

/** More groups than this do not fit a screen: they are taken together by city. */
export const groupsMax = 25;
/** What stands below a site is told apart by cause when it is more than this. */
export const causeAbove = 10;

export type AlarmLine =
  | {
      readonly kind: "alarm";
      readonly key: string;
      readonly id: string;
      /** Older occurrences of the same alarm that are folded into this line. */
      readonly folded: number;
      readonly inGroup: boolean;
      /** The alarm that came first in its group. */
      readonly isFirstOut: boolean;
    }
  | {
      readonly kind: "group";
      readonly key: string;
      readonly by: GroupLevel;
      /** Adcode, name of the enterprise, site id, or the first word of a definition. */
      readonly of: string;
      /** In how many groups it stands. */
      readonly depth: number;
      readonly ids: readonly string[];
      readonly firstOut: string;
      readonly worst: Priority;
      readonly unacked: number;
      readonly sites: number;
      readonly isOpen: boolean;
    }
  | { readonly kind: "gap"; readonly key: string; readonly from: number; readonly to: number; readonly added: number };

export interface LineOptions {
  readonly grouping: Grouping;
  readonly sort: AlarmSort;
  /** Keys of the groups that are open. */
  readonly open: ReadonlySet<string>;
  readonly gap: { readonly from: number; readonly to: number; readonly added: number } | null;
  readonly cityOf: (site: string) => string | null;
  readonly enterpriseOf: (site: string) => string | null;
}

/** Folds occurrences of one alarm into the newest; the order of the rest stays. */
function foldSame(alarms: readonly AlarmView[]): { readonly alarm: AlarmView; readonly folded: number }[] {
  const sites = new Map<string, Map<string, { newest: AlarmView; count: number }>>();
  // Ten times a second for every open alarm: no text is put together for it.
  const ofEach = alarms.map((alarm) => {
    let definitions = sites.get(alarm.site);
    if (definitions === undefined) sites.set(alarm.site, (definitions = new Map()));
    let same = definitions.get(alarm.definition);
    if (same === undefined) definitions.set(alarm.definition, (same = { newest: alarm, count: 0 }));
    same.count += 1;
    if (alarm.onset > same.newest.onset) same.newest = alarm;
    return same;
  });
  const folded: { alarm: AlarmView; folded: number }[] = [];
  ofEach.forEach((same, i) => {
    if (same.newest === alarms[i]) folded.push({ alarm: same.newest, folded: same.count - 1 });
  });
  return folded;
}

function alarmLine(entry: { alarm: AlarmView; folded: number }, inGroup: boolean, isFirstOut: boolean): AlarmLine {
  const { alarm, folded } = entry;
  return { kind: "alarm", key: `alarm ${alarm.id}`, id: alarm.id, folded, inGroup, isFirstOut };
}

function firstOf(alarms: readonly AlarmView[]): AlarmView | undefined {
  return alarms.reduce<AlarmView | undefined>(
    (first, alarm) =>
      first === undefined || alarm.onset < first.onset || (alarm.onset === first.onset && alarm.id < first.id)
        ? alarm
        : first,
    undefined,
  );
}

const levelsOf: Readonly<Record<Grouping, readonly GroupLevel[]>> = {
  none: [],
  enterprise: ["enterprise", "site", "cause"],
  site: ["site", "cause"],
  city: ["city", "enterprise", "site", "cause"],
};

interface Place {
  readonly by: GroupLevel;
  readonly of: string;
}

/** Whoever has no enterprise on record stands for itself. */
function placeOf(alarm: AlarmView, level: GroupLevel, { cityOf, enterpriseOf }: LineOptions): Place {
  const { site } = alarm;
  if (level === "cause") return { by: "cause", of: alarm.definition.split(":")[0] ?? "" };
  const of = level === "city" ? cityOf(site) : level === "enterprise" ? enterpriseOf(site) : site;
  return of === null ? { by: "site", of: site } : { by: level, of };
}

interface Group extends Place {
  readonly alarms: AlarmView[];
}

function groupBy(alarms: readonly AlarmView[], level: GroupLevel, options: LineOptions): Group[] {
  const groups = new Map<string, Group>();
  for (const alarm of alarms) {
    const { by, of } = placeOf(alarm, level, options);
    const key = `${by} ${of}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { by, of, alarms: [alarm] });
    else group.alarms.push(alarm);
  }
  return [...groups.values()];
}

interface Above {
  /** Key of the group they stand in; "" = none. */
  readonly key: string;
  readonly depth: number;
}

/** Lines of alarms that are no further told apart: the one that came first on top. */
function plainLines(alarms: readonly AlarmView[], depth: number): AlarmLine[] {
  const folded = foldSame(alarms);
  if (depth === 0) return folded.map((entry) => alarmLine(entry, false, false));
  const first = firstOf(alarms);
  const onTop = folded.filter((entry) => entry.alarm === first);
  const rest = folded.filter((entry) => entry.alarm !== first);
  return [...onTop, ...rest].map((entry) => alarmLine(entry, true, entry.alarm === first));
}

function groupLines(group: Group, levels: readonly GroupLevel[], above: Above, options: LineOptions): AlarmLine[] {
  const { by, of, alarms } = group;
  const folded = foldSame(alarms);
  const [only] = folded;
  if (folded.length === 1 && only !== undefined) return [alarmLine(only, above.depth > 0, false)];
  const first = firstOf(alarms);
  if (first === undefined) return [];
  const key = above.key === "" ? `${by} ${of}` : `${above.key}/${by} ${of}`;
  const isOpen = options.open.has(key);
  const head: AlarmLine = {
    kind: "group",
    key,
    by,
    of,
    depth: above.depth,
    ids: alarms.map((alarm) => alarm.id),
    firstOut: first.id,
    worst: alarms.reduce<Priority>((least, { priority }) => (priority < least ? priority : least), 4),
    unacked: alarms.filter((alarm) => !alarm.acked).length,
    sites: new Set(alarms.map((alarm) => alarm.site)).size,
    isOpen,
  };
  return isOpen ? [head, ...linesOf(alarms, levels, { key, depth: above.depth + 1 }, options)] : [head];
}

/** The alarms told apart by the first level that tells them apart, and each part by the next ones. */
function linesOf(
  alarms: readonly AlarmView[],
  levels: readonly GroupLevel[],
  above: Above,
  options: LineOptions,
): AlarmLine[] {
  const [level, ...below] = levels;
  if (level === undefined || (level === "cause" && alarms.length <= causeAbove)) {
    return plainLines(alarms, above.depth);
  }
  const groups = groupBy(alarms, level, options);
  if (above.depth > 0 && groups.length === 1) return linesOf(alarms, below, above, options);
  if (above.depth === 0) return groups.flatMap((group) => groupLines(group, below, above, options));
  // The group of what came first stands on top, as the alarm itself would.
  const first = firstOf(alarms);
  const onTop = groups.filter((group) => first !== undefined && group.alarms.includes(first));
  const rest = groups.filter((group) => !onTop.includes(group));
  return [...onTop, ...rest].flatMap((group) => groupLines(group, below, above, options));
}

/** The grouping that is shown when a flood groups by itself: by enterprise or site while that can be read. */
export function chooseGrouping(
  alarms: readonly AlarmView[],
  enterpriseOf: (site: string) => string | null = () => null,
): Grouping {
  const sites = new Set(alarms.map((alarm) => alarm.site));
  const owners = new Set([...sites].map((site) => enterpriseOf(site) ?? `site ${site}`));
  if (owners.size > groupsMax) return "city";
  return owners.size < sites.size ? "enterprise" : "site";
}

/** The place of the line that says the screen was blind: by time where it belongs, else on top. */
function insertGap(lines: AlarmLine[], alarms: readonly AlarmView[], options: LineOptions): AlarmLine[] {
  const { gap, sort, grouping } = options;
  if (gap === null) return lines;
  const line: AlarmLine = { kind: "gap", key: `gap ${gap.from}`, ...gap };
  if (sort !== "time" || grouping !== "none") return [line, ...lines];
  const byId = new Map(alarms.map((alarm) => [alarm.id, alarm]));
  const at = lines.findIndex((entry) => entry.kind === "alarm" && (byId.get(entry.id)?.onset ?? 0) <= gap.to);
  return at < 0 ? [...lines, line] : [...lines.slice(0, at), line, ...lines.slice(at)];
}

/** `alarms` in the order of the list. */
export function buildLines(alarms: readonly AlarmView[], options: LineOptions): AlarmLine[] {
  const lines = linesOf(alarms, levelsOf[options.grouping], { key: "", depth: 0 }, options);
  return insertGap(lines, alarms, options);
}
