// What administration has put out of service: by site, enterprise, city, kind or factor, for a time or until it is put back. Alarms
// of it go on being evaluated and written down; nobody is called. Pure.

import type { OutOfService } from "#domain/alarm-definition.ts";
import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import { isOutOfService } from "#domain/out-of-service.ts";
import { type Answer, refuse } from "../answer.ts";
import type { Occasion } from "../occasion.ts";
import type { Output } from "../output.ts";
import type { ScopeSite } from "./records.ts";

type Begin = Extract<Command, { type: "out-of-service.begin" }>;
type End = Extract<Command, { type: "out-of-service.end" }>;

export interface OutOfServiceBook {
  begin(command: Begin, actor: string, on: Occasion, output: Output): Answer;
  end(command: End, actor: string, on: Occasion, output: Output): Answer;
  /** Ends what was meant to last until now; says whether anything began or ended by the time. */
  passTime(now: number, output: Output): boolean;
  /** What holds at `now` for this alarm; the one that lasts longest. `site`: null = it is one of the system. */
  find(site: ScopeSite | null, factor: string | null, name: string, now: number): OutOfService | null;
  save(): SavedOutOfService;
}

/** Those that nobody has ended. */
export interface SavedOutOfService {
  readonly items: readonly OutOfService[];
  readonly now: number;
}

export function createOutOfService(saved: SavedOutOfService = { items: [], now: 0 }): OutOfServiceBook {
  const items = new Map<string, OutOfService>(saved.items.map((item) => [item.id, item]));
  let now = saved.now;

  function over(item: OutOfService, by: string, at: number, seq: number, output: Output): OutOfService {
    const ended: OutOfService = { ...item, version: item.version + 1, endedBy: by, endedAt: at, seq };
    items.delete(item.id);
    output.state.outOfService.set(item.id, ended);
    return ended;
  }

  return {
    begin({ draft }, actor, { seq, receivedAt }, output) {
      const objects = [`out-of-service:${draft.id}`];
      if (items.has(draft.id)) return refuse("conflict", `there is ${draft.id} already`, objects, items.get(draft.id));
      if (items.size >= bounds.outOfServiceMax)
        return refuse("illegal", `no more than ${bounds.outOfServiceMax} at a time; end one first`, objects);
      if (draft.to !== null && (draft.to <= draft.from || draft.to <= receivedAt))
        return refuse("invalid", "it must end after it begins, and after now", objects);
      if (draft.reason.trim() === "") return refuse("invalid", "say why, for those who miss the alarm", objects);
      const open = { endedBy: null, endedAt: null };
      const item: OutOfService = { ...draft, version: 1, by: actor, at: receivedAt, seq, ...open };
      items.set(item.id, item);
      output.state.outOfService.set(item.id, item);
      return { ok: true, result: item, objects };
    },

    end({ id, expectedVersion, reason }, actor, { seq, receivedAt }, output) {
      const objects = [`out-of-service:${id}`];
      const item = items.get(id);
      if (item === undefined) return refuse("not-found", `nothing is out of service as ${id}`, objects);
      if (item.version !== expectedVersion)
        return refuse("conflict", `it is at version ${item.version}, not ${expectedVersion}`, objects, item);
      if (reason.trim() === "") return refuse("invalid", "say why it is put back", objects, item);
      return { ok: true, result: over(item, actor, receivedAt, seq, output), objects };
    },

    passTime(to, output) {
      if (items.size === 0) {
        now = to;
        return false;
      }
      const holds = (item: OutOfService, at: number): boolean => item.from <= at && (item.to === null || at < item.to);
      let changed = false;
      for (const item of items.values()) {
        if (holds(item, now) !== holds(item, to)) changed = true;
        if (item.to !== null && item.to <= to) over(item, "time", item.to, item.seq, output);
      }
      now = to;
      return changed;
    },

    find(site, factor, name, at) {
      let found: OutOfService | null = null;
      const place = site === null ? null : { ...site, site: site.id };
      for (const item of items.values()) {
        const { from, to } = item;
        if (from > at || (to !== null && to <= at)) continue;
        if (!isOutOfService(item, place, factor, name)) continue;
        if (found === null || found.to !== null) if (to === null || to > (found?.to ?? 0)) found = item;
      }
      return found;
    },

    save: () => ({ items: [...items.values()], now }),
  };
}
