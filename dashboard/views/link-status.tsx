// The state of the connection: a chip in the header that is always there, and a band across the screen when what is shown
// is no longer the truth.

import { formatAge, formatClock } from "../format/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { offsetWarnMs } from "../state/clock.ts";
import { viewLink, type LinkView } from "../state/link-state.ts";
import { useApp, useObservable, useServerNow } from "./app-context.ts";

const symbols: Readonly<Record<LinkView["state"], string>> = {
  connecting: "◌",
  live: "●",
  late: "◐",
  down: "○",
  resync: "⟳",
};

function useLinkView(): { readonly view: LinkView; readonly offset: number; readonly now: number } {
  const { live } = useApp();
  const facts = useObservable(live.link);
  const offset = useObservable(live.offset);
  const now = useServerNow();
  // Facts of the link are told by this machine's clock.
  return { view: viewLink(facts, now - offset), offset, now };
}

export function LinkChip() {
  const words = useWords();
  const { view } = useLinkView();
  const text = view.state === "late" ? words.link.late(Math.round(view.silentMs / 1000)) : words.link[view.state];
  return (
    <span
      className={`link-chip link-${view.state}`}
      data-testid="link-state"
      data-state={view.state}
      title={words.link.label}
    >
      <span aria-hidden="true">{symbols[view.state]}</span> {text}
    </span>
  );
}

export function LinkBand() {
  const words = useWords();
  const { live } = useApp();
  const { view, offset, now } = useLinkView();
  const gap = useObservable(live.gap);
  if (view.state === "down" && view.since !== null) {
    const since = view.since + offset;
    return (
      <div className="band band-down" role="alert">
        ○ {words.link.band(formatClock(since), formatAge(now - since, words.duration))}
      </div>
    );
  }
  return (
    <>
      {gap !== null && (
        <div className="band band-note" role="status">
          ⟳ {words.link.gap(formatClock(gap.from), formatClock(gap.to), gap.added)}
          <button type="button" className="quiet" onClick={() => live.gap.set(null)}>
            {words.link.dismiss}
          </button>
        </div>
      )}
      {Math.abs(offset) > offsetWarnMs && (
        <div className="band band-note" role="status">
          ◷ {words.link.clockOff((Math.abs(offset) / 1000).toFixed(0))}
        </div>
      )}
    </>
  );
}
