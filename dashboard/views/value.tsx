// One number as it is drawn everywhere: plain when all is well; bold with a word when beyond its limit; with its flag; hatched
// with its age when it has stopped; dotted underneath when it was revised; a dash with the reason when there is none.

import type { Flag } from "#domain/reading.ts";
import { formatLimit, formatUnit, formatValue } from "../format/number.ts";
import { formatAge } from "../format/time.ts";
import { useWords } from "../i18n/i18n.ts";

export interface ValueProps {
  /** null = there is none; `missing` says why. */
  readonly value: number | null;
  readonly decimals: number;
  readonly unit?: string;
  /** Printed behind the value. */
  readonly limit?: number | null;
  readonly isBeyond?: boolean;
  readonly flag?: Flag;
  /** Age in ms when the value has stopped; null while it is fresh. */
  readonly staleMs?: number | null;
  readonly isRevised?: boolean;
  readonly missing?: string;
  /** Without the words for "beyond" and the age, where a column of its own says them. */
  readonly isBare?: boolean;
}

export function Value(props: ValueProps) {
  const words = useWords();
  const { value, unit = "", limit = null, flag = "N", staleMs = null, isBeyond = false, isBare = false } = props;
  if (value === null) {
    return (
      <span className="value value-missing" title={props.missing ?? words.value.missing}>
        —
      </span>
    );
  }
  const isRevised = props.isRevised === true;
  const names = ["value"];
  if (staleMs !== null) names.push("is-stale");
  if (isBeyond) names.push("is-beyond");
  if (isRevised) names.push("is-revised");
  return (
    <span className={names.join(" ")} title={isRevised ? words.value.revised : undefined}>
      <b>{formatValue(value, props.decimals)}</b>
      {limit !== null && <span className="value-limit"> / {formatLimit(limit)}</span>}
      {unit !== "" && <span className="unit"> {formatUnit(unit)}</span>}
      {flag !== "N" && (
        <>
          {" "}
          <span className="chip" title={words.flags[flag]}>
            {flag}
          </span>
        </>
      )}
      {isBeyond && !isBare && <span className="value-beyond"> {words.value.beyond}</span>}
      {staleMs !== null && !isBare && (
        <span className="value-age"> {words.value.stale(formatAge(staleMs, words.duration))}</span>
      )}
    </span>
  );
}
