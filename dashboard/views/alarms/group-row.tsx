// A line of the console that is not one alarm: a group of them, or the time this screen was blind.

import { formatClock, formatMoment } from "../../format/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import type { AlarmBook } from "../../state/alarm-book.ts";
import type { AlarmLine } from "../../state/alarm-lines.ts";
import type { AlarmView } from "../../state/wire.ts";
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
  const { sites, factors } = useApp();
  const first = book.byId.get(line.firstOut);
  const name = useGroupName(line, first);
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
      data-by={line.by}
      data-depth={line.depth}
      onFocus={onCurrent}
      onClick={() => toggle(line.key)}
    >
      <span role="gridcell" className={`cell-mark edge-${line.worst}`}>
        <Mark priority={line.worst} unacked={unacked > 0} />
      </span>
      <span role="gridcell" className={`cell-group group-depth-${line.depth}`}>
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
        {line.sites > 1 && <span className="muted group-sites">{words.alarm.groupSites(line.sites)}</span>}
      </span>
      <span role="gridcell" className="cell-first">
        {first !== undefined && (
          <>
            <span className="chip">{words.alarm.firstOut}</span> {formatMoment(first.onset, now)}{" "}
            <AlarmValue alarm={first} /> {line.sites > 1 && `${sites.info(first.site)?.name ?? first.site} `}
            {nameAlarm(words, factors, first)}
          </>
        )}
      </span>
    </div>
  );
}

/** A city, an enterprise, a site (or this system), or a cause. */
function useGroupName(line: GroupRowProps["line"], first: AlarmView | undefined): string {
  const words = useWords();
  const { sites, cities } = useApp();
  if (line.by === "enterprise") return line.of;
  if (line.by === "cause") return words.alarm.causes[line.of] ?? line.of;
  if (line.by === "city") {
    const city = cities.find((entry) => entry.adcode === line.of);
    return city === undefined ? line.of : pickName(words, city);
  }
  if (first !== undefined && isSystemAlarm(first)) return words.systemSite;
  return sites.info(line.of)?.name ?? line.of;
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
