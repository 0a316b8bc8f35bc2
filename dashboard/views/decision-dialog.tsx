// A decision about refused frames needs a reason: the dialog that asks for it and sends the decision, and the report of what
// came of it.

import { useEffect, useRef, useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { useWords } from "../i18n/i18n.ts";
import { Failed } from "./panels.tsx";
import { decide, type DecisionName, type DecisionResult } from "./quarantine-data.ts";

interface DialogProps {
  readonly name: DecisionName;
  readonly seqs: readonly number[];
  readonly done: (result: DecisionResult) => void;
  readonly cancel: () => void;
}

export function DecisionDialog({ name, seqs, done, cancel }: DialogProps) {
  const { quarantine } = useWords();
  const words = quarantine.dialog;
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => dialog.current?.showModal(), []);

  async function submit(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      done(await decide(name, seqs, reason.trim()));
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <dialog ref={dialog} className="decision" aria-labelledby="decision-title" onClose={cancel}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && reason.trim() !== "") void submit();
        }}
      >
        <h2 id="decision-title">{words[name](seqs.length)}</h2>
        <p>{name === "reprocess" ? words.reprocessSays : words.dismissSays}</p>
        <label>
          {words.reason}
          <textarea
            value={reason}
            rows={3}
            maxLength={bounds.textCharsMax}
            required
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {error !== null && <Failed what={words.failed} error={error} retry={() => void submit()} />}
        <div className="decision-buttons">
          <button type="button" onClick={cancel}>
            {words.cancel}
          </button>
          <button type="submit" className="primary" disabled={isBusy || reason.trim() === ""}>
            {isBusy ? words.busy : words.submit}
          </button>
        </div>
      </form>
    </dialog>
  );
}

export function DecisionReport({ result, close }: { readonly result: DecisionResult; readonly close: () => void }) {
  const { result: words } = useWords().quarantine;
  const counts = new Map<DecisionResult["frames"][number]["outcome"], number>();
  for (const { outcome } of result.frames) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const { stored, duplicate, quarantined } = result.readings;
  return (
    <div className="panel decision-report" role="status" data-testid="decision-report">
      <span>
        <b>{words.title}</b>{" "}
        {[...counts].map(([outcome, n]) => `${words.frames(n)} ${words.outcomes[outcome]}`).join(" · ")}
        {stored + duplicate + quarantined > 0 && ` · ${words.readings(stored, duplicate, quarantined)}`}
      </span>
      <button type="button" onClick={close}>
        {words.close}
      </button>
    </div>
  );
}
