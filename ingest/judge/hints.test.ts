// The book of hints: what is found and what is decided come to the same, in whatever order they come.

import { describe, expect, it } from "vitest";
import type { Command } from "#domain/command.ts";
import type { HintFinding } from "#domain/hint.ts";
import { hourMs, parseDay } from "#domain/time.ts";
import { createOutput } from "../output.ts";
import { createHints, hintId, type HintsBook } from "./hints.ts";

const day = parseDay("2026-03-03") ?? 0;
const on = { seq: 7, eventTime: day, receivedAt: day };
const finding: HintFinding = {
  rule: "R1",
  factors: ["a21002"],
  from: day + hourMs,
  to: day + 3 * hourMs,
  score: 0.6,
  facts: { minutes: 120 },
};
const id = hintId("G-1", finding, "2026-03-03");

function decide(book: HintsBook, decision: "dismiss" | "confirm" | "reopen", expectedVersion: number) {
  const output = createOutput();
  const about = { hint: id, expectedVersion, decision, reason: "seen" };
  const command: Extract<Command, { type: "hints.decide" }> = { type: "hints.decide", ...about };
  return { answer: book.decide(command, "li", on, output), told: [...output.state.hints.values()] };
}
function meet(book: HintsBook, findings: readonly HintFinding[], scope: "site" | "twins" = "site") {
  const output = createOutput();
  book.meet("G-1", day, scope, findings, on, output);
  return [...output.state.hints.values()];
}
const statusOf = (book: HintsBook): string | undefined => book.save().hints.find((hint) => hint.id === id)?.status;

describe("a hint in the book", () => {
  it("is open when it is found, and told once however often it is found", () => {
    const book = createHints();
    expect(meet(book, [finding])).toMatchObject([{ id, status: "open", version: 1, day: "2026-03-03" }]);
    expect(meet(book, [finding])).toEqual([]);
  });

  it("stays decided when its evidence changes, and shows the new evidence", () => {
    const book = createHints();
    meet(book, [finding]);
    decide(book, "dismiss", 1);
    const wider = { ...finding, to: finding.to + hourMs, facts: { minutes: 180 } };
    expect(meet(book, [wider])).toMatchObject([{ status: "dismissed", version: 2, to: wider.to, decidedBy: "li" }]);
  });

  it("is gone when it is not found any more, and has its decision again when it is", () => {
    const book = createHints();
    meet(book, [finding]);
    decide(book, "confirm", 1);
    expect(meet(book, [])).toMatchObject([{ status: "gone" }]);
    expect(meet(book, [])).toEqual([]);
    expect(meet(book, [finding])).toMatchObject([{ status: "confirmed", version: 2 }]);
  });

  it("comes to the same whether it was found before or after the decision", () => {
    const [before, after] = [createHints(), createHints()];
    meet(before, [finding]);
    decide(before, "dismiss", 1);
    decide(after, "dismiss", 1);
    meet(after, [finding]);
    expect(after.save().hints).toEqual(before.save().hints);
  });

  it("is decided by the first of two, reopened, and decided again", () => {
    const book = createHints();
    meet(book, [finding]);
    expect(decide(book, "reopen", 1).answer).toMatchObject({ ok: false, code: "illegal" });
    expect(decide(book, "dismiss", 1).answer).toMatchObject({ ok: true, result: { status: "dismissed", version: 2 } });
    expect(decide(book, "confirm", 1).answer).toMatchObject({ ok: false, code: "conflict" });
    expect(decide(book, "confirm", 2).answer).toMatchObject({ ok: false, code: "illegal" });
    expect(decide(book, "reopen", 2).told).toMatchObject([{ status: "open", version: 3 }]);
    decide(book, "confirm", 3);
    expect(statusOf(book)).toBe("confirmed");
  });

  it("of one look is left alone by the other: a site by itself, or the outlets of its enterprise", () => {
    const book = createHints();
    const twin = { ...finding, rule: "R17" };
    meet(book, [finding]);
    meet(book, [twin], "twins");
    expect(meet(book, [finding])).toEqual([]);
    expect(meet(book, [], "twins")).toMatchObject([{ rule: "R17", status: "gone" }]);
    expect(statusOf(book)).toBe("open");
  });

  it("is in what is saved, with decisions about it", () => {
    const book = createHints();
    meet(book, [finding]);
    decide(book, "dismiss", 1);
    const again = createHints(structuredClone(book.save()));
    expect(again.save()).toEqual(book.save());
    expect(meet(again, [finding])).toEqual([]);
    expect(decide(again, "dismiss", 1).answer).toMatchObject({ ok: false, code: "conflict" });
  });
});
