// The record that made an alarm: what to do about it first, then why it exists, its class, levels, delays and deadband, and which
// version it was when the alarm was raised.

import { Link } from "wouter";
import type { AlarmLevel } from "#domain/alarm-definition.ts";
import { formatUnit } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import type { AlarmView } from "../../state/wire.ts";
import { Failed } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { useAlarmClasses } from "./class-data.ts";
import { type RecordDefinition, type useRecord, usePaneWords } from "./pane-data.ts";
import { Fact } from "./pane-facts.tsx";

interface RecordProps {
  readonly alarm: AlarmView;
  readonly record: ReturnType<typeof useRecord>;
}

export function RecordPart({ alarm, record }: RecordProps) {
  const { record: words, failed } = usePaneWords();
  if (alarm.record === "") return null;
  const { data, error } = record;
  return (
    <section data-testid="alarm-record">
      <h3>{words.title}</h3>
      {error !== null && data === undefined && (
        <Failed what={failed} error={error} retry={() => void record.refetch()} kept={false} />
      )}
      {data === null && <p className="muted">{words.none}</p>}
      {data !== undefined && data !== null && (
        <RecordFacts alarm={alarm} definition={data.atRaise} versionNow={data.versionNow} />
      )}
    </section>
  );
}

interface FactsProps {
  readonly alarm: AlarmView;
  readonly definition: RecordDefinition;
  readonly versionNow: number;
}

function RecordFacts({ alarm, definition, versionNow }: FactsProps) {
  const { record: words } = usePaneWords();
  const shared = useWords();
  const { href } = useUrl();
  const classes = useAlarmClasses();
  const own = classes.find(({ name }) => name === definition.class);
  const { onDelayMs, offDelayMs, reAlarmMs, responseMs } = definition;
  const texts = shared.locale === "en" ? (definition.textsEn ?? definition) : definition;
  const ways = [
    ...(definition.latched ? [words.latched] : []),
    ...(definition.ackRequired ? [] : [words.noAck]),
    ...(reAlarmMs === null ? [] : [words.reAlarm(formatDuration(reAlarmMs))]),
  ];
  const time = (ms: number): string => (ms === 0 ? words.zero : formatDuration(ms));
  return (
    <>
      <p>
        <b>{pickName(shared, definition)}</b> <span className="muted">{words.version(alarm.recordVersion)}</span>
        {versionNow !== alarm.recordVersion && <span className="chip">{words.older(versionNow)}</span>}
      </p>
      {texts.action !== "" && (
        <p className="pane-action">
          <b>{words.action}</b> {texts.action}
          {responseMs !== null && (
            <span className="pane-source">
              {words.respond} {formatDuration(responseMs)}
            </span>
          )}
        </p>
      )}
      <dl className="facts">
        {texts.consequence !== "" && <Fact name={words.consequence}>{texts.consequence}</Fact>}
        {texts.causes.length > 0 && (
          <Fact name={words.causes}>{texts.causes.join(shared.locale === "en" ? "; " : "；")}</Fact>
        )}
        <Fact name={words.class}>{own === undefined ? definition.class : pickName(shared, own)}</Fact>
        <Fact name={words.levels}>
          <Levels alarm={alarm} definition={definition} />
        </Fact>
        <Fact name={words.delays}>{words.delaysSay(time(onDelayMs), time(offDelayMs))}</Fact>
        <Fact name={words.deadband}>
          <DeadbandWords alarm={alarm} definition={definition} />
        </Fact>
        {ways.length > 0 && <Fact name={words.flags}>{ways.join(" · ")}</Fact>}
        {definition.statutoryBasis !== "" && <Fact name={words.basis}>{definition.statutoryBasis}</Fact>}
      </dl>
      <p>
        <Link className="button" href={href("/alarm-definitions", { sel: definition.id })}>
          {words.open}
        </Link>
      </p>
    </>
  );
}

function Levels({ alarm, definition }: Omit<FactsProps, "versionNow">) {
  const { record: words } = usePaneWords();
  const { priority } = useWords();
  const boundOf = ({ at }: AlarmLevel): string => {
    if (definition.subject === "limit") return words.times(at);
    if (definition.subject === "silence") return words.intervals(at);
    return definition.subject === "value" ? `${at} ${formatUnit(alarm.unit)}` : words.subjects[definition.subject];
  };
  return (
    <ul className="pane-list">
      {definition.levels.map((level, i) => (
        <li key={`${level.op} ${level.at}`} className={i + 1 === alarm.level ? "is-here" : undefined}>
          {words.level(i + 1, boundOf(level), priority[level.priority])}
        </li>
      ))}
    </ul>
  );
}

function DeadbandWords({ alarm, definition }: Omit<FactsProps, "versionNow">) {
  const { record: words } = usePaneWords();
  const { kind, value } = definition.deadband;
  if (value === 0) return words.zero;
  return kind === "percent" ? words.percent(value) : `${value} ${formatUnit(alarm.unit)}`;
}
