// One day of one site in full, beside the picture: hour by hour what came and what counts of each factor, why not, what is missing
// and how long it can still be repaired, how late it came.

import { useMemo } from "react";
import { Link } from "wouter";
import { dayMs, formatDay, formatIso, formatLocal, parseDay } from "#domain/time.ts";
import { ApiProblem } from "../../feed/request.ts";
import { formatUnit, formatValue } from "../../format/number.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { Fact } from "../devices/device-frame.tsx";
import { useKeys } from "../key-map.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Failed, Loading, NotFound, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { type AuditFactor, type AuditHour, type DayAudit, hourStates, listHours, useAudit } from "./audit-data.ts";
import { useQualityWords } from "./quality-data.ts";
import { Rate } from "./quality-table.tsx";
import { Repair } from "./repair.tsx";

interface AuditProps {
  readonly site: string;
  readonly day: string;
  readonly aim: number | null;
  readonly show: (day: string) => void;
  readonly close: () => void;
}

export function Audit({ site, day, aim, show, close }: AuditProps) {
  const { audit: words, csv } = useQualityWords();
  const { state } = useWords();
  const { sites } = useApp();
  const audit = useAudit(site, day);
  const today = formatDay(useServerNow());
  const { data } = audit;
  const isMissing = audit.error instanceof ApiProblem && audit.error.status === 404;
  const start = parseDay(day) ?? 0;
  useKeys([{ keys: ["Escape"], says: words.close, act: close }]);
  const title = data?.siteName ?? sites.info(site)?.name ?? site;
  return (
    <aside className="panel device-detail" aria-label={words.title} data-testid="quality-audit">
      <div className="panel-head">
        <h2 title={site}>{title}</h2>
        <button
          type="button"
          aria-label={words.before}
          title={words.before}
          onClick={() => show(formatDay(start - dayMs))}
        >
          ◂
        </button>
        <b>{day}</b>
        <button
          type="button"
          aria-label={words.after}
          title={words.after}
          disabled={day >= today}
          onClick={() => show(formatDay(start + dayMs))}
        >
          ▸
        </button>
        <a className="button" href={`/api/v1/quality/days/${encodeURIComponent(site)}/${day}?format=csv`} download>
          {csv}
        </a>
        <button type="button" onClick={close}>
          {words.close}
        </button>
      </div>
      {isMissing && <NotFound title={state.notFoundSite(site)} />}
      {audit.error !== null && !isMissing && (
        <Failed what={words.load} error={audit.error} retry={() => void audit.refetch()} kept={data !== undefined} />
      )}
      {audit.isPending && <Loading />}
      {data !== undefined && !isMissing && <Details data={data} aim={aim} start={start} />}
    </aside>
  );
}

interface DetailsProps {
  readonly data: DayAudit;
  readonly aim: number | null;
  /** Of the day. */
  readonly start: number;
}

function Details({ data, aim, start }: DetailsProps) {
  const { audit: words } = useQualityWords();
  const { href } = useUrl();
  const id = encodeURIComponent(data.site);
  const { frames, drift } = data;
  const write = (seconds: number): string => String(Number(seconds.toPrecision(3)));
  return (
    <div className="detail-scroll">
      {data.factors.length === 0 && <Notice title={words.none} />}
      {data.factors.map((factor) => (
        <FactorDay key={factor.factor} factor={factor} aim={aim} start={start} />
      ))}
      <dl className="device-facts">
        <Fact name={words.late}>
          {frames === null ? (
            <span className="muted">—</span>
          ) : (
            words.delays(
              formatCount(frames.frames),
              formatCount(frames.ahead),
              formatCount(frames.withinQuarter),
              formatCount(frames.withinHour),
              formatCount(frames.later),
            )
          )}
          {frames !== null && frames.greatestSeconds !== null && ` · ${words.latest(write(frames.greatestSeconds))}`}
        </Fact>
        <Fact name={words.duplicates}>
          {formatCount(data.duplicates)}
          {frames !== null && frames.repeated > 0 && ` · ${words.repeated(formatCount(frames.repeated))}`}
        </Fact>
        <Fact name={words.revisions}>{formatCount(data.revisions)}</Fact>
        <Fact name={words.drift}>
          {drift === null ? (
            <span className="muted">{words.driftNone}</span>
          ) : (
            words.driftSays(write(drift.meanSeconds), write(drift.leastSeconds), write(drift.greatestSeconds))
          )}
        </Fact>
      </dl>
      <p className="device-buttons">
        <Link className="button" href={href(`/sites/${id}`, { from: formatIso(start), to: formatIso(start + dayMs) })}>
          {words.site}
        </Link>
        <Link className="button" href={href(`/loggers/${id}`)}>
          {words.card}
        </Link>
        <Link className="button" href={href("/gaps", { site: data.site, open: data.site })}>
          {words.gaps}
        </Link>
      </p>
    </div>
  );
}

function FactorDay({
  factor,
  aim,
  start,
}: {
  readonly factor: AuditFactor;
  readonly aim: number | null;
  readonly start: number;
}) {
  const words = useQualityWords();
  const catalogue = useWords();
  const { factors } = useApp();
  const { audit } = words;
  const info = factors[factor.factor];
  const name = info === undefined ? factor.factor : pickName(catalogue, info);
  const { parts } = factor;
  const excluded = Object.entries(parts.excluded).filter(([, count]) => count > 0);
  return (
    <section className="audit-factor" aria-label={name} data-testid="audit-factor" data-factor={factor.factor}>
      <h3>
        {name} <span className="unit">{formatUnit(factor.unit)}</span>{" "}
        {factor.assessed && <span className="chip">{audit.assessed}</span>}
        <span className="audit-rate">
          {audit.counts(formatCount(factor.received), formatCount(factor.due), formatCount(factor.valid))}{" "}
          <Rate share={factor.effective} target={factor.assessed ? aim : null} />
        </span>
      </h3>
      {factor.agrees === false && (
        <p className="audit-differs" role="alert">
          {audit.differs}
        </p>
      )}
      <HourStrip factor={factor} decimals={info?.decimals ?? 2} start={start} name={name} />
      <p className="hint">
        {audit.partsSay(formatCount(parts.received), formatCount(parts.due), formatCount(parts.valid))}
        {parts.marked > 0 && ` · ${audit.states.marked} ${formatCount(parts.marked)}`}
        {excluded.map(
          ([flag, count]) =>
            ` · ${flag} ${Object.entries(catalogue.flags).find(([each]) => each === flag)?.[1] ?? ""} ${formatCount(count)}`,
        )}
      </p>
      {factor.missing.length > 0 && (
        <ul className="audit-missing">
          {factor.missing.map(({ from, to, hours }) => (
            <li key={from} data-testid="audit-missing">
              <b>{audit.missing}</b> {formatLocal(Date.parse(from)).slice(11, 16)} {audit.until}{" "}
              {Date.parse(to) === start + dayMs ? "24:00" : formatLocal(Date.parse(to)).slice(11, 16)} (
              {audit.hours(hours)}) <Repair end={Date.parse(to)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface StripProps {
  readonly factor: AuditFactor;
  readonly decimals: number;
  readonly start: number;
  readonly name: string;
}

/** Twenty-four cells; and in words which of them do not count, for whoever does not see them. */
function HourStrip({ factor, decimals, start, name }: StripProps) {
  const { audit } = useQualityWords();
  const said = useMemo(
    () =>
      hourStates
        .filter((state) => state !== "valid")
        .map((state) => [state, listHours(factor.hours, state, start)] as const)
        .filter(([, hours]) => hours !== ""),
    [factor.hours, start],
  );
  const tell = (hour: AuditHour): string => {
    const value = hour.value === null ? "" : ` ${formatValue(hour.value, decimals)} ${formatUnit(factor.unit)}`;
    const at = formatLocal(Date.parse(hour.start)).slice(11, 16);
    return `${at} ${audit.states[hour.state]}${value} · ${audit.partsSay(String(hour.received), String(hour.due), String(hour.valid))}`;
  };
  return (
    <>
      <div className="audit-strip" role="img" aria-label={audit.strip(name)}>
        {factor.hours.map((hour) => (
          <i key={hour.start} data-state={hour.state} title={tell(hour)} />
        ))}
      </div>
      {said.length > 0 && (
        <p data-testid="audit-hours">
          {said.map(([state, hours]) => (
            <span key={state} className="audit-said">
              <i className="audit-key" data-state={state} aria-hidden="true" /> {audit.states[state]} {hours}
            </span>
          ))}
        </p>
      )}
    </>
  );
}
