// The two forms of a calendar: its turns, and a swap over chosen days.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { formatStamp, parseStamp } from "#domain/hj212/stamp.ts";
import { dayMs, dayStart, formatDay, formatIso, formatLocal, hourMs } from "#domain/time.ts";
import { useServerNow } from "../app-context.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { StampInput } from "../devices/stamp-input.tsx";
import { Failed } from "../panels.tsx";
import { swapSpan } from "./calendar-month.ts";
import {
  type CalendarRow,
  idPattern,
  putCalendar,
  toCalendar,
  useContacts,
  useNoticeWords,
  useSetupReload,
} from "./notice-data.ts";

interface SwapProps {
  readonly row: CalendarRow;
  /** Begins of the first and the last day. */
  readonly days: readonly [number, number];
  readonly close: () => void;
}

export function SwapDialog({ row, days, close }: SwapProps) {
  const { calendars: words } = useNoticeWords();
  const contacts = useContacts();
  const { from, to } = swapSpan(toCalendar(row), days[0], days[1]);
  const own = contacts.data?.filter(({ enterprise }) => enterprise === null) ?? [];
  const [contact, setContact] = useState("");
  const write = (time: number): string => formatLocal(time).slice(0, 16);
  return (
    <SaveDialog
      title={words.swapTitle}
      close={close}
      isReady={contact !== ""}
      save={(reason) => {
        const swap = { from: formatIso(from), to: formatIso(to), contact, reason };
        return putCalendar(row, { swaps: [...row.swaps, swap] }, reason);
      }}
    >
      <p>{words.swapSays(write(from), write(to))}</p>
      <label>
        {words.who}
        <select value={contact} required onChange={(event) => setContact(event.target.value)}>
          <option value="">—</option>
          {own.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </SaveDialog>
  );
}

/** Hours of a turn; a month is the longest anybody stands. */
const hoursMax = 744;

export function CalendarDialog({ row, close }: { readonly row: CalendarRow | null; readonly close: () => void }) {
  const { calendars: words } = useNoticeWords();
  const now = useServerNow();
  const contacts = useContacts();
  const own = contacts.data?.filter(({ enterprise }) => enterprise === null) ?? [];
  const [id, setId] = useState(row?.id ?? "");
  const [name, setName] = useState(row?.name ?? "");
  const [chosen, setChosen] = useState<readonly string[]>(row?.contacts ?? []);
  const [hours, setHours] = useState(String((row?.turnMs ?? dayMs) / hourMs));
  const [stamp, setStamp] = useState(() =>
    formatStamp(row === null ? dayStart(now) + 8 * hourMs : Date.parse(row.from)),
  );
  const from = parseStamp(stamp);
  const length = Number(hours);
  const isReady =
    idPattern.test(id) && name.trim() !== "" && length > 0 && length <= hoursMax && typeof from === "number";
  const nameOf = (each: string): string => contacts.data?.find((known) => known.id === each)?.name ?? each;
  const left = own.filter((each) => !chosen.includes(each.id));
  return (
    <SaveDialog
      title={row === null ? words.add : `${words.edit}: ${row.name}`}
      close={close}
      isReady={isReady}
      save={(reason) => {
        const begin = typeof from === "number" ? formatIso(from) : "";
        const change = { name: name.trim(), contacts: chosen, from: begin, turnMs: Math.round(length * hourMs) };
        const known = row ?? { id, version: 0, swaps: [], ...change };
        return putCalendar(known, change, reason);
      }}
    >
      <div className="form-pair">
        <label>
          {words.name}
          <input value={name} maxLength={bounds.textCharsMax} onChange={(event) => setName(event.target.value)} />
        </label>
        <label>
          {words.id}
          <input
            value={id}
            readOnly={row !== null}
            maxLength={64}
            autoComplete="off"
            onChange={(event) => setId(event.target.value)}
          />
        </label>
      </div>
      <fieldset className="policy-checks">
        <legend>{words.contacts}</legend>
        {own.length === 0 && <p className="hint">{words.noContacts}</p>}
        <ol className="calendar-turns">
          {chosen.map((each, i) => (
            <li key={each}>
              {i + 1}. {nameOf(each)}{" "}
              <button
                type="button"
                disabled={i === 0}
                aria-label={words.moveUp(nameOf(each))}
                onClick={() => setChosen(chosen.toSpliced(i, 1).toSpliced(i - 1, 0, each))}
              >
                ↑
              </button>
              <button
                type="button"
                aria-label={words.takeOut(nameOf(each))}
                onClick={() => setChosen(chosen.toSpliced(i, 1))}
              >
                ×
              </button>
            </li>
          ))}
        </ol>
        {left.length > 0 && (
          <select
            aria-label={words.addContact}
            value=""
            onChange={(event) => setChosen([...chosen, event.target.value])}
          >
            <option value="">+ {words.addContact}</option>
            {left.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </select>
        )}
      </fieldset>
      <div className="form-pair">
        <label>
          {words.hours}
          <input value={hours} inputMode="decimal" onChange={(event) => setHours(event.target.value)} />
        </label>
        <div className="form-field">
          <span>{words.from}</span>
          <StampInput
            label={words.from}
            dayLabel={words.from}
            clockLabel={words.clock}
            value={stamp}
            isWrong={typeof from !== "number"}
            maxDay={formatDay(now + 366 * dayMs)}
            choose={setStamp}
          />
        </div>
      </div>
    </SaveDialog>
  );
}

interface SaveProps {
  readonly title: string;
  readonly close: () => void;
  readonly isReady: boolean;
  readonly save: (reason: string) => Promise<unknown>;
  readonly children: React.ReactNode;
}

/** A form that ends with its reason and is sent once. */
function SaveDialog({ title, close, isReady, save, children }: SaveProps) {
  const { calendars: words } = useNoticeWords();
  const own = useDeviceWords();
  const reload = useSetupReload();
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const may = isReady && !isBusy && reason.trim() !== "";
  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await save(reason.trim());
      await reload();
      close();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  return (
    <Dialog title={title} close={close}>
      <form
        className="device-form"
        data-testid="calendar-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (may) void send();
        }}
      >
        {children}
        <label>
          {words.reason}
          <input
            value={reason}
            maxLength={bounds.textCharsMax}
            required
            autoComplete="off"
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {error !== null && <Failed what={words.failed} error={error} retry={() => void send()} />}
        <div className="device-end">
          <button type="button" onClick={close}>
            {own.cancel}
          </button>
          <button type="submit" className="primary" disabled={!may}>
            {isBusy ? own.busy : words.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
