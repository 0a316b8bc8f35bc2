// Records of what can happen: which are sound, which holds where, and that the built-in ones are what the tables promise.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlarmDefinition, AlarmScope } from "#domain/alarm-definition.ts";
import { factors, findFactor } from "#domain/factor.ts";
import { recordOf } from "#test/harness/alarm-play.ts";
import { alarmClasses, alarmSignalOf, alarmSignals, builtInDefinitions, classOf, textsOf } from "./built-in.ts";
import { boundLevels, quietRange, reachOf, readFlag, stayOf } from "./condition.ts";
import { checkDefinition } from "./definition.ts";
import {
  type AlarmInstance,
  type AlarmPlace,
  instanceName,
  parseInstance,
  recordAt,
  valueRecordsAt,
} from "./in-force.ts";

const fieldsOf = (changes: Partial<AlarmDefinition>): string[] =>
  checkDefinition(recordOf(changes)).map(({ field }) => field);

describe("a record", () => {
  it.each(builtInDefinitions.map((record) => [record.id, record] as const))("built in as %s is sound", (_, record) => {
    expect(checkDefinition(record)).toEqual([]);
    expect(record.version).toBe(1);
  });

  const level = { op: "above", at: 1, priority: 2 } as const;
  const scope: AlarmScope = { site: null, enterprise: null, city: null, kind: null, factor: null };
  const own = { subject: "value", scope: { ...scope, factor: "w01018" } } as const;
  const unsound: readonly (readonly [string, Partial<AlarmDefinition>, string])[] = [
    ["a name that would break the names of instances", { id: "a:b" }, "id"],
    ["no name", { nameZh: " " }, "nameZh"],
    ["no basis where values are compared", { basis: null }, "basis"],
    ["a basis where nothing is compared", { subject: "silence", basis: "hour" }, "basis"],
    ["no level", { levels: [] }, "levels"],
    ["levels that do not ascend", { levels: [level, { ...level, at: 1 }] }, "levels.1.at"],
    [
      "a graver level with a milder priority",
      { levels: [level, { ...level, at: 2, priority: 3 }] },
      "levels.1.priority",
    ],
    ["a limit of nothing", { levels: [{ ...level, at: 0 }] }, "levels.0.at"],
    ["one number with two ends", { subject: "value", levels: [{ ...level, op: "beyond" }] }, "levels.0.op"],
    ["a number for every factor", { subject: "value" }, "scope.factor"],
    ["silence between two values", { subject: "silence", basis: null, levels: [level] }, "levels.0.at"],
    ["two levels of a fault", { subject: "quality", basis: null, levels: [level, { ...level, at: 2 }] }, "levels"],
    ["a deadband below 0", { deadband: { kind: "absolute", value: -1 } }, "deadband.value"],
    ["a deadband that swallows the limit", { deadband: { kind: "percent", value: 80 } }, "deadband.value"],
    [
      "a deadband wider than the number",
      { ...own, levels: [level], deadband: { kind: "absolute", value: 2 } },
      "deadband.value",
    ],
    [
      "a deadband wider than the step between two levels",
      {
        ...own,
        levels: [
          { ...level, at: 100 },
          { ...level, at: 110 },
        ],
        deadband: { kind: "absolute", value: 10 },
      },
      "deadband.value",
    ],
    [
      "a deadband that closes the room between two sides",
      {
        ...own,
        levels: [
          { ...level, at: 9 },
          { ...level, op: "below", at: 6 },
        ],
        deadband: { kind: "percent", value: 20 },
      },
      "deadband.value",
    ],
    [
      "sides that leave no value normal",
      {
        ...own,
        levels: [
          { ...level, at: 9 },
          { ...level, op: "below", at: 9.5 },
        ],
      },
      "levels.1.at",
    ],
    [
      "a graver level that begins before the milder one",
      {
        levels: [
          { ...level, op: "beyond" },
          { ...level, at: 0.5 },
        ],
      },
      "levels.1.at",
    ],
    ["a delay that is no number of milliseconds", { onDelayMs: 0.5 }, "onDelayMs"],
    ["a delay of two days", { offDelayMs: 2 * 86_400_000 }, "offDelayMs"],
    ["a delay of a mean", { basis: "hour", onDelayMs: 60_000 }, "onDelayMs"],
    ["being told again each second", { reAlarmMs: 1_000 }, "reAlarmMs"],
    ["a class that nobody knows", { class: "urgent" }, "class"],
    ["a statutory class without its law", { class: "statutory", statutoryBasis: "" }, "statutoryBasis"],
    ["latching without an acknowledgement", { latched: true, ackRequired: false }, "latched"],
    ["no action although it calls people", { action: "" }, "action"],
    ["a city that is no code", { scope: { ...scope, city: "Tangshan" } }, "scope.city"],
    [
      "silence of a site held back by itself",
      { subject: "silence", basis: null, suppressWhen: ["site-silent"] },
      "suppressWhen",
    ],
  ];
  it.each(unsound)("with %s is refused at its field, with a hint", (_, changes, field) => {
    const problems = checkDefinition(recordOf(changes));
    expect(problems.map((each) => each.field)).toContain(field);
    for (const { hint } of problems) expect(hint.length).toBeGreaterThan(3);
  });

  it("with a number of its own may have a deadband around 0, and narrow ones between its levels", () => {
    const levels = [level, { ...level, at: 2 }];
    expect(fieldsOf({ ...own, levels, deadband: { kind: "absolute", value: 0.5 } })).toEqual([]);
    expect(fieldsOf({ ...own, levels: [{ ...level, at: 0 }], deadband: { kind: "absolute", value: 1 } })).toEqual([]);
  });

  it("without an action may be kept as an event", () => {
    expect(fieldsOf({ action: "", enabled: false })).toEqual([]);
  });

  it("may have levels below and above, each side ascending away from normal", () => {
    const levels = [
      { op: "below", at: 6, priority: 3 },
      { op: "above", at: 9, priority: 3 },
      { op: "below", at: 4, priority: 2 },
      { op: "above", at: 11, priority: 1 },
    ] as const;
    expect(fieldsOf({ subject: "value", levels, scope: { ...scope, factor: "w01001" } })).toEqual([]);
  });
});

describe("the record that holds", () => {
  const place: AlarmPlace = { site: "S1", enterprise: "E1", city: "130200", kind: "gas-outfall", factor: "a21026" };
  const anywhere: AlarmScope = { site: null, enterprise: null, city: null, kind: null, factor: null };
  const at = (id: string, scope: Partial<AlarmScope>, enabled = true): AlarmDefinition =>
    recordOf({ id, enabled, scope: { ...anywhere, ...scope } });
  const found = (...records: AlarmDefinition[]): string | undefined =>
    recordAt(records, "limit", "realtime", place)?.id;

  it("is that of the most specific place", () => {
    const all = [
      at("site", { site: "S1" }),
      at("enterprise", { enterprise: "E1" }),
      at("city", { city: "130200" }),
      at("kind", { kind: "gas-outfall" }),
      at("all", {}),
    ];
    while (all.length > 0) {
      expect(found(...all)).toBe(all[0]?.id);
      expect(found(...all.toReversed())).toBe(all[0]?.id);
      all.shift();
    }
    expect(found()).toBeUndefined();
  });

  it("names the factor rather than not, is enabled rather than not, and the newest of two that are alike", () => {
    expect(found(at("factor", { factor: "a21026" }), at("all", {}))).toBe("factor");
    expect(found(at("off", { site: "S1" }, false), at("on", { site: "S1" }))).toBe("on");
    expect(found(at("on", { site: "S1" }), at("off", { site: "S1" }, false))).toBe("on");
    expect(found(at("older", {}), at("newer", {}))).toBe("newer");
  });

  it("may be a disabled one: then there is no such alarm there", () => {
    expect(recordAt([at("all", {}), at("off", { site: "S1" }, false)], "limit", "realtime", place)?.enabled).toBe(
      false,
    );
  });

  it("tells the silence of a site from that of its factors", () => {
    const silence = (factor: string | null): string | undefined =>
      recordAt(builtInDefinitions, "silence", null, { ...place, factor })?.id;
    expect([silence(null), silence("a21026")]).toEqual(["silence-site", "silence-factor"]);
  });

  it("delays gas and energy, and nothing at a water outfall", () => {
    const delays = (kind: AlarmPlace["kind"], factor: string): (number | undefined)[] => {
      const record = recordAt(builtInDefinitions, "limit", "realtime", { ...place, kind, factor });
      return [record?.onDelayMs, record?.offDelayMs, record?.deadband.value];
    };
    expect(delays("gas-outfall", "a21026")).toEqual([60_000, 60_000, 5]);
    for (const code of ["w01018", "w21003", "w01001", "w00000"])
      expect(delays("water-outfall", code)).toEqual([0, 0, 0]);
  });

  it("gathers all records with numbers of their own", () => {
    const own = (id: string, scope: Partial<AlarmScope>): AlarmDefinition => ({ ...at(id, scope), subject: "value" });
    const records = [
      own("a", { factor: "a21026" }),
      own("b", { factor: "a34013" }),
      own("c", { factor: "a21026", site: "S2" }),
    ];
    expect(valueRecordsAt(records, "realtime", place).map(({ id }) => id)).toEqual(["a"]);
  });
});

describe("names of instances", () => {
  const instances: readonly (readonly [string, AlarmInstance])[] = [
    ["limit:w01018:hour", { subject: "limit", factor: "w01018", basis: "hour" }],
    ["value:rec-1:w01018", { subject: "value", record: "rec-1", factor: "w01018" }],
    ["silence:site", { subject: "silence", factor: null }],
    ["silence:w01018", { subject: "silence", factor: "w01018" }],
    ["quality:w01018", { subject: "quality", factor: "w01018" }],
    ["system:history-behind", { subject: "system", condition: "history-behind" }],
  ];
  it.each(instances)("%s is written and read back", (name, instance) => {
    expect(instanceName(instance)).toBe(name);
    expect(parseInstance(name)).toEqual(instance);
  });

  it.each(["", "limit", "limit:w01018", "limit:w01018:week", "value:x", "silence:", "quality:a:b", "else:x"])(
    "%s names none",
    (text) => expect(parseInstance(text)).toBeNull(),
  );
});

describe("tables", () => {
  it("have a class for every record, and a signal for every factor", () => {
    for (const record of builtInDefinitions) expect(classOf(record).name).toBe(record.class);
    for (const factor of factors) expect(alarmSignalOf(factor).id).toBeTruthy();
    expect(alarmClasses.map(({ name }) => name)).toEqual(["warning", "averaging", "statutory", "quality", "system"]);
  });

  it("start with the doctrine's numbers", () => {
    const signal = (code: string): string => {
      const factor = findFactor(code);
      if (factor === undefined) throw new Error(`no factor ${code}`);
      const { deadband, onDelayMs } = alarmSignalOf(factor);
      return `${deadband.value} ${deadband.kind} ${onDelayMs / 1000}`;
    };
    expect(signal("a21026")).toBe("5 percent 60");
    expect(signal("w01001")).toBe("0.1 absolute 60");
    expect(signal("w01018")).toBe("0 percent 0");
    expect(signal("w00000")).toBe("5 percent 30");
    for (const { source } of alarmSignals) expect(source.length).toBeGreaterThan(10);
  });

  it("give the delays of gas to the built-in record for gas", () => {
    const gas = alarmSignals.find(({ id }) => id === "gas-concentration");
    const record = builtInDefinitions.find(({ id }) => id === "limit-realtime-gas");
    expect(record).toMatchObject({ deadband: gas?.deadband, onDelayMs: gas?.onDelayMs, offDelayMs: gas?.offDelayMs });
  });

  it("have every text of a built-in record in English, until somebody rewords it", () => {
    for (const record of builtInDefinitions) {
      const english = textsOf(record, "en");
      expect(`${english.action}${english.consequence}${english.rationale}`).not.toMatch(/[\u4e00-\u9fff]/);
      expect(textsOf(record, "zh").action).toBe(record.action);
      expect(textsOf({ ...record, action: "call" }, "en")).toMatchObject({
        action: "call",
        consequence: english.consequence,
      });
    }
  });

  it("say of every flag what it means", () => {
    expect(readFlag("N")).toEqual({ validity: "good", faulty: false });
    expect(readFlag("C")).toEqual({ validity: "in-calibration", faulty: null });
    expect(readFlag("M").validity).toBe("in-calibration");
    for (const flag of ["D", "F", "B", "T", "S"] as const) expect(readFlag(flag).validity).toBe("bad");
    // A plant that stands still is no broken instrument.
    expect(readFlag("F").faulty).toBe(false);
  });
});

describe("a condition", () => {
  it("equal to the limit is within, and a deadband holds only what is active", () => {
    const levels = boundLevels(recordOf({ deadband: { kind: "percent", value: 5 } }), { max: 100, min: null }, 60_000);
    expect([100, 100.1].map((value) => reachOf(levels, value))).toEqual([0, 1]);
    expect([95, 95.1, 100].map((value) => stayOf(levels, value))).toEqual([0, 1, 1]);
  });

  it("of a limit with two ends can always end: the deadband leaves room between them", () => {
    const levels = boundLevels(recordOf({ deadband: { kind: "absolute", value: 10 } }), { max: 9, min: 6 }, 60_000);
    expect(stayOf(levels, 7.5)).toBe(0);
    expect([5.9, 9.1].map((value) => reachOf(levels, value))).toEqual([1, 1]);
  });

  it("of a limit with one end can always end: a deadband in its unit is cut to half of it", () => {
    const levels = boundLevels(
      recordOf({ deadband: { kind: "absolute", value: 1e9 } }),
      { max: 100, min: null },
      60_000,
    );
    expect([49, 51].map((value) => stayOf(levels, value))).toEqual([0, 1]);
  });

  it("has its graver levels further out, also at limits below zero", () => {
    const record = recordOf({
      levels: [0.5, 1, 2].map((at) => ({ op: "beyond" as const, at, priority: 2 as const })),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: -100, max: 100 }), (width, middle) => {
        const levels = boundLevels(record, { max: middle + width, min: middle - width }, 60_000);
        levels.forEach((level, i) => {
          expect(level.max).toBeGreaterThanOrEqual(levels[i - 1]?.max ?? level.max);
          expect(level.min).toBeLessThanOrEqual(levels[i - 1]?.min ?? level.min);
        });
        expect(levels[1]).toMatchObject({ max: middle + width, min: middle - width });
      }),
    );
  });

  it("is quiet exactly where no level is reached, whatever limit and levels", () => {
    const ends = fc.record({
      max: fc.option(fc.integer({ min: 0, max: 100 })),
      min: fc.option(fc.integer({ min: -100, max: 0 })),
    });
    const levels = fc
      .uniqueArray(fc.constantFrom(0.5, 0.9, 1, 2), { minLength: 1, maxLength: 4 })
      .map((list) => list.toSorted((a, b) => a - b).map((at) => ({ op: "beyond" as const, at, priority: 2 as const })));
    fc.assert(
      fc.property(ends, levels, fc.integer({ min: -300, max: 300 }), (limit, list, value) => {
        const record = recordOf({ levels: list });
        const { min, max } = quietRange(record, limit);
        expect(value >= min && value <= max).toBe(reachOf(boundLevels(record, limit, 60_000), value) === 0);
      }),
    );
  });
});
