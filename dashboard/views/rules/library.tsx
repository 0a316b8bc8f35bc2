// The library of published limits, to be searched: every row with its standard, its time and how sure it is.

import { useMemo } from "react";
import type { Sureness } from "#domain/rules/sureness.ts";
import { formatUnit } from "../../format/number.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { SiteFilter } from "../devices/site-filter.tsx";
import { useJudgementWords } from "../judgement/exceedance-data.ts";
import { Choice } from "../judgement/exceedance-parts.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { type PublishedLimit, useLibrary, useRuleWords } from "./rule-data.ts";
import { AsOfDay, type RuleDay } from "./rule-day.tsx";
import { formatBounds } from "./timeline.tsx";

export function Library({ day }: { readonly day: RuleDay }) {
  const { library: words } = useRuleWords();
  const { query, set } = useUrl();
  const standard = query.get("standard") ?? "";
  const isDated = query.get("dated") === "1";
  const all = useLibrary("", "", null);
  const found = useLibrary(query.get("q") ?? "", standard, isDated ? day.start : null);
  const standards = useMemo(() => [...new Set(all.data?.items.map((row) => row.standard) ?? [])].sort(), [all.data]);
  const rows = useMemo(() => found.data?.items.map((row, at) => ({ ...row, key: String(at) })) ?? [], [found.data]);
  const columns = useColumns();
  return (
    <>
      <div className="filters rule-filters">
        <SiteFilter name="q" label={words.search} />
        <Choice
          name="standard"
          label={words.standard}
          none={words.anyStandard}
          chosen={standard === "" ? null : standard}
          options={standards.map((each) => [each, each])}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={isDated}
            onChange={(event) => set({ dated: event.target.checked ? "1" : null })}
          />{" "}
          {words.onlyInForce}
        </label>
        {isDated && <AsOfDay day={day} />}
        <span className="filters-count">{found.data !== undefined && words.count(formatCount(found.data.total))}</span>
      </div>
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
            label={words.standard}
            testId="library-row"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.key}
            openKey={null}
            open={() => undefined}
            leave={() => undefined}
          />
        )}
      </div>
    </>
  );
}

/** The table says it in a sentence: "verified: read from …", "from memory", "engineering default". */
function surenessOf(confidence: string): Sureness {
  if (/default/.test(confidence)) return "default";
  return confidence.startsWith("verified") ? "verified" : "from memory";
}

type Row = PublishedLimit & { readonly key: string };

function useColumns(): readonly GridColumn<Row>[] {
  const { library: words } = useRuleWords();
  const shared = useWords();
  const { surenesses } = useJudgementWords();
  const { columns } = words;
  const basisOf = (basis: string): string => Object.entries(shared.bases).find(([key]) => key === basis)?.[1] ?? basis;
  const lastDay = (to: string | null): string => (to === null ? words.open : to);
  return [
    {
      name: "standard",
      head: columns.standard,
      width: "minmax(130px, 2fr)",
      title: (row) => row.standard,
      cell: (row) => row.standard,
    },
    {
      name: "industry",
      head: columns.industry,
      width: "minmax(120px, 3fr)",
      title: (row) => row.industry,
      cell: (row) => row.industry,
    },
    {
      name: "unit",
      head: columns.unit,
      width: "minmax(90px, 2fr)",
      title: (row) => row.sourceUnit,
      cell: (row) => row.sourceUnit,
    },
    {
      name: "factor",
      head: columns.factor,
      width: "minmax(100px, 2fr)",
      title: (row) => `${pickName(shared, row)} ${row.factor}`,
      cell: (row) => pickName(shared, row),
    },
    {
      name: "value",
      head: columns.value,
      width: "minmax(110px, 140px)",
      isNumber: true,
      title: (row) => row.notes,
      cell: (row) => (
        <>
          <b>{formatBounds(row)}</b> <span className="unit">{formatUnit(row.unit)}</span>
        </>
      ),
    },
    { name: "basis", head: columns.basis, width: "minmax(60px, 90px)", cell: (row) => basisOf(row.basis) },
    {
      name: "oxygen",
      head: columns.oxygen,
      width: "minmax(56px, 76px)",
      isNumber: true,
      cell: (row) => row.refO2 ?? "—",
    },
    {
      name: "span",
      head: columns.span,
      width: "minmax(160px, 190px)",
      cell: (row) => `${row.from ?? words.unknown} – ${lastDay(row.to)}`,
    },
    {
      name: "confidence",
      head: columns.confidence,
      width: "minmax(110px, 2fr)",
      title: (row) => row.confidence,
      cell: (row) => (
        <span className="sureness" data-sureness={surenessOf(row.confidence)}>
          {surenesses[surenessOf(row.confidence)]}
        </span>
      ),
    },
  ];
}
