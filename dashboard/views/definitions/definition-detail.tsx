// One definition: its form, the back-test beside it, its versions. A new one begins as a copy of what is open, or empty; a link that
// tunes fills numbers in. Saving asks for a reason and for the version that was looked at.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../feed/request.ts";
import { useApp } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { useKeys } from "../key-map.ts";
import { Failed, Loading, NotFound } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { BacktestPart } from "./backtest-part.tsx";
import { checkText } from "./check-text.ts";
import {
  type DefinitionHistory,
  type DefinitionRow,
  putDefinition,
  useDefinition,
  useDefinitionWords,
} from "./definition-data.ts";
import { DefinitionForm } from "./definition-form.tsx";
import {
  changedFields,
  type DefinitionText,
  forOneSite,
  readDefinition,
  tuneText,
  writeDefinition,
} from "./definition-text.ts";
import { DefinitionVersions } from "./definition-versions.tsx";

const tuning = [
  "for",
  "factor",
  "deadband",
  "deadbandKind",
  "onDelay",
  "offDelay",
  "test",
  "city",
  "days",
  "copy",
  "new",
] as const;

export function DefinitionDetail({ id, close }: { readonly id: string; readonly close: () => void }) {
  const words = useDefinitionWords();
  const own = useDeviceWords();
  const found = useDefinition(id);
  const [round, setRound] = useState(0);
  useKeys([{ keys: ["Escape"], says: words.close, act: close }]);
  if (found.error instanceof ApiProblem && found.error.status === 404) return <NotFound title={id} />;
  return (
    <div className="definition-page" data-testid="definition-detail">
      {found.error !== null && (
        <Failed
          what={words.loadOne}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading lines={12} />}
      {found.data !== undefined && (
        <Open
          key={round}
          row={found.data}
          close={close}
          own={own.close}
          again={() => void found.refetch().then(() => setRound(round + 1))}
        />
      )}
    </div>
  );
}

interface OpenProps {
  readonly row: DefinitionHistory;
  readonly close: () => void;
  readonly own: string;
  /** Begins anew with what is in force. */
  readonly again: () => void;
}

/** The text that the form begins with: the record, or what a link proposes for one site. */
function beginText(row: DefinitionRow, query: URLSearchParams): DefinitionText {
  const text = writeDefinition(row);
  const site = query.get("copy") === "1" ? query.get("for") : null;
  const copied = query.get("new") === "1" ? { ...text, id: `${text.id}-2` } : text;
  return tuneText(site === null ? copied : forOneSite(text, site, query.get("factor")), query);
}

function Open({ row: newest, close, own, again }: OpenProps) {
  const words = useDefinitionWords();
  const { user } = useApp();
  const { query, set, go } = useUrl();
  const client = useQueryClient();
  // What was opened: a change of somebody else must not take away what is typed here.
  const [row] = useState(newest);
  const [text, setText] = useState(() => beginText(row, query));
  const [isSaving, setSaving] = useState(false);
  const isLocked = user.role !== "admin";
  const isNew = text.id !== row.id;
  const before = writeDefinition(row);
  const changes = changedFields(before, text);
  const read = readDefinition(text);
  const problems = [...read.problems, ...checkText(read)];
  const canSave = !isLocked && read.draft !== null && problems.length === 0 && changes.length > 0;

  async function save(reason: string): Promise<void> {
    if (read.draft === null) return;
    const done = await putDefinition(read.id, isNew ? 0 : row.version, read.draft, reason).catch((error: unknown) => {
      // Somebody was faster: what is in force now is fetched, and what was typed stays.
      void client.invalidateQueries({ queryKey: ["alarm-definition"] });
      throw error;
    });
    for (const key of ["alarm-definitions", "alarm-definitions-effective"])
      void client.invalidateQueries({ queryKey: [key] });
    setSaving(false);
    // The address is that of the record as it is now; the form begins anew with it.
    set({ ...Object.fromEntries(tuning.map((name) => [name, null])), id: done.id, saved: String(done.version) });
    if (!isNew) again();
  }

  const shownSaved = query.get("saved") === String(row.version) ? row.version : null;
  return (
    <>
      <div className="panel definition-head">
        <h2>
          {text.nameZh} · {text.nameEn} <span className="hint mono">{text.id}</span>
        </h2>
        <p className="device-buttons">
          {isLocked && <span className="hint">{words.adminOnly}</span>}
          {problems.length > 0 && <b className="wrong">{words.problems(problems.length)}</b>}
          <span className="hint" data-testid="definition-changes">
            {changes.length === 0 ? words.unchanged : words.changed(changes.length)}
          </span>
          {shownSaved !== null && changes.length === 0 && (
            <b role="status" data-testid="definition-saved">
              {words.saved(shownSaved)}
            </b>
          )}
          <button type="button" className="primary" disabled={!canSave} onClick={() => setSaving(true)}>
            {words.save}
          </button>
          {!isLocked && !isNew && (
            <button type="button" onClick={() => go("/alarm-definitions", { id: row.id, new: "1" })}>
              {words.create}
            </button>
          )}
          <button type="button" onClick={close}>
            {own}
          </button>
        </p>
      </div>
      {newest.version !== row.version && shownSaved === null && (
        <p className="band band-note" role="alert">
          {words.conflict}{" "}
          <button type="button" onClick={again}>
            {words.reload}
          </button>
        </p>
      )}
      <div className="definition-columns">
        <div className="panel definition-left">
          <DefinitionForm
            isNew={isNew}
            text={text}
            problems={problems}
            isLocked={isLocked}
            set={(change) => setText({ ...text, ...change })}
          />
        </div>
        <div className="definition-right">
          <BacktestPart id={read.id} draft={problems.length === 0 ? read.draft : null} scope={text.scope} />
          {!isNew && <DefinitionVersions row={row} />}
        </div>
      </div>
      {isSaving && (
        <ReasonDialog
          title={words.saveTitle}
          says={words.saveSays}
          submit={words.save}
          what={words.saves}
          act={save}
          close={() => setSaving(false)}
        />
      )}
    </>
  );
}
