// A desk as it is now: nobody on it, somebody on shift with the sheet as it would be, or a signed sheet that waits to be accepted.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { parseSheet } from "#domain/shift-sheet.ts";
import { formatLocal } from "#domain/time.ts";
import { ApiProblem } from "../../feed/request.ts";
import { useApp } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { Failed, Loading, Notice } from "../panels.tsx";
import { AcceptPart } from "./accept-part.tsx";
import {
  handOver,
  noteShift,
  type SheetAnswer,
  type ShiftRow,
  takeShift,
  useDesk,
  useSheet,
  useShiftWords,
} from "./shift-data.ts";
import { SheetBlocks, Signatures } from "./sheet-blocks.tsx";

export function OnDuty({ desk }: { readonly desk: string }) {
  const words = useShiftWords();
  const client = useQueryClient();
  const found = useDesk(desk);
  const shift = found.data?.shift ?? null;
  const sheet = useSheet(desk, shift !== null);
  const renew = (): void => {
    for (const key of ["shift", "shift-sheet", "shifts"]) void client.invalidateQueries({ queryKey: [key] });
  };
  const signed = sheet.data?.signed === true;
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
      {found.data === undefined && found.error === null && <Loading lines={8} />}
      {found.data !== undefined && shift === null && <Nobody desk={desk} renew={renew} />}
      {shift !== null && (
        <div className="shift-page" data-testid="shift-desk" data-state={signed ? "handed-over" : "on-shift"}>
          <Head shift={shift} />
          {!signed && <NoteForm shift={shift} renew={renew} />}
          {sheet.error !== null && (
            <Failed what={words.loadSheet} error={sheet.error} retry={renew} kept={sheet.data !== undefined} />
          )}
          {sheet.data === undefined && sheet.error === null && <Loading lines={10} />}
          {sheet.data !== undefined && <Sheet key={sheet.data.shift.id} answer={sheet.data} renew={renew} />}
        </div>
      )}
    </>
  );
}

function Head({ shift }: { readonly shift: ShiftRow }) {
  const words = useShiftWords();
  const at = (iso: string): string => formatLocal(Date.parse(iso)).slice(0, 16);
  return (
    <p className="panel shift-head" role="status" data-testid="shift-head" data-person={shift.person}>
      <b>
        {shift.handedOverAt === null
          ? words.onDuty(shift.personName, at(shift.startedAt))
          : words.waits(shift.personName, at(shift.handedOverAt))}
      </b>
    </p>
  );
}

function useAct(what: () => Promise<unknown>, renew: () => void) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function act(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await what();
      renew();
    } catch (failure) {
      setError(failure);
      if (failure instanceof ApiProblem && failure.status === 409) renew();
    }
    setBusy(false);
  }
  return { isBusy, error, act: () => void act() };
}

function Nobody({ desk, renew }: { readonly desk: string; readonly renew: () => void }) {
  const words = useShiftWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const { isBusy, error, act } = useAct(() => takeShift(desk), renew);
  return (
    <Notice title={words.nobody}>
      <p className="hint">{words.nobodySays}</p>
      {user.role === "viewer" ? (
        <p className="hint">{own.readOnly}</p>
      ) : (
        <button type="button" className="primary" disabled={isBusy} onClick={act}>
          {isBusy ? own.busy : words.take}
        </button>
      )}
      {error !== null && <Failed what={words.takes} error={error} retry={act} />}
    </Notice>
  );
}

function NoteForm({ shift, renew }: { readonly shift: ShiftRow; readonly renew: () => void }) {
  const words = useShiftWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const [text, setText] = useState("");
  const { isBusy, error, act } = useAct(async () => {
    await noteShift(shift.id, text.trim());
    setText("");
  }, renew);
  if (user.role === "viewer") return null;
  const isReady = !isBusy && text.trim() !== "";
  return (
    <form
      className="panel shift-note"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) act();
      }}
    >
      <label>
        {words.note} <span className="hint">{words.noteHint}</span>
        <textarea
          rows={2}
          value={text}
          maxLength={bounds.shiftNoteCharsMax}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <button type="submit" disabled={!isReady}>
        {isBusy ? own.busy : words.addNote}
      </button>
      {error !== null && <Failed what={words.noting} error={error} retry={act} />}
    </form>
  );
}

function Sheet({ answer, renew }: { readonly answer: SheetAnswer; readonly renew: () => void }) {
  const words = useShiftWords();
  const sheet = parseSheet(answer.text);
  if (sheet === null) return <Notice title={words.broken} />;
  if (answer.signed) {
    return (
      <>
        <Signatures shift={answer.shift} />
        <AcceptPart key={answer.shift.id} shift={answer.shift} sheet={sheet} accepted={renew} />
      </>
    );
  }
  return (
    <>
      <SignPart answer={answer} renew={renew} />
      <SheetBlocks sheet={sheet} ticking={null} />
    </>
  );
}

function SignPart({ answer, renew }: { readonly answer: SheetAnswer; readonly renew: () => void }) {
  const words = useShiftWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const { shift } = answer;
  const { isBusy, error, act } = useAct(() => handOver(answer), renew);
  const isOwn = shift.person === user.username;
  const isConflict = error instanceof ApiProblem && error.status === 409;
  return (
    <div className="panel shift-sign" data-testid="shift-sign">
      <p>
        <b>{words.sheet}</b> <span className="hint">{words.asNow}</span>
      </p>
      <p>{words.signSays}</p>
      {isConflict && <p role="alert">{words.held}</p>}
      {error !== null && !isConflict && <Failed what={words.signs} error={error} retry={act} />}
      <p className="device-buttons">
        {isOwn || user.role === "admin" ? (
          <button type="button" className="primary" disabled={isBusy} onClick={act}>
            {isBusy ? own.busy : isOwn ? words.sign : words.signFor(shift.personName)}
          </button>
        ) : (
          <span className="hint">{words.signOther(shift.personName)}</span>
        )}
        <button type="button" onClick={renew}>
          {words.refresh}
        </button>
      </p>
    </div>
  );
}
