// The form of a reply: what happened in one's own words, and files. What was typed stays until it was taken.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { ApiProblem, callApi } from "../../feed/request.ts";
import { type CaseDetail, casePath, type CaseRow } from "../cases/case-data.ts";
import { EvidenceDrop, readEvidence } from "../cases/evidence-drop.tsx";
import { Failed } from "../panels.tsx";
import { sendReply, stateFor, useNow, useOwnReload, useReplyWords } from "./reply-data.ts";

export function ReplyForm({ row }: { readonly row: CaseRow }) {
  const { form: words } = useReplyWords();
  const client = useQueryClient();
  const reload = useOwnReload();
  const now = useNow();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [isDone, setDone] = useState(false);
  const [isMore, setMore] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const state = stateFor(row);
  const canReply = row.replyDueAt !== null && state !== "ended";
  const isLate = row.replyDueAt !== null && Date.parse(row.replyDueAt) <= now;

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      // Files that were kept meanwhile are changes of the case, too.
      const fresh = await callApi<CaseDetail>(casePath(row.id));
      await sendReply(fresh.case, text.trim(), files);
      setText("");
      setFiles([]);
      setDone(true);
      setMore(false);
      await reload();
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.status === 409)
        await client.invalidateQueries({ queryKey: ["own-case"] });
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  if (!canReply) return isDone ? <Done /> : null;
  // What was sent waits for the centre: nobody should wonder whether it has to be written again.
  if (state === "waiting" && !isMore) {
    return (
      <section className="panel reply-panel" aria-labelledby="reply-form">
        <h2 id="reply-form">{words.title}</h2>
        {isDone ? <Done /> : <p>{words.waits}</p>}
        <button type="button" onClick={() => setMore(true)}>
          {words.more}
        </button>
      </section>
    );
  }
  return (
    <section className="panel reply-panel" aria-labelledby="reply-form">
      <h2 id="reply-form">{words.title}</h2>
      {isDone && <Done />}
      {isLate && <p className="case-over">! {words.late}</p>}
      <form
        className="device-form"
        data-testid="reply-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && text.trim() !== "") void send();
        }}
      >
        <label>
          {words.text}
          <textarea
            value={text}
            rows={6}
            maxLength={bounds.caseTextCharsMax}
            required
            onChange={(event) => {
              setText(event.target.value);
              setDone(false);
            }}
          />
          <span className="hint">{words.left(bounds.caseTextCharsMax - text.length)}</span>
        </label>
        <div className="form-field">
          <span>{words.files}</span>
          <EvidenceDrop
            path={`${casePath(row.id)}/evidence`}
            label={words.files}
            sent={async (answer) => {
              const piece = readEvidence(answer);
              if (piece !== null) setFiles((before) => [...before, piece.id]);
              await reload();
            }}
          />
          {files.length > 0 && <span>{words.attached(files.length)}</span>}
        </div>
        {error !== null && <Failed what={words.failed} error={error} retry={() => void send()} />}
        <div className="device-end">
          <button type="submit" className="primary reply-send" disabled={isBusy || text.trim() === ""}>
            {isBusy ? words.busy : words.submit}
          </button>
        </div>
      </form>
    </section>
  );
}

function Done() {
  const { form: words } = useReplyWords();
  return (
    <p className="panel reply-done" role="status" data-testid="reply-done">
      ✓ {words.done}
    </p>
  );
}
