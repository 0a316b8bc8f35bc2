// Several series of history as rows of one sheet, part by part at the pace of the reader. Pure.

import type { HistoryReader } from "#store/history/history.ts";
import type { HistoryPlan } from "./history.ts";
import { type Points, readPoints } from "./points.ts";
import { type Cell, type Column, timeColumns } from "./sheet.ts";
import type { CsvSeries } from "./csv.ts";

export interface HistoryRow {
  readonly series: CsvSeries;
  readonly points: Points;
  readonly at: number;
}

const partRows = 2_000;

const numberCell = (column: ArrayLike<number>, at: number): Cell => {
  const value = column[at];
  return value === undefined || Number.isNaN(value) ? null : value;
};

export function historyColumns({ interval }: Pick<HistoryPlan, "interval">): Column<HistoryRow>[] {
  const values: Column<HistoryRow>[] =
    interval === "raw"
      ? [
          { head: "数值 value", cell: ({ points, at }) => numberCell(points.mean, at) },
          { head: "标记 flag", cell: ({ points, at }) => points.flag?.[at] ?? "" },
        ]
      : [
          { head: "均值 mean", cell: ({ points, at }) => numberCell(points.mean, at) },
          { head: "最小 min", cell: ({ points, at }) => numberCell(points.min, at) },
          { head: "最大 max", cell: ({ points, at }) => numberCell(points.max, at) },
          { head: "个数 count", cell: ({ points, at }) => numberCell(points.count, at) },
          { head: "有效 valid", cell: ({ points, at }) => numberCell(points.valid, at) },
        ];
  return [
    ...timeColumns<HistoryRow>("时间 time", ({ points, at }) => points.time[at] ?? null),
    { head: "监测点 site", cell: ({ series }) => series.site },
    { head: "名称 name", cell: ({ series }) => series.siteName },
    { head: "因子 factor", cell: ({ series }) => series.factor },
    { head: "因子名称 factor name", cell: ({ series }) => series.factorName },
    { head: "单位 unit", cell: ({ series }) => series.unit },
    ...values,
  ];
}

export async function* readHistoryRows(reader: HistoryReader, plan: HistoryPlan): AsyncGenerator<HistoryRow[]> {
  for await (const { series, points } of readPoints(reader, plan)) {
    const named = plan.series[series];
    if (named === undefined) continue;
    for (let from = points.from; from < points.to; from += partRows) {
      const count = Math.min(partRows, points.to - from);
      yield Array.from({ length: count }, (_, i) => ({ series: named, points, at: from + i }));
    }
  }
}
