// The month: weeks as rows, in each day who is on call from its turn on. A day is chosen by pointer or by Enter, arrows move; the
// second choice ends the span of a swap.

import { useRef, useState } from "react";
import type { OnCallCalendar } from "#domain/notice.ts";
import { dayMs, dayStart, formatDay, formatLocal } from "#domain/time.ts";
import { useKeys } from "../key-map.ts";
import { type CalendarDay, monthGrid } from "./calendar-month.ts";
import { useContacts, useNoticeWords } from "./notice-data.ts";

interface GridProps {
  readonly calendar: OnCallCalendar;
  readonly month: { readonly year: number; readonly month: number };
  readonly now: number;
  /** Null: this person may not swap. */
  readonly choose: ((from: number, to: number) => void) | null;
  /** The keyboard went beyond the first or the last day. */
  readonly turnPage: (step: -1 | 1) => void;
}

export function CalendarGrid({ calendar, month, now, choose, turnPage }: GridProps) {
  const { calendars: words } = useNoticeWords();
  const grid = useRef<HTMLTableElement>(null);
  const weeks = monthGrid(calendar, month.year, month.month);
  const days = weeks.flat();
  const [begun, setBegun] = useState<number | null>(null);
  const [standing, setStanding] = useState<number | null>(null);
  const isShown = (start: number | null): start is number => start !== null && days.some((day) => day.start === start);
  const today = dayStart(now);
  const firstOfMonth = days.find((day) => day.isInMonth)?.start ?? 0;
  const stand = isShown(standing) ? standing : isShown(today) ? today : firstOfMonth;

  function move(by: number): void {
    const to = stand + by * dayMs;
    const first = days[0]?.start ?? to;
    const last = days.at(-1)?.start ?? to;
    setStanding(to);
    if (to < first) turnPage(-1);
    else if (to > last) turnPage(1);
    // It is there after the next drawing at the latest.
    requestAnimationFrame(() => {
      const cell = grid.current?.querySelector(`[data-day="${formatDay(to)}"]`);
      if (cell instanceof HTMLElement) cell.focus();
    });
  }
  function pick(start: number): void {
    if (choose === null) return;
    setStanding(start);
    if (begun === null) {
      setBegun(start);
      return;
    }
    setBegun(null);
    choose(Math.min(begun, start), Math.max(begun, start));
  }
  const inside = grid;
  useKeys([
    { keys: ["ArrowLeft"], inside, act: () => move(-1) },
    { keys: ["ArrowRight"], inside, act: () => move(1) },
    { keys: ["ArrowUp"], inside, act: () => move(-7) },
    { keys: ["ArrowDown"], inside, act: () => move(7) },
    ...(begun === null ? [] : [{ keys: ["Escape"], act: () => setBegun(null) }]),
  ]);
  const [low, high] = begun === null ? [0, -1] : [Math.min(begun, stand), Math.max(begun, stand)];
  return (
    <>
      <table ref={grid} className="calendar-grid">
        <thead>
          <tr>
            {words.weekdays.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]?.start}>
              {week.map((day) => (
                <td key={day.start}>
                  <Day
                    day={day}
                    isToday={day.start === today}
                    isStanding={day.start === stand}
                    isMarked={day.start >= low && day.start <= high}
                    isEnabled={choose !== null}
                    pick={() => pick(day.start)}
                    onFocus={() => setStanding(day.start)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {choose !== null && (
        <p className="hint" role="status">
          {begun === null ? words.swapHint : words.swapFrom(formatDay(begun))}
        </p>
      )}
    </>
  );
}

interface DayProps {
  readonly day: CalendarDay;
  readonly isToday: boolean;
  readonly isStanding: boolean;
  readonly isMarked: boolean;
  readonly isEnabled: boolean;
  readonly pick: () => void;
  readonly onFocus: () => void;
}

function Day({ day, isToday, isStanding, isMarked, isEnabled, pick, onFocus }: DayProps) {
  const { calendars: words, policies } = useNoticeWords();
  const contacts = useContacts();
  const nameOf = (id: string | null): string =>
    id === null ? policies.nobody : (contacts.data?.find((each) => each.id === id)?.name ?? id);
  const name = formatDay(day.start);
  const says = day.parts
    .map(({ contact, isSwap }) => `${nameOf(contact)}${isSwap ? ` (${words.swapped})` : ""}`)
    .join(", ");
  return (
    <button
      type="button"
      className="calendar-day"
      tabIndex={isStanding ? 0 : -1}
      aria-label={words.day(name, says)}
      aria-current={isToday ? "date" : undefined}
      aria-disabled={!isEnabled}
      data-day={name}
      data-month={day.isInMonth}
      data-marked={isMarked}
      data-testid="calendar-day"
      onClick={pick}
      onFocus={onFocus}
    >
      <span className="calendar-number">{day.day}</span>
      {day.parts.map(({ from, contact, isSwap }, i) => (
        <span key={from} className="calendar-part" data-swap={isSwap} data-nobody={contact === null}>
          {i > 0 && `${formatLocal(from).slice(11, 16)} `}
          {isSwap && "⇄ "}
          {nameOf(contact)}
        </span>
      ))}
    </button>
  );
}
