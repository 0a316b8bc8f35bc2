// A workbook that is written piece by piece, as a reader of workbooks reads it.

import { readSheet } from "read-excel-file/universal";
import { describe, expect, it } from "vitest";
import { type Cell, type Column, timeColumns } from "../export/sheet.ts";
import { writeXlsxSheet } from "./xlsx-stream.ts";

async function* inParts<T>(...parts: readonly T[][]): AsyncGenerator<T[]> {
  yield* parts;
}
async function roundTrip(columns: readonly Column<number>[], rows: readonly number[][], rowsMax?: number) {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeXlsxSheet("a & b", columns, inParts(...rows), "more", rowsMax)) pieces.push(piece);
  return readSheet(Uint8Array.from(Buffer.concat(pieces)).buffer);
}
const column = (head: string, cell: (row: number) => Cell): Column<number> => ({ head, cell });

describe("a workbook", () => {
  it("keeps numbers, empty cells and every text as it is, formulas included", async () => {
    const texts = ["=1+1", "<b>&amp;\"'", " 空 格 ", "line\nbreak", "@x"];
    const columns = [
      column("text", (row) => texts[row] ?? null),
      column("number", (row) => row * 1.5),
      column("empty", () => null),
      column("no number", () => Number.NaN),
      column("last", () => "x"),
    ];
    const rows = await roundTrip(columns, [[0, 1], [], [2, 3, 4]]);
    expect(rows).toEqual([
      ["text", "number", "empty", "no number", "last"],
      ...texts.map((text, i) => [
        text.trim() === text ? text : expect.stringContaining("空 格"),
        i * 1.5,
        null,
        null,
        "x",
      ]),
    ]);
  });

  it("takes signs that XML cannot carry, and more columns than letters", async () => {
    const columns = [
      column("bad", () => "a\u0000b\u001Bc"),
      ...Array.from({ length: 60 }, (_, i) => column(`c${i}`, () => i)),
    ];
    const [head, row] = await roundTrip(columns, [[0]]);
    expect([head?.length, row?.[0], row?.[60]]).toEqual([61, "a?b?c", 59]);
  });

  it("shows moments as dates of UTC+8, and as ISO 8601 in UTC beside them", async () => {
    const at = Date.UTC(2026, 10, 22, 16, 30, 15);
    const rows = await roundTrip(
      timeColumns<number>("t", (row) => (row === 0 ? at : null)),
      [[0, 1]],
    );
    expect(rows[0]).toEqual(["t (UTC+8)", "t (UTC)"]);
    expect(rows[1]).toEqual([new Date(at + 8 * 3_600_000), "2026-11-22T16:30:15.000Z"]);
  });

  it("says in its last row that there are more rows than it takes", async () => {
    const rows = await roundTrip([column("n", (row) => row)], [[1, 2], [3, 4], [5]], 3);
    expect(rows).toEqual([["n"], [1], [2], [3], ["more"]]);
    expect(await roundTrip([column("n", (row) => row)], [[1, 2], [3]], 3)).toEqual([["n"], [1], [2], [3]]);
  });
});
