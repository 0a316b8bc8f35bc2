// Alarms and rows of their journal as tables for spreadsheets, with names, units and both times; and the answer that carries a
// table. Pure but for the names, which come from the memory of the api.

import type { Alarm } from "#domain/alarm.ts";
import { systemSite } from "#domain/condition.ts";
import { bounds } from "#domain/bounds.ts";
import type { AlarmJournalRow } from "#store/state/alarm-reader.ts";
import type { Page } from "#store/state/state.ts";
import { type Column, timeColumns, writeCsv } from "../export/sheet.ts";
import { formatFactor } from "../format.ts";
import { writeXlsxSheet, xlsxType } from "../io/xlsx-stream.ts";
import type { Memory } from "../live/memory.ts";
import { Problem } from "../problem.ts";
import type { Reply } from "../route.ts";

type Names = Pick<Memory, "site">;

const sheetFormats = ["csv", "xlsx"] as const;
export type SheetFormat = (typeof sheetFormats)[number];
export const listFormats = ["json", ...sheetFormats] as const;

const partRows = 1000;

/** Who and where: the same in every table about alarms. */
function placeColumns<T>(memory: Names, of: (row: T) => { readonly site: string; readonly factor: string | null }) {
  const site = (row: T) => memory.site(of(row).site);
  const factorName = (row: T): string => {
    const { factor } = of(row);
    return factor === null ? "" : formatFactor(factor, site(row)?.kind ?? "water-outfall").nameZh;
  };
  const columns: Column<T>[] = [
    { head: "监测点 site", cell: (row) => of(row).site },
    { head: "名称 name", cell: (row) => (of(row).site === systemSite ? "系统" : (site(row)?.name ?? "")) },
    { head: "城市 city", cell: (row) => site(row)?.city ?? "" },
    { head: "企业 enterprise", cell: (row) => site(row)?.enterprise ?? "" },
    { head: "因子 factor", cell: (row) => of(row).factor ?? "" },
    { head: "因子名称 factor name", cell: factorName },
  ];
  return columns;
}

export function alarmColumns(memory: Names): Column<Alarm>[] {
  return [
    { head: "报警 alarm", cell: ({ id }) => id },
    { head: "版本 version", cell: ({ version }) => version },
    ...placeColumns<Alarm>(memory, (alarm) => alarm),
    { head: "报警项 definition", cell: ({ definition }) => definition },
    { head: "定义 record", cell: ({ record, recordVersion }) => (record === "" ? "" : `${record} v${recordVersion}`) },
    { head: "类别 class", cell: (alarm) => alarm.class },
    { head: "级别 priority", cell: ({ priority }) => priority },
    { head: "状态 state", cell: ({ state }) => state },
    { head: "最差值 worst value", cell: ({ value }) => value },
    { head: "限值 limit", cell: ({ limit }) => limit },
    { head: "单位 unit", cell: ({ unit }) => unit },
    ...timeColumns<Alarm>("开始 onset", ({ onset }) => onset),
    ...timeColumns<Alarm>("结束 cleared", ({ cleared }) => cleared),
    ...timeColumns<Alarm>("通知 called", ({ annunciatedAt }) => annunciatedAt),
    { head: "通知次数 calls", cell: ({ annunciations }) => annunciations },
    { head: "确认人 acknowledged by", cell: ({ ackedBy }) => ackedBy },
    ...timeColumns<Alarm>("确认 acknowledged", ({ ackedAt }) => ackedAt),
    { head: "负责人 assignee", cell: ({ assignee }) => assignee },
    { head: "抑制 suppressed", cell: ({ suppression }) => suppression?.kind ?? "" },
    { head: "有效性 validity", cell: ({ validity }) => validity },
    { head: "追溯 retrospective", cell: ({ retrospective }) => (retrospective ? 1 : 0) },
    { head: "案件 case", cell: (alarm) => alarm.case },
    {
      head: "备注 comments",
      cell: ({ comments }) => comments.map(({ by, text }) => `${by}: ${text}`).join("\n"),
    },
    { head: "日志序号 journal", cell: ({ journalSeq }) => journalSeq },
  ];
}

export function journalColumns(memory: Names): Column<AlarmJournalRow>[] {
  return [
    { head: "序号 place", cell: ({ place }) => place },
    ...timeColumns<AlarmJournalRow>("接收 received", ({ transition }) => transition.receivedAt),
    ...timeColumns<AlarmJournalRow>("发生 event", ({ transition }) => transition.eventTime),
    ...placeColumns<AlarmJournalRow>(memory, (row) => row),
    { head: "报警项 definition", cell: ({ transition }) => transition.definition ?? "" },
    { head: "报警 alarm", cell: ({ transition }) => transition.alarmId },
    { head: "版本 version", cell: ({ transition }) => transition.version },
    { head: "原状态 from", cell: ({ transition }) => transition.from },
    { head: "新状态 to", cell: ({ transition }) => transition.to },
    { head: "原抑制 from suppression", cell: ({ transition }) => transition.fromSuppression ?? "" },
    { head: "新抑制 to suppression", cell: ({ transition }) => transition.toSuppression ?? "" },
    { head: "级别 priority", cell: ({ transition }) => transition.priority ?? null },
    { head: "原因 cause", cell: ({ transition }) => transition.cause },
    { head: "值 value", cell: ({ transition }) => transition.value },
    { head: "限值 limit", cell: ({ transition }) => transition.limit },
    { head: "单位 unit", cell: ({ unit }) => unit },
    { head: "操作人 actor", cell: ({ transition }) => transition.actor },
    { head: "渠道 channel", cell: ({ transition }) => transition.channel ?? "" },
    { head: "理由 reason", cell: ({ transition }) => transition.reason ?? "" },
    { head: "备注 comment", cell: ({ transition }) => transition.comment },
    { head: "通知 annunciation", cell: ({ transition }) => transition.annunciation ?? "" },
    { head: "日志序号 journal", cell: ({ transition }) => transition.seq },
    { head: "哈希 SHA-256", cell: ({ hash }) => hash },
  ];
}

/** All pages of a list, part by part; asks for the next one when the one before is written. */
export async function* readPages<T>(
  ask: (page: { readonly limit: number; readonly cursor?: string; readonly uncounted: true }) => Promise<Page<T>>,
): AsyncGenerator<readonly T[]> {
  let cursor: string | null = null;
  do {
    const at: { cursor?: string } = cursor === null ? {} : { cursor };
    const page: Page<T> = await ask({ ...at, limit: partRows, uncounted: true });
    yield page.items;
    cursor = page.next;
  } while (cursor !== null);
}

/** `total`: as far as it is known; a sheet that cannot hold it is refused before it begins. */
export function replySheet<T>(
  format: SheetFormat,
  name: string,
  columns: readonly Column<T>[],
  parts: AsyncIterable<readonly T[]>,
  total: number,
): Reply {
  const headers = { "content-disposition": `attachment; filename="plumeline-${name}.${format}"` };
  if (format === "csv")
    return { status: 200, type: "text/csv; charset=utf-8; header=present", headers, text: writeCsv(columns, parts) };
  if (total > bounds.sheetRowsMax)
    throw new Problem("too-many-rows", `${total} rows are asked for, a sheet takes ${bounds.sheetRowsMax}`);
  const cut = `… ${bounds.sheetRowsMax}+`;
  return { status: 200, type: xlsxType, headers, text: writeXlsxSheet(name, columns, parts, cut) };
}
