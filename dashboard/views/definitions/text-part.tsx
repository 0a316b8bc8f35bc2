// All definitions as text: taken out, put in again. A dry run lists every change and every problem with its line; only what it
// showed is imported.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { Failed } from "../panels.tsx";
import { type ImportPlan, importText, useDefinitionWords } from "./definition-data.ts";

export function TextPart() {
  const { text: words, adminOnly } = useDefinitionWords();
  const device = useDeviceWords();
  const { user } = useApp();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const [plan, setPlan] = useState<{ readonly plan: ImportPlan; readonly of: string } | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ readonly what: string; readonly error: unknown } | null>(null);
  const isFresh = plan !== null && plan.of === text;
  const fresh = plan?.plan.items.filter(({ outcome }) => outcome !== "same").length ?? 0;
  const canImport = isFresh && !isBusy && plan.plan.problems.length === 0 && fresh > 0 && reason.trim() !== "";

  async function send(dryRun: boolean): Promise<void> {
    setBusy(true);
    setFailure(null);
    setDone(null);
    try {
      const answer = await importText(text, { dryRun, reason: dryRun ? "" : reason.trim() });
      if (dryRun) setPlan({ plan: answer, of: text });
      else {
        setDone(fresh);
        setPlan(null);
        void client.invalidateQueries({ queryKey: ["alarm-definitions"] });
        void client.invalidateQueries({ queryKey: ["alarm-definition"] });
      }
    } catch (error) {
      setFailure({ what: dryRun ? words.dryRuns : words.imports, error });
    }
    setBusy(false);
  }

  return (
    <div className="definition-columns">
      <section className="panel definition-left">
        <p>{words.exportSays}</p>
        <p>
          <a className="button" href="/api/v1/alarm-definitions/export?format=yaml" download="alarm-definitions.yaml">
            {words.export}
          </a>
        </p>
        <p>{words.importSays}</p>
        {user.role !== "admin" && <p className="hint">{adminOnly}</p>}
        <label className="definition-file">
          {words.file}{" "}
          <input
            type="file"
            accept=".yaml,.yml,text/yaml"
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file !== undefined) void file.text().then(setText);
            }}
          />
        </label>
        <textarea
          className="definition-yaml mono"
          aria-label={words.label}
          rows={22}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <p className="device-buttons">
          <button
            type="button"
            className="primary"
            disabled={isBusy || text.trim() === ""}
            onClick={() => void send(true)}
          >
            {isBusy ? device.busy : words.dryRun}
          </button>
        </p>
      </section>
      <section className="panel definition-right" aria-live="polite">
        {failure !== null && <Failed what={failure.what} error={failure.error} retry={() => setFailure(null)} />}
        {done !== null && (
          <p role="status" data-testid="import-done">
            <b>{words.done(done)}</b>
          </p>
        )}
        {plan !== null && !isFresh && <p className="hint">{words.stale}</p>}
        {plan !== null && <Plan plan={plan.plan} />}
        {isFresh && plan.plan.problems.length === 0 && fresh > 0 && user.role === "admin" && (
          <div className="device-form">
            <label>
              {words.reason}
              <textarea
                rows={2}
                maxLength={bounds.textCharsMax}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </label>
            <p>
              <button type="button" className="primary" disabled={!canImport} onClick={() => void send(false)}>
                {isBusy ? device.busy : words.import}
              </button>
            </p>
          </div>
        )}
      </section>
    </div>
  );
}

function Plan({ plan }: { readonly plan: ImportPlan }) {
  const { text: words } = useDefinitionWords();
  const catalogue = useWords();
  const count = (outcome: string): number => plan.items.filter((each) => each.outcome === outcome).length;
  const counts = words.counts(count("new"), count("changed"), count("same"));
  return (
    <div data-testid="import-plan" data-problems={plan.problems.length}>
      {plan.problems.length > 0 && (
        <>
          <p role="alert">
            <b className="wrong">{words.problems(plan.problems.length)}</b>
          </p>
          <ul className="import-problems">
            {plan.problems.map(({ line, id, field, problem, hint }) => (
              <li key={`${line} ${id} ${field} ${problem}`} data-testid="import-problem" data-line={line}>
                <b>{words.line(line)}</b>{" "}
                <span className="mono">
                  {id ?? ""} {field}
                </span>
                : {problem} <span className="hint">{hint}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <b>{counts}</b>
      </p>
      {plan.items.every(({ outcome }) => outcome === "same") && plan.problems.length === 0 && <p>{words.nothing}</p>}
      <ul className="import-items">
        {plan.items
          .filter(({ outcome }) => outcome !== "same")
          .map((item) => (
            <li key={item.id} data-testid="import-item" data-outcome={item.outcome}>
              <b>{words.outcomes[item.outcome]}</b> {pickName(catalogue, item)} <span className="mono">{item.id}</span>
              <ul>
                {item.changes.map(({ field, before, after }) => (
                  <li key={field}>
                    <span className="mono">{field}</span>: {words.from} <s>{before ?? "—"}</s> {words.to} <b>{after}</b>
                  </li>
                ))}
              </ul>
            </li>
          ))}
      </ul>
    </div>
  );
}
