// What the list and the sheet draw alike: the verdict by sign and word, a window of time, a multiple, a value with its unit.

import type { ExceedanceStatus, JudgedBasis } from "#domain/judged.ts";
import { isFlag } from "#domain/reading.ts";
import { dayMs, formatDay, formatLocal } from "#domain/time.ts";
import { formatInFull, formatUnit } from "../../format/number.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { useUrl } from "../url-state.ts";
import { useJudgementWords } from "./exceedance-data.ts";

const signs: Readonly<Record<ExceedanceStatus, string>> = {
  confirmed: "▲",
  marked: "⊘",
  withdrawn: "↩",
  superseded: "…",
};

export function Verdict({ status }: { readonly status: ExceedanceStatus }) {
  const words = useJudgementWords();
  return (
    <span className="judged-verdict" data-status={status} title={words.statusSays[status]}>
      <span aria-hidden="true" className="judged-verdict-sign">
        {signs[status]}
      </span>
      {words.statuses[status]}
    </span>
  );
}

/** "2026-11-21" for a day of UTC+8, "2026-11-21 08:00–09:00" for an hour. */
export function formatJudgedWindow([from, to]: readonly [string, string], basis: JudgedBasis): string {
  const start = Date.parse(from);
  if (basis === "day") return formatDay(start);
  const end = formatLocal(Date.parse(to)).slice(11, 16);
  return `${formatLocal(start).slice(0, 16)}–${end === "00:00" ? "24:00" : end}`;
}

/** Three digits that mean something; never rounded to nothing. */
export function formatMultiple(multiple: number): string {
  return String(Number(multiple.toPrecision(multiple < 1 ? 2 : 3)));
}

const digitsMost = 6;

/** A mean in full, without the digits that only binary fractions have. */
export function formatMean(value: number, decimals: number): string {
  return formatInFull(Number(value.toPrecision(digitsMost)), decimals);
}

/** Names of factors and cities, and values as they are written beside them. */
export function useNames() {
  const words = useWords();
  const { factors, cities } = useApp();
  return {
    factor(code: string): string {
      const found = factors[code];
      return found === undefined ? code : pickName(words, found);
    },
    city(adcode: string): string {
      const found = cities.find((each) => each.adcode === adcode);
      return found === undefined ? adcode : pickName(words, found);
    },
    mean: (code: string, value: number, unit: string): string =>
      `${formatMean(value, factors[code]?.decimals ?? 2)} ${formatUnit(unit)}`.trimEnd(),
    bare: (code: string, value: number): string => formatMean(value, factors[code]?.decimals ?? 2),
  };
}

/** A limit with its begin and end, as people say them: both days are within. */
export function formatInForce(from: number, to: number | null, since: string, open: string): string {
  return `${from <= 0 ? since : formatDay(from)} – ${to === null ? open : formatDay(to - dayMs)}`;
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly none: string;
  readonly chosen: string | null;
  readonly options: readonly (readonly [value: string, text: string])[];
}

/** A filter of few words that stands in the address. */
export function Choice({ name, label, none, chosen, options }: ChoiceProps) {
  const { set } = useUrl();
  return (
    <select aria-label={label} value={chosen ?? ""} onChange={(event) => set({ [name]: event.target.value })}>
      <option value="">{none}</option>
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** Why an input does not count, in words; flags by their own names. */
export function useWhy() {
  const words = useJudgementWords();
  const { flags } = useWords();
  return (why: string | null): string => {
    if (why === null || why === "") return words.sheet.no;
    if (isFlag(why)) return words.sheet.excludedBy(why, flags[why]);
    return words.why[why] ?? why;
  };
}
