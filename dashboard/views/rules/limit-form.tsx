// The form of a new limit: for which site, factor and basis, what number, from when to when, why; what it would have changed in
// the last days, before anybody submits it.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { limitBases } from "#domain/limit.ts";
import { dayMs, formatDay } from "#domain/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useServerNow } from "../app-context.ts";
import { DayInput } from "../day-input.tsx";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { SitePicker } from "../devices/site-picker.tsx";
import { formatUnit } from "../../format/number.ts";
import { Failed } from "../panels.tsx";
import { type SiteDetails, useSite } from "../site-data.ts";
import { useUrl } from "../url-state.ts";
import { PreviewPart } from "./preview.tsx";
import {
  isLimitBasis,
  type LimitDraft,
  type LimitText,
  putLimit,
  readDraft,
  useLimits,
  useRuleWords,
} from "./rule-data.ts";

export function LimitForm({ close }: { readonly close: () => void }) {
  const { form: words } = useRuleWords();
  const { query, set } = useUrl();
  const siteId = query.get("for");
  const site = useSite(siteId);
  const client = useQueryClient();
  const [done, setDone] = useState<"drafted" | "done" | null>(null);
  const picked = site.data === undefined ? null : { ...site.data, mn: null };
  return (
    <Dialog title={words.title} close={close} isWide>
      {done !== null && (
        <div className="device-form">
          <p data-testid="limit-done" data-state={done} role="status">
            <b>{words[done]}</b>
          </p>
          <div className="device-end">
            <button type="button" className="primary" onClick={close}>
              {words.kept}
            </button>
          </div>
        </div>
      )}
      {done === null && (
        <div className="device-form" data-testid="limit-form">
          <div className="form-field">
            <span>{words.site}</span>
            <SitePicker
              label={words.site}
              hint={words.siteHint}
              none={words.noSite}
              picked={picked}
              pick={(chosen) => set({ for: chosen?.id ?? null, like: null })}
            />
          </div>
          {site.error !== null && <Failed what={words.site} error={site.error} retry={() => void site.refetch()} />}
          {site.data !== undefined && (
            <Fields
              key={siteId}
              site={site.data}
              close={close}
              sent={(isDraft) => {
                for (const key of ["limits", "limit-changes", "limit-versions"])
                  void client.invalidateQueries({ queryKey: [key] });
                setDone(isDraft ? "drafted" : "done");
              }}
            />
          )}
        </div>
      )}
    </Dialog>
  );
}

/** Begins with the limit of the address, where there is one. */
function useFirstText(site: SiteDetails): LimitText | null {
  const { query } = useUrl();
  const like = query.get("like");
  const limits = useLimits(site.id, "");
  const today = formatDay(useServerNow());
  const blank: LimitText = {
    site: site.id,
    factor: site.factorDetails[0]?.code ?? "",
    basis: "hour",
    max: "",
    min: "",
    from: today,
    to: "",
    reason: "",
    refO2: "",
    decimals: "",
  };
  if (like === null) return blank;
  if (limits.data === undefined) return limits.error === null ? null : blank;
  const found = limits.data.limits.find(({ id }) => id === like);
  if (found === undefined) return blank;
  const text = (value: number | null | undefined): string =>
    value === null || value === undefined ? "" : String(value);
  const { factor, basis, max, min, refO2, decimals } = found;
  return { ...blank, factor, basis, max: text(max), min: text(min), refO2: text(refO2), decimals: text(decimals) };
}

interface FieldsProps {
  readonly site: SiteDetails;
  readonly close: () => void;
  readonly sent: (isDraft: boolean) => void;
}

function Fields(props: FieldsProps) {
  const first = useFirstText(props.site);
  return first === null ? null : <Filled {...props} first={first} />;
}

function Filled({ site, close, sent, first }: FieldsProps & { readonly first: LimitText }) {
  const { form: words } = useRuleWords();
  const own = useDeviceWords();
  const now = useServerNow();
  const [text, setText] = useState(first);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const set = (change: Partial<LimitText>): void => setText({ ...text, ...change });
  const draft = readDraft(text);
  const isDraft = draft !== null && typeof draft !== "string";
  const isReady = !isBusy && isDraft && draft.reason !== "";

  async function send(limit: LimitDraft): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      sent("status" in (await putLimit(limit)));
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
        if (isReady) void send(draft);
      }}
    >
      <What site={site} text={text} set={set} />
      <div className="form-pair">
        <Day label={words.from} value={text.from} now={now} choose={(from) => set({ from })} />
        <Day label={words.to} value={text.to} now={now} choose={(to) => set({ to })} />
      </div>
      {text.from !== "" && text.from < formatDay(now) && <p className="hint">{words.past}</p>}
      {typeof draft === "string" && <p className="wrong">{words[draft]}</p>}
      <label>
        {words.reason}
        <textarea
          value={text.reason}
          rows={2}
          maxLength={bounds.textCharsMax}
          required
          onChange={(event) => set({ reason: event.target.value })}
        />
      </label>
      {isDraft && text.basis !== "realtime" && <PreviewPart drafts={[draft]} />}
      {error !== null && <Failed what={words.failed} error={error} retry={() => isDraft && void send(draft)} />}
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

interface DayProps {
  readonly label: string;
  readonly value: string;
  readonly now: number;
  readonly choose: (day: string) => void;
}

const daysAheadMax = 3_660;

function Day({ label, value, now, choose }: DayProps) {
  return (
    <div className="form-field">
      <span>{label}</span>
      <DayInput label={label} value={value} max={formatDay(now + daysAheadMax * dayMs)} choose={choose} />
    </div>
  );
}

interface WhatProps {
  readonly site: SiteDetails;
  readonly text: LimitText;
  readonly set: (change: Partial<LimitText>) => void;
}

function What({ site, text, set }: WhatProps) {
  const { form: words } = useRuleWords();
  const shared = useWords();
  const unit = site.factorDetails.find(({ code }) => code === text.factor)?.unit ?? "";
  const number = (name: "max" | "min" | "refO2" | "decimals", label: string) => (
    <label>
      {label}
      <input
        inputMode="decimal"
        value={text[name]}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={text[name].trim() !== "" && !Number.isFinite(Number(text[name]))}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </label>
  );
  return (
    <>
      <div className="form-pair">
        <label>
          {words.factor}
          <select value={text.factor} onChange={(event) => set({ factor: event.target.value })}>
            {site.factorDetails.map((factor) => (
              <option key={factor.code} value={factor.code}>
                {pickName(shared, factor)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.basis}
          <select
            value={text.basis}
            onChange={(event) => isLimitBasis(event.target.value) && set({ basis: event.target.value })}
          >
            {limitBases.map((basis) => (
              <option key={basis} value={basis}>
                {shared.bases[basis]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="form-pair">
        {number("max", `${words.max} ${formatUnit(unit)}`)}
        {number("min", `${words.min} ${formatUnit(unit)}`)}
      </div>
      <div className="form-pair">
        {number("refO2", words.oxygen)}
        {number("decimals", words.decimals)}
      </div>
    </>
  );
}
