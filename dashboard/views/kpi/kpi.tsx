// The figures about alarms of a time: is this a load that people can carry, and if not, which alarms make it. Targets with their
// sources; the verdict is said in words. The address says which city and which time; it prints.

import { useQuery } from "@tanstack/react-query";
import { cities } from "#domain/city.ts";
import { dayMs, formatLocal } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { Link } from "wouter";
import { useApp } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { Mark } from "../mark.tsx";
import { Failed, Loading } from "../panels.tsx";
import { TimeControl } from "../time-control.tsx";
import { useInterest } from "../use-interest.ts";
import { useTimeRange } from "../use-time-range.ts";
import { useUrl } from "../url-state.ts";
import { BadActors, formatSpan } from "./bad-actors.tsx";
import { useInstanceName } from "./instance-name.ts";
import { formatFigure, type KpiAnswer, type Standing, useKpi, useKpiWords } from "./kpi-data.ts";
import { Histogram, HourBars, Mix } from "./kpi-pictures.tsx";
import "../../style/kpi.css";

const ownRange = { from: "now-30d", to: "now" } as const;
/** A range that moves is asked again once a minute, not every second. */
const stepMs = 60_000;

export function KpiView() {
  const words = useKpiWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const { query, set } = useUrl();
  useInterest("none");
  const time = useTimeRange(ownRange);
  const asked = query.get("city");
  const city = cities.find(({ adcode }) => adcode === asked)?.adcode ?? null;
  // The minute that has begun is in it: who looks wants to see what has just called.
  const from = Math.floor(time.window.from / stepMs) * stepMs;
  const to = Math.ceil(time.window.to / stepMs) * stepMs;
  const found = useKpi(from, to, city);
  return (
    <section className="view devices-view kpi-view" aria-label={words.title}>
      <GroupTabs group="alarms">
        <h1 className="visually-hidden">{words.title}</h1>
        <select aria-label={words.city} value={city ?? ""} onChange={(event) => set({ city: event.target.value })}>
          <option value="">{words.province}</option>
          {cities.map((each) => (
            <option key={each.adcode} value={each.adcode}>
              {pickName(catalogue, each)}
            </option>
          ))}
        </select>
        <TimeControl time={time} />
        <button type="button" onClick={() => globalThis.print()}>
          {own.print}
        </button>
      </GroupTabs>
      <Ignored names={asked !== null && asked !== city ? ["city"] : []} />
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading lines={12} />}
      {found.data !== undefined && <Figures answer={found.data} />}
    </section>
  );
}

function Figures({ answer }: { readonly answer: KpiAnswer }) {
  const words = useKpiWords();
  const days = (Date.parse(answer.to) - Date.parse(answer.from)) / dayMs;
  return (
    <div className="kpi-page" data-testid="kpi">
      <div className="panel kpi-head">
        <p>
          <b data-testid="kpi-alarms">
            {words.alarms(formatCount(answer.alarms), formatFigure(Math.round(days * 10) / 10))}
          </b>
          {answer.eemuaClass !== null && <> · {words.eemuaSays(words.eemua[answer.eemuaClass])}</>}
        </p>
        <p className="hint">{words.caution}</p>
      </div>
      <HourBars answer={answer} />
      <BadActors rows={answer.badActors} />
      <Table answer={answer} />
      <div className="kpi-trio">
        <Mix answer={answer} />
        <Histogram answer={answer} />
        <AckTimes answer={answer} />
      </div>
      <div className="kpi-trio">
        <StandingPart title={words.standing} rows={answer.standing} />
        <StandingPart title={words.shelved} rows={answer.shelved} />
        <OutOfServicePanel />
      </div>
    </div>
  );
}

const isNumber: ReadonlySet<string> = new Set(["value", "target", "manageable"]);

function Table({ answer }: { readonly answer: KpiAnswer }) {
  const words = useKpiWords();
  const catalogue = useWords();
  const { columns } = words;
  const unitOf = (unit: string): string => (unit === "1" || unit === "" ? "" : ` ${unit}`);
  return (
    <section className="panel kpi-panel kpi-wide">
      <h2>{words.table}</h2>
      <table className="kpi-table" data-testid="kpi-table">
        <thead>
          <tr>
            {(["name", "value", "target", "manageable", "verdict", "source"] as const).map((name) => (
              <th key={name} scope="col" className={isNumber.has(name) ? "is-number" : undefined}>
                {columns[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.values.map((row) => (
            <tr key={row.id} data-testid="kpi-row" data-id={row.id} data-verdict={row.verdict}>
              <th scope="row">{pickName(catalogue, row)}</th>
              <td className="is-number">
                <b>{formatFigure(row.value)}</b>
                {row.value === null ? "" : unitOf(row.unit)}
              </td>
              <td className="is-number">
                {formatFigure(row.target)}
                {row.target === null ? "" : unitOf(row.unit)}
              </td>
              <td className="is-number">
                {formatFigure(row.manageable)}
                {row.manageable === null ? "" : unitOf(row.unit)}
              </td>
              <td>
                <span className="kpi-verdict" data-verdict={row.verdict}>
                  {words.verdicts[row.verdict]}
                </span>
              </td>
              <td className="hint">
                {row.source} · {words.surenesses[row.sureness] ?? row.sureness}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function AckTimes({ answer }: { readonly answer: KpiAnswer }) {
  const words = useKpiWords();
  const { ackColumns: columns } = words;
  return (
    <section className="panel kpi-panel">
      <h2>{words.ack}</h2>
      {answer.ack.length === 0 && <p className="hint">{words.noAck}</p>}
      {answer.ack.length > 0 && (
        <table className="kpi-table">
          <thead>
            <tr>
              {(["priority", "shift", "count", "median", "p95", "inTime"] as const).map((name) => (
                <th key={name} scope="col">
                  {columns[name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {answer.ack.map((row) => (
              <tr key={`${row.priority} ${row.shift}`}>
                <th scope="row">
                  <Mark priority={row.priority} /> P{row.priority}
                </th>
                <td>{row.shift}</td>
                <td className="is-number">{row.count}</td>
                <td className="is-number">{formatSpan(words, row.medianMs)}</td>
                <td className="is-number">{formatSpan(words, row.p95Ms)}</td>
                <td className="is-number">{row.inTime === null ? "—" : `${row.inTime}/${row.count}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const listedMax = 20;

function StandingPart({ title, rows: { total, items } }: { readonly title: string; readonly rows: Standing }) {
  const words = useKpiWords();
  const { sites } = useApp();
  const { href } = useUrl();
  const nameInstance = useInstanceName();
  return (
    <section className="panel kpi-panel">
      <h2>
        {title} <span className="hint">{total}</span>
      </h2>
      {total === 0 && <p className="hint">{words.none}</p>}
      <ul>
        {items.slice(0, listedMax).map((row) => (
          <li key={row.id}>
            <Mark priority={row.priority} />{" "}
            <Link href={href("/alarms", { sel: row.id })}>
              {sites.info(row.site)?.name ?? row.site} {nameInstance(row.definition)}
            </Link>{" "}
            <span className="hint">
              {words.since(formatLocal(Date.parse(row.suppressedAt ?? row.onset)).slice(5, 16))}
            </span>
          </li>
        ))}
        {total > listedMax && <li className="hint">{words.more(total - listedMax)}</li>}
      </ul>
    </section>
  );
}

/** What administration has silenced now; the whole of it is a tab of the definitions. */
function OutOfServicePanel() {
  const words = useKpiWords();
  const { href } = useUrl();
  const { data } = useQuery({
    queryKey: ["out-of-service", "kpi"],
    queryFn: ({ signal }) => callApi<OutOfServiceAnswer>("/out-of-service?active=true&limit=20", { signal }),
  });
  if (data === undefined) return null;
  return (
    <section className="panel kpi-panel">
      <h2>
        <Link href={href("/alarm-definitions", { tab: "service" })}>{words.outOfService}</Link>{" "}
        <span className="hint">{data.total}</span>
      </h2>
      {data.total === 0 && <p className="hint">{words.none}</p>}
      <ul>
        {data.items.map(({ id, scope, workOrder, reason, from }) => (
          <li key={id}>
            {Object.values(scope).filter(Boolean).join(" ")} {workOrder} {reason}{" "}
            <span className="hint">{words.since(formatLocal(Date.parse(from)).slice(5, 16))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface OutOfServiceAnswer {
  readonly total: number;
  readonly items: readonly {
    readonly id: string;
    readonly scope: Readonly<Record<string, string | null>>;
    readonly workOrder: string;
    readonly reason: string;
    readonly from: string;
  }[];
}
