// The line of buttons above the alarm list: what can be done to the marked rows, or to the row in hand, and what came of it.

import { useRef } from "react";
import type { AlarmView } from "../../state/wire.ts";
import { useApp } from "../app-context.ts";
import { useActWords } from "./act-words.ts";
import { marksMax } from "./marks.ts";
import type { Desk, DeskKind } from "./use-desk.ts";

/** With the key that does the same; none = by hand only. */
const buttons: readonly (readonly [kind: DeskKind, key: string])[] = [
  ["ack", "A"],
  ["shelve", "S"],
  ["unshelve", ""],
  ["comment", "C"],
  ["take", "I"],
  ["assign", ""],
  ["reset", "R"],
  ["makeCase", "N"],
];

interface ActBarProps {
  readonly desk: Desk;
  /** Alarms on the screen now. */
  readonly visible: readonly string[];
}

export function ActBar({ desk, visible }: ActBarProps) {
  const words = useActWords();
  const { live } = useApp();
  const bar = useRef<HTMLDivElement>(null);
  const { marks, refusal, said, run } = desk;
  const n = marks.ids.size;
  const seen = live.book.get().byId;
  const open = visible.filter((id) => {
    const alarm: AlarmView | undefined = seen.get(id);
    return alarm !== undefined && alarm.state !== "normal";
  });
  return (
    <div ref={bar} className="act-bar" role="toolbar" aria-label={words.bar}>
      <span className="act-marked" data-testid="marked">
        {n === 0 ? words.none : words.marked(n)}
      </span>
      {n === 0 ? (
        <button type="button" className="quiet" disabled={open.length === 0} onClick={() => marks.add(open)}>
          {words.markShown}
        </button>
      ) : (
        <button type="button" className="quiet" onClick={marks.clear}>
          {words.clear}
        </button>
      )}
      {buttons.map(([kind, key]) => (
        <button
          key={kind}
          type="button"
          data-testid={`act-${kind}`}
          disabled={refusal !== null}
          title={refusal ?? undefined}
          // The focus stays in the list, so that its row is the one in hand.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => run(kind)}
        >
          {words[kind]}
          {key !== "" && <kbd className="act-key">{key}</kbd>}
        </button>
      ))}
      <span className="act-said" role="status" data-testid="act-said">
        {marks.isFull ? words.full(marksMax) : said}
      </span>
    </div>
  );
}
