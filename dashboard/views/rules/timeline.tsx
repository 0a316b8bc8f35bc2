// Limits along the years: a row for each factor, site and basis, two lanes of bars in it (what was set for the site above what the
// standard says), and an upright line on the day that is looked at. Beside it one row with everything about its limits.

import type { Limit } from "#domain/limit.ts";
import { dayMs, formatDay } from "#domain/time.ts";
import { formatLimit, formatUnit } from "../../format/number.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { useNames } from "../judgement/exceedance-parts.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { LimitDetail } from "./limit-detail.tsx";
import { inForceOn, type RuleRow, type useLimits, useRuleWords } from "./rule-data.ts";
import { axisYears, type RuleDay } from "./rule-day.tsx";

interface TimelineProps {
  readonly limits: ReturnType<typeof useLimits>;
  readonly day: RuleDay;
  readonly isFiltered: boolean;
}

export function Timeline({ limits, day, isFiltered }: TimelineProps) {
  const words = useRuleWords();
  const { query, set } = useUrl();
  const columns = useColumns(day);
  const openKey = query.get("open");
  const rows = limits.data?.rows ?? [];
  const opened = rows.find(({ key }) => key === openKey) ?? null;
  return (
    <>
      {limits.error !== null && (
        <Failed
          what={words.load}
          error={limits.error}
          retry={() => void limits.refetch()}
          kept={limits.data !== undefined}
        />
      )}
      <div className="device-body" data-detail={opened !== null}>
        <div className="panel device-list" data-old={limits.isPlaceholderData}>
          {limits.data === undefined && limits.error === null && <Loading lines={10} />}
          {limits.data !== undefined && rows.length === 0 && (
            <Notice title={isFiltered ? words.emptyFiltered : words.empty} />
          )}
          {rows.length > 0 && (
            <RowGrid
              label={words.title}
              testId="rule-row"
              columns={opened === null ? columns : columns.filter(({ name }) => name !== "span" && name !== "basis")}
              rows={rows}
              keyOf={(row) => row.key}
              openKey={openKey}
              isFollowing={opened !== null}
              open={(row) => set({ open: row.key })}
              leave={() => set({ open: null })}
            />
          )}
          {limits.data !== undefined && limits.data.limits.length < limits.data.total && (
            <p className="hint row-more">
              {words.cut(formatCount(limits.data.limits.length), formatCount(limits.data.total))}
            </p>
          )}
        </div>
        {opened !== null && <LimitDetail row={opened} day={day} close={() => set({ open: null })} />}
      </div>
      <p className="hint rule-legend">
        <span>{words.keys}</span>
        <span>{words.legend}</span>
      </p>
    </>
  );
}

/** "≤ 50", "6 – 9": as both bounds are written. */
export function formatBounds({ max, min }: Pick<Limit, "max" | "min">): string {
  if (max !== null && min !== null) return `${formatLimit(min)} – ${formatLimit(max)}`;
  if (max !== null) return `≤ ${formatLimit(max)}`;
  return min === null ? "—" : `≥ ${formatLimit(min)}`;
}

function useColumns(day: RuleDay): readonly GridColumn<RuleRow>[] {
  const words = useRuleWords();
  const { bases } = useWords();
  const { sites, factors } = useApp();
  const names = useNames();
  const { columns } = words;
  const siteOf = (row: RuleRow): string => sites.info(row.site)?.name ?? row.site;
  return [
    {
      name: "site",
      head: columns.site,
      width: "minmax(140px, 3fr)",
      title: (row) => `${siteOf(row)} (${row.site})`,
      cell: siteOf,
    },
    {
      name: "factor",
      head: columns.factor,
      width: "minmax(90px, 2fr)",
      title: (row) => `${names.factor(row.factor)} ${row.factor}`,
      cell: (row) => names.factor(row.factor),
    },
    { name: "basis", head: columns.basis, width: "minmax(44px, 76px)", cell: (row) => bases[row.basis] },
    {
      name: "inForce",
      head: `${columns.inForce} · ${day.day}`,
      width: "minmax(130px, 2fr)",
      cell: (row) => {
        const limit = inForceOn(row, day.start);
        if (limit === null) return <span className="muted">{words.none}</span>;
        return (
          <>
            <b>{formatBounds(limit)}</b> <span className="unit">{formatUnit(factors[row.factor]?.unit ?? "")}</span>
          </>
        );
      },
    },
    {
      name: "span",
      head: columns.span,
      width: "minmax(280px, 7fr)",
      cell: (row) => <Lanes row={row} day={day} />,
    },
  ];
}

/** Left and right end on the axis, per cent. */
function placeOf(from: number, to: number | null, today: number): readonly [number, number] {
  const first = today - axisYears.before * 365 * dayMs;
  const length = (axisYears.before + axisYears.after) * 365 * dayMs;
  const place = (time: number): number => Math.min(100, Math.max(0, ((time - first) / length) * 100));
  return [place(from), place(to ?? Number.POSITIVE_INFINITY)];
}

/** The first lane in which a limit overlaps no other: what was set for the site stands above what standards say. */
export function layLanes(limits: readonly Limit[]): ReadonlyMap<Limit, number> {
  const ends: number[] = [];
  const lanes = new Map<Limit, number>();
  const own = (limit: Limit): number => (limit.source === "site" ? 0 : 1);
  for (const limit of limits.toSorted((a, b) => own(a) - own(b) || a.from - b.from)) {
    const begin = own(limit) === 0 ? 0 : Math.max(0, ...[...lanes].map(([each, at]) => (own(each) === 0 ? at + 1 : 0)));
    let lane = begin;
    while ((ends[lane] ?? Number.NEGATIVE_INFINITY) > limit.from) lane += 1;
    ends[lane] = limit.to ?? Number.POSITIVE_INFINITY;
    lanes.set(limit, lane);
  }
  return lanes;
}

const lanesHeightPx = 28;

function Lanes({ row, day }: { readonly row: RuleRow; readonly day: RuleDay }) {
  const words = useRuleWords();
  const inForce = inForceOn(row, day.start);
  const [now] = placeOf(day.start, null, day.today);
  const lanes = layLanes(row.limits);
  const height = lanesHeightPx / Math.max(2, ...[...lanes.values()].map((lane) => lane + 1));
  return (
    <span
      className="rule-lanes"
      role="img"
      aria-label={row.limits.map((limit) => `${formatBounds(limit)} ${formatRange(limit)}`).join("; ")}
    >
      {row.limits.map((limit) => {
        const [left, right] = placeOf(limit.from, limit.to, day.today);
        if (right <= left) return null;
        const isOwn = limit.source === "site";
        return (
          <i
            key={limit.id}
            className="rule-bar"
            data-own={isOwn}
            data-in-force={limit === inForce}
            data-open={limit.to === null}
            style={{
              left: `${left}%`,
              width: `${right - left}%`,
              top: (lanes.get(limit) ?? 0) * height,
              height: height - 1,
              lineHeight: `${height - 3}px`,
            }}
            title={`${formatBounds(limit)} · ${formatRange(limit)} · ${isOwn ? words.site : limit.source}`}
          >
            {formatBounds(limit)}
          </i>
        );
      })}
      <i className="rule-now" style={{ left: `${now}%` }} />
    </span>
  );
}

/** "2026-01-01 – 2026-06-30", both days within; open ends are arrows. */
export function formatRange({ from, to }: Pick<Limit, "from" | "to">): string {
  return `${from <= 0 ? "←" : formatDay(from)} – ${to === null ? "→" : formatDay(to - dayMs)}`;
}
