// The lines the console shows: what passes the filter, in its order, grouped as chosen or (in a flood) by itself, held still
// while somebody is inside the list.

import { useMemo, useState } from "react";
import type { AlarmBook } from "../../state/alarm-book.ts";
import { buildLines, chooseGrouping, type AlarmLine, type Grouping } from "../../state/alarm-lines.ts";
import {
  countWaiting,
  findAlarms,
  type AlarmListFilter,
  type AlarmSort,
  type Waiting,
} from "../../state/alarm-list.ts";
import type { Flood } from "../../state/raises.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp, useObservable, usePaced, useServerNow } from "../app-context.ts";
import { useFrozenOrder, type FrozenOrder } from "./use-frozen-order.ts";

export interface ListView {
  readonly sort: AlarmSort;
  /** null = one by one, and grouped in a flood. */
  readonly group: Grouping | null;
}

/** Follows the rate of calls, once a second and with every change of the book. */
export function useFlood(): Flood {
  const { live } = useApp();
  const book = useObservable(live.book);
  const now = useServerNow();
  const { isFlood, rate, since } = useMemo(() => live.raises.flood(now), [live, now, book]);
  return useMemo(() => ({ isFlood, rate, since }), [isFlood, rate, since]);
}

/** So many open alarms are laid out anew no more often than somebody can read them: the page has to answer keys, too. */
const manyAlarms = 8_000;
const manyHertz = 2;
const fewHertz = 10;

export function useListedBook(): AlarmBook {
  const { live } = useApp();
  const [isMany, setMany] = useState(() => live.book.get().byId.size > manyAlarms);
  const book = usePaced(live.book, isMany ? manyHertz : fewHertz);
  const isManyNow = book.byId.size > manyAlarms;
  if (isManyNow !== isMany) setMany(isManyNow);
  return book;
}

interface Shown {
  readonly lines: readonly AlarmLine[];
  /** Every alarm that is in them, folded ones too. */
  readonly found: readonly AlarmView[];
}

const noneWaiting: Waiting = { total: 0, firstPriority: 0 };

export interface AlarmLines {
  readonly book: AlarmBook;
  readonly lines: readonly AlarmLine[];
  readonly grouping: Grouping;
  readonly order: FrozenOrder<Shown>;
  readonly waiting: Waiting;
}

export function useAlarmLines(
  filter: AlarmListFilter,
  view: ListView,
  open: ReadonlySet<string>,
  isFlooded: boolean,
): AlarmLines {
  const { live, sites } = useApp();
  const book = useListedBook();
  const gap = useObservable(live.gap);
  const { sort, group } = view;
  const { state, priorities, city } = filter;
  const priorityText = priorities.join();
  const found = useMemo(
    () => findAlarms(book, filter, sites.cityOf, sort),
    [book, state, priorityText, city, sort, sites],
  );
  const grouping = group ?? (isFlooded ? chooseGrouping(found, sites.enterpriseOf) : "none");
  const fresh = useMemo(
    (): Shown => ({
      lines: buildLines(found, {
        grouping,
        sort,
        open,
        gap: gap !== null && gap.added > 0 ? gap : null,
        cityOf: sites.cityOf,
        enterpriseOf: sites.enterpriseOf,
      }),
      found,
    }),
    [found, grouping, sort, open, gap, sites],
  );
  // Another question, another group opened, another gap: answered at once, not when the pointer leaves.
  const key = `${state} ${priorityText} ${city ?? ""} ${sort} ${group ?? ""} ${[...open].join()} ${gap?.from ?? ""}`;
  const order = useFrozenOrder(fresh, key);
  const { shown } = order;
  // Ten times a second for thousands of alarms: what only a list that is held needs is not made for one that is not.
  const isHeld = shown !== fresh;
  const ids = useMemo(() => (isHeld ? new Set(shown.found.map((alarm) => alarm.id)) : null), [isHeld, shown]);
  const lines = useMemo(
    () => (isHeld ? shown.lines.filter((line) => line.kind !== "alarm" || book.byId.has(line.id)) : shown.lines),
    [isHeld, shown, book],
  );
  const waiting = useMemo(() => (ids === null ? noneWaiting : countWaiting(ids, found)), [ids, found]);
  return { book, lines, grouping, order, waiting };
}
