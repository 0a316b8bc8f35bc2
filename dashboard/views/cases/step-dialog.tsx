// Asks for what a step of a case needs, above all for its reason, and does it. When somebody was faster, both texts stand side by
// side and nothing is lost.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import type { CaseLink } from "#domain/case.ts";
import { stageTable } from "#domain/cases/stages.ts";
import { formatLocal } from "#domain/time.ts";
import { ApiProblem, callApi } from "../../feed/request.ts";
import { useApp } from "../app-context.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { Failed } from "../panels.tsx";
import { usePeople } from "../people/people-data.ts";
import {
  actOnCase,
  type CaseOrder,
  type CaseDetail,
  type CaseRow,
  useCaseReload,
  useCaseWords,
  useStageWords,
} from "./case-data.ts";
import { useCaseNames } from "./case-parts.tsx";
import { nameStep, type Step } from "./case-steps.ts";

interface Typed {
  readonly reason: string;
  readonly officer: string;
  readonly vehicle: string;
  readonly checklist: string;
  readonly days: string;
  readonly into: string;
  readonly to: string;
  readonly user: string;
  readonly linkKind: CaseLink["kind"];
  readonly linkId: string;
}

/** What is typed → the order; null: something is missing. */
function toOrder(step: Step, typed: Typed): CaseOrder | null {
  const reason = typed.reason.trim();
  if (reason === "") return null;
  const lines = typed.checklist.split("\n").map((line) => line.trim());
  switch (step.kind) {
    case "move":
      return { kind: "move", to: step.to, reason };
    case "dispatch": {
      const [officer, vehicle] = [typed.officer.trim(), typed.vehicle.trim()];
      const checklist = lines.filter((line) => line !== "");
      return officer === "" ? null : { kind: "dispatch", officer, vehicle, checklist, reason };
    }
    case "assign":
      return { kind: "assign", user: typed.user.trim() === "" ? null : typed.user.trim(), reason };
    case "ask-reply": {
      const workingDays = Number(typed.days);
      return Number.isInteger(workingDays) && workingDays > 0 ? { kind: "ask-reply", workingDays, reason } : null;
    }
    case "link": {
      const id = typed.linkId.trim();
      return id === "" ? null : { kind: "link", link: { kind: typed.linkKind, id }, reason };
    }
    case "merge":
      return typed.into.trim() === "" ? null : { kind: "merge", into: typed.into.trim(), reason };
    case "transfer":
      return typed.to.trim() === "" ? null : { kind: "transfer", to: typed.to.trim(), reason };
    case "decide-reply":
      return { kind: "decide-reply", accept: true, reason };
    case "comment":
    case "remind":
    case "reopen":
      return { kind: step.kind, reason };
  }
}

/** People write numbers, the server wants ids. */
async function findCaseId(text: string): Promise<string> {
  const query = new URLSearchParams({ q: text, limit: "20" });
  const { items } = await callApi<{ readonly items: readonly CaseRow[] }>(`/cases?${query}`);
  return items.find(({ number }) => number === text)?.id ?? text;
}

interface StepDialogProps {
  readonly row: CaseRow;
  readonly step: Step;
  /** Of a reply: is it accepted or not? */
  readonly accept?: boolean;
  readonly close: () => void;
}

export function StepDialog({ row, step, accept = true, close }: StepDialogProps) {
  const words = useCaseWords();
  const own = useDeviceWords();
  const stages = useStageWords();
  const client = useQueryClient();
  const reload = useCaseReload();
  const [typed, setTyped] = useState<Typed>(() => ({
    reason: "",
    officer: row.officer ?? "",
    vehicle: "",
    checklist: words.dialog.checklistDefault.join("\n"),
    days: String(stageTable.reply.workingDays),
    into: "",
    to: "",
    user: row.assignee ?? "",
    linkKind: "exceedance",
    linkId: "",
  }));
  const [isAccepted, setAccepted] = useState(accept);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [met, setMet] = useState<CaseDetail | null>(null);
  const plain = toOrder(step, typed);
  const order = plain?.kind === "decide-reply" ? { ...plain, accept: isAccepted } : plain;
  const change = (changes: Partial<Typed>): void => setTyped({ ...typed, ...changes });
  const title = nameStep(words, step, stages.stages);

  async function send(version: number): Promise<void> {
    if (order === null) return;
    setBusy(true);
    setError(null);
    try {
      const sent = order.kind === "merge" ? { ...order, into: await findCaseId(order.into) } : order;
      await actOnCase(row.id, version, sent);
      await reload();
      close();
    } catch (failure) {
      setBusy(false);
      if (failure instanceof ApiProblem && failure.code === "stale-version") {
        const fresh = await client.fetchQuery<CaseDetail>({ queryKey: ["case", row.id], staleTime: 0 });
        setMet(fresh);
        return;
      }
      setError(failure);
    }
  }

  return (
    <Dialog title={`${title} · ${row.number}`} close={close} isWide={step.kind === "dispatch"}>
      <form
        className="device-form"
        data-testid="step-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && order !== null) void send(met?.case.version ?? row.version);
        }}
      >
        {step.kind === "move" && <p>{stages.stageSays[step.to]}</p>}
        {step.kind === "decide-reply" && <Verdict isAccepted={isAccepted} choose={setAccepted} />}
        <StepFields step={step} typed={typed} change={change} />
        <label>
          {words.dialog.reason}
          <textarea
            value={typed.reason}
            rows={2}
            maxLength={bounds.caseTextCharsMax}
            required
            onChange={(event) => change({ reason: event.target.value })}
          />
        </label>
        {met !== null && <Conflict met={met} reason={typed.reason} />}
        {error !== null && <Failed what={words.act} error={error} retry={() => void send(row.version)} />}
        <div className="device-end">
          <button type="button" onClick={close}>
            {own.cancel}
          </button>
          <button type="submit" className="primary" disabled={isBusy || order === null}>
            {isBusy ? own.busy : met === null ? title : words.page.again}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Verdict({ isAccepted, choose }: { readonly isAccepted: boolean; readonly choose: (yes: boolean) => void }) {
  const { dialog: words, acts } = useCaseWords();
  return (
    <div className="segments" role="group" aria-label={acts["decide-reply"]}>
      {[true, false].map((each) => (
        <button key={String(each)} type="button" aria-pressed={isAccepted === each} onClick={() => choose(each)}>
          {each ? words.accept : words.reject}
        </button>
      ))}
    </div>
  );
}

/** What somebody else did meanwhile, beside what was typed here. */
function Conflict({ met, reason }: { readonly met: CaseDetail; readonly reason: string }) {
  const words = useCaseWords();
  const names = useCaseNames();
  const stages = useStageWords();
  const last = met.events.toSorted((a, b) => b.version - a.version)[0];
  return (
    <div className="case-conflict" role="alert" data-testid="case-conflict">
      <p>
        <b>{words.page.conflict}</b> {words.page.conflictSays}
      </p>
      <div className="form-pair">
        <div>
          <h3>{words.page.yours}</h3>
          <p>{reason}</p>
        </div>
        <div>
          <h3>{words.page.theirs}</h3>
          <p>
            {stages.stages[met.case.stage]}
            {last !== undefined &&
              ` · ${names.person(last.actor)} ${formatLocal(Date.parse(last.at)).slice(11, 16)}: ${last.reason}`}
          </p>
        </div>
      </div>
    </div>
  );
}

interface FieldsProps {
  readonly step: Step;
  readonly typed: Typed;
  readonly change: (changes: Partial<Typed>) => void;
}

const linkKinds = ["exceedance", "alarm", "hint", "mark", "limit", "case"] as const;

function StepFields({ step, typed, change }: FieldsProps) {
  const words = useCaseWords();
  const { user } = useApp();
  const people = usePeople(user.role === "admin");
  const { dialog } = words;
  const field = (name: "officer" | "vehicle" | "into" | "to" | "user", isRequired = true) => (
    <label>
      {dialog[name]}
      <input
        value={typed[name]}
        maxLength={bounds.textCharsMax}
        required={isRequired}
        autoComplete="off"
        list={name === "user" || name === "officer" ? "case-people" : undefined}
        onChange={(event) => change({ [name]: event.target.value })}
      />
    </label>
  );
  const names = (
    <datalist id="case-people">
      {(people.data ?? [{ username: user.username, displayName: user.displayName, role: user.role }])
        .filter(({ role }) => role === "operator" || role === "admin")
        .map((each) => (
          <option key={each.username} value={each.username}>
            {each.displayName}
          </option>
        ))}
    </datalist>
  );
  switch (step.kind) {
    case "dispatch":
      return (
        <>
          <div className="form-pair">
            {field("officer")}
            {field("vehicle", false)}
          </div>
          {names}
          <label>
            {dialog.checklist}
            <textarea
              value={typed.checklist}
              rows={6}
              onChange={(event) => change({ checklist: event.target.value })}
            />
          </label>
        </>
      );
    case "assign":
      return (
        <>
          {field("user", false)}
          {names}
        </>
      );
    case "ask-reply":
      return (
        <label>
          {dialog.days}
          <input
            type="number"
            min={1}
            max={60}
            value={typed.days}
            onChange={(event) => change({ days: event.target.value })}
          />
        </label>
      );
    case "link":
      return (
        <div className="form-pair">
          <label>
            {words.proven.kind}
            <select
              value={typed.linkKind}
              onChange={(event) =>
                change({ linkKind: linkKinds.find((each) => each === event.target.value) ?? typed.linkKind })
              }
            >
              {linkKinds.map((each) => (
                <option key={each} value={each}>
                  {words.linkKinds[each]}
                </option>
              ))}
            </select>
          </label>
          <label>
            {words.proven.id}
            <input
              value={typed.linkId}
              required
              autoComplete="off"
              onChange={(event) => change({ linkId: event.target.value })}
            />
          </label>
        </div>
      );
    case "merge":
      return field("into");
    case "transfer":
      return field("to");
    default:
      return null;
  }
}
