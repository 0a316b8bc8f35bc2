// Who is on call (值班): the turns of a calendar, and the swaps that go before them. Pure.

import type { OnCallCalendar, OnCallSwap } from "./notice.ts";

export interface OnCall {
  readonly contact: string;
  /** Until then, ms; the turn or the swap ends, or a swap begins. */
  readonly until: number;
  /** Null: it is a turn. */
  readonly swap: OnCallSwap | null;
}

/** Null: nobody, because nobody is named yet or the calendar begins later. Of swaps that overlap the last one holds. */
export function onCallAt({ contacts, from, turnMs, swaps }: OnCallCalendar, at: number): OnCall | null {
  const nextSwap = Math.min(
    ...swaps.filter((swap) => swap.from > at).map((swap) => swap.from),
    Number.POSITIVE_INFINITY,
  );
  const swap = swaps.findLast((each) => each.from <= at && at < each.to) ?? null;
  if (swap !== null) return { contact: swap.contact, until: Math.min(swap.to, nextSwap), swap };
  if (at < from || turnMs <= 0) return null;
  const turn = Math.floor((at - from) / turnMs);
  const contact = contacts[turn % contacts.length];
  if (contact === undefined) return null;
  return { contact, until: Math.min(from + (turn + 1) * turnMs, nextSwap), swap: null };
}
