// Marks a span of the site's data, by the enterprise itself: what it was, from when to when, and why.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { parseStamp } from "#domain/hj212/stamp.ts";
import { type MarkLabel, markLabels } from "#domain/mark.ts";
import { formatDay, formatIso, minuteMs } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { StampInput } from "../devices/stamp-input.tsx";
import { Failed } from "../panels.tsx";
import { useNow, useReplyWords } from "./reply-data.ts";

/** Two stamps → the span in whole minutes; null = there is none yet, false = it is none. */
function readWhole(from: string, to: string): { readonly from: number; readonly to: number } | null | false {
  const [first, last] = [parseStamp(from), parseStamp(to)];
  if (typeof first !== "number" || typeof last !== "number") return null;
  return first % minuteMs === 0 && last % minuteMs === 0 && last > first ? { from: first, to: last } : false;
}

export function ReplyMark({ site }: { readonly site: string }) {
  const { mark: words } = useReplyWords();
  const [isOpen, setOpen] = useState(false);
  const [isDone, setDone] = useState(false);
  return (
    <section className="panel reply-panel" aria-labelledby="reply-mark">
      <h2 id="reply-mark">{words.title}</h2>
      <p>{words.says}</p>
      {isDone && (
        <p role="status" data-testid="mark-done">
          ✓ {words.done}
        </p>
      )}
      {isOpen ? (
        <MarkFields
          site={site}
          done={() => {
            setOpen(false);
            setDone(true);
          }}
        />
      ) : (
        <button type="button" onClick={() => setOpen(true)}>
          {words.open}
        </button>
      )}
    </section>
  );
}

function MarkFields({ site, done }: { readonly site: string; readonly done: () => void }) {
  const { mark: words } = useReplyWords();
  const [label, setLabel] = useState<MarkLabel>("maintenance");
  const [[from, to], setSpan] = useState<readonly [string, string]>(["", ""]);
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const maxDay = formatDay(useNow());
  const span = readWhole(from, to);
  const isReady = !isBusy && span !== null && span !== false && reason.trim() !== "";

  async function send(): Promise<void> {
    if (span === null || span === false) return;
    setBusy(true);
    setError(null);
    try {
      const body = { site, label, from: formatIso(span.from), to: formatIso(span.to), reason: reason.trim() };
      await callApi("/marks", { method: "POST", body });
      done();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <form
      className="device-form"
      data-testid="reply-mark-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void send();
      }}
    >
      <label>
        {words.label}
        <select
          value={label}
          onChange={(event) => setLabel(markLabels.find((each) => each === event.target.value) ?? label)}
        >
          {markLabels.map((each) => (
            <option key={each} value={each}>
              {words.labels[each]}
            </option>
          ))}
        </select>
      </label>
      {(["from", "to"] as const).map((end, i) => (
        <div key={end} className="form-field">
          <span>{words[end]}</span>
          <StampInput
            label={words[end]}
            dayLabel={`${words[end]} ${words.day}`}
            clockLabel={`${words[end]} ${words.clock}`}
            value={i === 0 ? from : to}
            isWrong={span === false}
            maxDay={maxDay}
            choose={(stamp) => setSpan(i === 0 ? [stamp, to] : [from, stamp])}
          />
        </div>
      ))}
      {span === false && <p className="wrong">{words.wrong}</p>}
      <label>
        {words.reason}
        <textarea
          value={reason}
          rows={2}
          maxLength={bounds.textCharsMax}
          required
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {error !== null && <Failed what={words.failed} error={error} retry={() => void send()} />}
      <div className="device-end">
        <button type="submit" className="primary" disabled={!isReady}>
          {words.submit}
        </button>
      </div>
    </form>
  );
}
