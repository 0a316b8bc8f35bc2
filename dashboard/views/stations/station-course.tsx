// The hours of a station as a picture or a table, one series at a time: its number, or one of its items. What did not count is
// hatched in the picture and explained in the table.

import { useMemo } from "react";
import { formatLocal } from "#domain/time.ts";
import { TimeChart } from "../../charts/time-chart.tsx";
import { formatUnit, formatValue } from "../../format/number.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useKeys } from "../key-map.ts";
import { Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { buildCourse, listSeries } from "./course.ts";
import { StationChip } from "./station-chip.tsx";
import {
  explainStanding,
  mapNames,
  nameFactors,
  type Said,
  type StationPage,
  useStationWords,
} from "./station-data.ts";

export const ranges = ["72", "168", "720"] as const;

export function StationCourse({ page, hours }: { readonly page: StationPage; readonly hours: string }) {
  const words = useStationWords();
  const own = words.page;
  const { locale } = useWords();
  const { query, set } = useUrl();
  const { kind } = page.station;
  const names = mapNames(page.factors, locale === "en");
  const series = listSeries(kind, page);
  const asked = query.get("series") ?? "";
  const chosen = series.find(({ code }) => code === asked) ?? series[0];
  const isTable = query.get("as") === "table";
  const toggle = (): void => set({ as: isTable ? null : "table" });
  const next = (): void => {
    const at = series.findIndex(({ code }) => code === chosen?.code);
    set({ series: series[(at + 1) % series.length]?.code ?? null });
  };
  useKeys([
    { keys: ["t"], says: own.toggle, act: toggle },
    { keys: ["n"], says: own.next, act: next },
  ]);
  if (chosen === undefined) return null;
  const nameOf = (code: string): string => (code === "" ? words.value[kind] : (names.get(code) ?? code));
  return (
    <section className="panel station-course" aria-label={own.chart}>
      <div className="panel-head">
        <h2>{own.chart}</h2>
        {series.length > 1 && (
          <select aria-label={own.series} value={chosen.code} onChange={({ target }) => set({ series: target.value })}>
            {series.map(({ code }) => (
              <option key={code} value={code}>
                {nameOf(code)}
              </option>
            ))}
          </select>
        )}
        <div className="segments" role="group" aria-label={own.range}>
          {ranges.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === hours}
              onClick={() => set({ hours: each === "72" ? null : each })}
            >
              {own.ranges[each]}
            </button>
          ))}
        </div>
        <button type="button" onClick={toggle}>
          {isTable ? own.toChart : own.toTable}
        </button>
      </div>
      {page.hours.length === 0 ? (
        <Notice title={own.empty} />
      ) : isTable ? (
        <SaidTable page={page} rows={page.hours.toReversed()} title={own.hours} />
      ) : (
        <Picture page={page} choice={chosen} name={nameOf(chosen.code)} />
      )}
    </section>
  );
}

interface PictureProps {
  readonly page: StationPage;
  readonly choice: ReturnType<typeof listSeries>[number];
  readonly name: string;
}

function Picture({ page, choice, name }: PictureProps) {
  const { page: own, value } = useStationWords();
  const { theme } = useUrl();
  const [from, to] = [Date.parse(page.from), Date.parse(page.to)];
  const course = useMemo(() => buildCourse(page.hours, choice.code, from, to), [page.hours, choice.code, from, to]);
  const write = (number: number): string => `${formatValue(number, choice.decimals)} ${formatUnit(choice.unit)}`.trim();
  const describe = (index: number): string | null => {
    const [seconds, mean] = [course.columns[0][index], course.columns[1][index]];
    return seconds === undefined || typeof mean !== "number"
      ? null
      : `${formatLocal(seconds * 1000).slice(5, 16)}  ${name} ${write(mean)}`;
  };
  return (
    <div className="station-picture" data-series={choice.code === "" ? value[page.station.kind] : choice.code}>
      <TimeChart
        columns={course.columns}
        from={from}
        to={to}
        staleFrom={null}
        flagged={course.invalid}
        label={own.chartLabel(name, formatLocal(from).slice(0, 16), formatLocal(to).slice(0, 16))}
        theme={theme}
        formatY={(y) => String(Number(y.toPrecision(6)))}
        describe={describe}
      />
    </div>
  );
}

interface SaidTableProps {
  readonly page: StationPage;
  readonly rows: readonly Said[];
  readonly title: string;
}

/** One line for each window, with what made it and why it does not count. */
export function SaidTable({ page, rows, title }: SaidTableProps) {
  const words = useStationWords();
  const { locale } = useWords();
  const { column } = words.page;
  const names = mapNames(page.factors, locale === "en");
  return (
    <div className="station-scroll" role="group" aria-label={title} tabIndex={0}>
      <table className="station-table">
        <thead>
          <tr>
            {[column.time, column.state, column.deciding, column.why].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((said) => (
            <tr key={`${said.window} ${said.from}`} data-testid="station-window" data-standing={said.standing}>
              <th scope="row">
                {nameWindow(words, page.station.kind, said)} {formatLocal(Date.parse(said.from)).slice(0, 16)}
              </th>
              <td>
                <StationChip kind={page.station.kind} said={said} />
              </td>
              <td>{nameFactors(words, names, said.deciding)}</td>
              <td>
                {[
                  explainStanding(words, said),
                  ...said.remarks.map(({ code }) => words.remark[code]),
                  ...said.items.flatMap(({ factor, why }) =>
                    why === null || why === said.why || why === "no-index"
                      ? []
                      : [`${names.get(factor) ?? factor} ${words.whys[why]}`],
                  ),
                ]
                  .filter((each) => each !== "")
                  .join(words.joints.part)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function nameWindow(words: ReturnType<typeof useStationWords>, kind: string, { window }: Said): string {
  if (window === "hour") return "";
  return kind === "noise" && window === "day" ? words.noiseDay : words.windows[window];
}
