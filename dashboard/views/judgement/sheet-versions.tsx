// What else belongs to a verdict: the marks that touch its window, and what was known of it when.

import { Link } from "wouter";
import { formatLocal } from "#domain/time.ts";
import { formatQn } from "#domain/hj212/stamp.ts";
import { Failed, Loading } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { type ExceedanceRow, exceedancePath, useJudgementWords } from "./exceedance-data.ts";
import { useNames, Verdict } from "./exceedance-parts.tsx";
import { type SheetMark, useVersions } from "./sheet-data.ts";

export function SheetMarks({ marks }: { readonly marks: readonly SheetMark[] }) {
  const words = useJudgementWords();
  const { href } = useUrl();
  return (
    <section className="panel sheet-panel" data-testid="sheet-marks">
      <div className="panel-head">
        <h2>{words.sheet.marks}</h2>
      </div>
      {marks.length === 0 && <p className="sheet-none">{words.sheet.noMarks}</p>}
      <ul className="sheet-list">
        {marks.map((mark) => (
          <li key={mark.id}>
            <Link href={href("/marks", { id: mark.id })}>{words.markLabels[mark.label]}</Link>{" "}
            {formatLocal(Date.parse(mark.from)).slice(0, 16)} – {formatLocal(Date.parse(mark.to)).slice(0, 16)} ·{" "}
            {words.markStatuses[mark.status]} · {mark.reason} ({mark.by})
          </li>
        ))}
      </ul>
    </section>
  );
}

interface VersionsProps {
  readonly row: ExceedanceRow;
  readonly asOf: number | null;
}

export function SheetVersions({ row, asOf }: VersionsProps) {
  const words = useJudgementWords();
  const names = useNames();
  const { query, href } = useUrl();
  const found = useVersions(row.id, asOf);
  const versions = found.data?.versions.toReversed() ?? [];
  return (
    <section className="panel sheet-panel" data-testid="sheet-versions">
      <div className="panel-head">
        <h2>{words.sheet.versions}</h2>
      </div>
      {found.isPending && <Loading lines={2} />}
      {found.error !== null && (
        <Failed what={words.load} error={found.error} retry={() => void found.refetch()} kept={false} />
      )}
      <ul className="sheet-list">
        {versions.map((each) => {
          const [from, to] = [each.at, each.supersededAt].map((time) =>
            time === null ? words.sheet.stands : formatLocal(Date.parse(time)),
          );
          return (
            <li key={each.version} data-shown={each.version === row.version}>
              <Link
                href={href(exceedancePath(row.id), {
                  asOf: each.supersededAt === null ? null : formatQn(Date.parse(each.at)),
                  list: query.get("list"),
                })}
                aria-current={each.version === row.version ? "true" : undefined}
              >
                {words.sheet.versionLine(String(each.version))}
              </Link>{" "}
              <Verdict status={each.status} /> {names.mean(each.factor, each.mean, each.unit)} ·{" "}
              {words.sheet.known(from ?? "", to ?? "")} · {words.causes[each.cause]}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
