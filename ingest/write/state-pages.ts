// Everything that ingest knows now, in pages: sites with their newest values as columns, and the alarms with the first of
// them. Pages go by the place of a site in the order of registration, so that sites registered meanwhile come at the end.
// Pure.

import type { Alarm } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import type { LatestColumns, LatestRow, LivePage, LiveState } from "#domain/live.ts";
import { type Flag, flags } from "#domain/reading.ts";
import type { Site } from "#domain/site.ts";

/** What pages are made of. */
export interface PageSource {
  /** Journal sequence up to which everything is contained. */
  readonly seq: number;
  readonly siteCount: number;
  /** By place; undefined behind the last one. */
  siteAt(place: number): Site | undefined;
  /** The newest values of the site at this place, those it has. */
  latestAt(place: number): Iterable<LatestRow>;
  openAlarms(): readonly Alarm[];
}

/** A site takes about as long to send as this many values. */
const rowsPerSite = 5;

const flagPlaces: ReadonlyMap<Flag, number> = new Map(flags.map((flag, place) => [flag, place]));

interface Gathered {
  readonly sites: Site[];
  readonly counts: number[];
  readonly rows: LatestRow[];
}

function toColumns({ counts, rows }: Gathered): LatestColumns {
  const codes = new Map<string, number>();
  const columns = {
    counts: Uint32Array.from(counts),
    factor: new Uint16Array(rows.length),
    time: new Float64Array(rows.length),
    value: new Float64Array(rows.length),
    flag: new Uint8Array(rows.length),
    quality: new Uint16Array(rows.length),
    receivedAt: new Float64Array(rows.length),
  };
  rows.forEach(([, code, time, value, flag, quality, receivedAt], i) => {
    const factor = codes.get(code) ?? codes.size;
    codes.set(code, factor);
    columns.factor[i] = factor;
    columns.time[i] = time;
    columns.value[i] = value;
    columns.flag[i] = flagPlaces.get(flag) ?? 0;
    columns.quality[i] = quality;
    columns.receivedAt[i] = receivedAt;
  });
  return { ...columns, codes: [...codes.keys()] };
}

/** The page that begins with the site at `from`. */
export function statePage(source: PageSource, from: number): LivePage {
  const gathered: Gathered = { sites: [], counts: [], rows: [] };
  const { sites, counts, rows } = gathered;
  let place = from;
  for (; rows.length + sites.length * rowsPerSite < bounds.livePageRows; place++) {
    const site = source.siteAt(place);
    if (site === undefined) break;
    const before = rows.length;
    for (const row of source.latestAt(place)) rows.push(row);
    sites.push(site);
    counts.push(rows.length - before);
  }
  const { seq, siteCount } = source;
  return { seq, siteCount, sites, latest: toColumns(gathered), next: place < siteCount ? place : null };
}

/** The first page, with all alarms that are not back to normal. */
export function stateStart(source: PageSource): LiveState {
  return { ...statePage(source, 0), alarms: source.openAlarms() };
}
