// What the data folder's own version is good for.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dataFormat, openDataFolder } from "./data-folder.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "plumeline-folder-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("the data folder", () => {
  it("a fresh one is marked with the format of this program, and opens again", () => {
    openDataFolder(join(dir, "new"));
    expect(JSON.parse(readFileSync(join(dir, "new", "plumeline.json"), "utf8"))).toEqual({ format: dataFormat });
    openDataFolder(join(dir, "new"));
  });

  it.each([dataFormat + 1, dataFormat - 1])("one in format %i is refused, and both formats are named", (format) => {
    writeFileSync(join(dir, "plumeline.json"), JSON.stringify({ format }));
    const message = `${dir} is in format ${format}; this program knows ${dataFormat}`;
    expect(() => openDataFolder(dir)).toThrow(
      expect.objectContaining({ code: "data-format", retryable: false, message }),
    );
  });

  it.each(["", "{", "null", '{"format":"1"}', '{"format":1.5}'])("one whose file says %j is refused", (text) => {
    writeFileSync(join(dir, "plumeline.json"), text);
    expect(() => openDataFolder(dir)).toThrow(expect.objectContaining({ code: "data-format", retryable: false }));
  });
});
