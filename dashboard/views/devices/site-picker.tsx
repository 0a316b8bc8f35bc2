// Chooses one site of the whole register by part of its id, name or enterprise: the server is asked while one types. A list box
// below a text field, as WAI-ARIA describes it; says of each site whether it has a logger.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { callApi } from "../../feed/request.ts";

export interface PickedSite {
  readonly id: string;
  readonly name: string;
  readonly enterprise: string | null;
  readonly mn: string | null;
}

export interface SitePickerProps {
  readonly label: string;
  readonly hint: string;
  readonly none: string;
  readonly picked: PickedSite | null;
  readonly pick: (site: PickedSite | null) => void;
}

const typingMs = 250;
const shownMax = "12";

function useFound(text: string) {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), typingMs);
    return () => clearTimeout(timer);
  }, [text]);
  const query = new URLSearchParams({ q: asked, limit: shownMax });
  return useQuery({
    queryKey: ["site-picker", asked],
    queryFn: ({ signal }) => callApi<{ readonly items: readonly PickedSite[] }>(`/sites?${query}`, { signal }),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
}

export function SitePicker({ label, hint, none, picked, pick }: SitePickerProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const found = useFound(text);
  const items = text.trim() === "" ? [] : (found.data?.items ?? []);
  const isShown = isOpen && text.trim() !== "" && found.data !== undefined;

  function choose(site: PickedSite | undefined): void {
    if (site === undefined) return;
    setText("");
    setOpen(false);
    pick(site);
  }

  function onKey(event: React.KeyboardEvent): void {
    if (event.nativeEvent.isComposing || !isShown) return;
    if (event.key === "ArrowDown") setAt(Math.min(items.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter") choose(items[at]);
    else if (event.key === "Escape") setOpen(false);
    else return;
    event.preventDefault();
  }

  return (
    <div className="site-picker">
      <input
        type="search"
        role="combobox"
        aria-label={label}
        aria-expanded={isShown}
        aria-controls={`${id}list`}
        aria-autocomplete="list"
        aria-activedescendant={isShown && items.length > 0 ? `${id}${at}` : undefined}
        placeholder={picked === null ? hint : `${picked.name} · ${picked.id}`}
        className={picked === null ? undefined : "has-site"}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
          setOpen(true);
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={onKey}
      />
      <ul id={`${id}list`} role="listbox" aria-label={label} hidden={!isShown}>
        {items.map((site, i) => (
          <li
            key={site.id}
            id={`${id}${i}`}
            role="option"
            aria-selected={i === at}
            // Before the field loses the focus and the list goes away.
            onPointerDown={(event) => {
              event.preventDefault();
              choose(site);
            }}
          >
            <b>{site.name}</b>
            <span>
              {site.id}
              {site.enterprise === null ? "" : ` · ${site.enterprise}`}
              {site.mn === null ? "" : ` · MN ${site.mn}`}
            </span>
          </li>
        ))}
        {isShown && items.length === 0 && (
          <li role="option" aria-selected={false}>
            {none}
          </li>
        )}
      </ul>
    </div>
  );
}
