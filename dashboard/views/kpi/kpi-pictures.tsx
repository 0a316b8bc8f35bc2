// Pictures of the figures: alarms per hour with floods shaded, ten minutes by their alarms, the mix of priorities. Each has its
// numbers beside it.

import { formatLocal, hourMs } from "#domain/time.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Mark } from "../mark.tsx";
import { countBins, countMix, type KpiAnswer, useKpiWords } from "./kpi-data.ts";

const width = 1000;
const height = 130;

export function HourBars({ answer }: { readonly answer: KpiAnswer }) {
  const words = useKpiWords();
  const { hours, floods } = answer;
  const from = Date.parse(answer.from);
  const to = Math.max(from + hourMs, Date.parse(answer.to));
  const most = Math.max(1, ...hours.map(([, calls]) => calls));
  const x = (at: number): number => ((Math.min(to, Math.max(from, at)) - from) / (to - from)) * width;
  const bar = Math.max(0.6, (hourMs / (to - from)) * width * 0.85);
  const says = words.hoursSays(formatCount(hours.length), formatCount(most));
  return (
    <section className="panel kpi-panel">
      <h2>{words.hours}</h2>
      <p className="hint">{says}</p>
      <svg
        className="kpi-hours"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${words.hours}: ${says}`}
      >
        {floods.map((flood) => {
          const [a, b] = [Date.parse(flood.from), flood.to === null ? to : Date.parse(flood.to)];
          return (
            <rect key={a} className="kpi-flood" x={x(a)} y={0} width={Math.max(1.5, x(b) - x(a))} height={height} />
          );
        })}
        {hours.map(([at, calls]) => {
          const h = (calls / most) * (height - 4);
          return (
            <rect key={at} className="kpi-bar" x={x(at)} y={height - h} width={bar} height={h}>
              <title>{words.hourTitle(formatLocal(at).slice(5, 16), calls)}</title>
            </rect>
          );
        })}
      </svg>
      <p className="kpi-axis" aria-hidden="true">
        <span>{formatLocal(from).slice(5, 16)}</span>
        <span>{formatLocal(to).slice(5, 16)}</span>
      </p>
      <h3>{words.floods(floods.length)}</h3>
      {floods.length > 0 && (
        <ul className="kpi-floods">
          {floods.slice(0, 12).map(({ from: begin, to: end, calls }) => (
            <li key={begin}>
              {words.flood(
                formatLocal(Date.parse(begin)).slice(5, 16),
                end === null ? words.lasts : formatLocal(Date.parse(end)).slice(5, 16),
                calls,
              )}
            </li>
          ))}
          {floods.length > 12 && <li className="hint">{words.more(floods.length - 12)}</li>}
        </ul>
      )}
    </section>
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

export function Histogram({ answer }: { readonly answer: KpiAnswer }) {
  const words = useKpiWords();
  const rows = countBins(answer.tenMinutes);
  const { range, count, share } = words.histogramColumns;
  return (
    <section className="panel kpi-panel">
      <h2>{words.histogram}</h2>
      {answer.tenMinutes.length === 0 && <p className="hint">{words.noHistogram}</p>}
      <table hidden={answer.tenMinutes.length === 0} className="kpi-table">
        <thead>
          <tr>
            <th scope="col">{range}</th>
            <th scope="col">{count}</th>
            <th scope="col">{share}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td className="is-number">{formatCount(row.count)}</td>
              <td>
                <i className="kpi-share" style={{ width: `${row.share * 70}%` }} /> {percent(row.share)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const priorities = [1, 2, 3, 4] as const;

/** The guide of the table of figures, as the server gives it. */
function sayTarget({ values }: KpiAnswer, priority: number): string {
  const target = values.find(({ id }) => id === `priority-${priority}`)?.target ?? null;
  return target === null ? "—" : `${target}%`;
}

export function Mix({ answer }: { readonly answer: KpiAnswer }) {
  const words = useKpiWords();
  const mix = countMix(answer.hours);
  const { priority, count, share, target } = words.mixColumns;
  return (
    <section className="panel kpi-panel">
      <h2>{words.mix}</h2>
      <table className="kpi-table">
        <thead>
          <tr>
            <th scope="col">{priority}</th>
            <th scope="col">{count}</th>
            <th scope="col">{share}</th>
            <th scope="col">{target}</th>
          </tr>
        </thead>
        <tbody>
          {priorities.map((each, i) => (
            <tr key={each}>
              <th scope="row">
                <Mark priority={each} /> P{each}
              </th>
              <td className="is-number">{formatCount(mix[i]?.count ?? 0)}</td>
              <td>
                <i className="kpi-share" style={{ width: `${(mix[i]?.share ?? 0) * 70}%` }} />{" "}
                {percent(mix[i]?.share ?? 0)}
              </td>
              <td className="is-number">{sayTarget(answer, each)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
