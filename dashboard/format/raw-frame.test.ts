// Bytes made visible: nothing that hides or reorders text may reach the screen as itself.

import { describe, expect, it } from "vitest";
import { showHex, showText } from "./raw-frame.ts";

const joined = (text: string): string =>
  showText(text)
    .map((piece) => piece.text)
    .join("");

describe("a raw frame on the screen", () => {
  it("shows control characters as signs, and a line feed as a sign and a new line", () => {
    expect(joined("a\tb\r\nc\u0000\u007f")).toBe("a[TAB]b[CR][LF]\nc[NUL][U+007F]");
    expect(showText("a\u0001").at(-1)).toEqual({ text: "[SOH]", isSign: true });
  });

  it("names characters that would hide or turn the text around", () => {
    expect(joined("x\u202ey\ufeff\u200b")).toBe("x[U+202E]y[U+FEFF][U+200B]");
  });

  it("leaves everything else as it is", () => {
    const text = '{"名称":"排口 1","v":45.2}';
    expect(showText(text)).toEqual([{ text, isSign: false }]);
  });

  it("shows other bytes with their place and what is ASCII in them", () => {
    expect(showHex("fffe0041").trimEnd()).toBe(`0000  ff fe 00 41${" ".repeat(38)}···A`);
    expect(showHex("41".repeat(17)).split("\n")[1]).toMatch(/^0010 {2}41 +A$/);
    expect(showHex("")).toBe("");
  });
});
