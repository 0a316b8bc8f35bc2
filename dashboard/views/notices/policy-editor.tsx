// The editor of a policy: problems stand beside their fields, and nothing is sent while there are some.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import type { NoticePolicy } from "#domain/notice.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { ApiProblem } from "../../feed/request.ts";
import { Failed } from "../panels.tsx";
import { alarmClasses } from "./alarm-classes.ts";
import { putSetup, useNoticeWords, useSetupReload } from "./notice-data.ts";
import { findProblems, newStep, type PolicyText, type Problems, startOf, toBody } from "./policy-form.ts";
import { Checks, Problem, StepFields } from "./policy-step.tsx";

interface EditorProps {
  /** Null: a new one. */
  readonly policy: NoticePolicy | null;
  readonly close: () => void;
}

export function PolicyEditor({ policy, close }: EditorProps) {
  const { policyForm: words, policies, conflict } = useNoticeWords();
  const own = useDeviceWords();
  const reload = useSetupReload();
  const [text, setText] = useState(() => startOf(policy));
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const problems = findProblems(text);
  const shown = isTried ? problems : {};
  const count = Object.keys(problems).length;
  const change = (changes: Partial<PolicyText>): void => setText({ ...text, ...changes });

  async function send(): Promise<void> {
    setTried(true);
    if (count > 0) return;
    setBusy(true);
    setError(null);
    try {
      await putSetup("policies", text.id, toBody(text, policy));
      await reload();
      close();
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.status === 409) await reload();
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <Dialog title={policy === null ? policies.add : `${words.title}: ${policy.name}`} close={close} isWide>
      <form
        className="device-form"
        data-testid="policy-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void send();
        }}
      >
        <Head text={text} change={change} isNew={policy === null} problems={shown} />
        <Scope text={text} change={change} problems={shown} />
        <fieldset className="policy-steps">
          <legend>{words.steps}</legend>
          {text.steps.map((step, i) => (
            <StepFields
              // Steps have no names; their places are what they are.
              // oxlint-disable-next-line react/no-array-index-key
              key={i}
              step={step}
              at={i}
              problems={shown}
              change={(changes) =>
                change({ steps: text.steps.map((each, at) => (at === i ? { ...each, ...changes } : each)) })
              }
              remove={() => change({ steps: text.steps.filter((_, at) => at !== i) })}
            />
          ))}
          <Problem problems={shown} name="steps" />
          <button type="button" onClick={() => change({ steps: [...text.steps, newStep(text.steps.at(-1))] })}>
            {words.addStep}
          </button>
        </fieldset>
        <label>
          {policies.reason}
          <input
            value={text.reason}
            maxLength={bounds.textCharsMax}
            autoComplete="off"
            aria-invalid={shown["reason"] !== undefined}
            onChange={(event) => change({ reason: event.target.value })}
          />
          <Problem problems={shown} name="reason" />
        </label>
        {isTried && count > 0 && (
          <p className="wrong" role="alert">
            {words.invalid(count)}
          </p>
        )}
        {error instanceof ApiProblem && error.status === 409 && <p className="wrong">{conflict}</p>}
        {error !== null && <Failed what={words.failed} error={error} retry={() => void send()} />}
        <div className="device-end">
          <button type="button" onClick={close}>
            {own.cancel}
          </button>
          <button type="submit" className="primary" disabled={isBusy}>
            {isBusy ? own.busy : words.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface PartProps {
  readonly text: PolicyText;
  readonly change: (changes: Partial<PolicyText>) => void;
  readonly problems: Problems;
}

function Head({ text, change, problems, isNew }: PartProps & { readonly isNew: boolean }) {
  const { policyForm: words } = useNoticeWords();
  return (
    <>
      <div className="form-pair">
        <label>
          {words.name}
          <input
            value={text.name}
            maxLength={bounds.textCharsMax}
            autoComplete="off"
            aria-invalid={problems["name"] !== undefined}
            onChange={(event) => change({ name: event.target.value })}
          />
          <Problem problems={problems} name="name" />
        </label>
        <label>
          {words.id}
          <input
            value={text.id}
            readOnly={!isNew}
            maxLength={64}
            autoComplete="off"
            title={words.idHint}
            aria-invalid={problems["id"] !== undefined}
            onChange={(event) => change({ id: event.target.value })}
          />
          <Problem problems={problems} name="id" />
        </label>
      </div>
      <div className="form-pair">
        <label>
          {words.order}
          <input
            value={text.order}
            inputMode="numeric"
            aria-invalid={problems["order"] !== undefined}
            onChange={(event) => change({ order: event.target.value })}
          />
          <Problem problems={problems} name="order" />
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={text.enabled}
            onChange={(event) => change({ enabled: event.target.checked })}
          />
          {words.enabled}
        </label>
      </div>
    </>
  );
}

function Scope({ text, change, problems }: PartProps) {
  const { policyForm: words } = useNoticeWords();
  const catalogue = useWords();
  const { cities } = useApp();
  const input = (name: "enterprise" | "site" | "groupSeconds", label: string) => (
    <label>
      {label}
      <input
        value={text[name]}
        maxLength={bounds.textCharsMax}
        autoComplete="off"
        aria-invalid={problems[name] !== undefined}
        onChange={(event) => change({ [name]: event.target.value })}
      />
      <Problem problems={problems} name={name} />
    </label>
  );
  return (
    <>
      <div className="form-pair">
        <label>
          {words.city}
          <select value={text.city} onChange={(event) => change({ city: event.target.value })}>
            <option value="">{words.anyCity}</option>
            {cities.map((city) => (
              <option key={city.adcode} value={city.adcode}>
                {pickName(catalogue, city)}
              </option>
            ))}
          </select>
        </label>
        {input("enterprise", words.enterprise)}
      </div>
      <div className="form-pair">
        {input("site", words.site)}
        {input("groupSeconds", words.groupSeconds)}
      </div>
      <Checks
        legend={words.classes}
        options={alarmClasses.map((each) => ({ value: each.name, text: pickName(catalogue, each) }))}
        chosen={text.classes}
        choose={(classes) => change({ classes })}
      />
      <Checks
        legend={words.priorities}
        options={([1, 2, 3, 4] as const).map((value) => ({ value, text: catalogue.priority[value] }))}
        chosen={text.priorities}
        choose={(priorities) => change({ priorities })}
      >
        <Problem problems={problems} name="priorities" />
      </Checks>
      <div className="policy-quiet">
        <label className="check">
          <input
            type="checkbox"
            checked={text.hasQuiet}
            onChange={(event) => change({ hasQuiet: event.target.checked })}
          />
          {words.quiet}
        </label>
        {text.hasQuiet &&
          (["quietFrom", "quietTo"] as const).map((name) => (
            <label key={name}>
              {words[name]}
              <input
                className="stamp-clock"
                value={text[name]}
                maxLength={5}
                aria-invalid={problems["quiet"] !== undefined}
                onChange={(event) => change({ [name]: event.target.value })}
              />
            </label>
          ))}
        <Problem problems={problems} name="quiet" />
        <label className="check">
          <input
            type="checkbox"
            checked={text.tellEnd}
            onChange={(event) => change({ tellEnd: event.target.checked })}
          />
          {words.tellEnd}
        </label>
      </div>
    </>
  );
}
