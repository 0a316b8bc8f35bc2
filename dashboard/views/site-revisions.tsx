// Readings of a site that came again with another value, newest first: what counted before, what counts now, and the journal
// entry that brought it. Numbers stand here in full: a change in the last place is what this list is for.

import type { UseQueryResult } from "@tanstack/react-query";
import { formatInFull, formatUnit } from "../format/number.ts";
import { formatMoment } from "../format/time.ts";
import { pickName, useWords } from "../i18n/i18n.ts";
import { useServerNow } from "./app-context.ts";
import { Failed, Loading, Notice } from "./panels.tsx";
import type { Revision, Revisions, SiteDetails } from "./site-data.ts";

export interface SiteRevisionsProps {
  readonly site: SiteDetails;
  readonly query: UseQueryResult<Revisions>;
}

export function SiteRevisions({ site, query }: SiteRevisionsProps) {
  const words = useWords();
  const { columns, none, shown, title } = words.site.revisions;
  const { data } = query;
  return (
    <section className="panel site-revisions" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        {data !== undefined && data.total > data.items.length && (
          <span className="muted">{shown(data.items.length, data.total)}</span>
        )}
      </div>
      {query.error !== null && (
        <Failed
          what={words.state.load.revisions}
          error={query.error}
          retry={() => void query.refetch()}
          kept={data !== undefined}
        />
      )}
      {data === undefined && query.isPending && <Loading lines={2} />}
      {data !== undefined && data.items.length === 0 && <Notice title={none} />}
      {data !== undefined && data.items.length > 0 && (
        <div className="revisions-box" tabIndex={0} role="group" aria-label={title}>
          <table className="revisions">
            <thead>
              <tr>
                <th scope="col">{columns.time}</th>
                <th scope="col">{columns.factor}</th>
                <th scope="col">{columns.change}</th>
                <th scope="col">{columns.receivedAt}</th>
                <th scope="col" className="number">
                  {columns.seq}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((revision, i) => (
                <RevisionLine key={`${revision.seq} ${i}`} site={site} revision={revision} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function RevisionLine({ site, revision }: { readonly site: SiteDetails; readonly revision: Revision }) {
  const words = useWords();
  const now = useServerNow();
  const { before, beforeFlag, factor, flag, kind, value } = revision;
  const known = site.factorDetails.find((each) => each.code === factor);
  const decimals = known?.decimals ?? 0;
  return (
    <tr data-testid="revision-row" data-seq={revision.seq}>
      <td>{formatMoment(revision.time, now)}</td>
      <td title={factor}>
        {known === undefined ? factor : pickName(words, known)}{" "}
        {kind !== "realtime" && <span className="chip">{words.site.revisions.kinds[kind]}</span>}
      </td>
      <td className="change">
        <span className="muted">
          {before === null ? words.site.revisions.unknown : formatInFull(before, decimals)}{" "}
          <FlagChip flag={beforeFlag} />
        </span>{" "}
        <span aria-label={words.site.revisions.becomes}>→</span> <b>{formatInFull(value, decimals)}</b>{" "}
        <FlagChip flag={flag} /> <span className="unit">{formatUnit(revision.unit)}</span>
      </td>
      <td>{formatMoment(revision.receivedAt, now)}</td>
      <td className="number">{revision.seq}</td>
    </tr>
  );
}

function FlagChip({ flag }: { readonly flag: Revision["beforeFlag"] }) {
  const words = useWords();
  if (flag === null || flag === "N") return null;
  return (
    <span className="chip" title={words.flags[flag]}>
      {flag}
    </span>
  );
}
