// Names of evidence as they are kept and given back.

import { describe, expect, it } from "vitest";
import { cleanName, formatDisposition, isEvidenceType } from "./evidence.ts";

describe("a name of evidence", () => {
  it.each([
    ["photo.jpg", "photo.jpg"],
    ["../../etc/passwd", "passwd"],
    ["C:\\evil\\x.pdf", "x.pdf"],
    ["现场照片 1.jpg", "现场照片 1.jpg"],
    ["a\u202Egnp.exe", "a_gnp.exe"],
    ["line\r\nbreak", "line_break"],
    [".bashrc", "bashrc"],
    ["", "file"],
    ["///", "file"],
  ])("%j is kept as %j", (given, kept) => {
    expect(cleanName(given)).toBe(kept);
  });

  it("is no longer than a text may be, counted in whole signs", () => {
    expect([...cleanName("🙂".repeat(500))].length).toBe(200);
  });

  it("goes into a header that holds nothing but itself", () => {
    const header = formatDisposition('照片 "1".jpg');
    expect(header).toBe(`attachment; filename="_1_.jpg"; filename*=UTF-8''%E7%85%A7%E7%89%87%20%221%22.jpg`);
    expect(formatDisposition("a'b(c)*.txt")).toContain("a%27b%28c%29%2A.txt");
  });
});

describe("a media type", () => {
  it("is taken when it is on the list, and never one that a browser would run", () => {
    expect(isEvidenceType("image/jpeg")).toBe(true);
    for (const type of ["text/html", "image/svg+xml", "application/javascript", "", "application/zip"])
      expect(isEvidenceType(type)).toBe(false);
  });
});
