// The words that only the overview needs, in Chinese. This file is the type; English has the same shape.

import type { Layer } from "../state/layers.ts";

const layers: Record<Layer, string> = {
  outfall: "排口",
  steel: "钢铁能源",
  air: "空气",
  water: "水",
  radiation: "辐射",
  noise: "噪声",
  building: "建筑",
};

export const overviewZh = {
  layers: { label: "图层", all: "全部", names: layers, title: (name: string, n: number) => `${name}：${n} 个站点` },
  quiet: { province: "全省无异常", layers: "所选图层无异常", city: "该市无异常" },
  silent: {
    province: (n: number) => `全省无告警，但 ${n} 个站点没有新数据`,
    layers: (n: number) => `所选图层无告警，但 ${n} 个站点没有新数据`,
    city: (n: number) => `该市无告警，但 ${n} 个站点没有新数据`,
  },
  lastChange: (at: string) => `最近一次变化 ${at}`,
  neverChanged: "尚无任何告警记录",
  toCityAlarms: (city: string) => `再点一次：${city}的告警`,
  zoomToCity: (city: string) => `放大到${city}`,
  trend: {
    title: "近 24 小时",
    label: (alarms: number, rate: string) => `近 24 小时：新告警 ${alarms} 条，当前每秒处理 ${rate} 条读数`,
    alarms: "新告警 / 小时",
    readings: "读数 / 秒",
    sum: (n: number) => `共 ${n} 条`,
    now: (rate: string) => `当前 ${rate}`,
    hour: (from: string, to: string) => `${from}–${to}`,
    first: (n: number) => `其中一级 ${n}`,
    table: "表格",
    columns: { hour: "时段（北京时间）", alarms: "新告警", first: "其中一级", readings: "读数/秒（均值）" },
    spark: (n: number) => `24 小时新告警 ${n} 条`,
    sparkHead: "24 小时",
    load: "载入近 24 小时",
    unwatched: "无记录",
  },
};
