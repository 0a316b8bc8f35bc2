// The screen of hints: what of the address is a filter, what can be done about a hint, how parameters of a rule are written.

import { describe, expect, it } from "vitest";
import { actionsOf, formatParameter, listUnreadable, readHintFilter, sayHint } from "./hint-data.ts";

const rules = [{ id: "R1" }, { id: "R6" }];
const read = (query: string) => readHintFilter(new URLSearchParams(query), rules);

describe("the filter of hints", () => {
  it("shows what nobody has looked at yet, of thirty days, unless the address says otherwise", () => {
    expect(read("")).toEqual({ status: "open", rule: null, site: "", days: 30 });
    expect(read("status=all&days=90&rule=R6&site=A")).toEqual({ status: null, rule: "R6", site: "A", days: 90 });
  });

  it("names what it cannot read", () => {
    expect(listUnreadable(new URLSearchParams("status=guilty&rule=R99&days=31"), rules)).toEqual([
      "status",
      "rule",
      "days",
    ]);
    expect(listUnreadable(new URLSearchParams("status=all&rule=R1&days=7"), rules)).toEqual([]);
  });
});

describe("a hint", () => {
  it("is decided once, and then only reopened; what is gone is nobody's to decide", () => {
    expect(actionsOf("open")).toEqual(["confirm", "dismiss"]);
    expect([actionsOf("confirmed"), actionsOf("dismissed"), actionsOf("gone")]).toEqual([["reopen"], ["reopen"], []]);
  });
});

describe("the sentence of a hint", () => {
  it("is in the language in force, its unit as it is written on paper", () => {
    const hint = { saysZh: "33.2 mg/m3，生产", saysEn: "33.2 mg/m3 while", facts: { unit: "mg/m3", value: 33.2 } };
    expect([sayHint(hint, "zh-CN"), sayHint(hint, "en")]).toEqual(["33.2 mg/m³，生产", "33.2 mg/m³ while"]);
    expect(sayHint({ ...hint, facts: {} }, "en")).toBe("33.2 mg/m3 while");
  });
});

describe("a parameter of a rule", () => {
  it("is one line, also when it is a table", () => {
    expect(formatParameter(0.95)).toBe("0.95");
    expect(formatParameter({ a21026: 2, w01018: 4 })).toBe("a21026 2, w01018 4");
    expect(formatParameter([{ source: "机头", percent: 13 }])).toBe("source 机头, percent 13");
  });
});
