// The lines of a report card: measured, placed between its thresholds, marked. A mark is a sign and a word; the source of every
// threshold stands beside it.

import type { Mark } from "#domain/logger-marks.ts";
import { useWords } from "../../i18n/i18n.ts";
import type { LineWords } from "../../i18n/loggers-zh.ts";
import { countMarks, formatMeasure, placeOf } from "./card-numbers.ts";
import { type CardLine, type ReportCard, useLoggerWords } from "./logger-data.ts";

const signs: Readonly<Record<Mark, string>> = { good: "✓", fair: "△", poor: "✕" };

export function MarkSign({ mark }: { readonly mark: Mark }) {
  const { marks } = useLoggerWords();
  return (
    <span className="card-mark" data-mark={mark}>
      <span aria-hidden="true">{signs[mark]}</span> {marks[mark]}
    </span>
  );
}

export function CardMarks({ card }: { readonly card: ReportCard }) {
  const words = useLoggerWords();
  const { page } = words;
  const counts = countMarks(card.marks);
  return (
    <section className="panel card-marks" aria-labelledby="card-marks">
      <div className="panel-head">
        <h2 id="card-marks">{page.judged}</h2>
        <b data-testid="card-counts">{page.counts(counts.good, counts.fair, counts.poor)}</b>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{page.line}</th>
            <th scope="col">{page.value}</th>
            <th scope="col" aria-hidden="true" />
            <th scope="col">{page.mark}</th>
            <th scope="col">{page.thresholds}</th>
            <th scope="col">{page.source}</th>
          </tr>
        </thead>
        <tbody>
          {card.marks.map((line) => (
            <Line key={line.line} line={line} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ line }: { readonly line: CardLine }) {
  const words = useLoggerWords();
  const catalogue = useWords();
  const { page, units } = words;
  const { better, good, fair } = line.threshold;
  const named: LineWords = words.lines[line.line] ?? { name: line.line, says: line.says };
  const [goodText, fairText] = [formatMeasure(good, line.unit, units), formatMeasure(fair, line.unit, units)];
  const isAssumed = line.source === "assumed";
  return (
    <tr data-testid="card-line" data-line={line.line} data-mark={line.mark}>
      <th scope="row" title={catalogue.locale === "en" ? line.says : named.says}>
        <b>{named.name}</b> <span className="hint">{named.says}</span>
      </th>
      <td className="is-number">{line.value === null ? "—" : formatMeasure(line.value, line.unit, units)}</td>
      <td>
        <Place line={line} />
      </td>
      <td>{line.mark === null ? <span className="muted">{page.unmeasured}</span> : <MarkSign mark={line.mark} />}</td>
      <td className="hint">{better === "low" ? page.atMost(goodText, fairText) : page.atLeast(goodText, fairText)}</td>
      <td className="hint card-source" title={line.source}>
        {isAssumed ? page.assumed : (named.source ?? line.source)}
      </td>
    </tr>
  );
}

/** Poor, fair and good from the left, with a needle where the value lies. */
function Place({ line }: { readonly line: CardLine }) {
  const place = placeOf(line);
  return (
    <span className="card-place" aria-hidden="true">
      {place !== null && <span className="card-needle" style={{ left: `${Math.round(place * 1000) / 10}%` }} />}
    </span>
  );
}
