// How many windows were confirmed, by city and by factor: numbers one can press to filter by them.

import { useMemo } from "react";
import { formatCount } from "../ledger-sites.tsx";
import { useUrl } from "../url-state.ts";
import { type ExceedanceRow, type Sum, sumBy, useJudgementWords } from "./exceedance-data.ts";
import { formatMultiple, useNames } from "./exceedance-parts.tsx";

export function ExceedanceSums({ rows }: { readonly rows: readonly ExceedanceRow[] }) {
  const words = useJudgementWords();
  const names = useNames();
  const { cities, factors } = useMemo(
    () => ({ cities: sumBy(rows, ({ city }) => city ?? ""), factors: sumBy(rows, ({ factor }) => factor) }),
    [rows],
  );
  if (cities.length === 0) return <p className="hint">{words.sums.none}</p>;
  return (
    <div className="exceedance-sums" role="group" aria-label={words.sums.title}>
      <Line name="city" label={words.sums.cities} sums={cities} nameOf={names.city} />
      <Line name="factor" label={words.sums.factors} sums={factors} nameOf={names.factor} />
    </div>
  );
}

interface LineProps {
  readonly name: "city" | "factor";
  readonly label: string;
  readonly sums: readonly Sum[];
  readonly nameOf: (key: string) => string;
}

function Line({ name, label, sums, nameOf }: LineProps) {
  const words = useJudgementWords();
  const { query, set } = useUrl();
  return (
    <div className="sum-line">
      <span className="sum-label">{label}</span>
      {sums.map(({ key, windows, sites, most }) => {
        const isChosen = query.get(name) === key;
        const says = words.sums.of(formatCount(windows), formatCount(sites));
        return (
          <button
            key={key}
            type="button"
            aria-pressed={isChosen}
            title={most === null ? says : `${says} · ${words.sums.most(formatMultiple(most))}`}
            data-testid="exceedance-sum"
            data-key={key}
            onClick={() => set({ [name]: isChosen ? null : key })}
          >
            {nameOf(key)} <b>{formatCount(windows)}</b>
          </button>
        );
      })}
    </div>
  );
}
