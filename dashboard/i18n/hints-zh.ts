// The words of the leads in Chinese. This file is the type; English has the same shape.

import type { HintStatus } from "#domain/hint.ts";
import type { Sureness } from "#domain/rules/sureness.ts";

const statuses: Record<HintStatus, string> = { open: "待核", confirmed: "已证实", dismissed: "已排除", gone: "已消失" };
const statusSays: Record<HintStatus, string> = {
  open: "还没有人核查",
  confirmed: "核查后认为可疑，应进一步调查；仍不是违法结论",
  dismissed: "核查后认为可以解释",
  gone: "迟到的数据或标记使依据不再成立",
};
const surenesses: Record<Sureness, string> = {
  verified: "已核对原文",
  "from memory": "凭经验，待核对",
  default: "本系统默认参数",
};

export const hintsZh = {
  title: "线索",
  load: "载入线索",
  loadOne: "载入依据",
  loadRules: "载入规则",
  /** Stands on every view of this screen. */
  caution: "线索只说明数据看起来异常，不是违法结论；是否造假由人核查认定。",
  empty: "这段时间没有线索",
  emptyFiltered: "当前筛选下没有线索",
  view: "内容",
  views: { list: "线索", rules: "规则" },
  status: "状态",
  statuses,
  statusSays,
  allStatuses: "全部",
  rule: "规则",
  allRules: "全部规则",
  span: "时间",
  days: (n: number) => `近 ${n} 天`,
  listed: (shown: string, all: string) => (shown === all ? `共 ${all} 条` : `已载入 ${shown} 条，共 ${all} 条`),
  columns: {
    score: "可疑度",
    rule: "规则",
    site: "站点",
    factors: "因子",
    window: "依据时段",
    says: "说明",
    status: "状态",
  },
  scoreTitle: (percent: string) => `可疑度 ${percent}（0–100），由规则给出，不是概率`,
  keys: "j k 或 ↑ ↓ 移动，回车 查看依据，Esc 关闭",
  detail: {
    title: "依据",
    close: "关闭",
    history: "在历史中查看",
    window: "依据时段",
    until: "至",
    facts: "规则看到的数字",
    chart: (factor: string) => `${factor}，阴影为依据时段`,
    cursor: (at: string, value: string) => `${at}  ${value}`,
    noSeries: "这段时间没有分钟数据可画",
    decided: (who: string, at: string) => `${who}，${at}`,
    notFound: "没有这条线索",
  },
  actions: { dismiss: "排除", confirm: "证实", reopen: "重新打开" },
  asks: {
    dismiss: "说明为什么这段数据可以解释。线索保留，可以重新打开。",
    confirm: "说明核查了什么。证实只表示应进一步调查，不是违法结论。",
    reopen: "说明为什么要重新核查。",
  },
  act: "处理线索",
  rules: {
    says: "说明模板",
    parameters: "参数",
    source: "依据",
    sureness: "可靠程度",
    note: "参数是数据，不在程序里；“本系统默认”表示没有法定数值。",
    empty: "没有规则",
  },
  surenesses,
};
