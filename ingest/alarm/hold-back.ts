// Why nobody is called of an alarm although it goes on: out of service, a mark that covers the moment, or the silence of its whole
// site. Asked at every step of an alarm; when the answer changes by itself is said along. Pure.

import type { Suppression } from "#domain/alarm.ts";
import type { AlarmDefinition } from "#domain/alarm-definition.ts";
import { bounds } from "#domain/bounds.ts";
import { isMarkOfCentre, marksFactor } from "#domain/mark.ts";
import type { MarksBook } from "../judge/marks.ts";
import type { SiteState } from "../registry.ts";
import type { HeldBack, Instance, Place } from "./instances.ts";
import type { OutOfServiceBook } from "./out-of-service.ts";

/** Sites that spoke again after a silence, and when (time of listening). */
export type SavedHoldBack = readonly (readonly [site: string, clock: number])[];

export interface HoldBack {
  find(place: Place, name: string, record: AlarmDefinition, now: number): HeldBack;
  /** The site speaks again: its factors have a little time to follow before they are told of. */
  siteIsBack(state: SiteState): void;
  passTime(): void;
  save(): SavedHoldBack;
}

interface Parts {
  readonly marks: Pick<MarksBook, "effectiveIn">;
  readonly outOfService: OutOfServiceBook;
  /** Time of listening. */
  readonly clock: () => number;
  /** The silence of the site as a whole. */
  readonly siteSilence: (state: SiteState) => Instance | undefined;
}

/** So long after its site spoke again a factor may stay silent without being told of, at least. */
const followMs = 60_000;

export function createHoldBack(
  { marks, outOfService, clock, siteSilence }: Parts,
  saved: SavedHoldBack = [],
): HoldBack {
  const back = new Map<string, number>(saved);

  function followMsOf(state: SiteState): number {
    return Math.max(followMs, state.site.intervalSeconds * 2_000);
  }

  function silent({ what, factor, state }: Place): Suppression | null {
    if (state === null || (what.subject === "silence" && factor === null)) return null;
    const alarm = siteSilence(state)?.memory.alarm ?? null;
    const about = { kind: "by-design", until: null, by: "rule", reason: "site-silent", oneShot: false } as const;
    if (alarm?.active === true) return { ...about, of: alarm.id };
    const at = back.get(state.site.id);
    return at !== undefined && clock() - at < followMsOf(state) ? { ...about, of: null } : null;
  }

  function marked({ factor, state }: Place, now: number): { readonly held: Suppression | null; until: number | null } {
    if (state === null) return { held: null, until: null };
    // Marks that are to come are looked for as far as they may be entered ahead.
    const known = marks.effectiveIn(state.site.id, now, now + bounds.markAheadMsMax);
    let [held, until]: [Suppression | null, number | null] = [null, null];
    for (const mark of known) {
      if (!isMarkOfCentre(mark)) continue;
      // The site as a whole is marked by what marks all of its factors.
      if (factor === null ? mark.factors !== null : !marksFactor(mark, factor)) continue;
      const change = mark.from > now ? mark.from : mark.to;
      until = until === null ? change : Math.min(until, change);
      if (mark.from > now || (held?.until ?? 0) >= mark.to) continue;
      const about = { kind: "by-design", by: "rule", reason: "marked", of: mark.id, oneShot: false } as const;
      held = { ...about, until: mark.to };
    }
    return { held, until };
  }

  function outOf({ factor, state }: Place, name: string, now: number): Suppression | null {
    const item = outOfService.find(state?.site ?? null, factor, name, now);
    if (item === null) return null;
    const { to, by, workOrder, reason, id } = item;
    const said = workOrder === "" ? reason : `${workOrder}: ${reason}`;
    return { kind: "out-of-service", until: to, by, reason: said, of: id, oneShot: false };
  }

  return {
    find(place, name, { suppressWhen }, now) {
      const suppressions: Suppression[] = [];
      let until: number | null = null;
      const out = outOf(place, name, now);
      if (out !== null) suppressions.push(out);
      if (suppressWhen.includes("site-silent")) {
        const by = silent(place);
        if (by !== null) suppressions.push(by);
        // A site that is just back is looked at again with the ticks.
        if (by?.of === null) until = now + 1_000;
      }
      if (suppressWhen.includes("marked")) {
        const found = marked(place, now);
        if (found.held !== null) suppressions.push(found.held);
        if (found.until !== null) until = until === null ? found.until : Math.min(until, found.until);
      }
      return { suppressions, until };
    },
    siteIsBack(state) {
      back.set(state.site.id, clock());
    },
    passTime() {
      // Longer than any site may take to follow.
      for (const [site, at] of back) if (clock() - at > 86_400_000) back.delete(site);
    },
    save: () => [...back],
  };
}
