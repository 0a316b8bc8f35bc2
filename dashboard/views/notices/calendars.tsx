// Who is on call: now on top, then a month as a grid of turns. Two days chosen make a swap; swaps go before turns and can be undone.

import { useState } from "react";
import { onCallAt } from "#domain/on-call.ts";
import { dayMs, formatDay, formatLocal } from "#domain/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { CalendarDialog, SwapDialog } from "./calendar-dialogs.tsx";
import { CalendarGrid } from "./calendar-grid.tsx";
import { monthOf, stepMonth } from "./calendar-month.ts";
import {
  type CalendarRow,
  putCalendar,
  toCalendar,
  useCalendars,
  useContacts,
  useNoticeWords,
  useSetupReload,
} from "./notice-data.ts";
import { formatSpan } from "./span.ts";

export function CalendarsPart() {
  const { calendars: words } = useNoticeWords();
  const { user } = useApp();
  const { query, set } = useUrl();
  const found = useCalendars();
  const [edited, setEdited] = useState<CalendarRow | "new" | null>(null);
  const rows = found.data ?? [];
  const chosen = rows.find(({ id }) => id === query.get("calendar")) ?? rows[0] ?? null;
  const isAdmin = user.role === "admin";
  return (
    <>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      <div className="notices-scroll" data-testid={found.data === undefined ? undefined : "calendars-listed"}>
        <p className="notices-line">
          {rows.length > 0 && (
            <select
              aria-label={words.choose}
              value={chosen?.id ?? ""}
              onChange={(event) => set({ calendar: event.target.value })}
            >
              {rows.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
          {isAdmin && chosen !== null && (
            <button type="button" onClick={() => setEdited(chosen)}>
              {words.edit}
            </button>
          )}
          {isAdmin && (
            <button type="button" onClick={() => setEdited("new")}>
              {words.add}
            </button>
          )}
        </p>
        {found.data === undefined && found.error === null && <Loading lines={8} />}
        {found.data !== undefined && rows.length === 0 && <Notice title={words.empty} />}
        {chosen !== null && <OneCalendar key={chosen.id} row={chosen} />}
      </div>
      {edited !== null && <CalendarDialog row={edited === "new" ? null : edited} close={() => setEdited(null)} />}
    </>
  );
}

const stepMs = 30_000;

function OneCalendar({ row }: { readonly row: CalendarRow }) {
  const { calendars: words } = useNoticeWords();
  const { user } = useApp();
  const now = Math.floor(useServerNow() / stepMs) * stepMs;
  const [month, setMonth] = useState(() => monthOf(now));
  const [swap, setSwap] = useState<readonly [number, number] | null>(null);
  const calendar = toCalendar(row);
  const may = mayAcknowledge(user);
  return (
    <>
      <OnCallNow row={row} now={now} />
      <section className="panel calendar" aria-label={row.name}>
        <p className="notices-line">
          <button
            type="button"
            aria-label={words.back}
            title={words.back}
            onClick={() => setMonth(stepMonth(month, -1))}
          >
            ‹
          </button>
          <b data-testid="calendar-month">{words.month(month.year, month.month)}</b>
          <button
            type="button"
            aria-label={words.forward}
            title={words.forward}
            onClick={() => setMonth(stepMonth(month, 1))}
          >
            ›
          </button>
          <button type="button" onClick={() => setMonth(monthOf(now))}>
            {words.today}
          </button>
          <TurnSays row={row} />
        </p>
        <CalendarGrid
          calendar={calendar}
          month={month}
          now={now}
          choose={may ? (from, to) => setSwap([from, to]) : null}
          turnPage={(step) => setMonth(stepMonth(month, step))}
        />
      </section>
      <Swaps row={row} now={now} />
      {swap !== null && <SwapDialog row={row} days={swap} close={() => setSwap(null)} />}
    </>
  );
}

function TurnSays({ row }: { readonly row: CalendarRow }) {
  const { calendars: words } = useNoticeWords();
  const { duration } = useWords();
  const clock = formatLocal(Date.parse(row.from)).slice(11, 16);
  return <span className="hint">{words.turnBegins(clock, formatSpan(row.turnMs, duration))}</span>;
}

function useContactName(): (id: string) => string {
  const contacts = useContacts();
  return (id) => contacts.data?.find((each) => each.id === id)?.name ?? id;
}

function OnCallNow({ row, now }: { readonly row: CalendarRow; readonly now: number }) {
  const { calendars: words } = useNoticeWords();
  const nameOf = useContactName();
  const onCall = onCallAt(toCalendar(row), now);
  return (
    <p className="panel on-call-now" data-testid="on-call-now">
      {onCall === null ? (
        <b>! {words.nobody}</b>
      ) : (
        <>
          {words.now}: <b>{nameOf(onCall.contact)}</b>{" "}
          {Number.isFinite(onCall.until) && words.until(formatLocal(onCall.until).slice(0, 16))}
          {onCall.swap !== null && (
            <>
              {" "}
              <span className="chip">{words.swapped}</span> {onCall.swap.reason}
            </>
          )}
        </>
      )}
    </p>
  );
}

/** Those of the past are history; the last month of them is shown. */
const shownBackMs = 31 * dayMs;

function Swaps({ row, now }: { readonly row: CalendarRow; readonly now: number }) {
  const { calendars: words } = useNoticeWords();
  const { user } = useApp();
  const nameOf = useContactName();
  const reload = useSetupReload();
  const [undone, setUndone] = useState<CalendarRow["swaps"][number] | null>(null);
  const swaps = row.swaps
    .filter(({ to }) => Date.parse(to) > now - shownBackMs)
    .toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from));
  return (
    <section className="panel calendar" aria-label={words.swaps}>
      <h2>{words.swaps}</h2>
      {swaps.length === 0 && <p className="hint">{words.noSwaps}</p>}
      <ul className="case-links">
        {swaps.map((swap) => (
          <li key={`${swap.from} ${swap.to} ${swap.contact}`} data-testid="swap">
            {formatLocal(Date.parse(swap.from)).slice(0, 16)} – {formatLocal(Date.parse(swap.to)).slice(0, 16)}:{" "}
            <b>{nameOf(swap.contact)}</b>{" "}
            <span className="hint">
              ({swap.by}: {swap.reason})
            </span>{" "}
            {mayAcknowledge(user) && Date.parse(swap.to) > now && (
              <button type="button" onClick={() => setUndone(swap)}>
                {words.removeSwap}
              </button>
            )}
          </li>
        ))}
      </ul>
      {undone !== null && (
        <ReasonDialog
          title={words.removeSwap}
          says={words.removeSays(nameOf(undone.contact), formatDay(Date.parse(undone.from)))}
          submit={words.removeSwap}
          what={words.failed}
          close={() => setUndone(null)}
          act={async (reason) => {
            await putCalendar(row, { swaps: row.swaps.filter((each) => each !== undone) }, reason);
            await reload();
            setUndone(null);
          }}
        />
      )}
    </section>
  );
}
