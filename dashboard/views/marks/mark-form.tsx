// The form of a new mark: whose data, which factors, from when to when, why, and what proves it. Says beforehand whether it
// counts at once or only after a review, by the deadline of its span.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { markDeadline, markDeadlineOf, type MarkLabel, markLabels } from "#domain/mark.ts";
import { isSureness } from "#domain/rules/sureness.ts";
import { dayMs, formatDay, formatIso, formatLocal } from "#domain/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useServerNow } from "../app-context.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { SitePicker } from "../devices/site-picker.tsx";
import { StampInput } from "../devices/stamp-input.tsx";
import { useJudgementWords } from "../judgement/exceedance-data.ts";
import { Failed } from "../panels.tsx";
import { type SiteDetails, useSite } from "../site-data.ts";
import { useUrl } from "../url-state.ts";
import { enterMark, type MarkRow, type MarkSpan, readSpan, useMarkWords } from "./mark-data.ts";

interface MarkFormProps {
  readonly close: () => void;
  readonly entered: (mark: MarkRow) => void;
}

const evidenceMax = 20;

/** "20261122080000,20261122100000" of the address. */
function readAskedSpan(text: string | null): readonly [string, string] {
  const [from = "", to = ""] = (text ?? "").split(",");
  return [from, to];
}

export function MarkForm({ close, entered }: MarkFormProps) {
  const { form: words } = useMarkWords();
  const { query, set } = useUrl();
  const siteId = query.get("for");
  const site = useSite(siteId);
  const picked = site.data === undefined ? null : { ...site.data, mn: null };
  return (
    <Dialog title={words.title} close={close} isWide>
      <div className="device-form" data-testid="mark-form">
        <div className="form-field">
          <span>{words.site}</span>
          <SitePicker
            label={words.site}
            hint={words.siteHint}
            none={words.noSite}
            picked={picked}
            pick={(chosen) => set({ for: chosen?.id ?? null })}
          />
        </div>
        {site.error !== null && <Failed what={words.site} error={site.error} retry={() => void site.refetch()} />}
        <Fields key={siteId ?? ""} site={site.data ?? null} close={close} entered={entered} />
      </div>
    </Dialog>
  );
}

function Fields({ site, close, entered }: MarkFormProps & { readonly site: SiteDetails | null }) {
  const { form: words } = useMarkWords();
  const judged = useJudgementWords();
  const own = useDeviceWords();
  const { query } = useUrl();
  const [asked] = useState(() => readAskedSpan(query.get("span")));
  const [[from, to], setSpan] = useState(asked);
  const [label, setLabel] = useState<MarkLabel>("maintenance");
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [reason, setReason] = useState("");
  const [evidence, setEvidence] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const span = readSpan(from, to);
  const isReady = !isBusy && site !== null && span !== null && typeof span !== "string" && reason.trim() !== "";
  const maxDay = formatDay(useServerNow() + 366 * dayMs);

  async function send(): Promise<void> {
    if (site === null || span === null || typeof span === "string") return;
    setBusy(true);
    setError(null);
    try {
      const lines = evidence.split("\n").map((line) => line.trim());
      entered(
        await enterMark({
          site: site.id,
          factors: codes.length === 0 ? null : codes,
          label,
          from: formatIso(span.from),
          to: formatIso(span.to),
          reason: reason.trim(),
          evidence: lines.filter((line) => line !== "").slice(0, evidenceMax),
        }),
      );
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <form
      className="device-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void send();
      }}
    >
      {site !== null && <Factors site={site} chosen={codes} choose={setCodes} />}
      <label>
        {words.label}
        <select
          value={label}
          onChange={(event) => setLabel(markLabels.find((each) => each === event.target.value) ?? label)}
        >
          {markLabels.map((each) => (
            <option key={each} value={each}>
              {judged.markLabels[each]}
            </option>
          ))}
        </select>
      </label>
      <div className="form-pair">
        {(["from", "to"] as const).map((end, i) => (
          <div key={end} className="form-field">
            <span>{words[end]}</span>
            <StampInput
              label={words[end]}
              dayLabel={`${words[end]} ${words.day}`}
              clockLabel={`${words[end]} ${words.clock}`}
              value={i === 0 ? from : to}
              isWrong={typeof span === "string"}
              maxDay={maxDay}
              choose={(stamp) => setSpan(i === 0 ? [stamp, to] : [from, stamp])}
            />
          </div>
        ))}
      </div>
      <SpanSays span={span} />
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
      <label>
        {words.evidence}
        <textarea value={evidence} rows={2} onChange={(event) => setEvidence(event.target.value)} />
      </label>
      {error !== null && <Failed what={words.failed} error={error} retry={() => void send()} />}
      <div className="device-end">
        <button type="button" onClick={close}>
          {own.cancel}
        </button>
        <button type="submit" className="primary" disabled={!isReady}>
          {isBusy ? own.busy : words.submit}
        </button>
      </div>
    </form>
  );
}

interface FactorsProps {
  readonly site: SiteDetails;
  /** None chosen: all of them. */
  readonly chosen: readonly string[];
  readonly choose: (codes: readonly string[]) => void;
}

function Factors({ site, chosen, choose }: FactorsProps) {
  const words = useMarkWords();
  const shared = useWords();
  return (
    <fieldset className="mark-factors">
      <legend>{words.form.factors}</legend>
      <label className="check">
        <input type="checkbox" checked={chosen.length === 0} onChange={() => choose([])} /> {words.allFactors}
      </label>
      {site.factorDetails.map((factor) => (
        <label key={factor.code} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(factor.code)}
            onChange={(event) =>
              choose(event.target.checked ? [...chosen, factor.code] : chosen.filter((code) => code !== factor.code))
            }
          />{" "}
          {pickName(shared, factor)}
        </label>
      ))}
    </fieldset>
  );
}

function SpanSays({ span }: { readonly span: ReturnType<typeof readSpan> }) {
  const { form: words } = useMarkWords();
  const { surenesses } = useJudgementWords();
  const now = useServerNow();
  if (span === null) return null;
  if (typeof span === "string") return <p className="wrong">{words[span]}</p>;
  const { sureness } = markDeadline;
  return (
    <p className="hint" data-testid="mark-deadline" data-late={isLate(span, now)}>
      {(isLate(span, now) ? words.late : words.onTime)(formatLocal(markDeadlineOf(span.to)))}{" "}
      {words.deadlineSureness(isSureness(sureness) ? surenesses[sureness] : sureness)}
    </p>
  );
}

function isLate(span: MarkSpan, now: number): boolean {
  return now > markDeadlineOf(span.to);
}
