// The fields of one step of a policy, and what its editor is made of: a problem beside its field, a choice of several words.

import type { ReactNode } from "react";
import { useCalendars, useContacts, useNoticeWords } from "./notice-data.ts";
import type { Problems, StepText } from "./policy-form.ts";

export function Problem({ problems, name }: { readonly problems: Problems; readonly name: string }) {
  const { policyForm: words } = useNoticeWords();
  const found = problems[name];
  return found === undefined ? null : (
    <span className="wrong" data-testid="problem" data-field={name}>
      {words.problems[found]}
    </span>
  );
}

export function Checks<T extends string | number>(props: {
  readonly legend: string;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly chosen: readonly T[];
  readonly choose: (chosen: readonly T[]) => void;
  readonly children?: ReactNode;
}) {
  const { legend, options, chosen, choose, children } = props;
  return (
    <fieldset className="policy-checks">
      <legend>{legend}</legend>
      {options.map(({ value, text }) => (
        <label key={value} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) =>
              choose(
                options
                  .map((each) => each.value)
                  .filter((each) => (each === value ? event.target.checked : chosen.includes(each))),
              )
            }
          />
          {text}
        </label>
      ))}
      {children}
    </fieldset>
  );
}

interface StepProps {
  readonly step: StepText;
  readonly at: number;
  readonly problems: Problems;
  readonly change: (changes: Partial<StepText>) => void;
  readonly remove: () => void;
}

export function StepFields({ step, at, problems, change, remove }: StepProps) {
  const { policyForm: words, policies, step: nameOf } = useNoticeWords();
  const calendars = useCalendars();
  const contacts = useContacts();
  const options = [
    { value: "enterprise", text: policies.enterprise },
    ...(calendars.data ?? []).map(({ id, name }) => ({ value: `on-call:${id}`, text: policies.onCall(name) })),
    ...(contacts.data ?? []).map(({ id, name }) => ({ value: `contact:${id}`, text: name })),
  ];
  const field = (name: "after" | "repeat", label: string) => (
    <label>
      {label}
      <input
        value={step[name]}
        inputMode="decimal"
        aria-invalid={problems[`steps.${at}.${name}`] !== undefined}
        onChange={(event) => change({ [name]: event.target.value })}
      />
      <Problem problems={problems} name={`steps.${at}.${name}`} />
    </label>
  );
  return (
    <div className="policy-step" role="group" aria-label={nameOf(at + 1)}>
      <div className="policy-step-line">
        <b>{nameOf(at + 1)}</b>
        {field("after", words.after)}
        <label>
          {words.until}
          <select
            value={step.until}
            onChange={(event) => change({ until: event.target.value === "clear" ? "clear" : "ack" })}
          >
            <option value="ack">{words.untils.ack}</option>
            <option value="clear">{words.untils.clear}</option>
          </select>
        </label>
        {field("repeat", words.repeat)}
        <button type="button" aria-label={words.removeStep(at + 1)} title={words.removeStep(at + 1)} onClick={remove}>
          ×
        </button>
      </div>
      <Checks legend={words.targets} options={options} chosen={step.targets} choose={(targets) => change({ targets })}>
        <Problem problems={problems} name={`steps.${at}.targets`} />
      </Checks>
    </div>
  );
}
