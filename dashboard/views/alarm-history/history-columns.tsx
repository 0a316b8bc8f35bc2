// The columns of the two lists of the alarm history: alarms, and rows of their journal.

import { formatLocal } from "#domain/time.ts";
import { formatDuration } from "../../format/time.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import type { AlarmView } from "../../state/wire.ts";
import { AlarmValue } from "../alarm-value.tsx";
import { useTransitionWords } from "../alarms/pane-lists.tsx";
import { useApp, useServerNow } from "../app-context.ts";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import type { GridColumn } from "../devices/row-grid.tsx";
import { Mark } from "../mark.tsx";
import { ackAfter, type JournalRow, useAlarmHistoryWords } from "./history-data.ts";

const hashShown = 10;

export function useAlarmColumns(): readonly GridColumn<AlarmView>[] {
  const { columns, kpi } = useAlarmHistoryWords();
  const words = useWords();
  const { sites, cities, factors } = useApp();
  const now = useServerNow();
  const siteName = (alarm: AlarmView): string =>
    isSystemAlarm(alarm) ? words.systemSite : (sites.info(alarm.site)?.name ?? alarm.site);
  const cityName = (alarm: AlarmView): string => {
    const adcode = sites.cityOf(alarm.site);
    const city = cities.find((each) => each.adcode === adcode);
    return city === undefined ? "—" : pickName(words, city);
  };
  return [
    { name: "priority", head: columns.priority, width: "58px", cell: ({ priority }) => <Mark priority={priority} /> },
    { name: "onset", head: columns.onset, width: "160px", cell: ({ onset }) => formatLocal(onset) },
    {
      name: "duration",
      head: columns.duration,
      width: "86px",
      isNumber: true,
      cell: ({ onset, cleared }) => `${formatDuration((cleared ?? now) - onset)}${cleared === null ? " …" : ""}`,
    },
    { name: "city", head: columns.city, width: "90px", cell: cityName },
    { name: "site", head: columns.site, width: "minmax(140px, 3fr)", cell: siteName, title: ({ site }) => site },
    {
      name: "factor",
      head: columns.factor,
      width: "minmax(110px, 2fr)",
      cell: (alarm) => nameAlarm(words, factors, alarm),
      title: ({ definition }) => definition,
    },
    {
      name: "value",
      head: columns.value,
      width: "150px",
      isNumber: true,
      cell: (alarm) => <AlarmValue alarm={alarm} hasDash />,
    },
    { name: "state", head: columns.state, width: "120px", cell: ({ state }) => words.states[state] },
    { name: "ackedBy", head: columns.ackedBy, width: "minmax(80px, 1fr)", cell: ({ ackedBy }) => ackedBy ?? "—" },
    {
      name: "ackAfter",
      head: columns.ackAfter,
      width: "96px",
      isNumber: true,
      cell(alarm) {
        const after = ackAfter(alarm);
        return after === null ? kpi.none : formatDuration(after);
      },
    },
    { name: "calls", head: columns.calls, width: "60px", isNumber: true, cell: ({ annunciations }) => annunciations },
  ];
}

export function useJournalColumns(): readonly GridColumn<JournalRow>[] {
  const { columns, causes } = useAlarmHistoryWords();
  const words = useWords();
  const describe = useTransitionWords();
  const { factors } = useApp();
  const about = ({ definition, factor }: JournalRow): string => nameAlarm(words, factors, { definition, factor });
  return [
    { name: "place", head: columns.place, width: "80px", isNumber: true, cell: ({ place }) => place },
    { name: "at", head: columns.at, width: "160px", cell: ({ at }) => formatLocal(at) },
    {
      name: "site",
      head: columns.site,
      width: "minmax(130px, 3fr)",
      cell: ({ site, siteName, definition }) => (isSystemAlarm({ definition }) ? words.systemSite : (siteName ?? site)),
      title: ({ site }) => site,
    },
    { name: "factor", head: columns.factor, width: "minmax(100px, 2fr)", cell: about },
    { name: "change", head: columns.change, width: "minmax(160px, 3fr)", cell: describe, title: describe },
    { name: "cause", head: columns.cause, width: "96px", cell: ({ cause }) => causes[cause] },
    {
      name: "actor",
      head: columns.actor,
      width: "minmax(80px, 1fr)",
      cell: ({ actor, channel }) => (actor === null ? "—" : `${actor}${channel === null ? "" : ` (${channel})`}`),
    },
    {
      name: "note",
      head: columns.note,
      width: "minmax(100px, 2fr)",
      cell: ({ reason, comment }) => [reason, comment].filter((text) => text !== null && text !== "").join(" · "),
      title: ({ comment }) => comment ?? undefined,
    },
    {
      name: "hash",
      head: columns.hash,
      width: "104px",
      cell: ({ hash }) => <code>{hash.slice(0, hashShown)}</code>,
      title: ({ hash }) => hash,
    },
  ];
}
