// The template of a register: headings and two rows to be replaced, as CSV that a spreadsheet program opens without asking, and
// as XLSX. What it holds can be imported as it is.

import * as z from "zod";
import { importFields, type ImportField } from "#domain/site-import.ts";
import { headings, nameKind } from "../import/columns.ts";
import { formatCsvCell } from "../import/csv.ts";
import { writeXlsx } from "../io/xlsx.ts";
import { defineRoute, type Route } from "../route.ts";

const examples: readonly Partial<Record<ImportField, string>>[] = [
  {
    id: "EXAMPLE-001",
    name: "示例：总排口 / example: main outfall",
    kind: nameKind("water-outfall"),
    city: "唐山市",
    enterprise: "示例企业",
    lat: "39.631",
    lon: "118.18",
    factors: "w01018 w01001 w00000",
    intervalSeconds: "60",
  },
  {
    id: "EXAMPLE-002",
    name: "示例：烧结机头 / example: sinter stack",
    kind: nameKind("gas-outfall"),
    city: "130200",
    enterprise: "示例企业",
    factors: "a21026 a21002",
    intervalSeconds: "60",
  },
];

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

export function showImportTemplate(): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/sites/import/template",
    summary: "A table to fill in, for the import of sites",
    access: "viewer",
    query: z.strictObject({
      format: z.enum(["csv", "xlsx"]).default("csv"),
      lang: z.enum(["zh-CN", "en"]).default("zh-CN").meta({ description: "of the headings" }),
    }),
    replies: { 200: { says: "the file", type: "text/csv" } },
    run({ query: { format, lang } }) {
      const names = importFields.map((field) => (lang === "en" ? field : (headings[field][0] ?? field)));
      const rows = [names, ...examples.map((example) => importFields.map((field) => example[field] ?? ""))];
      const headers = { "content-disposition": `attachment; filename="plumeline-sites.${format}"` };
      if (format === "xlsx") {
        const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return { status: 200, text: once(writeXlsx("sites", rows)), type, headers };
      }
      const lines = rows.map((cells) => cells.map(formatCsvCell).join(","));
      // The mark tells spreadsheet programs that it is UTF-8.
      return { status: 200, text: `\ufeff${lines.join("\r\n")}\r\n`, type: "text/csv; charset=utf-8", headers };
    },
  });
}
