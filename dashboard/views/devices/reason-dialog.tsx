// Asks for the reason of something that is done at once and kept in the audit, does it, and says when that failed.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { Failed } from "../panels.tsx";
import { Dialog } from "./device-frame.tsx";
import { useDeviceWords } from "./device-words.ts";

interface ReasonDialogProps {
  readonly title: string;
  readonly says: string;
  readonly submit: string;
  /** What failed, when it failed. */
  readonly what: string;
  /** Closes the dialog itself when it is done. */
  readonly act: (reason: string) => Promise<void>;
  readonly close: () => void;
}

export function ReasonDialog({ title, says, submit, what, act, close }: ReasonDialogProps) {
  const own = useDeviceWords();
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isReady = !isBusy && reason.trim() !== "";
  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await act(reason.trim());
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  return (
    <Dialog title={title} close={close}>
      <form
        className="device-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void send();
        }}
      >
        <p>{says}</p>
        <label>
          {own.reason}
          <textarea
            value={reason}
            rows={2}
            maxLength={bounds.textCharsMax}
            required
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {error !== null && <Failed what={what} error={error} retry={() => void send()} />}
        <div className="device-end">
          <button type="button" onClick={close}>
            {own.cancel}
          </button>
          <button type="submit" className="primary" disabled={!isReady}>
            {isBusy ? own.busy : submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
