// The facts of one alarm: state, who sees to it, how often operators were called, why it is held back, and the limit that was in
// force with its source.

import type { ReactNode } from "react";
import { limitBases, type LimitBasis } from "#domain/limit.ts";
import { formatLocal } from "#domain/time.ts";
import { formatDuration, formatMoment } from "../../format/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useServerNow } from "../app-context.ts";
import type { SiteDetails, SiteLimit } from "../site-data.ts";
import { usePaneWords } from "./pane-data.ts";

/** Basis of the limit that an alarm is about: "limit:w01018:hour" → hour. */
export function basisOf(alarm: Pick<AlarmView, "definition">): LimitBasis | null {
  const [kind, , basis] = alarm.definition.split(":");
  return kind === "limit" ? (limitBases.find((entry) => entry === basis) ?? "realtime") : null;
}

/** The limit that was in force when the alarm began. */
function limitAt(site: SiteDetails | undefined, alarm: AlarmView): SiteLimit | null {
  const basis = basisOf(alarm);
  const inForce = site?.limits.find(
    (limit) =>
      limit.factor === alarm.factor &&
      limit.basis === basis &&
      limit.from <= alarm.onset &&
      (limit.to === null || alarm.onset < limit.to),
  );
  return inForce ?? null;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface FactsProps {
  readonly alarm: AlarmView;
  readonly site: SiteDetails | undefined;
  readonly select: (id: string | null) => void;
}

export function Facts({ alarm, site, select }: FactsProps) {
  const words = useWords();
  const own = usePaneWords();
  const now = useServerNow();
  return (
    <dl className="facts">
      <Fact name={words.alarm.columns.state}>
        {words.states[alarm.state]}
        {alarm.ackedBy !== null && ` · ${alarm.ackedBy}`}
        {alarm.retrospective && ` · ${words.alarm.retrospective}`}
      </Fact>
      {alarm.suppression !== null && (
        <Fact name={own.held}>
          <HeldWords alarm={alarm} now={now} select={select} />
        </Fact>
      )}
      {alarm.assignee !== null && <Fact name={own.who.assignee}>{alarm.assignee}</Fact>}
      {basisOf(alarm) !== null && (
        <Fact name={words.alarm.pane.limit}>
          <LimitWords alarm={alarm} limit={limitAt(site, alarm)} />
        </Fact>
      )}
      <Fact name={words.alarm.pane.onset}>{formatLocal(alarm.onset)}</Fact>
      <Fact name={words.alarm.pane.duration}>
        {formatDuration((alarm.cleared ?? now) - alarm.onset)} {alarm.cleared === null && words.alarm.lasting}
        {alarm.reraises > 0 && ` · ${words.alarm.reraises(alarm.reraises)}`}
      </Fact>
      <Fact name={own.who.calls}>
        {alarm.annunciations === 0
          ? own.who.never
          : own.who.called(
              alarm.annunciations,
              alarm.annunciatedAt === null ? "—" : formatMoment(alarm.annunciatedAt, now),
            )}
      </Fact>
    </dl>
  );
}

/** Why nobody is called, by whom, for how long still, and the alarm above it. */
function HeldWords({
  alarm,
  now,
  select,
}: {
  readonly alarm: AlarmView;
  readonly now: number;
  readonly select: (id: string) => void;
}) {
  const words = useWords();
  const own = usePaneWords();
  const { suppression } = alarm;
  if (suppression === null) return null;
  const { kind, until, by, reason, of } = suppression;
  const reasons: Readonly<Record<string, string>> = own.course.reasons;
  return (
    <>
      {words.alarm.held[kind]} · {by}
      {reason !== "" && ` · ${reasons[reason] ?? reason}`}
      <span className="pane-source">
        {until === null
          ? own.untilEnded
          : own.until(formatMoment(until, now), formatDuration(Math.max(0, until - now)))}
      </span>
      {kind === "by-design" && of !== null && (
        <button type="button" className="quiet" data-testid="open-parent" onClick={() => select(of)}>
          {own.parent}
        </button>
      )}
    </>
  );
}

function LimitWords({ alarm, limit }: { readonly alarm: AlarmView; readonly limit: SiteLimit | null }) {
  const words = useWords();
  const basis = basisOf(alarm);
  if (alarm.limit === null) return words.alarm.pane.noLimit;
  return (
    <>
      {basis === null ? "" : `${words.bases[basis]} `}
      {alarm.limit}
      {limit !== null && (
        <span className="pane-source">
          {words.alarm.pane.source(limit.source)}
          {limit.reason === "" ? "" : ` · ${limit.reason}`}
          <br />
          {words.alarm.pane.inForce(formatLocal(limit.from))}
        </span>
      )}
    </>
  );
}
