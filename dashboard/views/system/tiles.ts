// Samples of the system → what each tile says: its number, whether that is normal, its line, its threshold. Pure; the words
// are arguments. "Unknown" is a state of its own: nothing counts as well because nobody answered.

import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { formatAge, type DurationWords } from "../../format/time.ts";
import type { systemZh, TileName } from "../../i18n/system-zh.ts";
import { readTime } from "../../state/wire.ts";
import { lastOf, lineOf, rateOf, sumOf, type Line, type Sample, type SystemAnswer } from "./system-data.ts";

export type TileState = "ok" | "look" | "bad" | "unknown";

export interface Tile {
  readonly name: TileName;
  readonly state: TileState;
  readonly value: string;
  readonly unit: string;
  readonly details: readonly string[];
  /** In the words of the program, for whoever mends it. */
  readonly why: string | null;
  /** Null where a line would say nothing. */
  readonly line: Line | null;
  /** Null: nothing is too much. */
  readonly threshold: string | null;
}

export interface TileWords {
  readonly system: typeof systemZh;
  readonly duration: DurationWords;
}

const numbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const shortNumbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

export function formatCount(count: number): string {
  return Math.abs(count) < 100 ? shortNumbers.format(count) : numbers.format(count);
}

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${bytes < 0 ? "-" : ""}${value.toFixed(digits)} ${byteUnits[unit] ?? ""}`;
}

type Base = Pick<Tile, "name" | "value"> & Partial<Tile>;

function tile(base: Base): Tile {
  return { state: "ok", unit: "", details: [], why: null, line: null, threshold: null, ...base };
}

function missing(words: TileWords, name: TileName, why: string | null = null): Tile {
  return tile({ name, state: "unknown", value: words.system.unknown, details: [words.system.noAnswer], why });
}

/** A counter by its labels: the rate in large, the rate of each label below. */
function rateTile(
  words: TileWords,
  samples: readonly Sample[],
  name: TileName,
  read: (answer: SystemAnswer) => Readonly<Record<string, number>>,
  labels: Readonly<Record<string, string>>,
): Tile {
  const line = rateOf(samples, (answer) => {
    const counts = read(answer);
    return Object.keys(counts).length === 0 ? null : sumOf(counts);
  });
  const rate = lastOf(line);
  const last = samples.at(-1)?.answer;
  const details = Object.keys(last === undefined ? {} : read(last)).flatMap((label) => {
    const each = lastOf(rateOf(samples, (answer) => read(answer)[label] ?? null));
    return each === null ? [] : [`${labels[label] ?? label} ${formatCount(each)}`];
  });
  return tile({
    name,
    value: rate === null ? "—" : formatCount(rate),
    unit: words.system.perSecond,
    details: details.length > 4 ? details.slice(0, 4) : details,
    line,
  });
}

function intakeTiles(words: TileWords, samples: readonly Sample[], now: SystemAnswer): Tile[] {
  const { system } = words;
  const { broker } = now;
  const devices = lineOf(samples, (answer) => answer.broker.devices);
  const frames = rateTile(words, samples, "frames", (answer) => answer.broker.acknowledged, system.doors);
  const refusedTotal = sumOf(broker.refused);
  const refused = rateTile(words, samples, "refused", (answer) => answer.broker.refused, system.refusals);
  if (broker.devices === null) {
    return (["frames", "devices", "refused"] as const).map((name) => missing(words, name, broker.why));
  }
  return [
    { ...frames, state: broker.ok ? "ok" : "bad", details: broker.ok ? frames.details : [broker.why ?? ""] },
    tile({ name: "devices", value: formatCount(broker.devices), line: devices }),
    // A counter nobody has ever counted is not in the metrics.
    {
      ...refused,
      value: refused.value === "—" && refusedTotal === 0 ? "0" : refused.value,
      details: [system.sinceStart(formatCount(refusedTotal)), ...refused.details],
    },
  ];
}

/** Only where there is an external broker. */
function upstreamTiles(words: TileWords, samples: readonly Sample[], now: SystemAnswer): Tile[] {
  const { system, duration } = words;
  const { upstream } = now.broker;
  if (upstream === null) return [];
  const { version, frames, inFlight, refused } = upstream;
  const ageMs = Math.max(0, (readTime(now.time) ?? 0) - (readTime(upstream.since) ?? 0));
  return [
    tile({
      name: "upstream",
      state: upstream.connected ? "ok" : "bad",
      value: upstream.connected ? system.connected : system.away,
      details: [
        ...(upstream.connected || upstream.lastError === null ? [] : [upstream.lastError.says]),
        `${upstream.address} ${system.upstreamSince(formatAge(ageMs, duration))}`,
        ...(upstream.connected && version !== null
          ? [system.upstreamLine(version, formatCount(frames), formatCount(inFlight))]
          : []),
        ...(refused === 0 ? [] : [system.upstreamRefused(formatCount(refused))]),
      ],
      line: lineOf(samples, (answer) => answer.broker.upstream?.inFlight ?? null),
      threshold: system.must(system.connected),
    }),
  ];
}

function lagState(seconds: number, most: number): TileState {
  if (seconds > most) return "bad";
  return seconds > most / 5 ? "look" : "ok";
}

function processingTiles(words: TileWords, samples: readonly Sample[], now: SystemAnswer): Tile[] {
  const { system } = words;
  const { ingest, thresholds } = now;
  if (ingest.lagSeconds === null) {
    return (["readings", "lag", "backlog"] as const).map((name) => missing(words, name, ingest.why));
  }
  const { backlogEntries: backlog } = ingest;
  return [
    rateTile(words, samples, "readings", (answer) => answer.ingest.readings, system.outcomes),
    tile({
      name: "lag",
      state: lagState(ingest.lagSeconds, thresholds.lagSeconds),
      value: ingest.lagSeconds.toFixed(1),
      unit: system.seconds,
      line: lineOf(samples, (answer) => answer.ingest.lagSeconds),
      threshold: system.moreThan(`${thresholds.lagSeconds} ${system.seconds}`),
    }),
    backlog === null
      ? missing(words, "backlog")
      : tile({
          name: "backlog",
          value: formatCount(backlog),
          unit: system.entries,
          line: lineOf(samples, (answer) => answer.ingest.backlogEntries),
        }),
  ];
}

function journalTile(words: TileWords, samples: readonly Sample[], now: SystemAnswer): Tile {
  const { system } = words;
  const { journal, thresholds } = now;
  const { waitingBytes: waiting, waitingBytesMax: most } = journal;
  if (waiting === null) return missing(words, "journal", now.broker.why);
  const isFull = journal.writable === false;
  const isNear = most !== null && waiting > most * thresholds.journalShare;
  return tile({
    name: "journal",
    state: isFull ? "bad" : isNear ? "look" : "ok",
    value: formatBytes(waiting),
    details: [
      most === null ? system.diskBound : system.ofBound(formatBytes(most)),
      ...(journal.bytes === null ? [] : [system.archive(formatBytes(journal.bytes))]),
      ...(isFull && now.broker.why !== null ? [now.broker.why] : []),
    ],
    line: lineOf(samples, (answer) => answer.journal.waitingBytes),
    threshold: most === null ? null : system.moreThan(formatBytes(most * thresholds.journalShare)),
  });
}

function diskTile(words: TileWords, samples: readonly Sample[], now: SystemAnswer): Tile {
  const { system, duration } = words;
  const { disk, thresholds } = now;
  if (disk === null) return missing(words, "disk");
  const watched = formatAge(disk.watchedSeconds * 1000, duration);
  const growth = disk.growthBytesPerDay;
  const isLow = disk.freeBytes < disk.bytes * thresholds.diskFreeShare;
  const isShort = disk.daysLeft !== null && disk.daysLeft < thresholds.diskDays;
  return tile({
    name: "disk",
    state: isShort && isLow ? "bad" : isShort || isLow ? "look" : "ok",
    value: disk.daysLeft === null ? "—" : disk.daysLeft > 999 ? system.daysMany : formatCount(disk.daysLeft),
    unit: disk.daysLeft === null ? "" : system.days,
    details: [
      system.free(formatBytes(disk.freeBytes), formatBytes(disk.bytes)),
      growth === null
        ? system.measuring(watched)
        : growth <= 0
          ? system.noGrowth(watched)
          : system.growth(formatBytes(growth), watched),
    ],
    line: lineOf(samples, (answer) => answer.disk?.freeBytes ?? null),
    threshold: `${system.lessThan(`${thresholds.diskDays} ${system.days}`)}, ${system.lessThan(`${thresholds.diskFreeShare * 100}%`)}`,
  });
}

function storeTiles(words: TileWords, samples: readonly Sample[], now: SystemAnswer): Tile[] {
  const { system } = words;
  const { history, state } = now;
  const isAway = now.ingest.lagSeconds === null;
  const says = (part: { readonly why: string | null }): string[] => (part.why === null ? [] : [part.why]);
  const threshold = system.must(system.yes);
  return [
    journalTile(words, samples, now),
    diskTile(words, samples, now),
    isAway
      ? missing(words, "history", history.why)
      : tile({
          name: "history",
          state: !history.ok ? "bad" : history.attached ? "ok" : "look",
          value: !history.ok ? system.no : history.attached ? system.yes : system.catchingUp,
          details: says(history),
          threshold,
        }),
    isAway
      ? missing(words, "state", state.why)
      : tile({
          name: "state",
          state: state.ok ? "ok" : "bad",
          value: state.ok ? system.yes : system.no,
          details: says(state),
          threshold,
        }),
  ];
}

function accountTiles(words: TileWords, samples: readonly Sample[], now: SystemAnswer): Tile[] {
  const { system } = words;
  const { balanced } = now.ledger;
  const { damagedEntries: damaged } = now;
  return [
    balanced === null
      ? missing(words, "ledger")
      : tile({
          name: "ledger",
          state: balanced ? "ok" : "bad",
          value: balanced ? system.balanced : system.unbalanced,
          threshold: system.must(system.balanced),
        }),
    tile({
      name: "quarantine",
      value: formatCount(now.quarantine.open),
      line: lineOf(samples, (answer) => answer.quarantine.open),
    }),
    damaged === null
      ? missing(words, "damaged")
      : tile({
          name: "damaged",
          state: damaged === 0 ? "ok" : "bad",
          value: formatCount(damaged),
          unit: system.entries,
          threshold: system.moreThan("0"),
        }),
  ];
}

function screenTiles(words: TileWords, samples: readonly Sample[], now: SystemAnswer): Tile[] {
  const { system } = words;
  const { screens, slow, refused } = now.live;
  return [
    tile({
      name: "screens",
      state: slow > 0 ? "look" : "ok",
      value: formatCount(screens),
      details: [system.slow(formatCount(slow)), system.screensRefused(formatCount(refused))],
      line: lineOf(samples, (answer) => answer.live.screens),
      threshold: system.slow(system.moreThan("0")),
    }),
  ];
}

export type TileGroup = keyof typeof systemZh.groups;

export function describeTiles(
  words: TileWords,
  samples: readonly Sample[],
): readonly { readonly group: TileGroup; readonly tiles: readonly Tile[] }[] {
  const now = samples.at(-1)?.answer;
  if (now === undefined) return [];
  return [
    { group: "intake", tiles: [...intakeTiles(words, samples, now), ...upstreamTiles(words, samples, now)] },
    { group: "processing", tiles: processingTiles(words, samples, now) },
    { group: "screens", tiles: screenTiles(words, samples, now) },
    { group: "stores", tiles: storeTiles(words, samples, now) },
    { group: "accounts", tiles: accountTiles(words, samples, now) },
  ];
}

/** Sources that did not answer, by the names of `system.sources`. */
export function silentSources(now: SystemAnswer): (keyof typeof systemZh.sources)[] {
  return [
    ...(now.broker.devices === null ? (["broker"] as const) : []),
    ...(now.ingest.lagSeconds === null ? (["ingest"] as const) : []),
    ...(now.disk === null ? (["disk"] as const) : []),
  ];
}

/** Minutes that the page has kept, at least one. */
export function keptMinutes(samples: readonly Sample[]): number {
  const [first, last] = [samples.at(0), samples.at(-1)];
  const ms = first === undefined || last === undefined ? 0 : last.at - first.at;
  return Math.min(Math.round(dayMs / hourMs) * 60, Math.max(1, Math.ceil(ms / minuteMs)));
}
