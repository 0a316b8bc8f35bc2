// What is missing in a month, span by span, newest first, and how long each can still be repaired.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { dayMs, formatLocal, hourMs, parseDay } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { useKept } from "../use-kept.ts";
import { daysOfMonth, useQualityWords } from "./quality-data.ts";
import { Repair } from "./repair.tsx";

interface WireSpan {
  readonly site: string;
  readonly siteName: string | null;
  readonly factor: string;
  readonly from: string;
  readonly to: string;
  readonly hours: number;
}

interface MissingSpan extends Omit<WireSpan, "from" | "to"> {
  readonly from: number;
  readonly to: number;
}

interface Page {
  readonly items: readonly WireSpan[];
  /** Hours of all series. */
  readonly total: number;
  readonly series: number;
  readonly next: string | null;
}

interface Spans extends Pick<Page, "total" | "series"> {
  /** Newest first. */
  readonly items: readonly MissingSpan[];
  readonly isCut: boolean;
}

/** More spans are not listed at once. */
const spansMax = 5_000;

async function loadMissing(filter: string, signal: AbortSignal): Promise<Spans> {
  const items: MissingSpan[] = [];
  let cursor: string | null = "";
  let sums: Pick<Page, "total" | "series"> = { total: 0, series: 0 };
  while (cursor !== null && items.length < spansMax) {
    const query = new URLSearchParams(filter);
    query.set("limit", "500");
    if (cursor !== "") query.set("cursor", cursor);
    const page: Page = await callApi<Page>(`/quality/missing?${query}`, { signal });
    items.push(...page.items.map((each) => ({ ...each, from: Date.parse(each.from), to: Date.parse(each.to) })));
    sums = { total: page.total, series: page.series };
    cursor = page.next;
  }
  const sorted = items.toSorted((a, b) => b.to - a.to || a.from - b.from || (a.site < b.site ? -1 : 1));
  return { items: sorted, ...sums, isCut: cursor !== null };
}

/** "2026-11-22 08:00 to 11:00" of UTC+8; whole days by their days. */
export function formatSpan(from: number, to: number, until: string): string {
  const [a, b] = [formatLocal(from).slice(0, 16), formatLocal(to).slice(0, 16)];
  return `${a} ${until} ${a.slice(0, 10) === b.slice(0, 10) ? b.slice(11) : b}`;
}

/** A page that shows what is left need not ask the clock every second. */
const stepMs = 60_000;

interface MissingProps {
  readonly month: string;
  readonly site: string;
  readonly city: string | null;
}

export function Missing({ month, site, city }: MissingProps) {
  const words = useQualityWords();
  const catalogue = useWords();
  const { factors, sites } = useApp();
  const { go } = useUrl();
  const now = Math.floor(useServerNow() / stepMs) * stepMs;
  const days = daysOfMonth(month);
  const from = parseDay(days[0] ?? "") ?? 0;
  const end = (parseDay(days.at(-1) ?? "") ?? 0) + dayMs;
  // What is due only later is not missing.
  const to = Math.min(end, Math.floor(now / hourMs) * hourMs);
  const filter = new URLSearchParams({ from: String(from), to: String(to) });
  if (site !== "") filter.set("site", site);
  if (city !== null) filter.set("city", city);
  const missing = useQuery({
    queryKey: ["quality-missing", filter.toString()],
    // In the first hour of a month nothing is due yet.
    queryFn: ({ signal }) =>
      to <= from ? { items: [], total: 0, series: 0, isCut: false } : loadMissing(filter.toString(), signal),
    placeholderData: keepPreviousData,
  });
  const data = useKept(missing.data);
  const { columns: heads } = words.missing;
  const columns: readonly GridColumn<MissingSpan>[] = [
    {
      name: "site",
      head: heads.site,
      width: "minmax(160px, 3fr)",
      title: (row) => `${row.siteName ?? row.site} (${row.site})`,
      cell: (row) => row.siteName ?? sites.info(row.site)?.name ?? row.site,
    },
    {
      name: "factor",
      head: heads.factor,
      width: "minmax(110px, 2fr)",
      cell(row) {
        const info = factors[row.factor];
        return info === undefined ? row.factor : pickName(catalogue, info);
      },
    },
    {
      name: "span",
      head: heads.span,
      width: "minmax(240px, 3fr)",
      cell: (row) => formatSpan(row.from, row.to, words.audit.until),
    },
    {
      name: "hours",
      head: heads.hours,
      width: "minmax(60px, 90px)",
      isNumber: true,
      cell: (row) => <b>{formatCount(row.hours)}</b>,
    },
    {
      name: "repair",
      head: heads.repair,
      width: "minmax(150px, 2fr)",
      cell: (row) => <Repair end={row.to} />,
    },
  ];
  const csv = new URLSearchParams(filter);
  csv.set("format", "csv");
  return (
    <>
      {missing.error !== null && (
        <Failed
          what={words.missing.load}
          error={missing.error}
          retry={() => void missing.refetch()}
          kept={data !== undefined}
        />
      )}
      <div className="panel device-list device-fill">
        {data === undefined && missing.error === null && <Loading lines={10} />}
        {data !== undefined && data.items.length === 0 && <Notice title={words.missing.empty} />}
        {data !== undefined && data.items.length > 0 && (
          <RowGrid
            label={words.views.missing}
            testId="missing-row"
            columns={columns}
            rows={data.items}
            keyOf={(row) => `${row.site} ${row.factor} ${row.from}`}
            openKey={null}
            open={(row) =>
              go("/quality", { by: "site", open: row.site, day: formatLocal(row.from).slice(0, 10), month })
            }
            leave={() => undefined}
          />
        )}
      </div>
      <p className="hint quality-foot">
        {data?.isCut === true && <span>{words.missing.cut(formatCount(data.items.length))}</span>}
        <a className="button" href={`/api/v1/quality/missing?${csv}`} download>
          {words.csv}
        </a>
        {data !== undefined && <span>{words.missing.total(formatCount(data.total), formatCount(data.series))}</span>}
      </p>
    </>
  );
}
