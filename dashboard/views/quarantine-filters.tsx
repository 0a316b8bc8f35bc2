// The filters of the quarantine: all of them in the address, so that a link says exactly what one sees; and the way to the
// same rows as a file.

import { useEffect, useState } from "react";
import { quarantineStates } from "#domain/quarantine.ts";
import { formatDay } from "#domain/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { useServerNow } from "./app-context.ts";
import { DayInput } from "./day-input.tsx";
import { formatCount } from "./ledger-sites.tsx";
import { isFiltered, type QuarantineFilter, toQuery } from "./quarantine-data.ts";
import { useUrl } from "./url-state.ts";

interface FiltersProps {
  readonly filter: QuarantineFilter;
  readonly clear: () => void;
  readonly total: number | null;
}

export function QuarantineFilters({ filter, clear, total }: FiltersProps) {
  const words = useWords();
  const { set } = useUrl();
  const today = formatDay(useServerNow());
  const states = [...quarantineStates, "all"] as const;
  return (
    <div className="filters" role="toolbar" aria-label={words.quarantine.filters}>
      <h1 className="view-title">{words.quarantine.title}</h1>
      <div className="segments" role="group" aria-label={words.quarantine.state}>
        {states.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={filter.state === state}
            onClick={() => set({ state: state === "open" ? null : state })}
          >
            {state === "all" ? words.quarantine.allStates : words.quarantine.states[state]}
          </button>
        ))}
      </div>
      <label className="field">
        <span className="visually-hidden">{words.quarantine.reason}</span>
        <select
          className="reason-select"
          value={filter.reason ?? ""}
          onChange={(event) => set({ reason: event.target.value })}
        >
          <option value="">{words.quarantine.allReasons}</option>
          {Object.entries(words.reasons).map(([reason, says]) => (
            <option key={reason} value={reason}>
              {says}
            </option>
          ))}
        </select>
      </label>
      <DayInput label={words.quarantine.day} value={filter.day ?? ""} max={today} choose={(day) => set({ day })} />
      <SiteFilter site={filter.site ?? ""} />
      {isFiltered(filter) && (
        <button type="button" className="quiet" onClick={clear}>
          {words.quarantine.clear}
        </button>
      )}
      <span className="filters-count">{total !== null && words.quarantine.listed(formatCount(total))}</span>
      {(["csv", "ndjson"] as const).map((format) => (
        <a
          key={format}
          className="button"
          href={`/api/v1/quarantine?${toQuery(filter, { format })}`}
          title={words.quarantine.exportTitle(words.quarantine[format])}
          download
        >
          {words.quarantine[format]}
        </a>
      ))}
    </div>
  );
}

const typingMs = 400;

/** Asked when the person has stopped typing, not at every letter. */
function SiteFilter({ site }: { readonly site: string }) {
  const words = useWords();
  const { set } = useUrl();
  const [text, setText] = useState(site);
  useEffect(() => setText(site), [site]);
  useEffect(() => {
    if (text.trim() === site) return undefined;
    const timer = setTimeout(() => set({ site: text.trim() }), typingMs);
    return () => clearTimeout(timer);
  }, [text, site, set]);
  return (
    <input
      type="search"
      className="site-filter"
      value={text}
      placeholder={words.quarantine.site}
      aria-label={words.quarantine.site}
      maxLength={64}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
