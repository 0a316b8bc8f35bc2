// What the preview of out of service counts is what ingest holds back.

import { describe, expect, it } from "vitest";
import type { AlarmScope } from "#domain/alarm-definition.ts";
import type { Site } from "#domain/site.ts";
import { siteOf } from "#test/harness/alarm-world.ts";
import { isAlarmInScope } from "./scope.ts";

const everywhere: AlarmScope = { site: null, enterprise: null, city: null, kind: null, factor: null };
const ofSystem = { site: "system", factor: null, definition: "system:journal-blocked" };
const site: Site = { ...siteOf(), version: 1 };

describe("the scope of out of service", () => {
  it("takes in the system itself only by its name, or by that of the condition", () => {
    expect(isAlarmInScope({ ...everywhere, kind: "process" }, null, ofSystem, null)).toBe(false);
    expect(isAlarmInScope({ ...everywhere, city: "130200" }, null, ofSystem, null)).toBe(false);
    expect(isAlarmInScope({ ...everywhere, site: "system" }, null, ofSystem, null)).toBe(true);
    expect(isAlarmInScope({ ...everywhere, city: "130200" }, [ofSystem.definition], ofSystem, null)).toBe(true);
    expect(isAlarmInScope({ ...everywhere, site: "S" }, [ofSystem.definition], ofSystem, null)).toBe(false);
  });

  it("without a factor takes in all of a site, and with definitions only those", () => {
    const alarm = { site: "S", factor: "w01018", definition: "limit:w01018:hour" };
    expect(isAlarmInScope({ ...everywhere, city: "130200" }, null, alarm, site)).toBe(true);
    expect(isAlarmInScope({ ...everywhere, city: "110100" }, null, alarm, site)).toBe(false);
    expect(isAlarmInScope({ ...everywhere, site: "S" }, ["limit:w01018:day"], alarm, site)).toBe(false);
    expect(isAlarmInScope({ ...everywhere, factor: "w01001" }, null, alarm, site)).toBe(false);
  });
});
