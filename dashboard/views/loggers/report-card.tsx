// The report card of one logger: every line with what was measured, the thresholds it was measured by and its mark; the days, the
// clock, what was wrong and what was changed. Printed, it is a page somebody can be judged by.

import { formatDay, formatLocal, dayMs, parseDay } from "#domain/time.ts";
import { mnOfSource } from "#domain/logger.ts";
import { ApiProblem } from "../../feed/request.ts";
import { useServerNow } from "../app-context.ts";
import { DayInput } from "../day-input.tsx";
import { DeviceTabs } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { Ignored } from "../ignored.tsx";
import { Failed, Loading, NotFound, Notice } from "../panels.tsx";
import type { ScreenProps } from "../routes.ts";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { CardDays, DriftChart } from "./card-days.tsx";
import { CardMarks } from "./card-marks.tsx";
import { daysBetween } from "./card-numbers.ts";
import { CardPanels } from "./card-panels.tsx";
import { cardPath, type ReportCard, useCard, useLoggerWords } from "./logger-data.ts";
import { nameLogger } from "./loggers.tsx";
import "../../style/loggers.css";

const spans = ["7", "30", "90"] as const;
const daysMost = 400;

interface Span {
  readonly from: string;
  /** Not among them. */
  readonly to: string;
  readonly last: string;
  readonly today: string;
  readonly unreadable: readonly string[];
}

/** `from` and `to` of the address are days, both within; nothing there means the last week. */
function useSpan(): Span {
  const { query } = useUrl();
  const today = formatDay(useServerNow());
  const todayMs = parseDay(today) ?? 0;
  const [askedFrom, askedTo] = [parseDay(query.get("from") ?? ""), parseDay(query.get("to") ?? "")];
  const last = askedTo !== null && askedTo <= todayMs ? askedTo : todayMs;
  const isWrong = askedFrom === null || askedFrom > last || (last - askedFrom) / dayMs >= daysMost;
  const from = isWrong ? last - 6 * dayMs : askedFrom;
  return {
    from: formatDay(from),
    to: formatDay(last + dayMs),
    last: formatDay(last),
    today,
    unreadable: [
      ...(query.has("from") && isWrong ? ["from"] : []),
      ...(query.has("to") && last !== askedTo ? ["to"] : []),
    ],
  };
}

export function ReportCardView({ params }: ScreenProps) {
  const words = useLoggerWords();
  const site = params["site"] ?? "";
  const span = useSpan();
  const card = useCard(site, span.from, span.to);
  useInterest("none");
  if (card.error instanceof ApiProblem && card.error.status === 404)
    return <NotFound title={words.page.missing(site)} />;
  return (
    <section className="view devices-view card-view" aria-label={words.page.title}>
      <DeviceTabs>
        <Spans span={span} site={site} />
      </DeviceTabs>
      <Ignored names={span.unreadable} />
      {card.error !== null && (
        <Failed
          what={words.page.load}
          error={card.error}
          retry={() => void card.refetch()}
          kept={card.data !== undefined}
        />
      )}
      {card.data === undefined && card.error === null && <Loading lines={12} />}
      {card.data !== undefined && <Page card={card.data} isOld={card.isPlaceholderData} />}
    </section>
  );
}

function Spans({ span, site }: { readonly span: Span; readonly site: string }) {
  const words = useLoggerWords();
  const own = useDeviceWords();
  const { set } = useUrl();
  const days = daysBetween(span.from, span.to);
  const show = (count: number): void =>
    set({ from: count === 7 ? null : formatDay((parseDay(span.today) ?? 0) - (count - 1) * dayMs), to: null });
  return (
    <>
      <div className="segments" role="group" aria-label={words.page.span}>
        {spans.map((count) => (
          <button
            key={count}
            type="button"
            aria-pressed={span.last === span.today && days === Number(count)}
            onClick={() => show(Number(count))}
          >
            {words.page.spans[count]}
          </button>
        ))}
      </div>
      <DayInput label={words.page.from} value={span.from} max={span.last} isRequired choose={(from) => set({ from })} />
      <span aria-hidden="true">–</span>
      <DayInput
        label={words.page.to}
        value={span.last}
        max={span.today}
        isRequired
        choose={(to) => set({ to: to === span.today ? null : to })}
      />
      <span className="filters-count">
        <button type="button" onClick={() => globalThis.print()}>
          {own.print}
        </button>
        <a className="button" href={`/api/v1${cardPath(site, span.from, span.to)}&format=csv`} download>
          {own.csv}
        </a>
      </span>
    </>
  );
}

function Page({ card, isOld }: { readonly card: ReportCard; readonly isOld: boolean }) {
  const words = useLoggerWords();
  const own = useDeviceWords();
  const { page } = words;
  const now = useServerNow();
  const last = formatDay((parseDay(card.to) ?? 0) - dayMs);
  const isSilent = card.sum.packets === 0 && card.sum.faultsTotal === 0 && card.sum.kinds.hour.due === 0;
  const editions = Object.keys(card.sum.editions).map((edition) => own.editions[edition] ?? edition);
  return (
    <div className="card-page" data-old={isOld} data-testid="report-card">
      <div className="card-head">
        <h1 className="view-title">
          {nameLogger(words, card.site, card.name)} {page.title}
        </h1>
        {mnOfSource(card.site) === null && <code>{card.site}</code>}
        <span>
          MN <code>{card.mn}</code>
        </span>
        {card.enterprise !== null && <span>{card.enterprise}</span>}
        {card.maintainer !== null && <span>{card.maintainer}</span>}
        {editions.length > 0 && <span>{editions.join(", ")}</span>}
        <span className="hint">{page.period(card.from, last, daysBetween(card.from, card.to))}</span>
        <span className="print-only">{page.printed(formatLocal(now))}</span>
      </div>
      {isSilent ? (
        <div className="panel">
          <Notice title={page.nothing} />
        </div>
      ) : (
        <>
          <CardMarks card={card} />
          <DriftChart card={card} />
          <CardDays card={card} />
          <CardPanels card={card} />
        </>
      )}
    </div>
  );
}
