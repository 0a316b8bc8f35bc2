// The day whose limits are looked at: in the address, as a date, and on a slider over the years of the timeline.

import { dayMs, formatDay, parseDay } from "#domain/time.ts";
import { useServerNow } from "../app-context.ts";
import { DayInput } from "../day-input.tsx";
import { useUrl } from "../url-state.ts";
import { useRuleWords } from "./rule-data.ts";

/** Of the axis around today. */
export const axisYears = { before: 6, after: 2 } as const;

/** `asof` of the address is the day that is looked at; without one it is today. */
export interface RuleDay {
  readonly day: string;
  readonly start: number;
  readonly today: number;
  readonly isWrong: boolean;
  readonly choose: (day: string) => void;
}

export function useDay(): RuleDay {
  const { query, set } = useUrl();
  const today = parseDay(formatDay(useServerNow())) ?? 0;
  const asked = parseDay(query.get("asof") ?? "");
  const start = asked ?? today;
  return {
    day: formatDay(start),
    start,
    today,
    isWrong: query.has("asof") && asked === null,
    choose: (day) => set({ asof: day === formatDay(today) ? null : day }),
  };
}

/** The day, by its number and by a slider over the years of the axis. */
export function AsOfDay({ day }: { readonly day: RuleDay }) {
  const words = useRuleWords();
  const [first, last] = [day.today - axisYears.before * 365 * dayMs, day.today + axisYears.after * 365 * dayMs];
  return (
    <span className="as-of" title={words.asOfTitle}>
      {words.asOf}
      <DayInput label={words.asOf} value={day.day} max={formatDay(last)} isRequired choose={day.choose} />
      <input
        type="range"
        aria-label={words.slider}
        aria-valuetext={day.day}
        min={0}
        max={Math.round((last - first) / dayMs)}
        value={Math.round((Math.min(last, Math.max(first, day.start)) - first) / dayMs)}
        data-testid="asof-slider"
        onChange={(event) => day.choose(formatDay(first + Number(event.target.value) * dayMs))}
      />
      {day.start !== day.today && (
        <button type="button" className="quiet" onClick={() => day.choose(formatDay(day.today))}>
          {words.today}
        </button>
      )}
    </span>
  );
}
