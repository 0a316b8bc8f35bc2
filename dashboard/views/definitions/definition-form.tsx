// The form of one definition: every field with what it means; saving asks for a reason.

import type { Deadband } from "#domain/alarm-definition.ts";
import { alarmSubjects } from "#domain/alarm-definition.ts";
import { limitBases } from "#domain/limit.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useAlarmClasses } from "../alarms/class-data.ts";
import { useDefinitionWords } from "./definition-data.ts";
import { Field, type FieldsProps, LevelsEditor, ScopeFields, TextField } from "./form-fields.tsx";

interface FormProps extends FieldsProps {
  readonly isNew: boolean;
}

export function DefinitionForm({ isNew, ...props }: FormProps) {
  const words = useDefinitionWords();
  const { locale } = useWords();
  const { text, problems, isLocked, set } = props;
  const { fields, hints } = words;
  const needsBasis = text.subject === "limit" || text.subject === "value";
  const known = useAlarmClasses();
  return (
    <div className="definition-form" data-testid="definition-form">
      <div className="definition-grid">
        {isNew && <TextField {...props} name="id" label={fields.id} hint={hints.id} />}
        <TextField {...props} name="nameZh" label={fields.nameZh} />
        <TextField {...props} name="nameEn" label={fields.nameEn} />
        <Field label={fields.subject} hint={hints.subject} of="subject" problems={problems}>
          {(own) => (
            <select
              {...own}
              value={text.subject}
              disabled={isLocked}
              onChange={(event) => set({ subject: event.target.value })}
            >
              {alarmSubjects.map((each) => (
                <option key={each} value={each}>
                  {words.subjects[each]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {needsBasis && (
          <Field label={fields.basis} hint={hints.basis} of="basis" problems={problems}>
            {(own) => (
              <select
                {...own}
                value={text.basis}
                disabled={isLocked}
                onChange={(event) => set({ basis: event.target.value })}
              >
                <option value="" />
                {limitBases.map((each) => (
                  <option key={each} value={each}>
                    {words.bases[each]}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field label={fields.class} hint={hints.class} of="class" problems={problems}>
          {(own) => (
            <select
              {...own}
              value={text.class}
              disabled={isLocked}
              onChange={(event) => set({ class: event.target.value })}
            >
              {!known.some(({ name }) => name === text.class) && <option value={text.class}>{text.class}</option>}
              {known.map((each) => (
                <option key={each.name} value={each.name}>
                  {locale === "en" ? each.nameEn : each.nameZh}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Check {...props} name="enabled" label={fields.enabled} hint={hints.enabled} />
      </div>
      <ScopeFields {...props} />
      <LevelsEditor {...props} />
      <div className="definition-grid">
        <DeadbandField {...props} />
        <TextField {...props} name="onDelay" of="onDelayMs" label={fields.onDelayMs} hint={hints.onDelayMs} isNumber />
        <TextField
          {...props}
          name="offDelay"
          of="offDelayMs"
          label={fields.offDelayMs}
          hint={hints.offDelayMs}
          isNumber
        />
        <TextField {...props} name="reAlarm" of="reAlarmMs" label={fields.reAlarmMs} hint={hints.reAlarmMs} isNumber />
        <Check {...props} name="latched" label={fields.latched} hint={hints.latched} />
        <Check {...props} name="ackRequired" label={fields.ackRequired} hint={hints.ackRequired} />
      </div>
      <fieldset className="definition-group" disabled={isLocked}>
        <legend>{fields.suppressWhen}</legend>
        <p className="hint">{hints.suppressWhen}</p>
        {(["marked", "site-silent"] as const).map((each) => (
          <label key={each} className="check">
            <input
              type="checkbox"
              checked={text.suppressWhen.includes(each)}
              onChange={(event) => {
                const others = text.suppressWhen.filter((one) => one !== each);
                set({ suppressWhen: event.target.checked ? [...others, each] : others });
              }}
            />
            {words.suppressions[each]}
          </label>
        ))}
      </fieldset>
      {text.action.trim() === "" && (
        <p className="definition-event" role="note">
          {words.event}
        </p>
      )}
      <TextField {...props} name="action" label={fields.action} hint={hints.action} rows={2} />
      <div className="definition-grid">
        <TextField {...props} name="consequence" label={fields.consequence} hint={hints.consequence} rows={2} />
        <TextField {...props} name="causes" label={fields.causes} rows={2} />
        <TextField
          {...props}
          name="response"
          of="responseMs"
          label={fields.responseMs}
          hint={hints.responseMs}
          isNumber
        />
        <TextField {...props} name="statutoryBasis" label={fields.statutoryBasis} hint={hints.statutoryBasis} />
        <TextField {...props} name="rationale" label={fields.rationale} hint={hints.rationale} rows={2} />
        <TextField {...props} name="source" label={fields.source} hint={hints.source} rows={2} />
        <TextField {...props} name="owner" label={fields.owner} />
        <TextField {...props} name="reviewDue" label={fields.reviewDue} hint="2026-12-31" />
      </div>
    </div>
  );
}

interface CheckProps extends FieldsProps {
  readonly name: "enabled" | "latched" | "ackRequired";
  readonly label: string;
  readonly hint: string;
}

function Check({ name, label, hint, text, problems, isLocked, set }: CheckProps) {
  return (
    <Field label={label} hint={hint} of={name} problems={problems}>
      {(own) => (
        <input
          {...own}
          type="checkbox"
          checked={text[name]}
          disabled={isLocked}
          onChange={(event) => set({ [name]: event.target.checked })}
        />
      )}
    </Field>
  );
}

const deadbandKinds: readonly Deadband["kind"][] = ["percent", "absolute"];

function DeadbandField({ text, problems, isLocked, set }: FieldsProps) {
  const words = useDefinitionWords();
  return (
    <Field label={words.fields.deadband} hint={words.hints.deadband} of="deadband" problems={problems}>
      {(own) => (
        <span className="definition-pair">
          <input
            {...own}
            name="deadband"
            inputMode="decimal"
            value={text.deadband}
            disabled={isLocked}
            onChange={(event) => set({ deadband: event.target.value })}
          />
          <select
            aria-label={words.deadbandKind}
            value={text.deadbandKind}
            disabled={isLocked}
            onChange={(event) =>
              set({ deadbandKind: deadbandKinds.find((kind) => kind === event.target.value) ?? "percent" })
            }
          >
            {deadbandKinds.map((kind) => (
              <option key={kind} value={kind}>
                {words.deadbandKinds[kind]}
              </option>
            ))}
          </select>
        </span>
      )}
    </Field>
  );
}
