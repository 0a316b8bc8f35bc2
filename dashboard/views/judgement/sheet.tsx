// The explanation sheet of one exceedance, as somebody needs it who has to decide by it: what was found in one sentence, the
// limit, the calculation with its numbers, every input and why it counts, marks, versions, and the frames as they were received.
// It prints on A4.

import { Link } from "wouter";
import { formatLocal } from "#domain/time.ts";
import { formatUnit } from "../../format/number.ts";
import { ApiProblem } from "../../feed/request.ts";
import { useServerNow } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { GroupTabs } from "../group-tabs.tsx";
import { historyQuery } from "../history-link.ts";
import { Ignored } from "../ignored.tsx";
import { useKeys } from "../key-map.ts";
import { Failed, Loading, NotFound } from "../panels.tsx";
import type { ScreenProps } from "../routes.ts";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { type ExceedanceRow, type JudgementWords, readStamp, useJudgementWords } from "./exceedance-data.ts";
import { formatJudgedWindow, formatMultiple, useNames, Verdict } from "./exceedance-parts.tsx";
import { type Explanation, useExplanation, useVersions } from "./sheet-data.ts";
import { SheetFrames } from "./sheet-frames.tsx";
import { SheetGrounds } from "./sheet-grounds.tsx";
import { SheetInputs } from "./sheet-inputs.tsx";
import { SheetMarks, SheetVersions } from "./sheet-versions.tsx";
import "../../style/judgement.css";
import "../../style/sheet.css";

export function ExceedanceSheet({ params }: ScreenProps) {
  const words = useJudgementWords();
  const own = useDeviceWords();
  const { query, href, go } = useUrl();
  const id = params["id"] ?? "";
  const asOf = readStamp(query.get("asOf"));
  const found = useExplanation(id);
  useInterest("none");
  // The list that led here, with its filters.
  const list = Object.fromEntries(new URLSearchParams(query.get("list") ?? ""));
  useKeys([{ keys: ["Escape"], says: words.sheet.back, act: () => go("/exceedances", list) }]);
  if (found.error instanceof ApiProblem && found.error.status === 404)
    return <NotFound title={words.sheet.missing(id)} />;
  return (
    <section className="view devices-view sheet-view" aria-label={words.sheet.title}>
      <GroupTabs group="judgement">
        <Link className="button" href={href("/exceedances", list)}>
          {words.sheet.back}
        </Link>
        {found.data !== undefined && <Ways row={found.data.exceedance} />}
        <span className="filters-count">
          <button type="button" onClick={() => globalThis.print()}>
            {own.print}
          </button>
        </span>
      </GroupTabs>
      <Ignored names={query.has("asOf") && asOf === null ? ["asOf"] : []} />
      {found.error !== null && (
        <Failed
          what={words.loadSheet}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading lines={12} />}
      {found.data !== undefined && <Sheet sheet={found.data} asOf={asOf} />}
    </section>
  );
}

/** From here to the course of the factor and to the site. */
function Ways({ row }: { readonly row: ExceedanceRow }) {
  const words = useJudgementWords();
  const { href } = useUrl();
  const [from, to] = row.window.map((time) => Date.parse(time));
  const margin = ((to ?? 0) - (from ?? 0)) * 2;
  const around = { from: String((from ?? 0) - margin), to: String((to ?? 0) + margin) };
  return (
    <>
      <Link className="button" href={href("/history", historyQuery([row], around))}>
        {words.sheet.history}
      </Link>
      <Link className="button" href={href(`/sites/${encodeURIComponent(row.site)}`, { factor: row.factor })}>
        {words.sheet.site}
      </Link>
      <Link className="button" href={href("/cases", { exceedance: row.id })}>
        {words.sheet.openCase}
      </Link>
    </>
  );
}

/** "… daily mean of 42.74 mg/L exceeds the limit of 41 mg/L by 0.042 times." */
export function sayExceedance(words: JudgementWords, row: ExceedanceRow, names: ReturnType<typeof useNames>): string {
  const { sentence } = words;
  const what = `${row.siteName ?? row.site} ${names.factor(row.factor)} ${formatJudgedWindow(row.window, row.basis)}`;
  const value = names.mean(row.factor, row.mean, row.unit);
  const corrected = row.correctedTo === null ? "" : sentence.corrected(String(row.correctedTo));
  const compared =
    row.compared === row.mean ? "" : sentence.compared(`${row.compared} ${formatUnit(row.unit)}`.trimEnd());
  const limit = `${row.limit} ${formatUnit(row.unit)}`.trimEnd();
  const beyond = row.side === "max" ? sentence.over : sentence.under;
  const times = row.multiple === null ? "" : sentence.times(formatMultiple(row.multiple));
  // What does not stand must not read as if it did.
  const standing = row.status === "confirmed" ? "" : `[${words.statuses[row.status]}] `;
  return (
    standing + beyond(what, words.means[row.basis], `${value}${corrected}${compared}`, limit) + times + sentence.end
  );
}

function Sheet({ sheet, asOf }: { readonly sheet: Explanation; readonly asOf: number | null }) {
  const words = useJudgementWords();
  const names = useNames();
  const now = useServerNow();
  // What was known then stands on top; below it what explains it by everything that is known now.
  const then = useVersions(sheet.exceedance.id, asOf).data;
  const row = asOf === null ? sheet.exceedance : (then ?? sheet.exceedance);
  return (
    <div className="sheet-page" data-testid="explanation" data-status={row.status}>
      {asOf !== null && (
        <p className="band band-note" role="status">
          {words.sheet.asOf(formatLocal(asOf))}
        </p>
      )}
      <header className="panel sheet-head">
        <h1>{sayExceedance(words, row, names)}</h1>
        <p className="sheet-verdict">
          <Verdict status={row.status} /> <span>{words.statusSays[row.status]}</span>
          <span className="hint">
            {words.sheet.versionLine(String(row.version))} · {words.sheet.cause} {words.causes[row.cause]}
          </span>
        </p>
        <p className="hint">
          {words.sheet.number(row.id)} <span className="print-only">{words.sheet.printed(formatLocal(now))}</span>
        </p>
      </header>
      <Agreement sheet={sheet} />
      <SheetGrounds sheet={sheet} />
      <SheetInputs sheet={sheet} />
      <div className="sheet-pair">
        <SheetMarks marks={sheet.marks} />
        <SheetVersions row={row} asOf={asOf} />
      </div>
      <SheetFrames id={row.id} first={sheet.frames} next={sheet.framesNext} />
    </div>
  );
}

/** Judged then and computed now: the same, or nobody should rely on it. */
function Agreement({ sheet }: { readonly sheet: Explanation }) {
  const { sheet: words } = useJudgementWords();
  const names = useNames();
  const { agrees, recomputed, exceedance: row } = sheet;
  const anew = recomputed === null ? words.noValue : names.mean(row.factor, recomputed, row.unit);
  const stored = names.mean(row.factor, row.mean, row.unit);
  return (
    <p
      className={`panel sheet-agreement${agrees ? "" : " is-wrong"}`}
      role={agrees ? "status" : "alert"}
      data-testid="agreement"
      data-agrees={agrees}
    >
      <b>
        <span aria-hidden="true">{agrees ? "✓" : "✕"}</span> {agrees ? words.agrees : words.differs}
      </b>{" "}
      {agrees ? words.agreesSays(anew) : words.differsSays(stored, anew)}
      {sheet.disagreement !== null && <span className="hint"> ({sheet.disagreement})</span>}
    </p>
  );
}
