// A line of the console that is not one alarm: a group of them, or the time this screen was blind.

import { formatClock, formatMoment } from "../../format/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import type { AlarmBook } from "../../state/alarm-book.ts";
import type { AlarmLine } from "../../state/alarm-lines.ts";
import { useApp } from "../app-context.ts";
import { AlarmValue } from "../alarm-value.tsx";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import { Mark } from "../mark.tsx";

interface PlaceProps {
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly isCurrent: boolean;
  readonly onCurrent: () => void;
}

export interface GroupRowProps extends PlaceProps {
  readonly line: Extract<AlarmLine, { readonly kind: "group" }>;
  readonly book: AlarmBook;
  readonly now: number;
  readonly toggle: (key: string) => void;
}

export function GroupRow({ line, book, now, toggle, index, top, height, isCurrent, onCurrent }: GroupRowProps) {
  const words = useWords();
  const { sites, cities, factors } = useApp();
  const city = line.by === "city" ? cities.find((entry) => entry.adcode === line.of) : undefined;
  const first = book.byId.get(line.firstOut);
  const isSystem = first !== undefined && line.by === "site" && isSystemAlarm(first);
  const name = isSystem
    ? words.systemSite
    : city === undefined
      ? (sites.info(line.of)?.name ?? line.of)
      : pickName(words, city);
  // The order may be held still; the numbers are of now.
  const members = line.ids.flatMap((id) => book.byId.get(id) ?? []).filter((alarm) => alarm.state !== "normal");
  const unacked = members.filter((alarm) => !alarm.acked).length;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={`alarm-row group-row${unacked > 0 ? " is-unacked" : ""}`}
      style={{ transform: `translateY(${top}px)`, height }}
      tabIndex={isCurrent ? 0 : -1}
      data-line={line.key}
      data-testid="alarm-group"
      onFocus={onCurrent}
      onClick={() => toggle(line.key)}
    >
      <span role="gridcell" className={`cell-mark edge-${line.worst}`}>
        <Mark priority={line.worst} unacked={unacked > 0} />
      </span>
      <span role="gridcell" className="cell-group">
        <button
          type="button"
          className="quiet group-toggle"
          tabIndex={-1}
          aria-expanded={line.isOpen}
          aria-label={line.isOpen ? words.alarm.groupClose(name) : words.alarm.groupOpen(name)}
          onClick={(event) => {
            event.stopPropagation();
            toggle(line.key);
          }}
        >
          {line.isOpen ? "▾" : "▸"}
        </button>
        <b>{name}</b> <span className="group-count">{words.alarm.group(members.length, unacked)}</span>
        {line.by === "city" && <span className="muted group-sites">{words.alarm.groupSites(line.sites)}</span>}
      </span>
      <span role="gridcell" className="cell-first">
        {first !== undefined && (
          <>
            <span className="chip">{words.alarm.firstOut}</span> {formatMoment(first.onset, now)}{" "}
            <AlarmValue alarm={first} /> {line.by === "city" && `${sites.info(first.site)?.name ?? first.site} `}
            {nameAlarm(words, factors, first)}
          </>
        )}
      </span>
    </div>
  );
}

export interface GapRowProps extends PlaceProps {
  readonly line: Extract<AlarmLine, { readonly kind: "gap" }>;
}

export function GapRow({ line, index, top, height, isCurrent, onCurrent }: GapRowProps) {
  const words = useWords();
  const { live } = useApp();
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="alarm-row gap-row"
      style={{ transform: `translateY(${top}px)`, height }}
      tabIndex={isCurrent ? 0 : -1}
      data-line={line.key}
      data-testid="gap-row"
      onFocus={onCurrent}
    >
      <span role="gridcell">
        ⟳ {words.alarm.gapLine(formatClock(line.from), formatClock(line.to), line.added)}{" "}
        <button type="button" className="quiet" tabIndex={isCurrent ? 0 : -1} onClick={() => live.gap.set(null)}>
          {words.link.dismiss}
        </button>
      </span>
    </div>
  );
}
