// The ledger of a day: everything that was received on the one side, what became of it on the other, whether the two are the
// same, why something was refused, and all of it by site.

import { Link } from "wouter";
import { dayMs, formatDay, parseDay } from "#domain/time.ts";
import { formatClock } from "../format/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { useServerNow } from "./app-context.ts";
import { DayInput } from "./day-input.tsx";
import { differences, type LedgerDay, useLedger } from "./ledger-data.ts";
import { formatCount, LedgerSites } from "./ledger-sites.tsx";
import { Ignored } from "./ignored.tsx";
import { Failed, Loading, Notice } from "./panels.tsx";
import { useUrl } from "./url-state.ts";
import "../style/ledger.css";

export function LedgerView() {
  const words = useWords();
  const { query, set } = useUrl();
  const today = formatDay(useServerNow());
  const asked = query.get("day");
  const day = asked !== null && parseDay(asked) !== null ? asked : today;
  const ledger = useLedger(day, day === today);
  const { data } = ledger;
  const choose = (next: string): void => set({ day: next === today ? null : next });
  return (
    <section className="view ledger-view" aria-label={words.ledger.title}>
      <div className="filters" role="toolbar" aria-label={words.ledger.title}>
        <h1 className="view-title">{words.ledger.title}</h1>
        <DaySteps day={day} today={today} choose={choose} />
        {data !== undefined && ledger.dataUpdatedAt > 0 && (
          <span className="hint">{words.ledger.refreshed(formatClock(ledger.dataUpdatedAt))}</span>
        )}
        <a className="button filters-count" href={`/api/v1/ledger?day=${day}&format=csv`} download>
          {words.ledger.csv}
        </a>
      </div>
      <Ignored names={asked === null || asked === day ? [] : ["day"]} />
      {ledger.error !== null && (
        <Failed
          what={words.ledger.load}
          error={ledger.error}
          retry={() => void ledger.refetch()}
          kept={data !== undefined}
        />
      )}
      {data === undefined && ledger.error === null && <Loading lines={10} />}
      {data !== undefined && <Day ledger={data} isOld={data.day !== day} />}
    </section>
  );
}

function DaySteps(props: { readonly day: string; readonly today: string; readonly choose: (day: string) => void }) {
  const words = useWords();
  const { day, today, choose } = props;
  const step = (days: number): void => choose(formatDay((parseDay(day) ?? 0) + days * dayMs));
  return (
    <div className="day-steps">
      <button type="button" onClick={() => step(-1)} aria-label={words.ledger.previous} title={words.ledger.previous}>
        ◀
      </button>
      <button
        type="button"
        onClick={() => step(1)}
        disabled={day >= today}
        aria-label={words.ledger.next}
        title={words.ledger.next}
      >
        ▶
      </button>
      <DayInput label={words.ledger.day} value={day} max={today} isRequired choose={choose} />
      <button type="button" onClick={() => choose(today)} disabled={day === today}>
        {words.ledger.today}
      </button>
    </div>
  );
}

function Day({ ledger, isOld }: { readonly ledger: LedgerDay; readonly isOld: boolean }) {
  const words = useWords();
  return (
    // While the next day is on its way the one before is still there, and looks like it.
    <div className="ledger-day" aria-busy={isOld} data-old={isOld}>
      <div className="ledger-top">
        <div className="panel ledger-sums">
          <Balance ledger={ledger} />
          <Sums ledger={ledger} />
        </div>
        <section className="panel ledger-reasons" aria-labelledby="reasons-title">
          <div className="panel-head">
            <h2 id="reasons-title">{words.ledger.reasonsTitle}</h2>
          </div>
          <Reasons ledger={ledger} />
        </section>
      </div>
      <LedgerSites ledger={ledger} />
    </div>
  );
}

/** ✓ or what is wrong: in words and with a sign, never by colour alone. */
function Balance({ ledger }: { readonly ledger: LedgerDay }) {
  const words = useWords();
  const missing = differences(ledger);
  const state = ledger.balanced === null ? "unknown" : ledger.balanced ? "yes" : "no";
  const says = [
    missing.frames === 0 ? null : words.ledger.difference(missing.frames, words.ledger.frames),
    missing.readings === 0 ? null : words.ledger.difference(missing.readings, words.ledger.readings),
  ].filter((line) => line !== null);
  return (
    <p className={`balance balance-${state}`} data-testid="balance" data-balanced={state}>
      <span aria-hidden="true" className="balance-sign">
        {state === "yes" ? "✓" : state === "no" ? "✕" : "?"}
      </span>
      {state === "unknown" && words.ledger.unknown}
      {state === "yes" && (
        <span>
          {words.ledger.balanced} <span className="hint">{words.ledger.balancedTitle}</span>
        </span>
      )}
      {state === "no" && (says.length > 0 ? says.join("; ") : words.ledger.disagree)}
    </p>
  );
}

function Sums({ ledger }: { readonly ledger: LedgerDay }) {
  const words = useWords();
  const { terms } = words.ledger;
  const { frames, readings } = ledger;
  return (
    <div className="sums">
      <Sum
        name={words.ledger.frames}
        left={[
          [terms.acknowledged, frames.acknowledged],
          ...(frames.unpromised > 0 ? [[terms.unpromised, frames.unpromised] as const] : []),
        ]}
        right={[
          [terms.stored, frames.stored],
          [terms.quarantined, frames.quarantined],
          [terms.duplicate, frames.duplicate],
          [terms.pending, frames.pending],
        ]}
      />
      <Sum
        name={words.ledger.readings}
        left={[[terms.received, readings.received]]}
        right={[
          [terms.stored, readings.stored],
          [terms.quarantined, readings.quarantined],
          [terms.duplicate, readings.duplicate],
        ]}
      />
    </div>
  );
}

type Term = readonly [name: string, count: number | null];

function Sum(props: { readonly name: string; readonly left: readonly Term[]; readonly right: readonly Term[] }) {
  const words = useWords();
  const signOf = (i: number): string => (i === 0 ? "" : i === props.left.length ? "=" : "+");
  return (
    <div className="sum" role="group" aria-label={props.name}>
      <h2>{props.name}</h2>
      <dl>
        {[...props.left, ...props.right].map(([name, count], i) => (
          <div key={`${i} ${name}`} data-zero={count === 0}>
            <dt>
              <span className="sum-sign">{signOf(i)}</span>
              {name}
            </dt>
            <dd>{count === null ? words.ledger.pendingUnknown : formatCount(count)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Reasons({ ledger }: { readonly ledger: LedgerDay }) {
  const words = useWords();
  const { href } = useUrl();
  const reasons = Object.entries(ledger.quarantine).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  if (reasons.length === 0) return <Notice title={words.ledger.noReasons} />;
  return (
    <ul className="reason-list">
      {reasons.map(([reason, count]) => (
        <li key={reason}>
          <Link
            href={href("/quarantine", { day: ledger.day, reason, state: "all" })}
            title={words.ledger.showReason(words.reasons[reason] ?? reason)}
          >
            <span className="reason-words">{words.reasons[reason] ?? reason}</span>
            <code>{reason}</code>
            <b>{words.ledger.reasonCount(formatCount(count))}</b>
          </Link>
        </li>
      ))}
    </ul>
  );
}
