// Adds a comment to an alarm. What was written stays when sending fails.

import { useState } from "react";
import { useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { Failed } from "../panels.tsx";
import { useAckRefusal } from "./alarm-grid.tsx";
import { sendComment } from "./pane-data.ts";

interface CommentFormProps {
  readonly id: string;
  readonly field: React.RefObject<HTMLTextAreaElement | null>;
  readonly draft: string;
  readonly setDraft: (text: string) => void;
}

/** As the server allows. */
const charsMax = 2_000;

export function CommentForm({ id, field, draft, setDraft }: CommentFormProps) {
  const { pane: words } = useWords().alarm;
  const { live } = useApp();
  const refusal = useAckRefusal();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const text = draft.trim();

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const alarm = await sendComment(id, text);
      if (alarm !== null) live.addAlarms([alarm]);
      setDraft("");
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className="comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text !== "" && !isBusy) void send();
      }}
    >
      <textarea
        ref={field}
        rows={2}
        maxLength={charsMax}
        aria-label={words.comment}
        placeholder={words.commentPlaceholder}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
      <button type="submit" disabled={text === "" || isBusy || refusal !== null} title={refusal ?? undefined}>
        {isBusy ? words.sending : words.send}
      </button>
      {error !== null && <Failed what={words.comment} error={error} retry={() => void send()} />}
    </form>
  );
}
