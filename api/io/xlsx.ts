// Reads the first sheet of an XLSX file into rows of text, and writes one with a single sheet. Looks at sizes before it unpacks,
// and at the places of the cells before anybody makes a matrix of them: a small file can claim to be very large.

import { strToU8, unzipSync, zipSync } from "fflate";
import { readSheet } from "read-excel-file/universal";

export interface XlsxBounds {
  readonly unpackedBytesMax: number;
  readonly rowsMax: number;
  readonly columnsMax: number;
}

export type XlsxFault = "not-xlsx" | "too-large-unpacked" | "too-many-rows" | "too-many-columns";

export async function readXlsx(bytes: Uint8Array, bounds: XlsxBounds): Promise<string[][] | XlsxFault> {
  let unpacked = 0;
  try {
    // Sizes as the archive declares them: fflate never makes more of an entry than that.
    unzipSync(bytes, {
      filter({ originalSize }) {
        unpacked += originalSize;
        return false;
      },
    });
    if (unpacked > bounds.unpackedBytesMax) return "too-large-unpacked";
    const sheets = unzipSync(bytes, { filter: ({ name }) => /^xl\/worksheets\/[^/]+\.xml$/.test(name) });
    for (const sheet of Object.values(sheets)) {
      const fault = checkPlaces(sheet, bounds);
      if (fault !== null) return fault;
    }
    const rows = await readSheet(Uint8Array.from(bytes).buffer);
    if (rows.length > bounds.rowsMax) return "too-many-rows";
    return rows.map((row) => row.map(formatCell));
  } catch {
    // Both libraries say by throwing that these bytes are no workbook.
    return "not-xlsx";
  }
}

/** Places like r="AB12" of rows and cells; a row without a place stands behind the one before it. */
function checkPlaces(sheet: Uint8Array, { rowsMax, columnsMax }: XlsxBounds): XlsxFault | null {
  const text = Buffer.from(sheet.buffer, sheet.byteOffset, sheet.byteLength).toString("latin1");
  for (const [, letters = "", digits = ""] of text.matchAll(/\br\s*=\s*["']([A-Za-z]{0,8})(\d{1,12})["']/g)) {
    if (Number(digits) > rowsMax) return "too-many-rows";
    if (columnOf(letters) > columnsMax) return "too-many-columns";
  }
  return null;
}

function columnOf(letters: string): number {
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

/** 0 → A, 25 → Z; our sheets are no wider. */
function nameColumn(column: number): string {
  return String.fromCharCode(65 + column);
}

function formatCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" ? value : String(value);
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeXml = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006";
const types = "application/vnd.openxmlformats";
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/** One sheet of text cells [ECMA-376 18.3]; the first row stays when one scrolls. */
export function writeXlsx(sheetName: string, rows: readonly (readonly string[])[]): Uint8Array {
  const cell = (text: string, column: number, row: number): string =>
    `<c r="${nameColumn(column)}${row + 1}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`;
  const body = rows
    .map((cells, row) => `<row r="${row + 1}">${cells.map((text, column) => cell(text, column, row)).join("")}</row>`)
    .join("");
  const relation = (type: string, target: string): string =>
    `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/${type}" Target="${target}"/></Relationships>`;
  const part = (name: string, type: string): string =>
    `<Override PartName="${name}" ContentType="${types}-officedocument.spreadsheetml.${type}+xml"/>`;
  return zipSync({
    "[Content_Types].xml": strToU8(
      `${head}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="${types}-package.relationships+xml"/>` +
        `<Default Extension="xml" ContentType="application/xml"/>${part("/xl/workbook.xml", "sheet.main")}${part("/xl/worksheets/sheet1.xml", "worksheet")}</Types>`,
    ),
    "_rels/.rels": strToU8(relation("officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": strToU8(
      `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="${escapeXml(sheetName)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": strToU8(relation("worksheet", "worksheets/sheet1.xml")),
    "xl/worksheets/sheet1.xml": strToU8(
      `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
        `<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="20" width="18" customWidth="1"/></cols><sheetData>${body}</sheetData></worksheet>`,
    ),
  });
}
