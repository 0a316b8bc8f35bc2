// The form of a new request: which site, which command, its settings, why. What it begins with stands in the address, so that a
// gap, a logger or an older request can lead here filled in.

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { callApi } from "../../feed/request.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { type PickedSite, SitePicker } from "../devices/site-picker.tsx";
import { Failed, Loading } from "../panels.tsx";
import type { FactorDetails } from "../site-data.ts";
import { useUrl } from "../url-state.ts";
import { type NewRequest, type RequestForm, type RequestRow, sendRequest, useCommands } from "./request-data.ts";
import { filled, findFaults, firstSettings, groupOf, isNeeded, readLines } from "./request-form.ts";
import { nameCommand, useRequestWords } from "./request-words.ts";
import { SettingField } from "./setting-field.tsx";

interface SiteToAsk extends PickedSite {
  readonly factorDetails: readonly FactorDetails[];
}

function useSite(id: string | null) {
  return useQuery({
    queryKey: ["site-to-ask", id],
    queryFn: ({ signal }) => callApi<SiteToAsk>(`/sites/${encodeURIComponent(id ?? "")}`, { signal }),
    enabled: id !== null,
  });
}

interface NewRequestProps {
  readonly close: () => void;
  readonly sent: (request: RequestRow) => void;
}

export function NewRequestDialog({ close, sent }: NewRequestProps) {
  const { form: words } = useRequestWords();
  const own = useDeviceWords();
  const { query, set } = useUrl();
  const siteId = query.get("for");
  const site = useSite(siteId);
  const commands = useCommands();
  const [protocol, setProtocol] = useState<"hj212" | "mqtt" | null>(null);
  const hasLogger = site.data !== undefined && site.data.mn !== null;
  const chosen = protocol ?? (site.data === undefined || hasLogger ? "hj212" : "mqtt");
  return (
    <Dialog title={words.title} close={close} isWide>
      <div className="device-form" data-testid="request-form">
        <div className="form-field">
          <span>{words.site}</span>
          <SitePicker
            label={words.site}
            hint={words.siteHint}
            none={words.noSite}
            picked={site.data ?? null}
            pick={(picked) => set({ for: picked?.id ?? null })}
          />
        </div>
        {site.error !== null && (
          <Failed what={own.site} error={site.error} retry={() => void site.refetch()} kept={false} />
        )}
        {site.data !== undefined && (
          <div className="segments" role="group" aria-label={words.protocol}>
            {(["hj212", "mqtt"] as const).map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={chosen === each}
                disabled={each === "hj212" && !hasLogger}
                title={each === "hj212" && !hasLogger ? words.noLogger : undefined}
                onClick={() => setProtocol(each)}
              >
                {own.protocols[each]}
                {each === "hj212" && hasLogger ? ` · MN ${site.data.mn ?? ""}` : ""}
              </button>
            ))}
          </div>
        )}
        {site.data !== undefined && !hasLogger && <p className="hint">{words.noLogger}</p>}
        {commands.error !== null && (
          <Failed what={words.loadCommands} error={commands.error} retry={() => void commands.refetch()} />
        )}
        {commands.data === undefined && commands.error === null && <Loading lines={3} />}
        {commands.data !== undefined && chosen === "hj212" && (
          <LoggerForm site={site.data ?? null} commands={commands.data.items} close={close} sent={sent} />
        )}
        {chosen === "mqtt" && site.data !== undefined && <WordForm site={site.data} close={close} sent={sent} />}
      </div>
    </Dialog>
  );
}

interface Part extends NewRequestProps {
  readonly site: SiteToAsk | null;
}

const groups = ["data", "read", "control", "change"] as const;

function LoggerForm({ site, commands, close, sent }: Part & { readonly commands: readonly RequestForm[] }) {
  const words = useRequestWords();
  const { user } = useApp();
  const { query, set } = useUrl();
  const form = commands.find(({ cn }) => cn === query.get("new"));
  const isBarred = form?.changes === true && user.role !== "admin";
  return (
    <>
      <label>
        {words.form.command}
        <select
          value={form?.cn ?? ""}
          onChange={(event) => set({ new: event.target.value === "" ? "?" : event.target.value, with: null })}
        >
          <option value="">{words.form.chooseCommand}</option>
          {groups.map((group) => (
            <optgroup key={group} label={words.form.groups[group]}>
              {commands
                .filter((each) => groupOf(each) === group)
                .map(({ cn, name }) => (
                  <option key={cn} value={cn}>
                    {cn} {nameCommand(words, cn, name)}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      </label>
      {form?.changes === true && <p className="hint">{isBarred ? words.form.adminOnly : words.form.changes}</p>}
      {form === undefined ? (
        <Ending close={close} canSend={false} isBusy={false} send={() => undefined} />
      ) : (
        <Settings key={form.cn} form={form} site={site} isBarred={isBarred} close={close} sent={sent} />
      )}
    </>
  );
}

function Settings(props: Part & { readonly form: RequestForm; readonly isBarred: boolean }) {
  const { form, site, isBarred, close, sent } = props;
  const { query } = useUrl();
  const now = useServerNow();
  const given = query.get("with");
  const [settings, setSettings] = useState(() => ({
    ...firstSettings(form, now),
    ...Object.fromEntries(new URLSearchParams(given ?? "")),
  }));
  const [isAsked, setAsked] = useState(false);
  const faults = useMemo(() => findFaults(form, settings), [form, settings]);
  const sending = useSending(site, sent);
  return (
    <>
      {form.settings.map((setting) => (
        <SettingField
          key={setting.key}
          setting={setting}
          isNeeded={isNeeded(form, setting)}
          isTimeOfSending={setting.needed && !isNeeded(form, setting)}
          value={settings[setting.key] ?? ""}
          // What nobody has touched yet is not scolded.
          fault={isAsked || (settings[setting.key] ?? "") !== "" ? (faults[setting.key] ?? null) : null}
          factors={site?.factorDetails ?? []}
          change={(value) => setSettings({ ...settings, [setting.key]: value })}
        />
      ))}
      <Ending
        close={close}
        canSend={site !== null && !isBarred}
        isBusy={sending.isBusy}
        error={sending.error}
        send={(more) => {
          setAsked(true);
          if (Object.keys(faults).length > 0) return;
          void sending.send({ protocol: "hj212", command: form.cn, settings: filled(settings), ...more });
        }}
      />
    </>
  );
}

function WordForm({ site, close, sent }: Part) {
  const { form: words } = useRequestWords();
  const [word, setWord] = useState("");
  const [lines, setLines] = useState("");
  const sending = useSending(site, sent);
  const settings = readLines(lines);
  const isWord = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(word);
  return (
    <>
      <label>
        {words.word}
        <input
          value={word}
          maxLength={64}
          spellCheck={false}
          onChange={(event) => setWord(event.target.value.trim())}
        />
        <span className="hint">{words.wordHint}</span>
      </label>
      <label>
        {words.lines}
        <textarea value={lines} rows={3} maxLength={4_000} onChange={(event) => setLines(event.target.value)} />
        {settings === null && <span className="wrong">{words.linesWrong}</span>}
      </label>
      <Ending
        close={close}
        canSend={site !== null && isWord && settings !== null}
        isBusy={sending.isBusy}
        error={sending.error}
        send={(more) => void sending.send({ protocol: "mqtt", command: word, settings: settings ?? {}, ...more })}
      />
    </>
  );
}

function useSending(site: SiteToAsk | null, sent: (request: RequestRow) => void) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function send(request: NewRequest): Promise<void> {
    if (site === null || isBusy) return;
    setBusy(true);
    setError(null);
    try {
      sent(await sendRequest(site.id, request));
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  return { isBusy, error, send };
}

const minutesChoices = [10, 60, 360, 1_440, 10_080] as const;

interface EndingProps {
  readonly close: () => void;
  readonly canSend: boolean;
  readonly isBusy: boolean;
  readonly error?: unknown;
  readonly send: (more: { readonly reason: string; readonly validMinutes: number }) => void;
}

/** How long it stays valid, why, and the buttons. */
function Ending({ close, canSend, isBusy, error = null, send }: EndingProps) {
  const { form: words } = useRequestWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const [reason, setReason] = useState("");
  const [validMinutes, setValidMinutes] = useState<number>(60);
  const mayAsk = mayAcknowledge(user);
  const isReady = canSend && mayAsk && reason.trim() !== "" && !isBusy;
  return (
    <form
      className="device-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) send({ reason: reason.trim(), validMinutes });
      }}
    >
      <label>
        {words.valid}
        <select value={validMinutes} onChange={(event) => setValidMinutes(Number(event.target.value))}>
          {minutesChoices.map((minutes) => (
            <option key={minutes} value={minutes}>
              {words.minutes(minutes)}
            </option>
          ))}
        </select>
        <span className="hint">{words.validHint}</span>
      </label>
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
      {error !== null && <Failed what={words.failed} error={error} retry={() => send({ reason, validMinutes })} />}
      {!mayAsk && <p className="hint">{own.readOnly}</p>}
      <div className="device-end">
        <button type="button" onClick={close}>
          {own.cancel}
        </button>
        <button type="submit" className="primary" disabled={!isReady}>
          {isBusy ? own.busy : words.send}
        </button>
      </div>
    </form>
  );
}
