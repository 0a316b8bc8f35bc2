// The facts of a desk → the sheet of its handover: what the next person must know, each line in both languages. Pure.

import type { Alarm } from "#domain/alarm.ts";
import type { OutOfService } from "#domain/alarm-definition.ts";
import { findAlarmClass } from "#domain/alarms/built-in.ts";
import { findFloods } from "#domain/alarms/flood.ts";
import type { Case } from "#domain/case.ts";
import { ruleOf, stageTable } from "#domain/cases/stages.ts";
import { cities } from "#domain/city.ts";
import { nameCondition, parseConditionDefinition, systemSite } from "#domain/condition.ts";
import { findFactor } from "#domain/factor.ts";
import type { CarriedItem, SheetBlock, SheetItem, Shift, ShiftSheet } from "#domain/shift.ts";
import { boundItems } from "#domain/shift-sheet.ts";
import kpiTable from "#domain/tables/alarm-kpis.json" with { type: "json" };
import { formatLocal, hourMs } from "#domain/time.ts";
import type { AuditRow } from "#store/state/state.ts";
import { mostInTenMinutes } from "./calls.ts";

export interface DeskFacts {
  readonly shift: Shift;
  readonly now: number;
  readonly carried: readonly CarriedItem[];
  /** Of the desk, not back to normal. */
  readonly alarms: readonly Alarm[];
  /** Of the system itself, begun in the shift or still there. */
  readonly outages: readonly Alarm[];
  readonly outOfService: readonly OutOfService[];
  /** Open cases whose clock runs out within a day, or has. */
  readonly casesDue: readonly Case[];
  /** Calls to operators in this shift, ascending, with how long each waited for its acknowledgement (null = still waits). */
  readonly calls: readonly DeskCall[];
  /** In the shift, newest first. */
  readonly changes: readonly AuditRow[];
  nameSite(id: string): string;
}

export interface DeskCall {
  readonly at: number;
  readonly priority: 1 | 2 | 3 | 4;
  readonly alarm: string;
}

/** Within so long an alarm of its class and priority is to be acknowledged; without end where the class says nothing. */
function ackWithinMs(alarm: Alarm): number {
  return findAlarmClass(alarm.class)?.ackMs[alarm.priority] ?? Number.POSITIVE_INFINITY;
}

const bases: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  realtime: { zh: "实时值", en: "realtime" },
  hour: { zh: "小时均值", en: "hour mean" },
  day: { zh: "日均值", en: "day mean" },
};

interface Text {
  readonly zh: string;
  readonly en: string;
}

/** "limit:w01018:hour" in words. */
function nameDefinition(definition: string): Text {
  const [subject = "", about = "", basis = ""] = definition.split(":");
  const factor = findFactor(about);
  const of = { zh: factor?.nameZh ?? about, en: factor?.nameEn ?? about };
  switch (subject) {
    case "limit": {
      const by = bases[basis] ?? { zh: basis, en: basis };
      return { zh: `${of.zh}${by.zh}超限`, en: `${of.en}, ${by.en} over its limit` };
    }
    case "silence":
      return about === "site" ? { zh: "无数据", en: "silent" } : { zh: `${of.zh}无数据`, en: `${of.en} silent` };
    case "quality":
      return { zh: `${of.zh}数据无效`, en: `${of.en} invalid` };
    case "system": {
      const condition = parseConditionDefinition(definition);
      return condition === null ? { zh: about, en: about } : nameCondition(condition);
    }
    default:
      return { zh: definition, en: definition };
  }
}

const when = (at: number): string => formatLocal(at).slice(5, 16);

function aboutAlarm(alarm: Alarm, facts: DeskFacts): Text {
  const name = nameDefinition(alarm.definition);
  const site = alarm.site === systemSite ? { zh: "本系统", en: "this system" } : undefined;
  const place = facts.nameSite(alarm.site);
  const value =
    alarm.value === null ? "" : ` ${alarm.value}${alarm.limit === null ? "" : `/${alarm.limit}`} ${alarm.unit}`;
  return {
    zh: `P${alarm.priority} ${site?.zh ?? place} ${name.zh}${value}，${when(alarm.onset)} 起`,
    en: `P${alarm.priority} ${site?.en ?? place}: ${name.en}${value}, since ${when(alarm.onset)}`,
  };
}

const states: Readonly<Record<string, Text>> = {
  "unack-active": { zh: "未确认", en: "not acknowledged" },
  "ack-active": { zh: "已确认", en: "acknowledged" },
  "rtn-unack": { zh: "已恢复，未确认", en: "back, not acknowledged" },
  "latch-unack": { zh: "已锁存，未确认", en: "latched, not acknowledged" },
  "latch-ack": { zh: "已锁存，待复位", en: "latched, to be reset" },
};

function withWords(alarm: Alarm, facts: DeskFacts, zh: string, en: string): SheetItem {
  const about = aboutAlarm(alarm, facts);
  return { id: alarm.id, zh: `${about.zh}；${zh}`, en: `${about.en}; ${en}` };
}

function byUrgency(a: Alarm, b: Alarm): number {
  return a.priority - b.priority || a.onset - b.onset || (a.id < b.id ? -1 : 1);
}

function openAlarms(alarms: readonly Alarm[], facts: DeskFacts): SheetItem[] {
  return alarms
    .filter(({ suppression }) => suppression === null)
    .map((alarm) => {
      const state = states[alarm.state] ?? { zh: alarm.state, en: alarm.state };
      return withWords(alarm, facts, state.zh, state.en);
    });
}

function unacknowledged(alarms: readonly Alarm[], facts: DeskFacts): SheetItem[] {
  return alarms
    .filter(({ acked, suppression }) => !acked && suppression === null)
    .map((alarm) => {
      const waits = facts.now - (alarm.annunciatedAt ?? alarm.onset);
      const minutes = Math.floor(waits / 60_000);
      const isOverdue = waits > ackWithinMs(alarm);
      const zh = isOverdue ? `已等待 ${minutes} 分钟，超过时限` : `已等待 ${minutes} 分钟`;
      return withWords(alarm, facts, zh, isOverdue ? `waits ${minutes} min, overdue` : `waits ${minutes} min`);
    });
}

function suppressedBy(kind: "shelved" | "by-design", alarms: readonly Alarm[], facts: DeskFacts): SheetItem[] {
  return alarms.flatMap((alarm) => {
    const { suppression } = alarm;
    if (suppression === null || suppression.kind !== kind) return [];
    const { by, until, reason } = suppression;
    const [zhUntil, enUntil] = until === null ? ["未定", "open end"] : [`至 ${when(until)}`, `until ${when(until)}`];
    return [withWords(alarm, facts, `${by}，${zhUntil}，${reason}`, `by ${by}, ${enUntil}, ${reason}`)];
  });
}

function outOfService(rows: readonly OutOfService[], facts: DeskFacts): SheetItem[] {
  return rows.map(({ id, scope, to, workOrder, reason, by }) => {
    const { site, enterprise, city, kind, factor } = scope;
    const parts = [site === null ? null : facts.nameSite(site), enterprise, city, kind, factor].filter(Boolean);
    const [zh, en] = to === null ? ["恢复时间未定", "open end"] : [`至 ${when(to)}`, `until ${when(to)}`];
    const place = parts.length === 0 ? ["全部", "everything"] : [parts.join(" "), parts.join(" ")];
    return {
      id,
      zh: `${place[0]}，工单 ${workOrder}，${zh}，${by}：${reason}`,
      en: `${place[1]}, work order ${workOrder}, ${en}, ${by}: ${reason}`,
    };
  });
}

function casesDue(rows: readonly Case[], facts: DeskFacts): SheetItem[] {
  return rows.map(({ id, number, title, site, dueAt, stage }) => {
    const isOver = dueAt !== null && dueAt <= facts.now;
    const due = dueAt === null ? "" : when(dueAt);
    const { nameZh, nameEn } = ruleOf(stage, stageTable);
    return {
      id,
      zh: `${number} ${facts.nameSite(site)} ${title}，环节 ${nameZh}，${isOver ? "已逾期" : "到期"} ${due}`,
      en: `${number} ${facts.nameSite(site)} ${title}, stage ${nameEn}, ${isOver ? "overdue since" : "due"} ${due}`,
    };
  });
}

function floods({ calls, now }: DeskFacts): SheetItem[] {
  return findFloods(calls, now).map((flood) => {
    const to = flood.to === null ? { zh: "仍在持续", en: "still on" } : { zh: when(flood.to), en: when(flood.to) };
    return {
      id: `flood:${flood.from}`,
      zh: `${when(flood.from)} 至 ${to.zh}，${flood.count} 次告警`,
      en: `${when(flood.from)} to ${to.en}, ${flood.count} alarms`,
    };
  });
}

function changes(rows: readonly AuditRow[]): SheetItem[] {
  return rows.map(({ seq, at, actor, action, object, detail }) => {
    const says = `${when(at)} ${actor} ${action} ${object}${detail === "" ? "" : `: ${detail}`}`.slice(0, 200);
    return { id: `audit:${seq}:${object}`.slice(0, 120), zh: says, en: says };
  });
}

/** What one desk may be called per hour, from the table of figures. */
function hourBounds(): Text {
  const row = kpiTable.find(({ id }) => id === "per-hour");
  const [target, most] = [row?.target ?? "?", row?.manageable ?? "?"];
  return { zh: `目标 ${target}，可管理至 ${most}`, en: `target ${target}, manageable to ${most}` };
}

function keyFigures({ calls, shift, now, alarms }: DeskFacts): SheetItem[] {
  const hours = Math.max(1 / 60, (now - shift.startedAt) / hourMs);
  const mix = ([1, 2, 3, 4] as const).map((each) => calls.filter(({ priority }) => priority === each).length).join("/");
  const perHour = (calls.length / hours).toFixed(1);
  const bounds = hourBounds();
  const most = mostInTenMinutes(calls.map(({ at }) => at));
  const waiting = alarms.filter(({ acked, suppression }) => !acked && suppression === null).length;
  const standing = alarms.filter(({ active, onset }) => active && now - onset > 24 * hourMs).length;
  const line = (id: string, zh: string, en: string): SheetItem => ({ id: `kpi:${id}`, zh, en });
  return [
    line(
      "calls",
      `本班告警 ${calls.length} 次（P1–P4：${mix}）`,
      `alarms in this shift: ${calls.length} (P1–P4: ${mix})`,
    ),
    line("per-hour", `每小时 ${perHour} 次（${bounds.zh}）`, `${perHour} per hour (${bounds.en})`),
    line("most", `10 分钟内最多 ${most} 次`, `${most} at most within 10 minutes`),
    line("waiting", `未确认 ${waiting} 条`, `${waiting} not acknowledged`),
    line("standing", `持续超过 24 小时 ${standing} 条`, `${standing} standing for more than 24 hours`),
  ];
}

export function nameDesk(desk: string): Text {
  const city = cities.find(({ adcode }) => adcode === desk);
  return city === undefined ? { zh: "全省值班席", en: "Province desk" } : { zh: city.nameZh, en: city.nameEn };
}

export function makeSheet(facts: DeskFacts): ShiftSheet {
  const { shift, now, carried } = facts;
  const alarms = facts.alarms.toSorted(byUrgency);
  const silent = alarms.filter(({ definition, active }) => definition === "silence:site" && active);
  const blocks: Readonly<Record<SheetBlock, readonly SheetItem[]>> = {
    "open-alarms": openAlarms(alarms, facts),
    unacknowledged: unacknowledged(alarms, facts),
    shelved: suppressedBy("shelved", alarms, facts),
    suppressed: suppressedBy("by-design", alarms, facts),
    "out-of-service": outOfService(facts.outOfService, facts),
    "cases-due": casesDue(facts.casesDue, facts),
    "silent-sites": silent.map((alarm) => ({ id: alarm.id, ...aboutAlarm(alarm, facts) })),
    floods: floods(facts),
    changes: changes(facts.changes),
    outages: facts.outages.map((alarm) => {
      const end =
        alarm.cleared === null
          ? { zh: "仍在", en: "still there" }
          : { zh: `${when(alarm.cleared)} 恢复`, en: `over ${when(alarm.cleared)}` };
      return withWords(alarm, facts, end.zh, end.en);
    }),
    kpi: keyFigures(facts),
    notes: shift.notes.map(({ at, by, text }, i) => {
      const says = `${when(at)} ${by}: ${text}`;
      return { id: `note:${shift.id}:${i}`, zh: says, en: says };
    }),
  };
  const bounded = Object.fromEntries(Object.entries(blocks).map(([block, items]) => [block, boundItems(items)]));
  return { desk: shift.desk, from: shift.startedAt, to: now, blocks: { ...blocks, ...bounded }, carried };
}
