// Two addresses of what is seen now: one that keeps moving with the clock, one whose times stay. And the whole screen.

import { useId, useRef, useState } from "react";
import { useWords } from "../i18n/i18n.ts";
import { freezeWindow, resolveRange } from "../state/time-range.ts";
import { useApp } from "./app-context.ts";
import { useKeys } from "./key-map.ts";
import { useUrl } from "./url-state.ts";

/** Asked of the browser, which may refuse; the page goes on either way. */
async function toggleFullScreen(): Promise<void> {
  try {
    if (document.fullscreenElement === null) await document.documentElement.requestFullscreen();
    else await document.exitFullscreen();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

/** The window that the screen shows when its address names none. */
const ownFrom = "now-24h";

export function ShareMenu() {
  const { share: words, keys } = useWords();
  const { query, path } = useUrl();
  const { ticker } = useApp();
  const id = useId();
  // The times are those of the moment the menu is opened.
  const [openedAt, setOpenedAt] = useState(() => ticker.now.get());
  useKeys([{ keys: ["f"], says: keys.fullScreen, act: () => void toggleFullScreen() }]);
  const relative = new URL(location.href);
  const frozen = new URL(location.href);
  const asked = { from: query.get("from") ?? ownFrom, to: query.get("to") ?? "now" };
  const window = resolveRange(asked, openedAt);
  if (window !== null) {
    const { from, to } = freezeWindow(window);
    frozen.searchParams.set("from", from);
    frozen.searchParams.set("to", to);
  }
  const hasTime = path.startsWith("/sites/") || path.startsWith("/history");
  return (
    <>
      <button type="button" className="quiet" popoverTarget={id}>
        {words.open}
      </button>
      <div
        id={id}
        popover="auto"
        className="menu share-menu"
        role="group"
        aria-label={words.open}
        onToggle={() => setOpenedAt(ticker.now.get())}
      >
        <Address label={words.relative} text={relative.href} />
        {hasTime && <Address label={words.frozen} text={frozen.href} />}
        <button type="button" onClick={() => void toggleFullScreen()}>
          {words.fullScreen} (F)
        </button>
      </div>
    </>
  );
}

function Address({ label, text }: { readonly label: string; readonly text: string }) {
  const { share: words } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("");
  async function copy(): Promise<void> {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setSaid(words.copied);
    } catch (error) {
      // Without a secure origin there is no clipboard at all.
      if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
      setSaid(words.failed);
    }
  }
  return (
    <div className="share-address">
      <label>
        {label}
        <input ref={field} readOnly value={text} onFocus={(event) => event.target.select()} />
      </label>
      <button type="button" onClick={() => void copy()}>
        {words.copy}
      </button>
      <span role="status">{said}</span>
    </div>
  );
}
