// Is the centre itself fine? One tile per number that can go wrong: what it is now, its last minutes, its threshold, what to
// do; above them the alarms of the system, below them the runbook. Never the place where something is decided.

import { Link } from "wouter";
import { conditionPriority } from "#domain/condition.ts";
import { formatAge, formatClock, formatMoment } from "../../format/time.ts";
import { createWords, useWords } from "../../i18n/i18n.ts";
import { systemEn } from "../../i18n/system-en.ts";
import { systemZh, type TileName } from "../../i18n/system-zh.ts";
import { compareUrgency, isOpen } from "../../state/alarm-book.ts";
import { useApp, useObservable, useServerNow } from "../app-context.ts";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import { Mark } from "../mark.tsx";
import { Failed, Loading } from "../panels.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { Spark } from "./spark.tsx";
import { pollMs, useSystem, type Sample } from "./system-data.ts";
import { describeTiles, keptMinutes, silentSources, type Tile, type TileState } from "./tiles.ts";
import "../../style/system.css";

const useSystemWords = createWords(systemZh, systemEn);

/** Three answers missed: what is shown is no longer now. */
const staleMs = 3 * pollMs + 1_000;

export function SystemView() {
  const words = useSystemWords();
  useInterest("none");
  const system = useSystem();
  const samples = system.data;
  return (
    <div className="view system-view">
      <div className="filters system-head">
        <h1 className="view-title">{words.title}</h1>
        {samples !== undefined && <Verdict samples={samples} />}
      </div>
      {system.error !== null && (
        <Failed
          what={words.load}
          error={system.error}
          retry={() => void system.refetch()}
          kept={samples !== undefined}
        />
      )}
      {samples === undefined && system.error === null && <Loading lines={12} />}
      {samples !== undefined && <Body samples={samples} />}
    </div>
  );
}

function useAge(samples: readonly Sample[]): { readonly at: number; readonly ageMs: number; readonly isOld: boolean } {
  const now = useServerNow();
  const at = samples.at(-1)?.at ?? 0;
  const ageMs = Math.max(0, now - at);
  return { at, ageMs, isOld: ageMs > staleMs };
}

function useTiles(samples: readonly Sample[]) {
  const { duration } = useWords();
  return describeTiles({ system: useSystemWords(), duration }, samples);
}

/** The answer in one line, in words and with a sign. */
function Verdict({ samples }: { readonly samples: readonly Sample[] }) {
  const words = useSystemWords();
  const { duration } = useWords();
  const { at, ageMs, isOld } = useAge(samples);
  const groups = useTiles(samples);
  const alarms = useSystemAlarms();
  const wrong = groups.flatMap((group) => group.tiles).filter((tile) => tile.state !== "ok").length;
  const conditions = samples.at(-1)?.answer.conditions.length ?? 0;
  const n = Math.max(wrong, conditions, alarms.length);
  const state = isOld ? "unknown" : n === 0 ? "ok" : "look";
  return (
    <>
      <p className={`verdict verdict-${state}`} role="status" data-testid="verdict" data-state={state}>
        <span aria-hidden="true">{state === "ok" ? "✓" : state === "look" ? "▲" : "?"}</span>{" "}
        {isOld ? (
          words.stale(formatAge(ageMs, duration))
        ) : n === 0 ? (
          <span title={words.wellTitle}>{words.well}</span>
        ) : (
          words.attention(n)
        )}
      </p>
      <span className="hint">{words.asOf(formatClock(at))}</span>
      <a className="system-version" href="#runbook-version">
        {words.tiles.version} {samples.at(-1)?.answer.version}
      </a>
    </>
  );
}

function Body({ samples }: { readonly samples: readonly Sample[] }) {
  const words = useSystemWords();
  const groups = useTiles(samples);
  const { isOld } = useAge(samples);
  const now = samples.at(-1)?.answer;
  const silent = now === undefined ? [] : silentSources(now);
  return (
    <>
      {silent.length > 0 && (
        <p className="system-partial" role="status" data-testid="partial">
          {words.partial(silent.map((name) => words.sources[name]).join("、"))}
        </p>
      )}
      <SystemAlarms samples={samples} />
      <div className="system-groups" data-old={isOld}>
        {groups.map(({ group, tiles }) => (
          <section key={group} className={`system-group system-group-${group}`} aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`}>{words.groups[group]}</h2>
            <div className="tiles">
              {tiles.map((tile) => (
                <TileCard key={tile.name} tile={tile} minutes={keptMinutes(samples)} isOld={isOld} />
              ))}
            </div>
          </section>
        ))}
      </div>
      <p className="hint system-collecting">{words.collecting}</p>
      <Runbook />
    </>
  );
}

function useSystemAlarms() {
  const { live } = useApp();
  const book = useObservable(live.book);
  return [...book.byId.values()].filter((alarm) => isOpen(alarm) && isSystemAlarm(alarm)).toSorted(compareUrgency);
}

/** Alarms of the system that are in the operators' list, and conditions that will be if they last. */
function SystemAlarms({ samples }: { readonly samples: readonly Sample[] }) {
  const words = useSystemWords();
  const { conditions: names, states } = useWords();
  const catalogue = useWords();
  const { factors } = useApp();
  const { href } = useUrl();
  const now = useServerNow();
  const alarms = useSystemAlarms();
  const told = new Set(alarms.filter((alarm) => alarm.active).map((alarm) => alarm.definition));
  const fresh = (samples.at(-1)?.answer.conditions ?? []).filter(({ name }) => !told.has(`system:${name}`));
  return (
    <section className="panel system-alarms" aria-labelledby="system-alarms-title">
      <div className="panel-head">
        <h2 id="system-alarms-title">{words.alarms}</h2>
        <Link href={href("/alarms")}>{words.allAlarms}</Link>
      </div>
      {alarms.length + fresh.length === 0 ? (
        <p className="system-quiet">{words.noAlarms}</p>
      ) : (
        <ul>
          {alarms.map((alarm) => (
            <li key={alarm.id} data-testid="system-alarm" data-definition={alarm.definition}>
              <Mark priority={alarm.priority} unacked={!alarm.acked} />
              <b>{nameAlarm(catalogue, factors, alarm)}</b>
              <span>{states[alarm.state]}</span>
              <span className="hint">{words.since(formatMoment(alarm.onset, now))}</span>
            </li>
          ))}
          {fresh.map(({ name, says }) => (
            <li key={name} data-testid="system-condition" data-condition={name} title={words.conditions}>
              <Mark priority={conditionPriority(name)} />
              <b>{names[name]}</b>
              <span className="hint" lang="en">
                {says}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const signs: Readonly<Record<TileState, string>> = { ok: "", look: "▲", bad: "✕", unknown: "?" };

/** Pages that say more about a number. */
const pages: Partial<Record<TileName, string>> = {
  ledger: "/ledger",
  quarantine: "/quarantine",
  readings: "/ledger",
  refused: "/ledger",
};

interface TileCardProps {
  readonly tile: Tile;
  readonly minutes: number;
  readonly isOld: boolean;
}

function TileCard({ tile, minutes, isOld }: TileCardProps) {
  const words = useSystemWords();
  const { href } = useUrl();
  const { name, state, line, threshold } = tile;
  const title = words.tiles[name];
  const page = pages[name];
  return (
    <article
      className={`tile panel tile-${state}`}
      aria-label={title}
      data-testid="tile"
      data-tile={name}
      data-state={state}
    >
      <h3>
        {title}
        {state !== "ok" && (
          <span className="tile-state">
            <span aria-hidden="true">{signs[state]}</span> {words.states[state]}
          </span>
        )}
      </h3>
      <p className={`tile-value${isOld ? " is-stale" : ""}`}>
        <b data-testid="tile-value">{tile.value}</b> <span className="unit">{tile.unit}</span>
      </p>
      {line !== null && <Spark line={line} title={words.lineTitle(title, minutes)} />}
      <ul className="tile-details" title={tile.why ?? undefined}>
        {tile.details.map((detail) => (
          <li key={detail}>{detail}</li>
        ))}
      </ul>
      <p className="tile-threshold">{threshold === null ? words.noThreshold : words.threshold(threshold)}</p>
      <p className="tile-foot">
        {page !== undefined && (
          <Link href={href(page)} aria-label={`${words.open}: ${title}`}>
            {words.open}
          </Link>
        )}
        <a href={`#runbook-${name}`} aria-label={`${words.whatToDo}: ${title}`}>
          {words.whatToDo}
        </a>
      </p>
    </article>
  );
}

function Runbook() {
  const words = useSystemWords();
  const names = Object.keys(words.runbook) as TileName[];
  return (
    <section className="panel runbook" aria-labelledby="runbook-title">
      <h2 id="runbook-title">{words.runbookTitle}</h2>
      <p className="hint">{words.runbookNote}</p>
      <div className="runbook-entries">
        {names.map((name) => (
          <section key={name} id={`runbook-${name}`} tabIndex={-1}>
            <h3>{words.tiles[name]}</h3>
            <p>{words.runbook[name].means}</p>
            <ol>
              {words.runbook[name].steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </section>
        ))}
      </div>
    </section>
  );
}
