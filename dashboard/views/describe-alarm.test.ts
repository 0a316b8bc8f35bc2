// Alarms in words.

import { expect, test } from "vitest";
import { en } from "../i18n/en.ts";
import { zhCN } from "../i18n/zh-CN.ts";
import { readAlarm, type AlarmView } from "../state/wire.ts";
import { nameAlarm } from "./describe-alarm.ts";

const factors = { w01018: { nameZh: "化学需氧量", nameEn: "COD", unit: "mg/L", decimals: 1 } };

function alarm(more: Record<string, unknown>): AlarmView {
  const wire = {
    id: "a",
    version: 1,
    site: "s",
    priority: 1,
    state: "unack-active",
    onset: 1,
    factor: null,
    definition: "",
    ...more,
  };
  const read = readAlarm(wire);
  if (read === null) throw new Error("the alarm of this test is none");
  return read;
}

test("an alarm about a mean says which mean", () => {
  expect(nameAlarm(zhCN, factors, alarm({ factor: "w01018", definition: "limit:w01018:realtime" }))).toBe("化学需氧量");
  expect(nameAlarm(zhCN, factors, alarm({ factor: "w01018", definition: "limit:w01018:day" }))).toBe("化学需氧量 (日)");
});

test("an alarm about the system itself says what is wrong with it", () => {
  expect(nameAlarm(en, factors, alarm({ definition: "system:ledger-unbalanced" }))).toBe("The ledger does not balance");
  expect(nameAlarm(en, factors, alarm({ definition: "system:new-kind" }))).toBe("new-kind");
});

test("silence and unknown definitions are named, never left empty", () => {
  expect(nameAlarm(en, factors, alarm({ definition: "silence" }))).toBe("Data stopped");
  expect(nameAlarm(en, factors, alarm({ definition: "rate:x" }))).toBe("rate:x");
});
