// Refused frames and the ledger's sites as CSV for spreadsheets, page by page. Byte order mark, CRLF, local times of UTC+8;
// text that a spreadsheet would run as a formula is defused. Pure.

import type { LedgerRow, QuarantineRow } from "#domain/ledger.ts";
import { formatLocal } from "#domain/time.ts";
import { byteOrderMark, formatCsvText } from "./csv.ts";

const lineEnd = "\r\n";

function formatLine(cells: readonly (string | number)[]): string {
  return cells.map((cell) => (typeof cell === "number" ? String(cell) : formatCsvText(cell))).join(",") + lineEnd;
}

const quarantineHead = [
  "日志号 journal seq",
  "序号 part",
  "接收时间 received (UTC+8)",
  "监测点 site",
  "原因 reason",
  "说明 detail",
  "因子 factor",
  "状态 state",
  "处理人 decided by",
  "处理时间 decided at (UTC+8)",
  "处理理由 why",
  "内容 excerpt",
];

export function formatQuarantineHead(): string {
  return byteOrderMark + formatLine(quarantineHead);
}

export function formatQuarantineLines(rows: readonly QuarantineRow[]): string {
  return rows
    .map((row) => {
      const { decision } = row;
      const decided = decision === undefined ? ["", "", ""] : [decision.by, formatLocal(decision.at), decision.why];
      const { seq, part, site, reason, detail, factor, state = "open", excerpt } = row;
      const received = formatLocal(row.receivedAt);
      return formatLine([seq, part, received, site, reason, detail, factor ?? "", state, ...decided, excerpt]);
    })
    .join("");
}

const ledgerHead = [
  "日期 day",
  "监测点 site",
  "应答帧 frames acknowledged",
  "入库帧 stored",
  "隔离帧 quarantined",
  "重复帧 duplicate",
  "未承诺帧 unpromised (QoS 0)",
  "收到数据 readings received",
  "入库 stored",
  "隔离 quarantined",
  "重复 duplicate",
  "隔离原因 reasons",
];

export function formatLedgerCsv(rows: readonly LedgerRow[]): string {
  const lines = rows.map((row) => {
    const frames = row.framesStored + row.framesQuarantined + row.framesDuplicate - row.framesUnpromised;
    const reasons = Object.entries(row.reasons).map(([reason, count]) => `${reason}=${count}`);
    const counts = [frames, row.framesStored, row.framesQuarantined, row.framesDuplicate, row.framesUnpromised];
    const readings = [row.readingsReceived, row.readingsStored, row.readingsQuarantined, row.readingsDuplicate];
    return formatLine([row.day, row.site, ...counts, ...readings, reasons.join(" ")]);
  });
  return byteOrderMark + formatLine(ledgerHead) + lines.join("");
}
