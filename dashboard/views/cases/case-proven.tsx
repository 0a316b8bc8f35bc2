// What a case stands on: exceedances with mean, limit and multiple and the way to their explanation, alarms, hints, marks, other
// cases; and whether a ground was withdrawn since.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { CaseLink } from "#domain/case.ts";
import { callApi } from "../../feed/request.ts";
import { formatUnit } from "../../format/number.ts";
import { type ExceedanceRow, exceedancePath } from "../judgement/exceedance-data.ts";
import { formatJudgedWindow, formatMultiple, useNames, Verdict } from "../judgement/exceedance-parts.tsx";
import { useUrl } from "../url-state.ts";
import { AlarmWhat } from "./alarm-what.tsx";
import { casePath, type CaseRow, useCaseWords } from "./case-data.ts";
import "../../style/judgement.css";

export function CaseProven({ row }: { readonly row: CaseRow }) {
  const { proven: words } = useCaseWords();
  return (
    <section className="panel sheet-panel" aria-label={words.title} data-testid="case-proven">
      <div className="panel-head">
        <h2>{words.title}</h2>
      </div>
      {row.links.length === 0 && <p className="hint">{words.none}</p>}
      <ul className="case-links">
        {row.links.map((link) => (
          <li key={`${link.kind} ${link.id}`} data-testid="case-link" data-kind={link.kind}>
            {link.kind === "exceedance" ? (
              <ExceedanceLink id={link.id} row={row} />
            ) : (
              <PlainLink link={link} row={row} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ExceedanceLink({ id, row }: { readonly id: string; readonly row: CaseRow }) {
  const { proven: words, linkKinds } = useCaseWords();
  const names = useNames();
  const { href } = useUrl();
  const found = useQuery({
    queryKey: ["case-exceedance", id],
    queryFn: ({ signal }) => callApi<ExceedanceRow>(`/exceedances/${encodeURIComponent(id)}`, { signal }),
    retry: false,
  });
  const isWithdrawn = row.grounds.some(({ exceedance, stands }) => exceedance === id && !stands);
  const back = { list: "" };
  if (found.data === undefined) {
    return (
      <>
        <span className="chip">{linkKinds.exceedance}</span> <Link href={href(exceedancePath(id), back)}>{id}</Link>{" "}
        <span className="hint">{found.error === null ? words.loading : words.unknown}</span>
      </>
    );
  }
  const { factor, basis, window, mean, limit, unit, multiple, status } = found.data;
  const times = multiple === null ? "" : words.times(formatMultiple(multiple));
  return (
    <>
      <span className="chip">{linkKinds.exceedance}</span> <b>{names.factor(factor)}</b>{" "}
      {formatJudgedWindow(window, basis)} <Verdict status={status} />
      <br />
      {words.exceedance(names.mean(factor, mean, unit), `${limit} ${formatUnit(unit)}`.trimEnd(), times)}{" "}
      <Link href={href(exceedancePath(id), back)}>{words.sheet}</Link>
      {isWithdrawn && (
        <p>
          <b className="case-over">! {words.withdrawn}</b>
        </p>
      )}
    </>
  );
}

/** Where a ground is looked at; null = it has no screen of its own. */
function addressOf({ kind, id }: CaseLink, site: string): readonly [string, Record<string, string>] | null {
  switch (kind) {
    case "alarm":
      return ["/alarms", { sel: id }];
    case "hint":
      return ["/hints", { id, status: "all", site }];
    case "mark":
      return ["/marks", { id, site }];
    case "limit":
      return ["/rules", { id }];
    case "case":
      return [casePath(id), {}];
    default:
      return null;
  }
}

function PlainLink({ link, row }: { readonly link: CaseLink; readonly row: CaseRow }) {
  const { linkKinds } = useCaseWords();
  const { href } = useUrl();
  const address = addressOf(link, row.site);
  return (
    <>
      <span className="chip">{linkKinds[link.kind]}</span> {link.kind === "alarm" && <AlarmWhat id={link.id} />}
      {address === null ? <code>{link.id}</code> : <Link href={href(address[0], address[1])}>{link.id}</Link>}
    </>
  );
}
