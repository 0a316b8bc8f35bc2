// For which sites and factors something holds: five fields, each empty for all.

import { cities } from "#domain/city.ts";
import { siteKinds } from "#domain/site.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { type ScopeText, useDefinitionWords } from "./definition-data.ts";

interface ScopeInputsProps {
  readonly scope: ScopeText;
  readonly set: (change: Partial<ScopeText>) => void;
}

export function ScopeInputs({ scope, set }: ScopeInputsProps) {
  const { fields, all } = useDefinitionWords();
  const catalogue = useWords();
  const { factors } = useApp();
  const kinds: Readonly<Record<string, string>> = catalogue.kinds;
  const choice = (
    name: keyof ScopeText,
    label: string,
    options: readonly (readonly [value: string, says: string])[],
  ) => (
    <label>
      {label}
      <select name={name} value={scope[name]} onChange={(event) => set({ [name]: event.target.value })}>
        <option value="">{all}</option>
        {options.map(([value, says]) => (
          <option key={value} value={value}>
            {says}
          </option>
        ))}
      </select>
    </label>
  );
  const typed = (name: "site" | "enterprise", label: string) => (
    <label>
      {label}
      <input
        name={name}
        value={scope[name]}
        placeholder={all}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </label>
  );
  return (
    <div className="form-pair">
      {typed("site", fields.scopeSite)}
      {typed("enterprise", fields.scopeEnterprise)}
      {choice(
        "city",
        fields.scopeCity,
        cities.map((city) => [city.adcode, pickName(catalogue, city)]),
      )}
      {choice(
        "kind",
        fields.scopeKind,
        siteKinds.map((kind) => [kind, kinds[kind] ?? kind]),
      )}
      {choice(
        "factor",
        fields.scopeFactor,
        Object.entries(factors).map(([code, info]) => [code, `${pickName(catalogue, info)} ${code}`]),
      )}
    </div>
  );
}
