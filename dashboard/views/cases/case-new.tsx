// A new case by hand, or from an alarm or an exceedance that the address names: then site, subject and ground stand there already.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { bounds } from "#domain/bounds.ts";
import type { CaseLink } from "#domain/case.ts";
import { ApiProblem, callApi } from "../../feed/request.ts";
import { isFields } from "../../state/wire.ts";
import { useApp } from "../app-context.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { type PickedSite, SitePicker } from "../devices/site-picker.tsx";
import type { ExceedanceRow } from "../judgement/exceedance-data.ts";
import { formatJudgedWindow, useNames } from "../judgement/exceedance-parts.tsx";
import { Failed } from "../panels.tsx";
import { useSite } from "../site-data.ts";
import { useUrl } from "../url-state.ts";
import { casePath, type CaseRow, openCase, useCaseReload, useCaseWords } from "./case-data.ts";

interface Ground {
  readonly link: CaseLink;
  readonly site: string;
  readonly title: string;
}

interface AlarmAnswer {
  readonly alarm?: { readonly site: string; readonly factor: string | null };
  readonly site?: string;
  readonly factor?: string | null;
}

/** What the address names, read from the server. */
function useGround() {
  const words = useCaseWords();
  const names = useNames();
  const { query } = useUrl();
  const [alarm, exceedance] = [query.get("alarm"), query.get("exceedance")];
  return useQuery({
    queryKey: ["case-ground", alarm, exceedance],
    async queryFn({ signal }): Promise<Ground | null> {
      if (exceedance !== null) {
        const row = await callApi<ExceedanceRow>(`/exceedances/${encodeURIComponent(exceedance)}`, { signal });
        const what = `${names.factor(row.factor)} ${formatJudgedWindow(row.window, row.basis)}`;
        const link = { kind: "exceedance", id: row.id } as const;
        return { link, site: row.site, title: words.create.exceedanceTitle(what) };
      }
      if (alarm === null) return null;
      const answer = await callApi<AlarmAnswer>(`/alarms/${encodeURIComponent(alarm)}`, { signal });
      const { site = "", factor = null } = answer.alarm ?? answer;
      const what = factor === null ? site : `${names.factor(factor)}`;
      return { link: { kind: "alarm", id: alarm }, site, title: words.create.alarmTitle(what) };
    },
    enabled: alarm !== null || exceedance !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

interface NewCaseProps {
  readonly close: () => void;
  readonly opened: (row: CaseRow) => void;
}

export function NewCase({ close, opened }: NewCaseProps) {
  const { create: words } = useCaseWords();
  const { query } = useUrl();
  const ground = useGround();
  const isAsking = (query.has("alarm") || query.has("exceedance")) && ground.isPending;
  return (
    <Dialog title={words.title} close={close} isWide>
      {ground.error !== null && (
        <Failed what={words.failed} error={ground.error} retry={() => void ground.refetch()} kept />
      )}
      {!isAsking && <Fields ground={ground.data ?? null} close={close} opened={opened} />}
    </Dialog>
  );
}

type Known = Pick<CaseRow, "id" | "number" | "title">;

function isKnown(value: unknown): value is Known {
  return isFields(value) && ["id", "number", "title"].every((name) => typeof value[name] === "string");
}

/** The case that points at the same already, when that is why. */
function readOther(error: unknown): Known | null {
  if (!(error instanceof ApiProblem) || error.code !== "case-exists") return null;
  return isKnown(error.current) ? error.current : null;
}

function Fields({ ground, close, opened }: NewCaseProps & { readonly ground: Ground | null }) {
  const { create: words } = useCaseWords();
  const own = useDeviceWords();
  const { sites } = useApp();
  const { href } = useUrl();
  const reload = useCaseReload();
  const [siteId, setSite] = useState(ground?.site ?? "");
  const [picked, setPicked] = useState<PickedSite | null>(null);
  const [title, setTitle] = useState(ground?.title ?? "");
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const other = readOther(error);
  const site = useSite(siteId === "" ? null : siteId);
  useEffect(() => {
    if (site.data !== undefined) setPicked({ ...site.data, mn: null });
  }, [site.data]);
  const isReady = !isBusy && siteId !== "" && title.trim() !== "" && reason.trim() !== "";

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const row = await openCase({
        site: siteId,
        title: title.trim(),
        links: ground === null ? [] : [ground.link],
        reason: reason.trim(),
      });
      await reload();
      opened(row);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <form
      className="device-form"
      data-testid="case-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void send();
      }}
    >
      {ground !== null && (
        <p>
          {words.from}:{" "}
          <b>{ground.link.kind === "alarm" ? words.fromAlarm(ground.link.id) : words.fromExceedance(ground.link.id)}</b>
        </p>
      )}
      <div className="form-field">
        <span>{words.site}</span>
        <SitePicker
          label={words.site}
          hint={words.siteHint}
          none={words.noSite}
          picked={
            picked ??
            (siteId === ""
              ? null
              : { id: siteId, name: sites.info(siteId)?.name ?? siteId, enterprise: null, mn: null })
          }
          pick={(chosen) => {
            setPicked(chosen);
            setSite(chosen?.id ?? "");
          }}
        />
        {picked?.enterprise !== null && picked !== null && <span className="hint">{picked.enterprise}</span>}
      </div>
      <label>
        {words.case}
        <input
          value={title}
          maxLength={bounds.textCharsMax}
          required
          autoComplete="off"
          onChange={(event) => setTitle(event.target.value)}
        />
      </label>
      <label>
        {words.reason}
        <textarea
          value={reason}
          rows={2}
          maxLength={bounds.caseTextCharsMax}
          required
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {other !== null && (
        <p className="case-conflict" role="alert" data-testid="case-exists">
          {words.exists} <Link href={href(casePath(other.id))}>{other.number}</Link>: {other.title}
        </p>
      )}
      {error !== null && other === null && <Failed what={words.failed} error={error} retry={() => void send()} />}
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
