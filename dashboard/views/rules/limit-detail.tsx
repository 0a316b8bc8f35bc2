// Everything about the limits of one factor at one site for one basis: which counts on the day and why, where each comes from, and
// how each was corrected.

import { useState } from "react";
import { Link } from "wouter";
import type { Limit } from "#domain/limit.ts";
import { formatLocal } from "#domain/time.ts";
import { formatUnit } from "../../format/number.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { Fact } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { useNames } from "../judgement/exceedance-parts.tsx";
import { Failed, Loading } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { inForceOn, type RuleRow, useLimitVersions, useRuleWords } from "./rule-data.ts";
import type { RuleDay } from "./rule-day.tsx";
import { formatBounds, formatRange } from "./timeline.tsx";

interface DetailProps {
  readonly row: RuleRow;
  readonly day: RuleDay;
  readonly close: () => void;
}

export function LimitDetail({ row, day, close }: DetailProps) {
  const words = useRuleWords();
  const own = useDeviceWords();
  const { bases } = useWords();
  const { sites, user } = useApp();
  const names = useNames();
  const { href, set } = useUrl();
  const inForce = inForceOn(row, day.start);
  return (
    <aside className="panel device-detail" aria-label={words.detail.title} data-testid="rule-detail">
      <div className="panel-head">
        <h2>{words.detail.title}</h2>
        <button type="button" onClick={close}>
          {own.close}
        </button>
      </div>
      <div className="detail-scroll">
        <h3>
          {sites.info(row.site)?.name ?? row.site} · {names.factor(row.factor)} ·{" "}
          {row.basis === "realtime" ? words.realtime : bases[row.basis]}
        </h3>
        {inForce === null && <p className="request-says">{words.detail.nothing(day.day)}</p>}
        {row.limits.toReversed().map((limit) => (
          <OneLimit key={limit.id} limit={limit} inForce={inForce} day={day} />
        ))}
        <p className="device-buttons">
          {row.basis !== "realtime" && (
            <Link
              className="button"
              href={href("/exceedances", { site: row.site, factor: row.factor, basis: row.basis })}
            >
              {words.detail.exceedances}
            </Link>
          )}
          <button
            type="button"
            disabled={user.role !== "admin"}
            title={user.role === "admin" ? undefined : words.readOnly}
            onClick={() => set({ new: "1", for: row.site, like: (inForce ?? row.limits.at(-1))?.id ?? null })}
          >
            {words.detail.change}
          </button>
        </p>
      </div>
    </aside>
  );
}

interface OneLimitProps {
  readonly limit: Limit;
  readonly inForce: Limit | null;
  readonly day: RuleDay;
}

function OneLimit({ limit, inForce, day }: OneLimitProps) {
  const words = useRuleWords();
  const { factors } = useApp();
  const [isOpen, setOpen] = useState(false);
  const isNow = limit === inForce;
  const isOverruled = !isNow && inForce !== null && limit.from <= day.start && (limit.to ?? Infinity) > day.start;
  const { detail } = words;
  return (
    <section className="rule-limit" data-in-force={isNow} data-testid="rule-limit">
      <h4>
        {formatBounds(limit)} {formatUnit(factors[limit.factor]?.unit ?? "")}{" "}
        {isNow && <span className="chip">{detail.inForce(day.day)}</span>}
        {isOverruled && <span className="chip">{detail.overruled}</span>}
      </h4>
      <dl className="device-facts">
        <Fact name={detail.range}>{formatRange(limit)}</Fact>
        <Fact name={detail.source}>{limit.source === "site" ? words.site : limit.source}</Fact>
        <Fact name={detail.reason}>{limit.reason}</Fact>
        <Fact name={detail.by}>{limit.by}</Fact>
        {(limit.refO2 ?? null) !== null && <Fact name={detail.oxygen}>{limit.refO2} %</Fact>}
        {(limit.decimals ?? null) !== null && <Fact name={detail.decimals}>{limit.decimals}</Fact>}
        <Fact name={detail.version}>{limit.version}</Fact>
      </dl>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{detail.versions}</summary>
        {isOpen && <Versions id={limit.id} />}
      </details>
    </section>
  );
}

function Versions({ id }: { readonly id: string }) {
  const words = useRuleWords();
  const versions = useLimitVersions(id);
  if (versions.error !== null)
    return <Failed what={words.load} error={versions.error} retry={() => void versions.refetch()} />;
  if (versions.data === undefined) return <Loading lines={2} />;
  return (
    <ul className="rule-versions">
      {versions.data.map(({ limit, knownFrom }) => (
        <li key={limit.version}>
          {limit.version}: <b>{formatBounds(limit)}</b> · {formatRange(limit)} ·{" "}
          {words.detail.knownFrom(formatLocal(Date.parse(knownFrom)))} · {limit.by} · {limit.reason}
        </li>
      ))}
    </ul>
  );
}
