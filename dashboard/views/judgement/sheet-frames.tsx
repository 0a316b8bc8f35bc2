// The frames the numbers came in: one line each, opened to the whole text as it was received, with nothing hidden in it, and the
// hash that proves it.

import { useState } from "react";
import { formatLocal } from "#domain/time.ts";
import { showHex, showText } from "../../format/raw-frame.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading } from "../panels.tsx";
import { useJudgementWords } from "./exceedance-data.ts";
import { type GatheredFrame, gatherFrames, type SheetFrame, useFrame, useMoreFrames } from "./sheet-data.ts";

interface FramesProps {
  readonly id: string;
  readonly first: readonly SheetFrame[];
  readonly next: string | null;
}

export function SheetFrames({ id, first, next }: FramesProps) {
  const { sheet: words } = useJudgementWords();
  const more = useMoreFrames(id, next);
  const later = more.data?.pages.flatMap((page) => page.frames) ?? [];
  const frames = gatherFrames([...first, ...later]);
  const hasMore = more.data === undefined ? next !== null : more.hasNextPage;
  return (
    <section className="panel sheet-panel sheet-frames" data-testid="sheet-frames">
      <div className="panel-head">
        <h2>{words.frames}</h2>
      </div>
      <p className="hint">{frames.length === 0 ? words.noFrames : words.framesSay}</p>
      <ul className="sheet-list">
        {frames.map((frame) => (
          <Frame key={frame.seq} frame={frame} />
        ))}
      </ul>
      {more.error !== null && <Failed what={words.loadFrame} error={more.error} retry={() => void more.refetch()} />}
      {hasMore && (
        <button
          type="button"
          disabled={more.isFetching}
          onClick={() => void (more.data === undefined ? more.refetch() : more.fetchNextPage())}
        >
          {words.moreFrames}
        </button>
      )}
    </section>
  );
}

/** "08:00" or "08:00–08:59": event times of the readings in it. */
function formatTimes({ times }: GatheredFrame): string {
  const [first, last] = [times[0], times.at(-1)].map((time) => formatLocal(Date.parse(time ?? "")).slice(11, 19));
  return times.length === 1 ? (first ?? "") : `${first}–${last}`;
}

function Frame({ frame }: { readonly frame: GatheredFrame }) {
  const { sheet: words } = useJudgementWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)} data-testid="sheet-frame" data-seq={frame.seq}>
        <summary>
          <b>{words.frame(String(frame.seq))}</b> {formatTimes(frame)} · {words.receivedAt}{" "}
          {formatLocal(Date.parse(frame.receivedAt))} <code>{frame.excerpt ?? words.gone}</code>
        </summary>
        {isOpen && <Whole seq={frame.seq} />}
      </details>
    </li>
  );
}

function Whole({ seq }: { readonly seq: number }) {
  const { sheet: words } = useJudgementWords();
  const frame = useFrame(seq);
  if (frame.error !== null)
    return <Failed what={words.loadFrame} error={frame.error} retry={() => void frame.refetch()} />;
  if (frame.data === undefined) return <Loading lines={3} />;
  const { text, hex, hidden, sha256, bytes, channel } = frame.data;
  return (
    <div className="sheet-frame">
      <p className="hint">
        {words.journal} {seq} · {channel} · {words.bytes(formatCount(bytes))} · {words.sha}{" "}
        <code data-testid="frame-hash">{sha256}</code>
        {hidden && ` · ${words.hidden}`}
      </p>
      {/* Scrolled by the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre
        className="raw-frame"
        tabIndex={0}
        role="region"
        aria-label={words.frame(String(seq))}
        data-testid="frame-text"
      >
        {text === null
          ? showHex(hex ?? "")
          : showText(text).map((piece, i) =>
              piece.isSign ? (
                <span key={i} className="control-sign">
                  {piece.text}
                </span>
              ) : (
                piece.text
              ),
            )}
      </pre>
    </div>
  );
}
