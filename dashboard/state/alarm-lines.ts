// The lines of the alarm console, from the alarms that are listed: one each, or folded by site (by city when even the sites
// are too many to read). A group stands where its most urgent alarm stands; opened, it shows the alarm that came first on top.
// Occurrences of one alarm fold into the newest. A line of its own marks a time the screen was blind. Pure.

import type { Priority } from "#domain/alarm.ts";
import type { AlarmSort } from "./alarm-list.ts";
import type { AlarmView } from "./wire.ts";

export const groupings = ["none", "site", "city"] as const;
export type Grouping = (typeof groupings)[number];

/** More groups than this do not fit a screen: sites are taken together by city. */
export const groupsMax = 25;

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
      readonly by: "site" | "city";
      /** Site id or adcode. */
      readonly of: string;
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

function groupLines(of: string, by: "site" | "city", alarms: readonly AlarmView[], options: LineOptions): AlarmLine[] {
  const folded = foldSame(alarms);
  const [only] = folded;
  if (folded.length === 1 && only !== undefined) return [alarmLine(only, false, false)];
  const first = firstOf(alarms);
  if (first === undefined) return [];
  const key = `${by} ${of}`;
  const isOpen = options.open.has(key);
  const worst = alarms.reduce<Priority>((least, { priority }) => (priority < least ? priority : least), 4);
  const unacked = alarms.filter((alarm) => !alarm.acked).length;
  const sites = new Set(alarms.map((alarm) => alarm.site)).size;
  const ids = alarms.map((alarm) => alarm.id);
  const head: AlarmLine = { kind: "group", key, by, of, ids, firstOut: first.id, worst, unacked, sites, isOpen };
  if (!isOpen) return [head];
  const onTop = folded.filter((entry) => entry.alarm === first);
  const rest = folded.filter((entry) => entry.alarm !== first);
  return [head, ...[...onTop, ...rest].map((entry) => alarmLine(entry, true, entry.alarm === first))];
}

function groupBy(alarms: readonly AlarmView[], keyOf: (alarm: AlarmView) => string): Map<string, AlarmView[]> {
  const groups = new Map<string, AlarmView[]>();
  for (const alarm of alarms) {
    const key = keyOf(alarm);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [alarm]);
    else group.push(alarm);
  }
  return groups;
}

/** The grouping that is shown when a flood groups by itself: by site while that can be read. */
export function chooseGrouping(alarms: readonly AlarmView[]): Grouping {
  return new Set(alarms.map((alarm) => alarm.site)).size > groupsMax ? "city" : "site";
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
  const { grouping, cityOf } = options;
  if (grouping === "none") {
    const lines = foldSame(alarms).map((entry) => alarmLine(entry, false, false));
    return insertGap(lines, alarms, options);
  }
  const groups = groupBy(alarms, (alarm) => (grouping === "site" ? alarm.site : (cityOf(alarm.site) ?? alarm.site)));
  const lines = [...groups].flatMap(([of, members]) => groupLines(of, grouping, members, options));
  return insertGap(lines, alarms, options);
}
