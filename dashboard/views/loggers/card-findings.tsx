// Means of a logger that are too far from ours, formed from its own finer readings: both numbers, how far apart, how far they may
// be. What was superseded by later data is said to be so.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { mnOfSource } from "#domain/logger.ts";
import { formatLocal } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { formatLimit, formatUnit } from "../../format/number.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Failed } from "../panels.tsx";
import { type ReportCard, useLoggerWords } from "./logger-data.ts";

interface Finding {
  readonly factor: string;
  readonly basis: "hour" | "day";
  readonly start: string;
  readonly ours: number | null;
  readonly theirs: number;
  readonly difference: number | null;
  readonly tolerance: number;
  readonly unit: string;
  readonly status: "open" | "superseded";
}

interface Findings {
  readonly items: readonly Finding[];
  readonly total: number;
}

const shown = 50;

export function CardFindings({ card }: { readonly card: ReportCard }) {
  const { page } = useLoggerWords();
  const isSite = mnOfSource(card.site) === null;
  const query = new URLSearchParams({
    site: card.site,
    from: `${card.from}T00:00:00+08:00`,
    to: `${card.to}T00:00:00+08:00`,
    limit: String(shown),
  }).toString();
  const found = useQuery({
    queryKey: ["findings", query],
    queryFn: ({ signal }) => callApi<Findings>(`/findings?${query}`, { signal }),
    enabled: isSite,
    placeholderData: keepPreviousData,
  });
  const { data } = found;
  if (!isSite) return null;
  return (
    <section className="panel card-panel card-changes" aria-labelledby="card-findings" data-testid="card-findings">
      <div className="panel-head">
        <h2 id="card-findings">{page.findingsTitle}</h2>
        {data !== undefined && data.total > shown && (
          <span className="hint">{page.findingsShown(shown, formatCount(data.total))}</span>
        )}
      </div>
      {found.error !== null && (
        <Failed
          what={page.findingsLoad}
          error={found.error}
          retry={() => void found.refetch()}
          kept={data !== undefined}
        />
      )}
      {data?.items.length === 0 && <p className="card-none">✓ {page.noFindings}</p>}
      {data !== undefined && data.items.length > 0 && <Table items={data.items} />}
    </section>
  );
}

function Table({ items }: { readonly items: readonly Finding[] }) {
  const { page } = useLoggerWords();
  const catalogue = useWords();
  const { factors } = useApp();
  const { findingColumns: columns } = page;
  const write = (value: number | null): string => (value === null ? "—" : formatLimit(value));
  const nameOf = (code: string): string => {
    const info = factors[code];
    return info === undefined ? code : pickName(catalogue, info);
  };
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{columns.start}</th>
          <th scope="col">{columns.factor}</th>
          {(["theirs", "ours", "difference", "tolerance"] as const).map((name) => (
            <th key={name} scope="col" className="is-number">
              {columns[name]}
            </th>
          ))}
          <th scope="col">{columns.status}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((each) => (
          <tr key={`${each.factor} ${each.basis} ${each.start}`} data-testid="card-finding" data-state={each.status}>
            <td>
              {formatLocal(Date.parse(each.start)).slice(0, 16)} {catalogue.bases[each.basis]}
            </td>
            <td title={each.factor}>{nameOf(each.factor)}</td>
            <td className="is-number">{write(each.theirs)}</td>
            <td className="is-number">{write(each.ours)}</td>
            <td className="is-number">
              <b>{write(each.difference)}</b> {formatUnit(each.unit)}
            </td>
            <td className="is-number">± {write(each.tolerance)}</td>
            <td>{page.findingStates[each.status]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
