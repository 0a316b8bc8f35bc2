// Accepting a handover: every block is ticked by itself; by the person of this screen, or by another one who types the own
// password here. What was typed is forgotten when it was sent.

import { useState } from "react";
import type { SheetBlock, ShiftSheet } from "#domain/shift.ts";
import { sheetBlocks } from "#domain/shift.ts";
import { useApp } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { useKeys } from "../key-map.ts";
import { Failed } from "../panels.tsx";
import { acceptShift, type SecondPerson, type ShiftRow, useShiftWords } from "./shift-data.ts";
import { SheetBlocks } from "./sheet-blocks.tsx";

interface AcceptProps {
  readonly shift: ShiftRow;
  readonly sheet: ShiftSheet;
  readonly accepted: () => void;
}

const nobody: SecondPerson = { username: "", password: "" };

export function AcceptPart({ shift, sheet, accepted }: AcceptProps) {
  const words = useShiftWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const [ticked, setTicked] = useState<ReadonlySet<SheetBlock>>(new Set());
  const isOwn = shift.person === user.username || shift.handedOverBy === user.username;
  const mayAccept = user.role !== "viewer";
  const [asSecond, setAsSecond] = useState(isOwn);
  const [second, setSecond] = useState(nobody);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const usesSecond = isOwn || asSecond;
  const isReady = !isBusy && mayAccept && (!usesSecond || (second.username !== "" && second.password !== ""));

  function toggle(block: SheetBlock): void {
    const next = new Set(ticked);
    if (!next.delete(block)) next.add(block);
    setTicked(next);
  }

  useKeys([
    {
      keys: ["t"],
      says: words.tickNext,
      act() {
        const next = sheetBlocks.find((block) => !ticked.has(block));
        if (next !== undefined && mayAccept) toggle(next);
      },
    },
  ]);

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await acceptShift(shift, ticked, usesSecond ? second : null);
      setSecond(nobody);
      accepted();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  }

  return (
    <>
      <SheetBlocks sheet={sheet} ticking={mayAccept ? { ticked, toggle } : null} />
      <form
        className="panel shift-accept"
        data-testid="shift-accept"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void send();
        }}
      >
        <p>
          <b data-testid="shift-ticked">{words.ticked(ticked.size, sheetBlocks.length)}</b> {words.open}
        </p>
        {isOwn && <p>{words.acceptOwn}</p>}
        {!isOwn && mayAccept && (
          <label className="check">
            <input type="checkbox" checked={asSecond} onChange={(event) => setAsSecond(event.target.checked)} />
            {words.asSecond}
          </label>
        )}
        {usesSecond && mayAccept && (
          <div className="shift-second">
            <label>
              {words.username}
              <input
                name="second"
                autoComplete="off"
                value={second.username}
                onChange={(event) => setSecond({ ...second, username: event.target.value })}
              />
            </label>
            <label>
              {words.password}
              <input
                type="password"
                name="second-password"
                autoComplete="off"
                value={second.password}
                onChange={(event) => setSecond({ ...second, password: event.target.value })}
              />
            </label>
          </div>
        )}
        {error !== null && <Failed what={words.accepts} error={error} retry={() => void send()} />}
        {mayAccept ? (
          <button type="submit" className="primary" disabled={!isReady}>
            {isBusy ? own.busy : usesSecond ? words.accept : words.acceptAs(user.displayName)}
          </button>
        ) : (
          <p className="hint">{own.readOnly}</p>
        )}
      </form>
    </>
  );
}
