// One lead beside the list: its sentence, the series around the evidence with the evidence shaded, what the rule saw, who decided
// what, and the ways to decide.

import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { formatLocal, hourMs, minuteMs } from "#domain/time.ts";
import { buildColumns } from "../../charts/series.ts";
import { TimeChart } from "../../charts/time-chart.tsx";
import { ApiProblem } from "../../feed/request.ts";
import { formatUnit, formatValue } from "../../format/number.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { mayAcknowledge, useApp } from "../app-context.ts";
import { Fact } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { historyQuery } from "../history-link.ts";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import {
  actionsOf,
  decideHint,
  type Evidence,
  type EvidenceSeries,
  type HintAction,
  type HintRow,
  sayHint,
  useEvidence,
  useHintWords,
} from "./hint-data.ts";

interface DetailProps {
  readonly id: string;
  /** As the list has it; null: it is not in it. */
  readonly listed: HintRow | null;
  readonly close: () => void;
}

export function HintDetail({ listed, id, close }: DetailProps) {
  const words = useHintWords();
  const { detail } = words;
  const evidence = useEvidence(id);
  const { data, error } = evidence;
  const isMissing = error instanceof ApiProblem && error.status === 404;
  // A hint that a decision has taken out of the list is shown all the same.
  const hint = listed ?? data?.hint ?? null;
  return (
    <aside className="panel device-detail" aria-label={detail.title} data-testid="hint-detail">
      <div className="panel-head">
        <h2>{detail.title}</h2>
        <button type="button" onClick={close}>
          {detail.close}
        </button>
      </div>
      {isMissing && <Notice title={detail.notFound} />}
      {error !== null && !isMissing && (
        <Failed what={words.loadOne} error={error} retry={() => void evidence.refetch()} kept={hint !== null} />
      )}
      {hint === null && evidence.isPending && <Loading />}
      {hint !== null && !isMissing && <Details hint={hint} evidence={data} />}
    </aside>
  );
}

interface DetailsProps {
  readonly hint: HintRow;
  /** Undefined while it comes. */
  readonly evidence: Evidence | undefined;
}

function Details({ hint, evidence }: DetailsProps) {
  const words = useHintWords();
  const { locale } = useWords();
  const { sites } = useApp();
  const { href } = useUrl();
  const { detail } = words;
  const isEnglish = locale === "en";
  const [from, to] = [Date.parse(hint.from), Date.parse(hint.to)];
  const range = { from: String(from - hourMs), to: String(to + hourMs) };
  return (
    <div className="detail-scroll">
      <h3>
        {hint.rule} {isEnglish ? hint.ruleEn : hint.ruleZh}
      </h3>
      <p className="hint-says" data-testid="hint-says">
        {sayHint(hint, locale)}
      </p>
      <dl className="device-facts">
        <Fact name={words.columns.site}>
          <Link href={href(`/sites/${encodeURIComponent(hint.site)}`, range)}>
            {hint.siteName ?? sites.info(hint.site)?.name ?? hint.site}
          </Link>{" "}
          <code>{hint.site}</code>
        </Fact>
        <Fact name={detail.window}>
          {formatLocal(from).slice(0, 16)} {detail.until} {formatLocal(to).slice(0, 16)}
        </Fact>
        <Fact name={words.columns.status}>
          <b>{words.statuses[hint.status]}</b> <span className="hint">{words.statusSays[hint.status]}</span>
          {hint.decidedBy !== null && hint.decidedAt !== null && (
            <>
              <br />
              {detail.decided(hint.decidedBy, formatLocal(Date.parse(hint.decidedAt)))}
              {hint.decision !== null && hint.decision !== "" && `: ${hint.decision}`}
            </>
          )}
        </Fact>
      </dl>
      <Decide hint={hint} />
      {evidence === undefined && <Loading lines={4} />}
      {evidence?.series.length === 0 && <p className="hint">{detail.noSeries}</p>}
      {evidence?.series.map((series) => (
        <SeriesChart key={`${series.site} ${series.factor}`} evidence={evidence} series={series} from={from} to={to} />
      ))}
      <p className="device-buttons">
        <Link
          className="button"
          href={href(
            "/history",
            historyQuery(
              hint.factors.map((factor) => ({ site: hint.site, factor })),
              range,
            ),
          )}
        >
          {detail.history}
        </Link>
      </p>
      <details>
        <summary>{detail.facts}</summary>
        <dl className="device-facts">
          {Object.entries(hint.facts).map(([name, value]) => (
            <Fact key={name} name={name}>
              {typeof value === "number" ? Number(value.toPrecision(6)) : value}
            </Fact>
          ))}
        </dl>
      </details>
      <p className="hint">{words.caution}</p>
    </div>
  );
}

function Decide({ hint }: { readonly hint: HintRow }) {
  const words = useHintWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const client = useQueryClient();
  const [action, setAction] = useState<HintAction | null>(null);
  const actions = actionsOf(hint.status);
  if (actions.length === 0) return null;
  const may = mayAcknowledge(user);
  return (
    <p className="device-buttons">
      {actions.map((each) => (
        <button
          key={each}
          type="button"
          disabled={!may}
          title={may ? undefined : own.readOnly}
          onClick={() => setAction(each)}
        >
          {words.actions[each]}
        </button>
      ))}
      {action !== null && (
        <ReasonDialog
          title={words.actions[action]}
          says={words.asks[action]}
          submit={words.actions[action]}
          what={words.act}
          close={() => setAction(null)}
          act={async (reason) => {
            await decideHint(hint, action, reason);
            await client.invalidateQueries({ queryKey: ["hints"] });
            await client.invalidateQueries({ queryKey: ["hint-evidence", hint.id] });
            setAction(null);
          }}
        />
      )}
    </p>
  );
}

interface ChartProps {
  readonly evidence: Evidence;
  readonly series: EvidenceSeries;
  readonly from: number;
  readonly to: number;
}

function SeriesChart({ evidence, series, from, to }: ChartProps) {
  const { detail } = useHintWords();
  const catalogue = useWords();
  const { factors, sites } = useApp();
  const { theme } = useUrl();
  // The other side of a mirror says whose it is.
  const whose = series.site === evidence.hint.site ? "" : (sites.info(series.site)?.name ?? series.site);
  const [begin, end] = [Date.parse(evidence.from), Date.parse(evidence.to)];
  const info = factors[series.factor];
  const name = info === undefined ? series.factor : pickName(catalogue, info);
  const unit = formatUnit(series.unit);
  const columns = useMemo(
    () =>
      buildColumns({
        points: series.points,
        stepMs: minuteMs,
        intervalMs: minuteMs,
        limits: [],
        from: begin,
        to: end,
        tail: null,
      }),
    [series, begin, end],
  );
  const write = (value: number): string => formatValue(value, info?.decimals ?? 2);
  return (
    <figure className="hint-chart" data-testid="hint-chart" data-factor={series.factor}>
      <figcaption>
        {name} <span className="unit">{unit}</span> {whose}
      </figcaption>
      <TimeChart
        columns={columns}
        from={begin}
        to={end}
        staleFrom={null}
        shaded={{ from, to }}
        label={detail.chart(name)}
        theme={theme}
        formatY={(value) => String(Number(value.toPrecision(4)))}
        describe={(index) => {
          const [at, value] = [columns[0][index], columns[1][index]];
          if (at === undefined || typeof value !== "number") return null;
          return detail.cursor(formatLocal(at * 1000), `${write(value)} ${unit}`);
        }}
      />
    </figure>
  );
}
