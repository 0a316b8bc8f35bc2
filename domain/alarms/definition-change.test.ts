// What may become of a record: what it is about stays, and what is highly managed is not lowered by one person.

import { describe, expect, it } from "vitest";
import type { AlarmDefinition } from "../alarm-definition.ts";
import { builtInDefinitions } from "./built-in.ts";
import { checkChange, findLowering } from "./definition-change.ts";

const recordOf = (id: string, changes: Partial<AlarmDefinition> = {}): AlarmDefinition => {
  const found = builtInDefinitions.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no record ${id}`);
  return { ...found, ...changes };
};
const day = recordOf("limit-day");
const current = (id: string): AlarmDefinition | undefined => builtInDefinitions.find((each) => each.id === id);
const atSite = { site: "S-1", enterprise: null, city: null, kind: null, factor: null };

describe("a record that is there", () => {
  it("keeps subject and basis; everything else of it may change", () => {
    expect(checkChange(undefined, day)).toEqual([]);
    expect(checkChange(day, { ...day, onDelayMs: 60_000, class: "warning", scope: atSite })).toEqual([]);
    expect(checkChange(day, { ...day, basis: "hour" }).map(({ field }) => field)).toEqual(["basis"]);
    const other = checkChange(day, { ...day, subject: "silence", basis: null });
    expect(other.map(({ field }) => field)).toEqual(["subject", "basis"]);
    for (const { hint } of other) expect(hint).toContain("another record");
  });
});

describe("another administrator must agree", () => {
  const asks = (known: AlarmDefinition | undefined, wanted: AlarmDefinition): boolean =>
    findLowering(known, wanted, (id) => (id === known?.id ? known : current(id))) !== null;

  it.each<readonly [string, Partial<AlarmDefinition>]>([
    ["switched off", { enabled: false }],
    ["put into a milder class", { class: "averaging" }],
  ])("when what is highly managed is %s", (_, changes) => {
    expect(asks(day, { ...day, ...changes })).toBe(true);
  });

  it.each<readonly [string, Partial<AlarmDefinition>]>([
    ["a milder record", { id: "mine", class: "warning" }],
    ["one that is switched off", { id: "mine", enabled: false }],
  ])("when %s takes its place at one site", (_, changes) => {
    expect(asks(undefined, { ...day, ...changes, scope: atSite })).toBe(true);
    // The same for a record that is there and is moved to another place.
    expect(asks({ ...day, ...changes, scope: atSite }, { ...day, ...changes, scope: { ...atSite, site: "S-2" } })).toBe(
      true,
    );
  });

  it("not when it stays as it was, becomes stricter, or was lowered before", () => {
    const lowered = { ...day, class: "averaging" };
    expect(asks(day, { ...day, offDelayMs: 60_000 })).toBe(false);
    expect(asks(lowered, day)).toBe(false);
    expect(asks(lowered, { ...lowered, offDelayMs: 60_000 })).toBe(false);
    const mine = { ...day, id: "mine", class: "warning", scope: atSite };
    expect(asks(mine, { ...mine, offDelayMs: 60_000 })).toBe(false);
  });

  it("not about anything else", () => {
    const hour = recordOf("limit-hour");
    expect(asks(hour, { ...hour, enabled: false })).toBe(false);
    const value = { ...day, id: "own", subject: "value" as const, class: "warning", scope: atSite };
    expect(asks(undefined, value)).toBe(false);
  });
});
