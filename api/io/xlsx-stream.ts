// Rows → an XLSX file with one sheet, piece by piece [ECMA-376 part 1, 18.3]: nothing of it is kept but the piece in work, so that
// a million rows cost no memory. Numbers are numbers, moments are dates of UTC+8, texts can never be formulas.

import { setImmediate as nextTurn } from "node:timers/promises";
import { strToU8, Zip, ZipDeflate } from "fflate";
import { bounds } from "#domain/bounds.ts";
import { zoneOffsetMs, dayMs } from "#domain/time.ts";
import type { Cell, Column } from "../export/sheet.ts";

export const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006";
const types = "application/vnd.openxmlformats";
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
/** Days from 1899-12-30, which spreadsheets count from, to 1970-01-01. */
const epochDays = 25_569;
const [boldStyle, dateStyle] = [1, 2];

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Signs that XML 1.0 cannot carry at all become "?". */
function escapeXml(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- these are the signs that have to go
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "?")
      .replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? sign)
  );
}

/** 0 → A, 26 → AA. */
function nameColumn(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : nameColumn(Math.floor(column / 26) - 1) + last;
}

/** Empty cells are left out. Places may be left out by the standard too, but readers want them. */
function formatCell(cell: Cell, place: string, style: number): string {
  if (cell === null || cell === "") return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? `<c r="${place}"><v>${cell}</v></c>` : "";
  if (typeof cell === "object")
    return `<c r="${place}" s="${dateStyle}"><v>${(cell.local + zoneOffsetMs) / dayMs + epochDays}</v></c>`;
  const styled = style === 0 ? "" : ` s="${style}"`;
  return `<c r="${place}"${styled} t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`;
}

function formatRow(names: readonly string[], cells: readonly Cell[], row: number, style = 0): string {
  return `<row r="${row}">${cells.map((cell, i) => formatCell(cell, `${names[i]}${row}`, style)).join("")}</row>`;
}

const relation = (type: string, target: string): string =>
  `<Relationship Id="${type}" Type="${office}/${type}" Target="${target}"/>`;
const relations = (...list: string[]): string =>
  `${head}<Relationships xmlns="${packages}/relationships">${list.join("")}</Relationships>`;
const part = (name: string, type: string): string =>
  `<Override PartName="${name}" ContentType="${types}-officedocument.spreadsheetml.${type}+xml"/>`;

const frame = (sheetName: string): Readonly<Record<string, string>> => ({
  "[Content_Types].xml":
    `${head}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="${types}-package.relationships+xml"/>` +
    `<Default Extension="xml" ContentType="application/xml"/>${part("/xl/workbook.xml", "sheet.main")}` +
    `${part("/xl/styles.xml", "styles")}${part("/xl/worksheets/sheet1.xml", "worksheet")}</Types>`,
  "_rels/.rels": relations(relation("officeDocument", "xl/workbook.xml")),
  "xl/workbook.xml":
    `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>` +
    `<sheet name="${escapeXml(sheetName)}" sheetId="1" r:id="worksheet"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": relations(
    relation("worksheet", "worksheets/sheet1.xml"),
    relation("styles", "styles.xml"),
  ),
  "xl/styles.xml":
    `${head}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>` +
    `<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>` +
    `<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>` +
    `<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/>` +
    `<xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>`,
});

/** `cut`: what the last row says when there are more rows than a sheet takes. */
export async function* writeXlsxSheet<T>(
  sheetName: string,
  columns: readonly Column<T>[],
  parts: AsyncIterable<readonly T[]>,
  cut: string,
  rowsMax: number = bounds.sheetRowsMax,
): AsyncGenerator<Uint8Array> {
  const names = columns.map((_, i) => nameColumn(i));
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error !== null) throw error;
    ready.push(bytes);
  });
  function open(name: string): ZipDeflate {
    const file = new ZipDeflate(name, { level: 4 });
    zip.add(file);
    return file;
  }
  for (const [name, text] of Object.entries(frame(sheetName))) open(name).push(strToU8(text), true);
  const sheet = open("xl/worksheets/sheet1.xml");
  const put = (text: string, last = false): void => sheet.push(strToU8(text), last);
  put(
    `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
      `<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="${columns.length}" width="18" customWidth="1"/></cols><sheetData>` +
      formatRow(
        names,
        columns.map((column) => column.head),
        1,
        boldStyle,
      ),
  );
  let row = 1;
  for await (const rows of parts) {
    const taken = rows.slice(0, rowsMax + 1 - row);
    const cells = taken.map((one) => columns.map((column) => column.cell(one)));
    put(cells.map((each) => formatRow(names, each, ++row)).join(""));
    yield* ready.splice(0);
    // Packing is work: other requests have their turn between two parts.
    await nextTurn();
    if (taken.length === rows.length) continue;
    put(formatRow(names, [cut], ++row));
    break;
  }
  put("</sheetData></worksheet>", true);
  zip.end();
  yield* ready.splice(0);
}
