// Something that is shown once: a field that is selected at a touch, and the way to the clipboard.

import { useRef, useState } from "react";
import { useWords } from "../../i18n/i18n.ts";

export function Secret({
  label,
  text,
  rows = 1,
}: {
  readonly label: string;
  readonly text: string;
  readonly rows?: number;
}) {
  const { share: words } = useWords();
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState("");
  async function copy(): Promise<void> {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setSaid(words.copied);
    } catch (error) {
      // Without a secure origin there is no clipboard at all.
      if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
      setSaid(words.failed);
    }
  }
  return (
    <div className="form-field">
      <span>{label}</span>
      <span className="secret">
        <textarea
          ref={field}
          readOnly
          rows={rows}
          value={text}
          aria-label={label}
          spellCheck={false}
          onFocus={(event) => event.target.select()}
        />
        <button type="button" onClick={() => void copy()}>
          {words.copy}
        </button>
        <span role="status">{said}</span>
      </span>
    </div>
  );
}
