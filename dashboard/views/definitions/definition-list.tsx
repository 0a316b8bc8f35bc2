// The list of definitions with its filters; what is not enabled, and what should be looked at again, is said in words.

import { useMemo } from "react";
import { alarmSubjects } from "#domain/alarm-definition.ts";
import type { AlarmScope } from "#domain/alarm-definition.ts";
import { everyFactor } from "#domain/alarms/in-force.ts";
import { cities } from "#domain/city.ts";
import { formatDay } from "#domain/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useAlarmClasses } from "../alarms/class-data.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { type DefinitionRow, saySubjectOf, useDefinitions, useDefinitionWords } from "./definition-data.ts";

export const listFilters = ["q", "subject", "class", "p", "state"] as const;
const states = ["enabled", "disabled", "statutory", "due"] as const;

function isDue({ reviewDue }: DefinitionRow, now: number): boolean {
  return reviewDue !== null && Date.parse(reviewDue) <= now;
}

function passes(row: DefinitionRow, query: URLSearchParams, now: number): boolean {
  const text = (query.get("q") ?? "").trim().toLowerCase();
  const says = [row.id, row.nameZh, row.nameEn, row.action, row.statutoryBasis].join(" ").toLowerCase();
  const state = query.get("state");
  return (
    (text === "" || says.includes(text)) &&
    (!query.has("subject") || row.subject === query.get("subject")) &&
    (!query.has("class") || row.class === query.get("class")) &&
    (!query.has("p") || row.levels.some(({ priority }) => String(priority) === query.get("p"))) &&
    (state !== "enabled" || row.enabled) &&
    (state !== "disabled" || !row.enabled) &&
    (state !== "statutory" || row.statutoryBasis !== "") &&
    (state !== "due" || isDue(row, now))
  );
}

export function ListFilters() {
  const words = useDefinitionWords();
  const { locale } = useWords();
  const { query, set } = useUrl();
  const classes = useAlarmClasses();
  const select = (name: string, label: string, options: readonly (readonly [value: string, says: string])[]) => (
    <select aria-label={label} value={query.get(name) ?? ""} onChange={(event) => set({ [name]: event.target.value })}>
      <option value="">{label}</option>
      {options.map(([value, says]) => (
        <option key={value} value={value}>
          {says}
        </option>
      ))}
    </select>
  );
  const says = { enabled: words.enabled, disabled: words.disabled, statutory: words.onlyStatutory, due: words.onlyDue };
  return (
    <>
      <input
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        value={query.get("q") ?? ""}
        spellCheck={false}
        onChange={(event) => set({ q: event.target.value })}
      />
      {select(
        "subject",
        words.anySubject,
        alarmSubjects.map((each) => [each, words.subjects[each]]),
      )}
      {select(
        "class",
        words.anyClass,
        classes.map((each) => [each.name, locale === "en" ? each.nameEn : each.nameZh]),
      )}
      {select(
        "p",
        words.anyPriority,
        ["1", "2", "3", "4"].map((p) => [p, `P${p}`]),
      )}
      {select(
        "state",
        words.anyState,
        states.map((each) => [each, says[each]]),
      )}
    </>
  );
}

/** What a record holds for, in the words of the screen. */
export function useScopeWords(): (scope: AlarmScope) => string {
  const words = useDefinitionWords();
  const catalogue = useWords();
  const { factors, sites } = useApp();
  const kinds: Readonly<Record<string, string>> = catalogue.kinds;
  return (scope) =>
    saySubjectOf(
      scope,
      (part, value) => {
        if (part === "kind") return kinds[value] ?? value;
        if (value === everyFactor) return words.eachFactor;
        if (part === "site") return sites.info(value)?.name ?? value;
        const city = part === "city" ? cities.find(({ adcode }) => adcode === value) : undefined;
        if (city !== undefined) return pickName(catalogue, city);
        const factor = part === "factor" ? factors[value] : undefined;
        return factor === undefined ? value : pickName(catalogue, factor);
      },
      words.everything,
    );
}

export function sayDelays({ deadband, onDelayMs, offDelayMs }: DefinitionRow): string {
  const band = deadband.value === 0 ? "0" : `${deadband.value}${deadband.kind === "percent" ? "%" : ""}`;
  return `${band} · ${onDelayMs / 1000} s / ${offDelayMs / 1000} s`;
}

export function DefinitionList() {
  const words = useDefinitionWords();
  const { query, set } = useUrl();
  const now = useServerNow();
  const found = useDefinitions();
  const columns = useColumns();
  const day = Math.floor(now / 86_400_000);
  const rows = useMemo(
    () => (found.data ?? []).filter((row) => passes(row, query, day * 86_400_000)),
    [found.data, query, day],
  );
  return (
    <>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      <div className="panel device-list device-fill">
        {found.data === undefined && found.error === null && <Loading lines={10} />}
        {found.data !== undefined && rows.length === 0 && <Notice title={words.empty} />}
        {rows.length > 0 && (
          <RowGrid
            label={words.title}
            testId="definition-row"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.id}
            stateOf={(row) => (row.enabled ? "enabled" : "disabled")}
            openKey={null}
            open={(row) => set({ id: row.id })}
            leave={() => set({ id: null })}
          />
        )}
      </div>
      <p className="hint hints-foot">
        <span>{words.keys}</span>
        {found.data !== undefined && (
          <span data-testid="definitions-listed">{words.listed(rows.length, found.data.length)}</span>
        )}
      </p>
    </>
  );
}

function useColumns(): readonly GridColumn<DefinitionRow>[] {
  const words = useDefinitionWords();
  const catalogue = useWords();
  const classes = useAlarmClasses();
  const sayScope = useScopeWords();
  const now = useServerNow();
  const { columns } = words;
  const classOf = (row: DefinitionRow): string => {
    const found = classes.find(({ name }) => name === row.class);
    return found === undefined ? row.class : pickName(catalogue, found);
  };
  const levels = (row: DefinitionRow): string =>
    row.levels.map(({ op, at, priority }) => `${words.ops[op]} ${at} → P${priority}`).join(", ");
  const stateOf = (row: DefinitionRow): string => {
    const says = row.enabled ? words.enabled : words.disabled;
    const due = isDue(row, now) && row.reviewDue !== null ? words.dueBy(formatDay(Date.parse(row.reviewDue))) : "";
    return due === "" ? says : `${says} · ${due}`;
  };
  return [
    {
      name: "name",
      head: columns.name,
      width: "minmax(160px, 4fr)",
      title: (row) => `${row.id}: ${row.action}`,
      cell: (row) => <b>{pickName(catalogue, row)}</b>,
    },
    {
      name: "subject",
      head: columns.subject,
      width: "minmax(110px, 1fr)",
      cell: (row) => `${words.subjects[row.subject]}${row.basis === null ? "" : ` · ${words.bases[row.basis]}`}`,
    },
    {
      name: "scope",
      head: columns.scope,
      width: "minmax(120px, 3fr)",
      title: (row) => sayScope(row.scope),
      cell: (row) => sayScope(row.scope),
    },
    { name: "class", head: columns.class, width: "minmax(90px, 2fr)", title: classOf, cell: classOf },
    { name: "levels", head: columns.levels, width: "minmax(140px, 3fr)", title: levels, cell: levels },
    { name: "delays", head: columns.delays, width: "minmax(130px, 2fr)", title: sayDelays, cell: sayDelays },
    { name: "version", head: columns.version, width: "70px", isNumber: true, cell: (row) => String(row.version) },
    {
      name: "state",
      head: columns.state,
      width: "minmax(80px, 2fr)",
      title: stateOf,
      cell: (row) => (row.enabled ? stateOf(row) : <b>{stateOf(row)}</b>),
    },
  ];
}
