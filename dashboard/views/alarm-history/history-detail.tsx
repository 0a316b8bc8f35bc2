// One alarm of the past beside the list: its facts, the record that made it, and everything that happened to it.

import { Link } from "wouter";
import { useWords } from "../../i18n/i18n.ts";
import { useCourse, useRecord } from "../alarms/pane-data.ts";
import { Facts } from "../alarms/pane-facts.tsx";
import { CaseLink, Course, Notices } from "../alarms/pane-lists.tsx";
import { RecordPart } from "../alarms/pane-record.tsx";
import { useApp, useServerNow } from "../app-context.ts";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import { Mark } from "../mark.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useSite } from "../site-data.ts";
import { useUrl } from "../url-state.ts";
import { useAlarmHistoryWords } from "./history-data.ts";
import type { AlarmView } from "../../state/wire.ts";
import type { AlarmCourse } from "../alarms/pane-data.ts";
import "../../style/alarm-pane.css";

export function HistoryDetail({ id, close }: { readonly id: string; readonly close: () => void }) {
  const words = useAlarmHistoryWords();
  const course = useCourse(id, 0);
  return (
    <aside className="panel alarm-pane" aria-label={words.detail.title} data-testid="history-detail">
      <div className="panel-head">
        <h2>{words.detail.title}</h2>
        <button type="button" onClick={close}>
          {words.detail.close}
        </button>
      </div>
      {course.error !== null && (
        <Failed what={words.load} error={course.error} retry={() => void course.refetch()} kept={false} />
      )}
      {course.isPending && course.error === null && <Loading />}
      {course.data === null && <Notice title={words.detail.missing} />}
      {course.data !== undefined && course.data !== null && <Details alarm={course.data.alarm} course={course.data} />}
    </aside>
  );
}

function Details({ alarm, course }: { readonly alarm: AlarmView; readonly course: AlarmCourse }) {
  const words = useAlarmHistoryWords();
  const shared = useWords();
  const { sites, factors } = useApp();
  const { href, set } = useUrl();
  const now = useServerNow();
  const isSystem = isSystemAlarm(alarm);
  const site = useSite(isSystem ? null : alarm.site).data;
  const record = useRecord(alarm);
  return (
    <>
      <p className="pane-head">
        <Mark priority={alarm.priority} />
        <b>
          {isSystem ? shared.systemSite : (sites.info(alarm.site)?.name ?? alarm.site)} ·{" "}
          {nameAlarm(shared, factors, alarm)}
        </b>
      </p>
      <Facts alarm={alarm} site={site} select={(other) => set({ sel: other })} />
      <div className="pane-actions">
        <Link className="button" href={href("/alarms", { sel: alarm.id })}>
          {words.detail.live}
        </Link>
      </div>
      <Course course={course} now={now} />
      <RecordPart alarm={alarm} record={record} />
      <Notices alarm={alarm} />
      <CaseLink alarm={alarm} />
    </>
  );
}
