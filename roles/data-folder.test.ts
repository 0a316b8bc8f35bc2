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

  it("one of a newer program is refused, and says what to do", () => {
    writeFileSync(join(dir, "plumeline.json"), JSON.stringify({ format: dataFormat + 1 }));
    expect(() => openDataFolder(dir)).toThrow(expect.objectContaining({ code: "data-format", retryable: false }));
  });
});
