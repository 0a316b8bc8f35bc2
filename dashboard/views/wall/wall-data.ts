// What the wall says, from the live stores: who is silent, which alarms matter most, by how much the worst value is beyond its
// limit, and since when the wall itself is blind.

import { useMemo, useState } from "react";
import { compareUrgency, isOpen, type AlarmBook } from "../../state/alarm-book.ts";
import { freshness, type Freshness } from "../../state/staleness.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp, useObservable, useServerNow } from "../app-context.ts";
import { isSystemAlarm } from "../describe-alarm.ts";

/** From here nothing on the wall may be believed any more. */
export const blindAfterMs = 15_000;

/** Once a second by the server's clock; while nobody can tell, none is blamed. */
export function useFreshness(): readonly Freshness[] {
  const { sites, live } = useApp();
  const now = useServerNow();
  const complete = useObservable(live.complete);
  return useMemo(() => {
    const { id, intervalSeconds } = sites.columns;
    if (!complete) return id.map((): Freshness => "fresh");
    return id.map((site, i) => freshness(live.latest.siteTime(site), intervalSeconds[i] ?? 60, now));
  }, [sites, live, now, complete]);
}

export interface Urgent {
  readonly shown: readonly AlarmView[];
  readonly more: number;
}

export function pickUrgent(book: AlarmBook, most: number): Urgent {
  const open = [...book.byId.values()].filter(isOpen).sort(compareUrgency);
  return { shown: open.slice(0, most), more: Math.max(0, open.length - most) };
}

export interface Worst {
  readonly alarm: AlarmView;
  /** Value over limit. */
  readonly times: number;
}

/** The active alarm whose value is the largest multiple of its upper limit. */
export function pickWorst(book: AlarmBook): Worst | null {
  let worst: Worst | null = null;
  for (const alarm of book.byId.values()) {
    const { value, limit } = alarm;
    if (!alarm.active || isSystemAlarm(alarm) || value === null || limit === null || limit <= 0) continue;
    const times = value / limit;
    if (times > 1 && (worst === null || times > worst.times)) worst = { alarm, times };
  }
  return worst;
}

/** Since when nothing was heard, in ms of the server's clock, once that is too long; null while the wall sees. */
export function useBlindness(): { readonly since: number | null; readonly forMs: number } | null {
  const { live } = useApp();
  const now = useServerNow();
  const offset = useObservable(live.offset);
  const { heardAt } = useObservable(live.link);
  const [begun] = useState(() => now);
  const since = heardAt === null ? null : heardAt + offset;
  const forMs = now - (since ?? begun);
  return forMs > blindAfterMs ? { since, forMs } : null;
}
