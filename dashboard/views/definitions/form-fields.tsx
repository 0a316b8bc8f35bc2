// Parts of the form of a definition: a field with its explanation and its mistakes beside it, the scope, the levels.

import { useId, type ReactNode } from "react";
import type { Priority } from "#domain/alarm.ts";
import { definitionBounds } from "#domain/alarms/definition.ts";
import { everyFactor } from "#domain/alarms/in-force.ts";
import { cities } from "#domain/city.ts";
import { siteKinds } from "#domain/site.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { type DefinitionWords, useDefinitionWords } from "./definition-data.ts";
import type { DefinitionText, FieldProblem, LevelText } from "./definition-text.ts";

export interface FieldsProps {
  readonly text: DefinitionText;
  readonly problems: readonly FieldProblem[];
  readonly isLocked: boolean;
  readonly set: (change: Partial<DefinitionText>) => void;
}

function sayProblem(words: DefinitionWords, { problem }: FieldProblem): string {
  if (problem === "required") return words.required;
  if (problem === "not-a-number") return words.notANumber;
  return `${problem.problem} ${problem.hint}`;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** Paths of the record that belong to this field; mistakes of those stand here. */
  readonly of: string;
  readonly problems: readonly FieldProblem[];
  readonly children: (props: {
    readonly id: string;
    readonly "aria-describedby": string;
    readonly "aria-invalid": boolean;
  }) => ReactNode;
}

export function Field({ label, hint, of, problems, children }: FieldProps) {
  const words = useDefinitionWords();
  const id = useId();
  const mine = problems.filter(({ field }) => field === of || field.startsWith(`${of}.`));
  return (
    <div className="definition-field" data-field={of} data-wrong={mine.length > 0}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": `${id}-says`, "aria-invalid": mine.length > 0 })}
      <p id={`${id}-says`} className="hint">
        {mine.map((each) => (
          <b key={each.field + sayProblem(words, each)} className="wrong" role="alert">
            {sayProblem(words, each)}{" "}
          </b>
        ))}
        {hint}
      </p>
    </div>
  );
}

interface TextFieldProps extends FieldsProps {
  readonly name: { [K in keyof DefinitionText]: DefinitionText[K] extends string ? K : never }[keyof DefinitionText];
  /** Path of the record; where it is another name than that of the text. */
  readonly of?: string;
  readonly label: string;
  readonly hint?: string;
  readonly rows?: number;
  readonly isNumber?: boolean;
}

export function TextField({
  name,
  of = name,
  label,
  hint,
  rows,
  isNumber = false,
  text,
  problems,
  isLocked,
  set,
}: TextFieldProps) {
  return (
    <Field label={label} of={of} problems={problems} {...(hint === undefined ? {} : { hint })}>
      {(props) =>
        rows === undefined ? (
          <input
            {...props}
            name={name}
            value={text[name]}
            disabled={isLocked}
            spellCheck={false}
            autoComplete="off"
            inputMode={isNumber ? "decimal" : "text"}
            onChange={(event) => set({ [name]: event.target.value })}
          />
        ) : (
          <textarea
            {...props}
            name={name}
            rows={rows}
            value={text[name]}
            disabled={isLocked}
            onChange={(event) => set({ [name]: event.target.value })}
          />
        )
      }
    </Field>
  );
}

export function ScopeFields({ text, problems, isLocked, set }: FieldsProps) {
  const words = useDefinitionWords();
  const catalogue = useWords();
  const { factors } = useApp();
  const { scope } = text;
  const put = (change: Partial<typeof scope>): void => set({ scope: { ...scope, ...change } });
  const kinds: Readonly<Record<string, string>> = catalogue.kinds;
  return (
    <fieldset className="definition-group" disabled={isLocked}>
      <legend>{words.columns.scope}</legend>
      <p className="hint">{words.hints.scope}</p>
      <div className="definition-grid">
        {(["site", "enterprise"] as const).map((part) => (
          <Field
            key={part}
            label={part === "site" ? words.fields.scopeSite : words.fields.scopeEnterprise}
            of={`scope.${part}`}
            problems={problems}
          >
            {(props) => (
              <input
                {...props}
                value={scope[part]}
                placeholder={words.all}
                spellCheck={false}
                autoComplete="off"
                onChange={(event) => put({ [part]: event.target.value })}
              />
            )}
          </Field>
        ))}
        <Field label={words.fields.scopeCity} of="scope.city" problems={problems}>
          {(props) => (
            <select {...props} value={scope.city} onChange={(event) => put({ city: event.target.value })}>
              <option value="">{words.all}</option>
              {cities.map((city) => (
                <option key={city.adcode} value={city.adcode}>
                  {pickName(catalogue, city)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.fields.scopeKind} of="scope.kind" problems={problems}>
          {(props) => (
            <select {...props} value={scope.kind} onChange={(event) => put({ kind: event.target.value })}>
              <option value="">{words.all}</option>
              {siteKinds.map((kind) => (
                <option key={kind} value={kind}>
                  {kinds[kind] ?? kind}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={words.fields.scopeFactor} of="scope.factor" problems={problems}>
          {(props) => (
            <select {...props} value={scope.factor} onChange={(event) => put({ factor: event.target.value })}>
              <option value="">{words.all}</option>
              {text.subject === "silence" && <option value={everyFactor}>{words.eachFactor}</option>}
              {Object.entries(factors).map(([code, info]) => (
                <option key={code} value={code}>
                  {pickName(catalogue, info)} {code}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </fieldset>
  );
}

const levelOps = ["above", "below", "beyond"] as const;
const priorities: readonly Priority[] = [1, 2, 3, 4];

export function LevelsEditor({ text, problems, isLocked, set }: FieldsProps) {
  const words = useDefinitionWords();
  const { levels } = text;
  const put = (i: number, change: Partial<LevelText>): void =>
    set({ levels: levels.map((level, j) => (i === j ? { ...level, ...change } : level)) });
  const wrongAt = (i: number): readonly FieldProblem[] =>
    problems.filter(({ field }) => field.startsWith(`levels.${i}`));
  const last = levels.at(-1);
  return (
    <fieldset className="definition-group" disabled={isLocked} data-field="levels">
      <legend>{words.fields.levels}</legend>
      <p className="hint">
        {problems
          .filter(({ field }) => field === "levels")
          .map((each) => (
            <b key={sayProblem(words, each)} className="wrong" role="alert">
              {sayProblem(words, each)}{" "}
            </b>
          ))}
        {words.hints.levels}
      </p>
      <ol className="definition-levels">
        {levels.map((level, i) => (
          // A level is its place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={i} data-testid="definition-level">
            <select
              aria-label={`${words.op} ${i + 1}`}
              value={level.op}
              onChange={(event) => put(i, { op: levelOps.find((op) => op === event.target.value) ?? "above" })}
            >
              {levelOps.map((op) => (
                <option key={op} value={op}>
                  {words.ops[op]}
                </option>
              ))}
            </select>
            <input
              aria-label={`${words.at} ${i + 1}`}
              aria-invalid={wrongAt(i).length > 0}
              inputMode="decimal"
              value={level.at}
              onChange={(event) => put(i, { at: event.target.value })}
            />
            <select
              aria-label={`${words.priority} ${i + 1}`}
              value={level.priority}
              onChange={(event) => put(i, { priority: priorities.find((p) => String(p) === event.target.value) ?? 3 })}
            >
              {priorities.map((priority) => (
                <option key={priority} value={priority}>
                  P{priority}
                </option>
              ))}
            </select>
            <button
              type="button"
              aria-label={words.removeLevel(i + 1)}
              title={words.removeLevel(i + 1)}
              disabled={isLocked || levels.length === 1}
              onClick={() => set({ levels: levels.filter((_, j) => j !== i) })}
            >
              −
            </button>
            {wrongAt(i).map((each) => (
              <b key={sayProblem(words, each)} className="wrong" role="alert">
                {sayProblem(words, each)}
              </b>
            ))}
          </li>
        ))}
      </ol>
      <button
        type="button"
        disabled={isLocked || levels.length >= definitionBounds.levelsMax}
        onClick={() => set({ levels: [...levels, { op: last?.op ?? "above", at: "", priority: last?.priority ?? 3 }] })}
      >
        {words.addLevel}
      </button>
    </fieldset>
  );
}
