// The state of the connection: a chip in the header that is always there, and a band across the screen when what is shown
// is no longer the truth.

import { formatAge, formatClock } from "../format/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { offsetWarnMs } from "../state/clock.ts";
import { viewLink, type LinkView } from "../state/link-state.ts";
import { paces } from "../state/pace.ts";
import { useApp, useObservable, useServerNow } from "./app-context.ts";

const symbols: Readonly<Record<LinkView["state"], string>> = {
  connecting: "◌",
  live: "●",
  late: "◐",
  down: "○",
  resync: "⟳",
};

/** So long after the last merged readings the screen still says so. */
const mergedShownMs = 30_000;

export interface LinkNow {
  readonly view: LinkView;
  /** Server minus own clock, ms. */
  readonly offset: number;
  /** Server's clock. */
  readonly now: number;
}

/** What the header, the bands and the wall say about the connection; changes at least once a second. */
export function useLinkView(): LinkNow {
  const { live } = useApp();
  const facts = useObservable(live.link);
  const offset = useObservable(live.offset);
  const lagMs = useObservable(live.lag);
  const now = useServerNow();
  // Facts of the link are told by this machine's clock.
  return { view: viewLink(facts, now - offset, lagMs ?? 0), offset, now };
}

export function LinkChip() {
  const { link: words } = useWords();
  const { live, pace } = useApp();
  const { view, offset, now } = useLinkView();
  const lagMs = useObservable(live.lag);
  const { total, at } = useObservable(live.merged);
  const { chartHertz } = useObservable(pace);
  const lag = ((lagMs ?? 0) / 1000).toFixed(1);
  const text =
    view.state === "late"
      ? words.late(Math.round(view.silentMs / 1000))
      : view.state === "down" && view.since !== null
        ? words.downSince(formatClock(view.since + offset))
        : words[view.state];
  return (
    <>
      <span
        className={`link-chip link-${view.state}`}
        data-testid="link-state"
        data-state={view.state}
        title={lagMs === null ? words.label : words.lagTitle(lag)}
      >
        <span aria-hidden="true">{symbols[view.state]}</span> {text}
        {view.state === "live" && lagMs !== null && <span className="link-lag"> {words.lag(lag)}</span>}
      </span>
      {at !== null && now - offset - at < mergedShownMs && (
        <span className="link-note" title={words.mergedTitle}>
          {words.merged(total)}
        </span>
      )}
      {chartHertz !== paces[0]?.chartHertz && (
        <span className="link-note" title={words.slowTitle}>
          {words.slow(chartHertz)}
        </span>
      )}
    </>
  );
}

export function LinkBand() {
  const words = useWords();
  const { live } = useApp();
  const { view, offset, now } = useLinkView();
  const gap = useObservable(live.gap);
  const limited = useObservable(live.limited);
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
      {limited && (
        <div className="band band-note" role="status">
          ◌ {words.link.limited}
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
