// Finds a site by id or name from anywhere: `/`, type, arrows, Enter. A list box below a text field, as WAI-ARIA describes it.

import { useId, useRef, useState } from "react";
import { pickName, useWords } from "../i18n/i18n.ts";
import { findSites } from "../state/site-search.ts";
import { useApp } from "./app-context.ts";
import { useKeys } from "./key-map.ts";
import { useUrl } from "./url-state.ts";

const shownMax = 10;

export function SiteSearch() {
  const words = useWords();
  const { sites, cities } = useApp();
  const { go } = useUrl();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  useKeys([{ keys: ["/"], says: words.keys.search, act: () => field.current?.focus() }]);
  const found = isOpen ? findSites(sites.columns, text, shownMax) : { rows: [], total: 0 };
  const isShown = isOpen && text.trim() !== "";

  function open(row: number | undefined): void {
    const site = sites.columns.id[row ?? -1];
    if (site === undefined) return;
    setOpen(false);
    setText("");
    field.current?.blur();
    go(`/sites/${encodeURIComponent(site)}`);
  }

  function onKey(event: React.KeyboardEvent): void {
    // Enter chooses a word of the input method first.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setAt(Math.min(found.rows.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter") open(found.rows[at]);
    else if (event.key === "Escape") {
      setText("");
      field.current?.blur();
    } else return;
    event.preventDefault();
  }

  return (
    <div className="search">
      <input
        ref={field}
        type="search"
        role="combobox"
        aria-label={words.search.label}
        aria-expanded={isShown}
        aria-controls={`${id}list`}
        aria-autocomplete="list"
        aria-activedescendant={isShown && found.rows.length > 0 ? `${id}${at}` : undefined}
        placeholder={words.search.placeholder}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKey}
      />
      <ul id={`${id}list`} role="listbox" aria-label={words.search.label} hidden={!isShown}>
        {found.rows.map((row, i) => {
          const city = cities.find((entry) => entry.adcode === sites.columns.city[row]);
          return (
            <li
              key={sites.columns.id[row]}
              id={`${id}${i}`}
              role="option"
              aria-selected={i === at}
              // Before the field loses the focus and the list goes away.
              onPointerDown={(event) => {
                event.preventDefault();
                open(row);
              }}
            >
              <b>{sites.columns.name[row]}</b>
              <span>
                {sites.columns.id[row]} · {city === undefined ? "" : pickName(words, city)}
              </span>
            </li>
          );
        })}
        {isShown && found.total === 0 && (
          <li role="option" aria-selected={false}>
            {words.search.none}
          </li>
        )}
        {found.total > found.rows.length && (
          <li role="option" aria-selected={false} aria-disabled="true">
            {words.search.more(found.total - found.rows.length)}
          </li>
        )}
      </ul>
    </div>
  );
}
