// Every input of a verdict as a picture with the limit in it and as a table that says of each why it counts or does not.

import { useMemo, useState } from "react";
import { formatLocal, hourMs, minuteMs } from "#domain/time.ts";
import { buildColumns, type MeanPoint } from "../../charts/series.ts";
import { TimeChart } from "../../charts/time-chart.tsx";
import { formatUnit, formatValue } from "../../format/number.ts";
import { useApp } from "../app-context.ts";
import { useUrl } from "../url-state.ts";
import { useJudgementWords } from "./exceedance-data.ts";
import { formatMean, useNames, useWhy } from "./exceedance-parts.tsx";
import type { Explanation, SheetInput } from "./sheet-data.ts";

export function SheetInputs({ sheet }: { readonly sheet: Explanation }) {
  const { sheet: words } = useJudgementWords();
  const { exceedance: row, inputs } = sheet;
  const [onlyLeftOut, setOnlyLeftOut] = useState(false);
  const shown = onlyLeftOut ? inputs.filter(({ counts }) => !counts) : inputs;
  // Two columns: an hour of minutes fits on one page.
  const half = Math.ceil(shown.length / 2);
  return (
    <section className="panel sheet-panel sheet-inputs">
      <div className="panel-head">
        <h2>
          {words.inputs} ({inputs.length} {words.inputsOf[row.basis]})
        </h2>
        {inputs.some(({ counts }) => !counts) && (
          <button type="button" aria-pressed={onlyLeftOut} onClick={() => setOnlyLeftOut(!onlyLeftOut)}>
            {onlyLeftOut ? words.showAll : words.onlyLeftOut}
          </button>
        )}
      </div>
      <InputChart sheet={sheet} />
      <div className="sheet-halves">
        <InputTable sheet={sheet} inputs={shown.slice(0, half)} />
        {shown.length > half && <InputTable sheet={sheet} inputs={shown.slice(half)} />}
      </div>
    </section>
  );
}

function InputChart({ sheet }: { readonly sheet: Explanation }) {
  const words = useJudgementWords();
  const { factors } = useApp();
  const { theme } = useUrl();
  const names = useNames();
  const { exceedance: row, inputs } = sheet;
  const stepMs = row.basis === "hour" ? minuteMs : hourMs;
  const [from, to] = [Date.parse(row.window[0]), Date.parse(row.window[1])];
  const columns = useMemo(() => {
    const points = inputs.map(({ start, value, corrected }): MeanPoint => {
      const shown = corrected ?? value;
      return [Date.parse(start), shown, shown, shown, 1, shown === null ? 0 : 1];
    });
    const limit = {
      from: 0,
      to: null,
      max: row.side === "max" ? row.limit : null,
      min: row.side === "min" ? row.limit : null,
    };
    return buildColumns({ points, stepMs, intervalMs: stepMs, limits: [limit], from, to, tail: null });
  }, [inputs, from, to, stepMs, row.limit, row.side]);
  const flagged = useMemo(
    () =>
      inputs
        .filter(({ counts }) => !counts)
        .map(({ start }) => ({ from: Date.parse(start), to: Date.parse(start) + stepMs })),
    [inputs, stepMs],
  );
  const decimals = factors[row.factor]?.decimals ?? 2;
  return (
    <>
      <TimeChart
        columns={columns}
        from={from}
        to={to}
        staleFrom={null}
        label={`${words.sheet.chart}: ${names.factor(row.factor)} ${formatUnit(row.unit)}`}
        flagged={flagged}
        theme={theme}
        formatY={(value) => formatMean(value, 0)}
        describe={(index) => {
          const [time, value] = [columns[0][index], columns[1][index]];
          if (time === undefined || typeof value !== "number") return null;
          return `${formatLocal(time * 1000 - stepMs / 2)} · ${formatMean(value, decimals)} ${formatUnit(row.unit)}`;
        }}
      />
      <p className="hint sheet-legend">{words.sheet.chartLegend}</p>
    </>
  );
}

interface TableProps {
  readonly sheet: Explanation;
  readonly inputs: readonly SheetInput[];
}

const columnNames = ["value", "oxygen", "corrected", "flow", "volumeM3", "kg"] as const;

function InputTable({ sheet, inputs }: TableProps) {
  const { sheet: words } = useJudgementWords();
  const { factors } = useApp();
  const whyOf = useWhy();
  const { exceedance: row } = sheet;
  const decimals = (factors[row.factor]?.decimals ?? 2) + 1;
  const shown = columnNames.filter((name) => sheet.inputs.some((input) => (input[name] ?? null) !== null));
  const hasParts = sheet.inputs.some(({ due }) => due !== undefined);
  // Of thousands of cubic metres nobody reads the hundredths.
  const digitsOf = (name: string, value: number): number =>
    name === "value" || name === "corrected" ? decimals : Math.abs(value) < 1000 ? 2 : 0;
  return (
    <table data-testid="sheet-inputs">
      <thead>
        <tr>
          <th scope="col">{words.time}</th>
          {shown.map((name) => (
            <th key={name} scope="col" className="is-number">
              {words.columns[name]} {name === "value" ? formatUnit(row.unit) : ""}
            </th>
          ))}
          {hasParts && (
            <th scope="col" className="is-number">
              {words.minutes}
            </th>
          )}
          <th scope="col">{words.counts}</th>
        </tr>
      </thead>
      <tbody>
        {inputs.map((input) => (
          <tr key={input.start} data-counts={input.counts}>
            <td>{formatLocal(Date.parse(input.start)).slice(11, 16)}</td>
            {shown.map((name) => {
              const value = input[name] ?? null;
              return (
                <td key={name} className="is-number">
                  {value === null ? words.none : formatValue(value, digitsOf(name, value))}
                </td>
              );
            })}
            {hasParts && <td className="is-number">{words.partsOf(String(input.valid), String(input.due))}</td>}
            <td>{input.counts ? words.yes : whyOf(input.why)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
