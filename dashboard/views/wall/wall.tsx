// The wall: read from six metres, touched by nobody. Map left, the six most urgent alarms in the middle, key figures right,
// its own clock and the state of its link above. When it is blind it says so over everything. Nothing is acknowledged here.

import { formatLocal } from "#domain/time.ts";
import { formatValue } from "../../format/number.ts";
import { formatAge, formatClock, formatDuration, formatMoment } from "../../format/time.ts";
import { createWords, useWords } from "../../i18n/i18n.ts";
import type { Catalogue } from "../../i18n/zh-CN.ts";
import { wallEn } from "../../i18n/system-wall-en.ts";
import { wallZh } from "../../i18n/system-wall-zh.ts";
import { countUnacked } from "../../state/alarm-book.ts";
import { exceedanceMultiple } from "../../state/alarm-list.ts";
import { viewLink } from "../../state/link-state.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp, useObservable, useServerNow } from "../app-context.ts";
import { AlarmValue } from "../alarm-value.tsx";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import { useKeys } from "../key-map.ts";
import { Mark } from "../mark.tsx";
import { useProvince, type Province } from "../overview/use-province.ts";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { useNewBuild, useShift } from "./use-wall-care.ts";
import { pickUrgent, useBlindness } from "./wall-data.ts";
import { WallMap } from "./wall-map.tsx";
import "../../style/wall.css";

const useWallWords = createWords(wallZh, wallEn);
const shownMax = 6;
const priorities = [1, 2, 3, 4] as const;

export function WallView() {
  const words = useWallWords();
  const { live } = useApp();
  const { go } = useUrl();
  useInterest("heard");
  const book = useObservable(live.book);
  const province = useProvince();
  const shift = useShift();
  const urgent = pickUrgent(book, shownMax);
  useNewBuild(countUnacked(book)[1] === 0);
  // For whoever has come to it with a keyboard by mistake.
  useKeys([{ keys: ["Escape"], act: () => go("/overview") }]);
  return (
    <div className="wall" data-theme="wall" data-testid="wall">
      <div className="wall-inside" style={{ translate: shift }}>
        <h1 className="visually-hidden">{words.title}</h1>
        <WallHead />
        <WallMap province={province} />
        <section className="wall-alarms" aria-label={words.alarms}>
          <h2>
            {words.alarms}
            {urgent.more > 0 && <span className="wall-more">{words.more(urgent.more)}</span>}
          </h2>
          {urgent.shown.length === 0 ? (
            <p className="wall-quiet">{words.quiet}</p>
          ) : (
            <ol>
              {urgent.shown.map((alarm) => (
                <WallAlarm key={alarm.id} alarm={alarm} />
              ))}
            </ol>
          )}
        </section>
        <Figures province={province} />
      </div>
      <Blind />
    </div>
  );
}

const symbols = { connecting: "◌", live: "●", late: "◐", down: "○", resync: "⟳" } as const;

function WallHead() {
  const words = useWords();
  const { live } = useApp();
  const now = useServerNow();
  const offset = useObservable(live.offset);
  const view = viewLink(useObservable(live.link), now - offset);
  const text = view.state === "late" ? words.link.late(Math.round(view.silentMs / 1000)) : words.link[view.state];
  return (
    <header className="wall-head">
      <span className="wall-product">{words.product}</span>
      <span className={`wall-link wall-link-${view.state}`} data-testid="wall-link" data-state={view.state}>
        <span aria-hidden="true">{symbols[view.state]}</span> {text}
      </span>
      <WallSound />
      <time className="wall-clock" dateTime={new Date(now).toISOString()}>
        {formatLocal(now)} <span>UTC+8</span>
      </time>
    </header>
  );
}

const soundSymbols = { on: "♪", muted: "◔", off: "✕", blocked: "!" } as const;

/** A wall is silent; one that was chosen to sound says so, and says when its browser does not let it. */
function WallSound() {
  const words = useWallWords();
  const { siren } = useApp();
  const { state, played, last } = useObservable(siren.view);
  useKeys([{ keys: ["m"], act: siren.toggleMute }]);
  if (state === "silent") return null;
  return (
    <span
      className="wall-sound"
      data-testid="wall-sound"
      data-state={state}
      data-played={played}
      data-last={last === null ? undefined : `${last.priority}${last.loud ? " loud" : ""}`}
    >
      <span aria-hidden="true">{soundSymbols[state]}</span> {words.sound[state]}
    </span>
  );
}

/** Nobody can point at a name that is cut off: what stands in brackets behind a long one is left out, but not what it is a mean of. */
function nameShort({ bases }: Catalogue, name: string): string {
  const basis = [` (${bases.hour})`, ` (${bases.day})`].find((end) => name.endsWith(end)) ?? "";
  const about = name.slice(0, name.length - basis.length);
  return (about.length > 18 ? about.replace(/\s*[(（][^)）]*[)）]$/, "") : about) + basis;
}

function WallAlarm({ alarm }: { readonly alarm: AlarmView }) {
  const words = useWords();
  const { since } = useWallWords();
  const { sites, factors } = useApp();
  const now = useServerNow();
  const site = isSystemAlarm(alarm) ? words.systemSite : (sites.info(alarm.site)?.name ?? alarm.site);
  return (
    <li
      className={`wall-alarm edge-${alarm.priority}${alarm.acked ? "" : " is-unacked"}`}
      data-testid="wall-alarm"
      data-alarm-id={alarm.id}
    >
      <Mark priority={alarm.priority} unacked={!alarm.acked} />
      <span className="wall-site">{site}</span>
      <span className="wall-value">
        <AlarmValue alarm={alarm} />
      </span>
      <span className="wall-about">{nameShort(words, nameAlarm(words, factors, alarm))}</span>
      <span className="wall-when">
        {words.states[alarm.state]} · {formatMoment(alarm.onset, now)} ·{" "}
        {since(formatDuration((alarm.cleared ?? now) - alarm.onset))}
      </span>
    </li>
  );
}

function Figures({ province }: { readonly province: Province }) {
  const catalogue = useWords();
  const words = useWallWords();
  const { live, sites, factors } = useApp();
  const book = useObservable(live.book);
  const counts = useObservable(live.counts);
  const limited = useObservable(live.limited);
  const known = countUnacked(book);
  const unack = (priority: 1 | 2 | 3 | 4): number => counts?.unack[String(priority)] ?? known[priority];
  const { worst } = province;
  const multiple = worst === null ? null : exceedanceMultiple(worst);
  const stale = province.freshness.filter((each) => each !== "fresh").length;
  return (
    <section className="wall-figures" aria-label={words.kpi.label}>
      <Figure name={words.kpi.online} testId="online">
        {counts === null ? "—" : counts.sitesOnline}
        <span className="wall-of"> / {counts?.sitesTotal ?? sites.columns.id.length}</span>
      </Figure>
      <Figure name={words.kpi.unacked} testId="unacked">
        <span className="wall-counts">
          {priorities.map((priority) => (
            <span key={priority} data-zero={unack(priority) === 0}>
              <Mark priority={priority} /> {unack(priority)}
            </span>
          ))}
        </span>
      </Figure>
      <Figure name={words.kpi.active} testId="active">
        {counts?.active ?? [...book.byId.values()].filter((alarm) => alarm.active).length}
      </Figure>
      <Figure name={words.kpi.stale} testId="stale" notes={limited ? [words.limited] : []}>
        {limited ? "—" : stale}
      </Figure>
      <Figure
        name={words.kpi.worst}
        testId="worst"
        notes={worst === null ? [] : [sites.info(worst.site)?.name ?? worst.site, nameAlarm(catalogue, factors, worst)]}
      >
        {multiple === null ? words.kpi.none : words.kpi.times(formatValue(multiple, 2))}
      </Figure>
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly testId: string;
  readonly notes?: readonly string[];
  readonly children: React.ReactNode;
}

function Figure({ name, testId, notes = [], children }: FigureProps) {
  return (
    <div className="wall-figure" data-testid={`wall-${testId}`}>
      <h2>{name}</h2>
      <p className="wall-number">{children}</p>
      {notes.map((note) => (
        <p key={note} className="wall-note">
          {note}
        </p>
      ))}
    </div>
  );
}

/** Over everything: what is below may be long over. */
function Blind() {
  const words = useWallWords();
  const { duration } = useWords();
  const blindness = useBlindness();
  if (blindness === null) return null;
  const { since, forMs } = blindness;
  const age = formatAge(forMs, duration);
  return (
    <div className="wall-blind" role="alert" data-testid="wall-blind">
      <div>
        <b>○ {words.blind}</b>
        <p>{since === null ? words.blindNever(age) : words.blindSince(formatClock(since), age)}</p>
      </div>
    </div>
  );
}
