// One site: who it is, its latest values against their limits, the last hours of one factor, its alarms.

import { useEffect, useState } from "react";
import { Link } from "wouter";
import { ApiProblem } from "../feed/request.ts";
import { formatMoment, formatAge } from "../format/time.ts";
import { pickName, useWords } from "../i18n/i18n.ts";
import { freshness } from "../state/staleness.ts";
import { useApp, useObservable, usePaced, useServerNow } from "./app-context.ts";
import { Failed, Loading, NotFound } from "./panels.tsx";
import { SiteChart } from "./site-chart.tsx";
import { useEvents, useLatest, useRevisions, useSite, type SiteDetails, type SiteValue } from "./site-data.ts";
import { SiteEvents } from "./site-events.tsx";
import { SiteFirstSteps } from "./site-first-steps.tsx";
import { SiteMonth } from "./site-month.tsx";
import { SiteRevisions } from "./site-revisions.tsx";
import { SiteValues } from "./site-values.tsx";
import type { ScreenProps } from "./routes.ts";
import { useInterest } from "./use-interest.ts";
import { useUrl } from "./url-state.ts";
import "../style/site.css";

export function SiteScreen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  return <SiteView key={id} id={id} />;
}

function SiteView({ id }: { readonly id: string }) {
  const words = useWords();
  const site = useSite(id);
  useInterest({ sites: [id] });
  if (site.data === undefined) {
    if (site.error === null) {
      return (
        <div className="view">
          <Loading lines={10} />
        </div>
      );
    }
    return (
      <div className="view">
        {site.error instanceof ApiProblem && site.error.status === 404 ? (
          <NotFound title={words.state.notFoundSite(id)} />
        ) : (
          <Failed what={words.state.load.site} error={site.error} retry={() => void site.refetch()} />
        )}
      </div>
    );
  }
  return (
    <div className="view site-view">
      {site.error !== null && (
        <Failed what={words.state.load.site} error={site.error} retry={() => void site.refetch()} kept />
      )}
      <SiteBody site={site.data} />
    </div>
  );
}

/** REST's answer and the live feed, whichever is newer per factor; remarks belong to the reading they came with. */
function useValues(
  site: SiteDetails,
  rest: ReadonlyMap<string, SiteValue> | undefined,
): ReadonlyMap<string, SiteValue> {
  const { live, pace } = useApp();
  usePaced(live.latestVersion, useObservable(pace).chartHertz);
  const values = new Map<string, SiteValue>();
  for (const { code } of site.factorDetails) {
    const known = rest?.get(code);
    const heard = live.latest.value(site.id, code);
    if (heard !== null && (known === undefined || heard.time > known.time)) values.set(code, { ...heard, quality: [] });
    else if (known !== undefined) values.set(code, known);
  }
  return values;
}

function SiteBody({ site }: { readonly site: SiteDetails }) {
  const words = useWords();
  const { query, set } = useUrl();
  const { live } = useApp();
  const latest = useLatest(site.id);
  const events = useEvents(site.id);
  const revisions = useRevisions(site.id);
  const values = useValues(site, latest.data);
  const book = useObservable(live.book);

  const asked = query.get("factor");
  const hasFactor = site.factorDetails.some((entry) => entry.code === asked);
  const [unmeasured, setUnmeasured] = useState<string | null>(null);
  const alarmed = [...book.byId.values()].find(
    (alarm) => alarm.site === site.id && alarm.active && alarm.factor !== null,
  )?.factor;
  const limited = site.factorDetails.find((entry) => site.limits.some((limit) => limit.factor === entry.code))?.code;
  const factor = hasFactor ? asked : (alarmed ?? limited ?? site.factorDetails[0]?.code ?? null);
  // What was chosen for the person is written down, so that a later alarm does not change the chart under the eyes.
  useEffect(() => {
    if (hasFactor) return;
    if (asked !== null) setUnmeasured(asked);
    if (factor !== null) set({ factor });
  }, [hasFactor, asked, factor, set]);

  return (
    <>
      <SiteHead site={site} values={values} />
      {latest.error !== null && (
        <Failed
          what={words.state.load.latest}
          error={latest.error}
          retry={() => void latest.refetch()}
          kept={values.size > 0}
        />
      )}
      <SiteValues
        site={site}
        values={values}
        isLoading={latest.isPending}
        chosen={factor}
        choose={(code) => {
          setUnmeasured(null);
          set({ factor: code });
        }}
      />
      {unmeasured !== null && (
        <p className="band band-note" role="status">
          {words.site.notMeasured(unmeasured)}
        </p>
      )}
      {latest.isSuccess && values.size === 0 && <SiteFirstSteps site={site} />}
      <div className="site-lower">
        {factor !== null && (
          <div className="site-left">
            <SiteChart site={site} factor={factor} value={values.get(factor) ?? null} />
            <SiteMonth site={site} factor={factor} />
          </div>
        )}
        <SiteEvents site={site} query={events} />
      </div>
      <SiteRevisions site={site} query={revisions} />
    </>
  );
}

function SiteHead({ site, values }: { readonly site: SiteDetails; readonly values: ReadonlyMap<string, SiteValue> }) {
  const words = useWords();
  const { cities } = useApp();
  const { href } = useUrl();
  const now = useServerNow();
  const city = cities.find((entry) => entry.adcode === site.city);
  const times = [...values.values()].map((entry) => entry.time);
  const last = times.length === 0 ? null : Math.max(...times);
  const state = freshness(last, site.intervalSeconds, now);
  return (
    <header className="panel site-head">
      <h1>
        {site.name} {site.simulated && <span className="chip">{words.site.simulated}</span>}
      </h1>
      <nav className="site-ways" aria-label={words.nav.groups.judgement}>
        {(["exceedances", "rules", "marks"] as const).map((screen) => (
          <Link key={screen} className="button" href={href(`/${screen}`, { site: site.id })}>
            {words.nav.screens[screen]}
          </Link>
        ))}
      </nav>
      <dl>
        <Fact name={words.site.enterprise}>{site.enterprise ?? "—"}</Fact>
        <Fact name={words.site.id}>{site.id}</Fact>
        <Fact name={words.site.kind}>{words.kinds[site.kind]}</Fact>
        <Fact name={words.site.city}>{city === undefined ? site.city : pickName(words, city)}</Fact>
        <Fact name={words.site.interval}>{words.site.seconds(site.intervalSeconds)}</Fact>
        <Fact name={words.site.lastData}>
          {last === null ? (
            <b>{words.site.never}</b>
          ) : (
            <span className={state === "stale" ? "is-stale site-age" : "site-age"}>
              {formatMoment(last, now)} ({words.ago(formatAge(now - last, words.duration))})
            </span>
          )}
        </Fact>
      </dl>
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
