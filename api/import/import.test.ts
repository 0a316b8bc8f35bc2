// What the import of a register promises about tables as people have them, and about what a row would do.

import { describe, expect, it } from "vitest";
import type { Site } from "#domain/site.ts";
import { decodeTable, formatCsvCell, parseCsv } from "./csv.ts";
import { planImport, type Register } from "./plan.ts";

const rowsMax = 1_000;

describe("a table of text", () => {
  it.each([
    ["commas", "a,b\n1,2\n"],
    ["semicolons", "a;b\r\n1;2"],
    ["tabs", "a\tb\n1\t2\n\n\n"],
    ["quotes", '"a","b"\n"1","2"'],
  ])("is cut at its separators: %s", (_name, text) => {
    expect(parseCsv(text, rowsMax)).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
  });

  it("keeps separators, line ends and quotes inside of quotes", () => {
    expect(parseCsv('a,b\n"1,\r\n2","say ""yes"""\n', rowsMax)).toEqual([
      ["a", "b"],
      ["1,\r\n2", 'say "yes"'],
    ]);
  });

  it("keeps empty cells, also the last one", () => {
    expect(parseCsv("a,b,c\n1,,", rowsMax)).toEqual([
      ["a", "b", "c"],
      ["1", "", ""],
    ]);
  });

  it("with a quote that is never closed, or with too many rows, is none", () => {
    expect(parseCsv('a\n"1', rowsMax)).toBe("open-quote");
    expect(parseCsv("a\n1\n2\n", 2)).toBe("too-many-rows");
  });

  it("is read in UTF-8, with and without a mark, in UTF-16 with one, and in GB 18030", () => {
    const gbk = Uint8Array.of(0xd5, 0xbe, 0xb5, 0xe3); // 站点
    expect(decodeTable(new TextEncoder().encode("\ufeff站点"))).toBe("站点");
    expect(decodeTable(new TextEncoder().encode("站点"))).toBe("站点");
    expect(decodeTable(Uint8Array.from(Buffer.from("\ufeff站点", "utf16le")))).toBe("站点");
    expect(decodeTable(gbk)).toBe("站点");
    expect(decodeTable(Uint8Array.of(0xff, 0xff))).toBeNull();
  });

  it("is written so that no cell becomes a formula", () => {
    expect(formatCsvCell("=1+1")).toBe("'=1+1");
    expect(formatCsvCell('a "b"')).toBe('"a ""b"""');
  });
});

const known: Site = {
  id: "K-1",
  name: "Known",
  kind: "water-outfall",
  city: "130200",
  enterprise: "Steel",
  lat: 39,
  lon: 118,
  factors: ["w01018"],
  intervalSeconds: 60,
  standard: null,
  mn: "MN1",
  simulated: true,
  version: 4,
};
const register: Register = {
  site: (id) => (id === known.id ? known : undefined),
  ownerOfMn: (mn) => (mn === "MN1" ? "K-1" : undefined),
  loggerPassword: (mn) => (mn === "MN1" ? "123456" : null),
};

const heads = ["id", "name", "kind", "city", "factors", "enterprise", "lat", "lon", "mn", "pw"];
function row(cells: Readonly<Record<string, string>>) {
  return heads.map((head) => cells[head] ?? "");
}
const good = { id: "N-1", name: "New", kind: "废水", city: "唐山", factors: "w01018；w01001" };
function plan(...rows: readonly Readonly<Record<string, string>>[]) {
  return planImport([heads, ...rows.map(row)], register)?.rows ?? [];
}

describe("a row of a register", () => {
  it("of an unknown site is new, with names of kind and city as people write them", () => {
    const [first] = plan(good);
    expect(first).toMatchObject({ row: 2, outcome: "new", expectedVersion: 0, faults: [] });
    expect(first?.site).toMatchObject({
      kind: "water-outfall",
      city: "130200",
      factors: ["w01018", "w01001"],
      intervalSeconds: 60,
      simulated: false,
    });
  });

  it("that says what is known already is the same, password and all", () => {
    const all = { ...known, factors: "w01018", lat: "39", lon: "118.0", mn: "MN1", pw: "123456" };
    const [first] = plan({ ...good, ...all, enterprise: "Steel", intervalSeconds: "60", standard: "" } as never);
    expect(first).toMatchObject({ outcome: "same", site: null, changes: [] });
  });

  it("changes what it says, field by field, leaves what it does not say, and takes away at a dash", () => {
    const [first] = plan({ id: "K-1", name: "Renamed", enterprise: "-", pw: "654321" });
    expect(first).toMatchObject({ outcome: "changed", expectedVersion: 4, pw: "654321" });
    expect(first?.changes).toEqual([
      { field: "name", before: "Known", after: "Renamed" },
      { field: "enterprise", before: "Steel", after: "" },
      { field: "pw", before: "", after: "••••" },
    ]);
    expect(first?.site).toEqual({ ...known, name: "Renamed", enterprise: null, version: undefined });
  });

  it.each([
    [{ id: "bad id" }, "id", "invalid-id"],
    [{ id: "system" }, "id", "reserved-id"],
    [{ id: "" }, "id", "missing"],
    [{ name: "" }, "name", "missing"],
    [{ name: "x".repeat(300) }, "name", "too-long"],
    [{ kind: "volcano" }, "kind", "unknown-kind"],
    [{ city: "Atlantis" }, "city", "unknown-city"],
    [{ factors: "w01018 nope" }, "factors", "unknown-factor"],
    [{ factors: "-" }, "factors", "missing"],
    [{ lat: "118.1", lon: "39.2" }, "lat", "bad-coordinates"],
    [{ lat: "north", lon: "39.2" }, "lat", "bad-coordinates"],
    [{ lat: "39.1" }, "lon", "missing"],
    [{ mn: "1.23e+23" }, "mn", "bad-mn"],
    [{ mn: "MN1" }, "mn", "mn-taken"],
    [{ pw: "secret" }, "mn", "missing"],
  ])("with %j is refused: %s %s", (change, field, reason) => {
    const [first] = plan({ ...good, ...change });
    expect(first).toMatchObject({ outcome: "refused", site: null });
    expect(first?.faults).toEqual([expect.objectContaining({ field, reason })]);
  });

  it("that stands twice, or has a logger that another row has, is refused with the row it collides with", () => {
    const rows = plan({ ...good, mn: "MN2" }, good, { ...good, id: "N-2", mn: "MN2" });
    expect(rows.map(({ outcome }) => outcome)).toEqual(["new", "refused", "refused"]);
    expect(rows[1]?.faults).toEqual([{ field: "id", reason: "twice-in-file", detail: "2" }]);
    expect(rows[2]?.faults).toEqual([{ field: "mn", reason: "twice-in-file", detail: "2" }]);
  });

  it("takes a published standard as a whole, and none that the library does not have", () => {
    const table = (standard: string): string[][] => [
      [...heads, "执行标准", "标准行业", "标准工序"],
      [...row(good), standard, "no such industry", "no such unit"],
    ];
    expect(planImport(table("GB 1"), register)?.rows[0]?.faults).toEqual([
      { field: "standard", reason: "unknown-standard", detail: "GB 1, no such industry, no such unit" },
    ]);
    expect(planImport(table(""), register)?.rows[0]?.faults).toEqual([
      { field: "standard", reason: "missing", detail: "" },
    ]);
  });
});

describe("the headings", () => {
  it("are known in Chinese, with remarks in brackets; unknown ones are named, and none twice", () => {
    const planned = planImport([["站点编号 *", "经度（°）", "备注", "lon"], ["K-1"]], register);
    expect([...(planned?.columns.places ?? [])]).toEqual([
      ["id", 0],
      ["lon", 1],
    ]);
    expect(planned?.columns).toMatchObject({ ignored: ["备注"], twice: ["lon"] });
  });

  it("without the site's id are no register", () => {
    expect(planImport([["name"], ["x"]], register)).toBeNull();
    expect(planImport([["id"]], register)).toBeNull();
  });
});
