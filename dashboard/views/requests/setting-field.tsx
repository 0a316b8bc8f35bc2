// One setting of a request as a field of the form: a moment, a factor of the site, a code of information, a choice, a number, a
// text; with its name, what it may be, and what is wrong with it.

import { useId, useState } from "react";
import { dayMs, formatDay } from "#domain/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useServerNow } from "../app-context.ts";
import { StampInput } from "../devices/stamp-input.tsx";
import type { FactorDetails } from "../site-data.ts";
import type { SettingForm } from "./request-data.ts";
import { readField, type SettingFault } from "./request-form.ts";
import { nameSetting, useRequestWords } from "./request-words.ts";

export interface SettingFieldProps {
  readonly setting: SettingForm;
  readonly isNeeded: boolean;
  readonly isTimeOfSending: boolean;
  readonly value: string;
  readonly fault: SettingFault | null;
  readonly factors: readonly FactorDetails[];
  readonly change: (value: string) => void;
}

export function SettingField(props: SettingFieldProps) {
  const { setting, isNeeded, fault } = props;
  const words = useRequestWords();
  const { form } = words;
  const wanted = words.sayWanted(setting.wanted);
  const hint = props.isTimeOfSending ? form.sendTime : readField(setting).kind === "factor" ? "" : wanted;
  const says = fault === "order" ? form.order : fault === "needed" ? form.needed : wanted;
  return (
    <div className="form-field" data-setting={setting.key}>
      <span>
        {nameSetting(words, setting.key)} <code>{setting.key}</code> {!isNeeded && form.optional}
      </span>
      <Field {...props} label={nameSetting(words, setting.key)} />
      {fault === null ? <span className="hint">{hint}</span> : <span className="wrong">{says}</span>}
    </div>
  );
}

interface FieldProps extends SettingFieldProps {
  readonly label: string;
}

function Field(props: FieldProps) {
  const { setting, value, fault, change, label } = props;
  const words = useRequestWords();
  const { form } = words;
  const now = useServerNow();
  const field = readField(setting);
  const common = { "aria-label": label, "aria-invalid": fault !== null };
  switch (field.kind) {
    case "stamp":
      return (
        <StampInput
          label={label}
          dayLabel={`${label} ${form.day}`}
          clockLabel={`${label} ${form.clock}`}
          value={value}
          isWrong={fault !== null}
          maxDay={formatDay(now + dayMs)}
          choose={change}
        />
      );
    case "factor":
      return <FactorField {...props} />;
    case "information":
      return <InformationField {...props} />;
    case "choice":
      return (
        <select {...common} value={value} onChange={(event) => change(event.target.value)}>
          <option value="">—</option>
          {field.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      );
    default:
      return (
        <input
          {...common}
          value={value}
          inputMode={field.kind === "whole" ? "numeric" : "text"}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => change(event.target.value.trim())}
        />
      );
  }
}

const other = "\u0000other";

/** The factors of the site; any other code can be written. */
function FactorField({ factors, value, fault, change, label, isNeeded }: FieldProps) {
  const { form } = useRequestWords();
  const catalogue = useWords();
  const isListed = value === "" || factors.some(({ code }) => code === value);
  const [isOther, setOther] = useState(!isListed);
  return (
    <span className="factor-field">
      <select
        aria-label={label}
        aria-invalid={fault !== null}
        value={isOther ? other : value}
        onChange={(event) => {
          setOther(event.target.value === other);
          change(event.target.value === other ? "" : event.target.value);
        }}
      >
        <option value="">{isNeeded ? "—" : form.wholeLogger}</option>
        {factors.map((factor) => (
          <option key={factor.code} value={factor.code}>
            {factor.code} {pickName(catalogue, factor)}
          </option>
        ))}
        <option value={other}>{form.otherFactor}</option>
      </select>
      {isOther && (
        <input
          aria-label={form.otherFactor}
          value={value}
          maxLength={20}
          spellCheck={false}
          onChange={(event) => change(event.target.value.trim())}
        />
      )}
    </span>
  );
}

function InformationField({ value, fault, change, label }: FieldProps) {
  const { information } = useRequestWords();
  const id = useId();
  return (
    <>
      <input
        aria-label={label}
        aria-invalid={fault !== null}
        value={value}
        list={id}
        maxLength={6}
        spellCheck={false}
        autoComplete="off"
        placeholder="i12001"
        onChange={(event) => change(event.target.value.trim())}
      />
      <datalist id={id}>
        {Object.entries(information).map(([code, says]) => (
          <option key={code} value={code}>
            {says}
          </option>
        ))}
      </datalist>
    </>
  );
}
