// The line of figures above the overview: who is heard, who is beyond a limit, what nobody has acknowledged, how fast alarms
// come; and the outfall that is furthest beyond its limit, one click away.

import { Link } from "wouter";
import { useWords } from "../../i18n/i18n.ts";
import { exceedanceMultiple } from "../../state/alarm-list.ts";
import { useFlood } from "../alarms/use-alarm-lines.ts";
import { useApp, useObservable } from "../app-context.ts";
import { nameAlarm } from "../describe-alarm.ts";
import { useUnacked } from "../header.tsx";
import { Mark } from "../mark.tsx";
import { useUrl } from "../url-state.ts";
import { Value } from "../value.tsx";
import type { Province } from "./use-province.ts";

export function KeyFigures({ province }: { readonly province: Province }) {
  const { overview: words } = useWords();
  const { live, sites } = useApp();
  const { href } = useUrl();
  const counts = useObservable(live.counts);
  const flood = useFlood();
  const unacked = useUnacked();
  const total = unacked[1] + unacked[2] + unacked[3] + unacked[4];
  return (
    <section className="panel key-figures" aria-label={words.figures}>
      <dl>
        <div>
          <dt>{words.online}</dt>
          <dd data-testid="figure-online">
            <b>{counts?.sitesOnline ?? "—"}</b>
            <span className="of">/{counts?.sitesTotal ?? sites.columns.id.length}</span>
          </dd>
        </div>
        <div>
          <dt>{words.exceeding}</dt>
          <dd data-testid="figure-exceeding">
            <Link href={href("/alarms", { state: "active", sort: "multiple" })}>
              <b>{province.exceeding}</b>
            </Link>
          </dd>
        </div>
        <div>
          <dt>{words.unacked}</dt>
          <dd>
            <Link href={href("/alarms", { state: "unack" })}>
              <b>{total}</b>
            </Link>
          </dd>
        </div>
        <div>
          <dt>{words.rate}</dt>
          <dd data-flood={flood.isFlood}>
            <b>{flood.rate}</b>
          </dd>
        </div>
      </dl>
      <Worst province={province} />
    </section>
  );
}

function Worst({ province }: { readonly province: Province }) {
  const words = useWords();
  const { sites, factors } = useApp();
  const { href } = useUrl();
  const { worst } = province;
  if (worst === null) {
    return (
      <p className="worst">
        <span className="muted">{words.overview.worst}</span>
        {/* A pH beyond its range has no multiple. */}
        <span>{province.exceeding === 0 ? words.overview.noneBeyond : "—"}</span>
      </p>
    );
  }
  const address = href(`/sites/${encodeURIComponent(worst.site)}`, { factor: worst.factor, from: "now-7d" });
  return (
    <p className="worst" data-testid="worst">
      <span className="muted">{words.overview.worst}</span>
      <Link href={address}>
        <Mark priority={worst.priority} unacked={!worst.acked} />{" "}
        <b className="worst-site">{sites.info(worst.site)?.name ?? worst.site}</b> {nameAlarm(words, factors, worst)}{" "}
        <Value
          value={worst.value}
          decimals={factors[worst.factor ?? ""]?.decimals ?? 2}
          unit={worst.unit}
          limit={worst.limit}
        />{" "}
        <b>{words.overview.over((exceedanceMultiple(worst) ?? 0).toFixed(2))}</b>
      </Link>
    </p>
  );
}
