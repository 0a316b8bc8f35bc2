// The board: a column for each part of the way, a card for each case, what is due first on top. Arrows move between the cards of
// all columns, Enter opens.

import { useRef, useState } from "react";
import { useWords } from "../../i18n/i18n.ts";
import { useKeys } from "../key-map.ts";
import { type BoardGroup, boardGroupNames, type CaseRow, groupOf, titleIn, useCaseWords } from "./case-data.ts";
import { CaseChips, Due, Stage, useCaseNames } from "./case-parts.tsx";

/** More cards than these in a column nobody reads; the table has them all. */
const cardsMost = 50;

interface BoardProps {
  readonly rows: readonly CaseRow[];
  readonly open: (row: CaseRow) => void;
}

function byGroup(rows: readonly CaseRow[]): Readonly<Record<BoardGroup, readonly CaseRow[]>> {
  const groups: Record<BoardGroup, CaseRow[]> = {
    clue: [],
    verify: [],
    dispatch: [],
    reply: [],
    review: [],
    rectify: [],
    done: [],
  };
  for (const row of rows) groups[groupOf(row.stage)].push(row);
  // Of what has ended the newest is looked for.
  groups.done.sort((a, b) => Date.parse(b.closedAt ?? b.stageSince) - Date.parse(a.closedAt ?? a.stageSince));
  return groups;
}

export function CaseBoard({ rows, open }: BoardProps) {
  const words = useCaseWords();
  const board = useRef<HTMLDivElement>(null);
  const groups = byGroup(rows);
  const [currentId, setCurrent] = useState<string | null>(null);
  const shown = boardGroupNames.map((name) => groups[name].slice(0, cardsMost));
  const first = shown.flat()[0]?.id ?? null;
  const stand = currentId !== null && shown.flat().some(({ id }) => id === currentId) ? currentId : first;

  function focus(row: CaseRow | undefined): void {
    if (row === undefined) return;
    setCurrent(row.id);
    const card = board.current?.querySelector(`[data-key="${CSS.escape(row.id)}"]`);
    if (card instanceof HTMLElement) card.focus();
  }
  function move(down: number, aside: number): void {
    const column = shown.findIndex((cards) => cards.some(({ id }) => id === stand));
    const at = shown[column]?.findIndex(({ id }) => id === stand) ?? 0;
    if (board.current?.contains(document.activeElement) !== true) {
      focus(shown[column]?.[at]);
      return;
    }
    if (aside === 0) {
      focus(shown[column]?.[at + down]);
      return;
    }
    // The next column that holds something.
    for (let i = column + aside; i >= 0 && i < shown.length; i += aside) {
      const cards = shown[i] ?? [];
      if (cards.length === 0) continue;
      focus(cards[Math.min(at, cards.length - 1)]);
      return;
    }
  }
  const inside = board;
  useKeys([
    { keys: ["j"], act: () => move(1, 0) },
    { keys: ["k"], act: () => move(-1, 0) },
    { keys: ["ArrowDown"], inside, act: () => move(1, 0) },
    { keys: ["ArrowUp"], inside, act: () => move(-1, 0) },
    { keys: ["ArrowRight"], inside, act: () => move(0, 1) },
    { keys: ["ArrowLeft"], inside, act: () => move(0, -1) },
  ]);
  return (
    <div ref={board} className="case-board" data-testid="case-board">
      {boardGroupNames.map((name, i) => (
        <section key={name} className="panel case-column" aria-label={words.groups[name]} data-group={name}>
          <h2>
            {words.groups[name]} <span className="case-count">{groups[name].length}</span>
          </h2>
          <ul>
            {(shown[i] ?? []).map((row) => (
              <li key={row.id}>
                <Card row={row} isStand={row.id === stand} open={() => open(row)} onFocus={() => setCurrent(row.id)} />
              </li>
            ))}
          </ul>
          {groups[name].length > cardsMost && <p className="hint">{words.more(groups[name].length - cardsMost)}</p>}
        </section>
      ))}
    </div>
  );
}

interface CardProps {
  readonly row: CaseRow;
  readonly isStand: boolean;
  readonly open: () => void;
  readonly onFocus: () => void;
}

function Card({ row, isStand, open, onFocus }: CardProps) {
  const words = useCaseWords();
  const names = useCaseNames();
  const { locale } = useWords();
  return (
    <button
      type="button"
      className="case-card"
      tabIndex={isStand ? 0 : -1}
      onClick={open}
      onFocus={onFocus}
      data-testid="case-card"
      data-key={row.id}
    >
      <span className="case-card-head">
        <span className="mono">{row.number}</span> <Stage stage={row.stage} />
      </span>
      <b>{titleIn(row.title, locale)}</b>
      <span>
        {names.site(row)}
        {row.enterprise === null ? "" : ` · ${row.enterprise}`} · {names.city(row.city)}
      </span>
      <span className="case-card-due">
        <Due row={row} />
      </span>
      <span>
        {row.assignee === null ? <i>{words.nobody}</i> : names.person(row.assignee)} <CaseChips row={row} />
      </span>
    </button>
  );
}
