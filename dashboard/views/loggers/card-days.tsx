// The days of a report card: one row each, cells toned by their marks; and the clock over the days as a chart.

import { dayMs, parseDay } from "#domain/time.ts";
import { TimeChart } from "../../charts/time-chart.tsx";
import { useUrl } from "../url-state.ts";
import { dayCells, driftColumns } from "./card-numbers.ts";
import { type ReportCard, thresholdOf, useLoggerWords } from "./logger-data.ts";

export function CardDays({ card }: { readonly card: ReportCard }) {
  const { page, marks } = useLoggerWords();
  const columns = page.dayColumns;
  const heads = [
    columns.packets,
    columns.connected,
    columns.minute,
    columns.hour,
    columns.day2,
    columns.punctual,
    columns.drift,
    columns.faults,
    columns.deviations,
  ];
  return (
    <section className="panel card-days" aria-labelledby="card-days">
      <div className="panel-head">
        <h2 id="card-days">{page.days}</h2>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{columns.day}</th>
            {heads.map((head) => (
              <th key={head} scope="col" className="is-number">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {card.days.toReversed().map(({ day, card: one }) => (
            <tr key={day} data-testid="card-day" data-day={day}>
              <th scope="row">{day}</th>
              {dayCells(one).map(({ name, text, mark }) => (
                <td key={name} className="is-number" data-mark={mark} title={mark === null ? undefined : marks[mark]}>
                  {text === "" ? <span className="muted">—</span> : text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function DriftChart({ card }: { readonly card: ReportCard }) {
  const { page } = useLoggerWords();
  const { theme } = useUrl();
  if (!card.days.some(({ card: day }) => day.drift.meanMs !== null)) return null;
  const limit = thresholdOf("drift")?.good ?? null;
  const columns = driftColumns(card, limit);
  const write = (value: number | null | undefined): string => (typeof value === "number" ? value.toFixed(1) : "—");
  return (
    <section className="panel card-drift" aria-labelledby="card-drift">
      <div className="panel-head">
        <h2 id="card-drift">{page.driftTitle}</h2>
      </div>
      <TimeChart
        columns={columns}
        from={parseDay(card.from) ?? 0}
        to={parseDay(card.to) ?? dayMs}
        staleFrom={null}
        label={page.driftLabel(card.days.length)}
        theme={theme}
        formatY={(value) => String(Number(value.toPrecision(4)))}
        describe={(index) => {
          const day = card.days[index]?.day;
          return day === undefined
            ? null
            : page.driftCursor(day, write(columns[1][index]), write(columns[2][index]), write(columns[3][index]));
        }}
      />
    </section>
  );
}
