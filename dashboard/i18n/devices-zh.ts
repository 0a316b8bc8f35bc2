// The words that the screens of devices share, in Chinese. This file is the type; English has the same shape.

export const devicesZh = {
  group: "设备",
  grid: {
    more: "载入更多…",
    sortBy: (column: string) => `按${column}排序`,
    unfold: "展开",
    fold: "收起",
  },
  site: "站点",
  anySite: "站点编号",
  close: "关闭",
  cancel: "取消",
  reason: "理由（必填，记入审计）",
  csv: "CSV",
  clear: "清除筛选",
  listed: (n: string) => `共 ${n} 条`,
  readOnly: "当前账户只能查看，不能操作",
  adminOnly: "只有管理员可以操作",
  busy: "处理中…",
  none: "—",
  never: "从未",
  protocols: { hj212: "HJ 212", mqtt: "MQTT" },
  kinds: { minute: "分钟", hour: "小时", day: "日" },
  editions: { "2005": "HJ/T 212-2005", "2017": "HJ 212-2017", "2025": "HJ 212-2025" } as Record<string, string>,
  print: "打印",
};
