// What checkpoints of older programs lack for the alarms of today. Up to version 8 an alarm that was not back to normal was kept
// with what judges its series, and those of the system beside; they go on as they are. Pure.

import { type Alarm, completeAlarm } from "#domain/alarm.ts";
import { memoryOfAlarm } from "#domain/alarms/machine.ts";
import { quality } from "#domain/reading.ts";
import type { SavedWatch } from "../registry.ts";
import type { SavedSeriesColumns } from "../series.ts";
import type { SavedAlarms } from "./book.ts";

interface OlderWatch extends SavedWatch {
  readonly alarms?: Readonly<Record<string, Alarm | null>>;
}

export function readOlderAlarms(
  rest: object,
  watches: Iterable<readonly [series: number, watch: OlderWatch]>,
): SavedAlarms {
  const { conditions = [] }: { readonly conditions?: readonly Alarm[] } = rest;
  const open: Alarm[] = [...conditions];
  for (const [, { alarms = {} }] of watches)
    for (const alarm of Object.values(alarms)) if (alarm !== null) open.push(alarm);
  return {
    records: [],
    instances: open.flatMap((alarm) => {
      const memory = memoryOfAlarm(completeAlarm(alarm));
      return memory === null ? [] : [[alarm.site, alarm.definition, memory] as const];
    }),
    outOfService: { items: [], now: 0 },
    silence: { clock: 0, now: 0, next: 0, late: [] },
    holdBack: [],
  };
}

/** When a series was heard last was not kept: it follows from its newest value. The clock of listening begins at 0 with `now`. */
export function fillInHeard(series: SavedSeriesColumns, now: number): SavedSeriesColumns {
  const { heardAt }: Partial<SavedSeriesColumns> = series;
  if (heardAt !== undefined) return series;
  const never = Number.NEGATIVE_INFINITY;
  const isPresent = (i: number): boolean => series.time[i] !== never && ((series.quality[i] ?? 0) & quality.late) === 0;
  return { ...series, heardAt: series.receivedAt.map((at, i) => (isPresent(i) ? at - now : never)) };
}
