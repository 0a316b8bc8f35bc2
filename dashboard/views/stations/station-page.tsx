// One station: what it says now and by which rules, what it is made of, its hours and days, what was doubted. Printed, it is a
// sheet somebody can take along.

import { Link } from "wouter";
import type { RemarkCode } from "#domain/stations/shapes.ts";
import { formatLocal, hourMs } from "#domain/time.ts";
import { ApiProblem } from "../../feed/request.ts";
import { formatUnit, formatValue } from "../../format/number.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useServerNow } from "../app-context.ts";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { Failed, Loading, NotFound } from "../panels.tsx";
import type { ScreenProps } from "../routes.ts";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { StationChip } from "./station-chip.tsx";
import { ranges, SaidTable, StationCourse } from "./station-course.tsx";
import {
  decimalsOf,
  explainStanding,
  formatRemark,
  kindPaths,
  mapNames,
  nameFactors,
  type StationPage,
  useStation,
  useStationWords,
} from "./station-data.ts";
import { StationItems } from "./station-items.tsx";
import { describeTarget } from "./target.ts";
import "../../style/stations.css";

export function StationPageView({ params }: ScreenProps) {
  const words = useStationWords();
  const { query } = useUrl();
  useInterest("none");
  const id = params["id"] ?? "";
  const asked = query.get("hours");
  const hours = ranges.find((each) => each === asked) ?? "72";
  const to = Math.ceil(useServerNow() / hourMs) * hourMs;
  const found = useStation(id, to, Number(hours));
  const { data } = found;
  if (found.error instanceof ApiProblem && found.error.status === 404)
    return <NotFound title={words.page.missing(id)} />;
  return (
    <section className="view devices-view stations-view station-view" aria-label={data?.station.name ?? id}>
      <GroupTabs group="stations">
        <span className="filters-count">
          <button type="button" onClick={() => globalThis.print()}>
            {words.page.print}
          </button>
        </span>
      </GroupTabs>
      <Ignored names={asked === null || asked === hours ? [] : ["hours"]} />
      {found.error !== null && (
        <Failed
          what={words.loadPage}
          error={found.error}
          retry={() => void found.refetch()}
          kept={data !== undefined}
        />
      )}
      {data === undefined && found.error === null && <Loading lines={12} />}
      {data !== undefined && (
        <div className="station-page" data-old={found.isPlaceholderData} data-testid="station-page">
          <Head page={data} />
          <StationItems station={data.station} said={data.station.now} factors={data.factors} />
          <Remarks page={data} />
          <Figures page={data} />
          <StationCourse page={data} hours={hours} />
          <Days page={data} />
          <Rules page={data} />
        </div>
      )}
    </section>
  );
}

function Head({ page }: { readonly page: StationPage }) {
  const words = useStationWords();
  const own = words.page;
  const { locale } = useWords();
  const { href } = useUrl();
  const { station } = page;
  const { id, name, kind, target, now, cityNameZh, cityNameEn, simulated } = station;
  const names = mapNames(page.factors, locale === "en");
  const why = explainStanding(words, now);
  return (
    <header className="station-head">
      <h1 className="view-title">{name}</h1>
      <StationChip kind={kind} said={now} isLarge />
      {now.items.length > 1 && now.deciding.length > 0 && (
        <span>
          {words.columns.deciding}
          {words.joints.colon}
          <b>{nameFactors(words, names, now.deciding)}</b>
        </span>
      )}
      <span>
        {words.value[kind]} {formatLocal(Date.parse(now.from)).slice(0, 16)}
        {" – "}
        {formatLocal(Date.parse(now.to)).slice(11, 16)}
      </span>
      <span data-testid="station-standing">
        {words.standings[now.standing]}
        {why === "" ? "" : `${words.joints.colon}${why}`}
      </span>
      {target !== null && (
        <span title={target.assumed ? words.assumedTitle : undefined}>
          {own.held}
          {words.joints.colon}
          {describeTarget(words, target)}
        </span>
      )}
      <span className="hint">
        {words.kinds[kind]} · {locale === "en" ? cityNameEn : cityNameZh} · <code>{id}</code>
        {simulated ? ` · ${words.simulated}` : ""}
      </span>
      <span className="station-links">
        <Link className="button" href={href(kindPaths[kind])}>
          {own.back}
        </Link>
        <Link className="button" href={href(`/sites/${encodeURIComponent(id)}`)}>
          {own.site}
        </Link>
      </span>
      <span className="station-printed">{own.printed(formatLocal(Date.parse(page.time)))}</span>
    </header>
  );
}

const ofAny: ReadonlySet<RemarkCode> = new Set([
  "equal-hours",
  "lonely-jump",
  "below-zero",
  "class-down",
  "twice-above-target",
  "table-2",
  "response-level",
]);

/** May it be said of any item? Other remarks name theirs in their own words. */
function isOfAny(code: RemarkCode): boolean {
  return ofAny.has(code);
}

function Remarks({ page }: { readonly page: StationPage }) {
  const words = useStationWords();
  const { locale } = useWords();
  const { remarks } = page.station.now;
  if (remarks.length === 0) return null;
  const names = mapNames(page.factors, locale === "en");
  const { kind } = page.station;
  const decimals = new Map(page.factors.map((factor) => [factor.code, decimalsOf(kind, factor)]));
  return (
    <section className="panel" aria-label={words.page.remarks}>
      <div className="panel-head">
        <h2>{words.page.remarks}</h2>
      </div>
      <ul className="station-remarks">
        {remarks.map((remark) => (
          <li
            key={`${remark.code} ${remark.factors.join()}`}
            data-testid="station-remark"
            data-severity={remark.severity}
          >
            <b>{words.severities[remark.severity]}</b>
            <span>
              {isOfAny(remark.code) ? `${nameFactors(words, names, remark.factors)} ` : ""}
              {formatRemark(words, remark, decimals.get(remark.factors[0] ?? "") ?? 1)}
            </span>
            <span className="hint">{words.page.sure[remark.sureness]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Figures({ page }: { readonly page: StationPage }) {
  const words = useStationWords();
  const { page: own } = words;
  const figures = [...page.station.now.figures, ...(page.month?.figures ?? [])];
  if (figures.length === 0) return null;
  return (
    <section className="panel" aria-label={own.figures}>
      <div className="panel-head">
        <h2>{own.figures}</h2>
      </div>
      <dl className="station-figures">
        {figures.map(({ name, value, unit, sureness }) => (
          <div key={name} title={own.sure[sureness]}>
            <dt>{own.figureNames[name] ?? name}</dt>
            <dd>
              {value === null ? (
                <span className="muted">{name === "rain-2h" ? own.notMeasured : "—"}</span>
              ) : (
                `${formatValue(value, unit === "h" || unit === "min" || unit === "" ? 0 : 1)} ${formatUnit(unit)}`
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Days({ page }: { readonly page: StationPage }) {
  const { page: own } = useStationWords();
  const rows = [...(page.month === null ? [] : [page.month]), ...page.days.toReversed()];
  if (rows.length === 0) return null;
  return (
    <section className="panel" aria-label={own.days}>
      <div className="panel-head">
        <h2>{own.days}</h2>
      </div>
      <SaidTable page={page} rows={rows} title={own.days} />
    </section>
  );
}

/** Every number says by which rule it came about, and how sure the rule is. */
function Rules({ page }: { readonly page: StationPage }) {
  const { page: own } = useStationWords();
  return (
    <section className="panel" aria-label={own.rules}>
      <div className="panel-head">
        <h2>{own.rules}</h2>
      </div>
      <div className="station-scroll">
        <table className="station-table station-rules">
          <thead>
            <tr>
              {[own.rule, own.clause, own.sureness, own.source].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.rules.map(({ rule, clause, source, sureness }) => (
              <tr key={rule} data-testid="station-rule">
                <th scope="row">
                  <code>{rule}</code>
                </th>
                <td>{clause}</td>
                <td>{own.sure[sureness]}</td>
                <td>{source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
