// The words of the pane beside the alarm list in Chinese: the drawing of the state, the record that made the alarm, its course.

import type { SuppressionKind } from "#domain/alarm.ts";
import type { AlarmSubject } from "#domain/alarm-definition.ts";
import type { ShelfReason } from "#domain/alarm-act.ts";
import type { NoticeState } from "#domain/notice.ts";

const subjects: Record<AlarmSubject, string> = {
  limit: "限值",
  value: "定值",
  silence: "数据中断",
  quality: "数据无效",
  system: "本系统",
};
const notices: Record<NoticeState, string> = {
  waiting: "待发",
  held: "暂缓",
  sent: "已发",
  failed: "失败",
  cancelled: "已取消",
};
const held: Record<SuppressionKind | "none", string> = {
  none: "照常呼叫",
  shelved: "搁置",
  "by-design": "抑制",
  "out-of-service": "停用",
};
const reasons: Record<ShelfReason, string> = {
  maintenance: "检修维护",
  nuisance: "反复骚扰",
  test: "试验",
  "known-fault": "已知故障",
  other: "其他",
};

export const alarmPaneZh = {
  state: {
    title: "状态图",
    here: (state: string, held: string, validity: string) => `现在：${state}；${held}；${validity}`,
    normal: "正常",
    unack: "未确认",
    acked: "已确认",
    rtn: "恢复未确认",
    latchUnack: "锁存未确认",
    latchAcked: "锁存已确认",
    process: "过程",
    suppression: "呼叫",
    held,
    ack: "确认",
    back: "恢复",
    raise: "发生",
    reset: "复位",
  },
  who: {
    assignee: "处理人",
    calls: "呼叫",
    called: (n: number, last: string) => `${n} 次，最近 ${last}`,
    never: "没有呼叫过",
  },
  held: "呼叫暂停",
  until: (at: string, left: string) => `至 ${at}（剩 ${left}）`,
  untilEnded: "直到有人或规则结束",
  parent: "打开上级告警",
  record: {
    title: "报警定义",
    none: "没有找到这条定义",
    version: (n: number) => `第 ${n} 版`,
    older: (now: number) => `现行为第 ${now} 版`,
    class: "类别",
    subject: "对象",
    subjects,
    levels: "档",
    level: (n: number, at: string, priority: string) => `${n}：${at} → ${priority}`,
    times: (at: number) => `${at} × 限值`,
    intervals: (at: number) => `${at} × 上报间隔`,
    delays: "延时",
    delaysSay: (on: string, off: string) => `发生 ${on}，恢复 ${off}`,
    deadband: "回差",
    percent: (n: number) => `${n} %`,
    flags: "方式",
    latched: "锁存，需复位",
    noAck: "无需确认",
    reAlarm: (after: string) => `未恢复时每 ${after} 再次呼叫`,
    action: "处置",
    consequence: "后果",
    causes: "可能原因",
    respond: "处置时限",
    basis: "法定依据",
    open: "打开定义",
    zero: "无",
  },
  legend: { onset: "发生", cleared: "恢复", band: "回差带" },
  course: {
    title: "经过",
    say: (from: string, to: string) => `${from} → ${to}`,
    call: "呼叫",
    by: (actor: string, channel: string) => `${actor}（${channel}）`,
    channels: { desk: "值班台", api: "接口", mail: "邮件" } as Record<string, string>,
    reasons: reasons as Record<string, string>,
    level: (n: number) => `第 ${n} 档`,
    begin: "开始",
    end: "结束",
    validity: "数据状态",
    config: "定义已改为",
    all: "在告警历史中查看",
  },
  notices: { title: "通知", none: "没有为它发过通知", states: notices, to: (contact: string) => `发给 ${contact}` },
  case: { title: "案件", open: (id: string) => `打开案件 ${id}` },
  earlier: { title: "同一告警此前的发生", none: "此前没有发生过", all: "全部" },
  failed: "载入",
};
