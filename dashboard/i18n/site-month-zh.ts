// The words of the month on the page of a site in Chinese. This file is the type; English has the same shape.

import type { HourState } from "../charts/month.ts";

const states: Record<HourState, string> = {
  ok: "达标",
  exceeded: "超限",
  invalid: "无效",
  missing: "缺失",
  none: "未到",
};

export const siteMonthZh = {
  title: (month: string) => `${month} 逐小时`,
  label: (factor: string, month: string, exceeded: number, invalid: number, missing: number) =>
    `${factor} ${month} 逐小时：超限 ${exceeded} 小时，无效 ${invalid} 小时，缺失 ${missing} 小时。方向键移动，回车在图上看那一天。`,
  states,
  count: (state: string, n: number) => `${state} ${n}`,
  previous: "上一个月",
  next: "下一个月",
  table: "表格",
  judgedBy: (basis: string) => `小时均值按${basis}限值判定`,
  forOrientation: "（没有小时限值，仅供参考）",
  noLimit: "没有限值：只分有无数据",
  noData: "无限值",
  share: "有效读数不足应收的 75% 为无效",
  hint: "点一个小时：图上显示那一天",
  valid: (valid: number, count: number) => `有效 ${valid}/${count}`,
  load: "载入本月小时均值",
  columns: { day: "日期", ok: "达标小时", exceeded: "超限时段", invalid: "无效时段", missing: "缺失时段" },
  openHistory: "历史查询",
  exportKey: "导出 CSV",
};
