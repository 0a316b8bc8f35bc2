// Acknowledges what is on the screen, and nothing else: rows nobody has seen are not acknowledged, priority 1 only one by one.
// Asks first, with the number and the worst priority.

import { useEffect, useRef, useState } from "react";
import { useWords } from "../../i18n/i18n.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp } from "../app-context.ts";
import { useAckRefusal } from "./alarm-grid.tsx";

export function BulkAck({ visible }: { readonly visible: readonly string[] }) {
  const words = useWords();
  const { live, acknowledger } = useApp();
  const refusal = useAckRefusal();
  const dialog = useRef<HTMLDialogElement>(null);
  // What was asked about is what is acknowledged, whatever comes into view meanwhile.
  const [asked, setAsked] = useState<readonly AlarmView[] | null>(null);
  const book = live.book.get();
  const ready = visible.flatMap((id) => {
    const alarm = book.byId.get(id);
    return alarm !== undefined && !alarm.acked && alarm.state !== "normal" && alarm.priority > 1 ? [alarm] : [];
  });
  const worst = asked?.reduce<1 | 2 | 3 | 4>((least, { priority }) => (priority < least ? priority : least), 4) ?? 4;
  useEffect(() => {
    if (asked === null) dialog.current?.close();
    else dialog.current?.showModal();
  }, [asked]);
  return (
    <>
      <button
        type="button"
        data-testid="bulk-ack"
        disabled={refusal !== null || ready.length < 2}
        title={refusal ?? words.alarm.bulkTitle}
        onClick={() => setAsked(ready)}
      >
        {words.alarm.bulk(ready.length)}
      </button>
      <dialog ref={dialog} className="ask" aria-labelledby="bulk-question" onClose={() => setAsked(null)}>
        {asked !== null && (
          <>
            <h2 id="bulk-question">{words.alarm.bulkQuestion(asked.length, words.priority[worst])}</h2>
            <p className="hint">{words.alarm.bulkTitle}</p>
            <div className="ask-buttons">
              <button type="button" onClick={() => setAsked(null)}>
                {words.alarm.bulkNo}
              </button>
              <button
                type="button"
                className="primary"
                data-testid="bulk-yes"
                onClick={() => {
                  void acknowledger.act({ kind: "ack", comment: null }, asked);
                  setAsked(null);
                }}
              >
                {words.alarm.bulkYes(asked.length)}
              </button>
            </div>
          </>
        )}
      </dialog>
    </>
  );
}
