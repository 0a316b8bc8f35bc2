// What is out of service: the list, beginning with a look at what it concerns now, putting back. Only what was looked at begins.

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AlarmScope } from "#domain/alarm-definition.ts";
import { formatLocal, parseIsoTime } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { useApp } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { type ScopeText, useDefinitionWords } from "./definition-data.ts";
import { useScopeWords } from "./definition-list.tsx";
import { ScopeInputs } from "./scope-inputs.tsx";

interface Outage {
  readonly id: string;
  readonly version: number;
  readonly scope: AlarmScope;
  readonly definitions: readonly string[] | null;
  readonly from: string;
  readonly to: string | null;
  readonly workOrder: string;
  readonly reason: string;
  readonly by: string;
  readonly endedBy: string | null;
  readonly endedAt: string | null;
  readonly active: boolean;
}

const at = (iso: string): string => formatLocal(Date.parse(iso)).slice(0, 16);

function useOutages(isAll: boolean) {
  return useQuery({
    queryKey: ["out-of-service", isAll],
    queryFn: async ({ signal }) =>
      (
        await callApi<{ readonly items: readonly Outage[] }>(
          `/out-of-service?limit=500${isAll ? "" : "&active=true"}`,
          { signal },
        )
      ).items,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}

export function OutOfServicePart() {
  const { service: words } = useDefinitionWords();
  const { user } = useApp();
  const { query, set } = useUrl();
  const client = useQueryClient();
  const isAll = query.get("ended") === "1";
  const found = useOutages(isAll);
  const [isBeginning, setBeginning] = useState(false);
  const [ending, setEnding] = useState<Outage | null>(null);
  const renew = (): void => void client.invalidateQueries({ queryKey: ["out-of-service"] });
  return (
    <div className="effective">
      <p className="device-buttons">
        <span className="segments" role="group" aria-label={words.columns.state}>
          {([false, true] as const).map((all) => (
            <button
              key={String(all)}
              type="button"
              aria-pressed={isAll === all}
              onClick={() => set({ ended: all ? "1" : null })}
            >
              {all ? words.all : words.active}
            </button>
          ))}
        </span>
        {user.role === "admin" && (
          <button type="button" className="primary" onClick={() => setBeginning(true)}>
            {words.begin}
          </button>
        )}
      </p>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading lines={6} />}
      {found.data !== undefined && found.data.length === 0 && <Notice title={words.empty} />}
      {found.data !== undefined && found.data.length > 0 && <Table rows={found.data} end={setEnding} />}
      {isBeginning && (
        <BeginDialog
          close={() => setBeginning(false)}
          done={() => {
            setBeginning(false);
            renew();
          }}
        />
      )}
      {ending !== null && (
        <ReasonDialog
          title={words.end}
          says={words.endSays}
          submit={words.end}
          what={words.ends}
          act={async (reason) => {
            const path = `/out-of-service/${encodeURIComponent(ending.id)}/end`;
            await callApi(path, { method: "POST", body: { expectedVersion: ending.version, reason } });
            setEnding(null);
            renew();
          }}
          close={() => setEnding(null)}
        />
      )}
    </div>
  );
}

function Table({ rows, end }: { readonly rows: readonly Outage[]; readonly end: (row: Outage) => void }) {
  const { service: words } = useDefinitionWords();
  const sayScope = useScopeWords();
  const { user } = useApp();
  const { columns } = words;
  const stateOf = (row: Outage): string => {
    if (row.active) return words.lasts;
    return row.endedAt !== null || (row.to !== null && Date.parse(row.to) <= Date.now()) ? words.over : words.waits;
  };
  return (
    <table className="panel effective-table" data-testid="out-of-service">
      <thead>
        <tr>
          {(["scope", "what", "from", "to", "workOrder", "by", "reason", "state"] as const).map((name) => (
            <th key={name} scope="col">
              {columns[name]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} data-testid="outage-row" data-active={row.active}>
            <th scope="row">{sayScope(row.scope)}</th>
            <td>{row.definitions === null ? words.everything : row.definitions.join(", ")}</td>
            <td>{at(row.from)}</td>
            <td>{row.to === null ? words.openEnd : at(row.to)}</td>
            <td>{row.workOrder}</td>
            <td>{row.by}</td>
            <td>{row.reason}</td>
            <td>
              {stateOf(row)}{" "}
              {row.endedAt === null && user.role === "admin" && stateOf(row) !== words.over && (
                <button type="button" onClick={() => end(row)}>
                  {words.end}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const blank: ScopeText = { site: "", enterprise: "", city: "", kind: "", factor: "" };

interface Draft {
  readonly scope: ScopeText;
  readonly definitions: string;
  readonly to: string;
  readonly workOrder: string;
  readonly reason: string;
}

function BeginDialog({ close, done }: { readonly close: () => void; readonly done: () => void }) {
  const { service: words } = useDefinitionWords();
  const device = useDeviceWords();
  const { query } = useUrl();
  const [draft, setDraft] = useState<Draft>({
    scope: { ...blank, site: query.get("site") ?? "" },
    definitions: "",
    to: "",
    workOrder: "",
    reason: "",
  });
  const [seen, setSeen] = useState<{ readonly of: string; readonly sites: number; readonly alarms: number } | null>(
    null,
  );
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ readonly what: string; readonly error: unknown } | null>(null);
  const { scope } = draft;
  const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());
  const names = draft.definitions.split("\n").flatMap((line) => orNull(line) ?? []);
  const what = {
    scope: Object.fromEntries(Object.entries(scope).map(([part, value]) => [part, orNull(value)])),
    ...(names.length === 0 ? {} : { definitions: names }),
  };
  const said = JSON.stringify(what);
  const isSeen = seen !== null && seen.of === said;
  const to = draft.to.trim() === "" ? null : parseIsoTime(`${draft.to.trim().replace(" ", "T")}:00+08:00`);
  const isToWrong = draft.to.trim() !== "" && to === null;
  const isReady = isSeen && !isBusy && !isToWrong && draft.workOrder.trim() !== "" && draft.reason.trim() !== "";

  async function ask(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      const answer = await callApi<{ readonly sites: number; readonly alarms: number }>("/out-of-service/preview", {
        method: "POST",
        body: what,
      });
      setSeen({ of: said, ...answer });
    } catch (error) {
      setFailure({ what: words.previews, error });
    }
    setBusy(false);
  }

  async function begin(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      const body = { ...what, to, workOrder: draft.workOrder.trim(), reason: draft.reason.trim() };
      await callApi("/out-of-service", { method: "POST", body });
      done();
    } catch (error) {
      setFailure({ what: words.begins, error });
      setBusy(false);
    }
  }

  return (
    <Dialog title={words.begin} close={close} isWide>
      <form
        className="device-form"
        data-testid="begin-outage"
        onSubmit={(event) => {
          event.preventDefault();
          void (isReady ? begin() : ask());
        }}
      >
        <p>{words.beginSays}</p>
        <ScopeInputs scope={scope} set={(change) => setDraft({ ...draft, scope: { ...scope, ...change } })} />
        <label>
          {words.definitions}
          <textarea
            rows={2}
            value={draft.definitions}
            onChange={(event) => setDraft({ ...draft, definitions: event.target.value })}
          />
        </label>
        <div className="form-pair">
          <label>
            {words.workOrder}
            <input
              name="workOrder"
              value={draft.workOrder}
              maxLength={200}
              onChange={(event) => setDraft({ ...draft, workOrder: event.target.value })}
            />
          </label>
          <label>
            {words.to}
            <input
              name="to"
              placeholder="2026-12-31 08:00"
              value={draft.to}
              aria-invalid={isToWrong}
              onChange={(event) => setDraft({ ...draft, to: event.target.value })}
            />
          </label>
        </div>
        <label>
          {device.reason}
          <textarea
            name="reason"
            rows={2}
            maxLength={200}
            value={draft.reason}
            onChange={(event) => setDraft({ ...draft, reason: event.target.value })}
          />
        </label>
        <p aria-live="polite" data-testid="outage-preview">
          {isSeen && <b>{words.previewed(formatCount(seen.sites), formatCount(seen.alarms))}</b>}
          {seen !== null && !isSeen && <span className="hint">{words.changedSince}</span>}
        </p>
        {failure !== null && <Failed what={failure.what} error={failure.error} retry={() => setFailure(null)} />}
        <div className="device-end">
          <button type="button" onClick={close}>
            {device.cancel}
          </button>
          <button type="button" disabled={isBusy} onClick={() => void ask()}>
            {words.preview}
          </button>
          <button type="submit" className="primary" disabled={!isReady}>
            {isBusy ? device.busy : words.begin}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
