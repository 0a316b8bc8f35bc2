// Is a record of what can happen sound? Gives every mistake at once, each with a hint of how to mend it. Pure.

import type { AlarmDefinition, AlarmLevel } from "../alarm-definition.ts";
import { minuteMs } from "../time.ts";
import { findAlarmClass } from "./built-in.ts";
import { bandOfBound, deadbandPercentMax } from "./condition.ts";
import { everyFactor } from "./in-force.ts";
import type { DefinitionProblem } from "./shapes.ts";

/** Bounds of a record. */
export const definitionBounds = {
  levelsMax: 6,
  nameCharsMax: 200,
  textCharsMax: 2_000,
  causesMax: 20,
  deadbandPercentMax,
  delayMsMax: 24 * 3_600_000,
  reAlarmMsMin: minuteMs,
  reAlarmMsMax: 7 * 86_400_000,
  silenceIntervalsMin: 2,
} as const;

type Note = (field: string, problem: string, hint: string) => void;

/** Empty = it may be put. A record that is not enabled must be sound as well; it only needs no action. */
export function checkDefinition(record: AlarmDefinition): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  const note: Note = (field, problem, hint) => problems.push({ field, problem, hint });
  checkNames(record, note);
  checkScope(record, note);
  checkLevels(record, note);
  checkTimes(record, note);
  checkHandling(record, note);
  checkWords(record, note);
  return problems;
}

const idPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

function checkNames({ id, nameZh, nameEn, subject, basis }: AlarmDefinition, note: Note): void {
  if (!idPattern.test(id)) {
    note("id", "is no id", "small letters, digits, dot, dash and underline, at most 64; it becomes part of names");
  }
  for (const [field, name] of [
    ["nameZh", nameZh],
    ["nameEn", nameEn],
  ] as const) {
    if (name.trim() === "") note(field, "is empty", "say in a few words what happens");
    else if (name.length > definitionBounds.nameCharsMax) {
      note(field, "is too long", `at most ${definitionBounds.nameCharsMax} characters`);
    }
  }
  const needsBasis = subject === "limit" || subject === "value";
  if (needsBasis && basis === null) note("basis", "is missing", "realtime, hour or day: what is compared");
  if (!needsBasis && basis !== null) note("basis", `means nothing for ${subject}`, "leave it empty (null)");
}

function checkScope({ subject, scope }: AlarmDefinition, note: Note): void {
  const { site, enterprise, city, kind, factor } = scope;
  if (city !== null && !/^\d{6}$/.test(city)) note("scope.city", "is no code of a city", "six digits, e.g. 130200");
  if (subject === "system") {
    if ([site, enterprise, city, kind, factor].some((each) => each !== null)) {
      note("scope", "means nothing for the system", "leave all of it empty (null)");
    }
    return;
  }
  if (subject === "value" && (factor === null || factor === everyFactor)) {
    note("scope.factor", "is missing", "a number of its own has a unit: name the one factor that it is for");
  }
  if (factor === everyFactor && subject !== "silence") {
    note("scope.factor", "is *", "leave it empty (null): that is every factor; * is for silence alone");
  }
}

function checkLevels(record: AlarmDefinition, note: Note): void {
  const { subject, levels } = record;
  if (levels.length === 0) note("levels", "is empty", "at least one level");
  if (levels.length > definitionBounds.levelsMax) {
    note("levels", "are too many", `at most ${definitionBounds.levelsMax}; people tell no more of them apart`);
  }
  if ((subject === "quality" || subject === "system") && levels.length > 1) {
    note("levels", `has more than one level`, `${subject} holds or does not: one level`);
  }
  levels.forEach((level, i) => {
    checkOp(record, level, i, note);
    const before = levels[i - 1];
    if (before !== undefined && level.priority > before.priority) {
      note(
        `levels.${i}.priority`,
        "is milder than that of the level before",
        "the graver level has the smaller number",
      );
    }
    checkOrder(record, i, note);
  });
  if (subject === "value") checkRoom(record, note);
}

function checkOp({ subject }: AlarmDefinition, { op, at }: AlarmLevel, i: number, note: Note): void {
  if (!Number.isFinite(at)) note(`levels.${i}.at`, "is no number", "give a finite number");
  else if (subject !== "value" && at <= 0) {
    note(`levels.${i}.at`, "is not above 0", subject === "limit" ? "times the limit: 1 is the limit itself" : "use 1");
  } else if (subject === "silence" && at < definitionBounds.silenceIntervalsMin) {
    const min = definitionBounds.silenceIntervalsMin;
    note(`levels.${i}.at`, `is below ${min} intervals`, "a site would be silent between two of its values");
  }
  if (subject === "value" && op === "beyond") {
    note(`levels.${i}.op`, "needs two ends", 'a number has one side: use "above" or "below", one level for each');
  }
  if ((subject === "silence" || subject === "quality" || subject === "system") && op !== "above") {
    note(`levels.${i}.op`, `means nothing for ${subject}`, 'use "above"');
  }
}

/** Levels of the same side go from the mildest to the gravest; "beyond" lies on both. */
function checkOrder({ subject, levels }: AlarmDefinition, i: number, note: Note): void {
  const level = levels[i];
  if (level === undefined) return;
  const falls = subject === "value" && level.op === "below";
  const isSound = levels.slice(0, i).every(({ op, at }) => {
    const isSameSide = op === level.op || op === "beyond" || level.op === "beyond";
    return !isSameSide || (falls ? level.at < at : level.at > at);
  });
  if (isSound) return;
  const hint = falls ? "of levels below, the graver one has the smaller number" : "levels ascend: the gravest is last";
  note(`levels.${i}.at`, "is not beyond the level before", hint);
}

/** Between the two sides must be room in which nothing holds, and a deadband must leave levels apart. */
function checkRoom({ levels, deadband }: AlarmDefinition, note: Note): void {
  const [above, below] = (["above", "below"] as const).map((op) => levels.filter((level) => level.op === op));
  for (const { at: top } of above ?? []) {
    for (const { at: bottom } of below ?? []) {
      if (bottom >= top) {
        const i = levels.findIndex(({ op, at }) => op === "below" && at === bottom);
        note(
          `levels.${i}.at`,
          `meets the level above ${top}`,
          "every value would be beyond one of them: leave room between",
        );
      } else if (bottom + bandOfBound(deadband, bottom) >= top - bandOfBound(deadband, top)) {
        note(
          "deadband.value",
          `leaves no room between ${bottom} and ${top}`,
          "the alarm could not end: make it narrower",
        );
      }
    }
  }
  if (deadband.kind !== "absolute" || deadband.value === 0) return;
  const tight = levels.find(({ op, at }, i) => {
    const milder = levels.slice(0, i).findLast((each) => each.op === op);
    return (
      (at !== 0 && deadband.value > Math.abs(at)) ||
      (milder !== undefined && deadband.value >= Math.abs(at - milder.at))
    );
  });
  if (tight === undefined) return;
  note(
    "deadband.value",
    `is too wide for the level at ${tight.at}`,
    "it is in the unit of the factor: smaller than the number itself, and than the step to the next level",
  );
}

function checkTimes(record: AlarmDefinition, note: Note): void {
  const { subject, basis, deadband, onDelayMs, offDelayMs, reAlarmMs, responseMs } = record;
  const { delayMsMax, deadbandPercentMax, reAlarmMsMin, reAlarmMsMax } = definitionBounds;
  const isCompared = subject === "limit" || subject === "value";
  if (!Number.isFinite(deadband.value) || deadband.value < 0) {
    note("deadband.value", "is below 0", "0 = none; else how far the value must come back");
  } else if (deadband.kind === "percent" && deadband.value > deadbandPercentMax) {
    note("deadband.value", `is more than ${deadbandPercentMax} %`, "the alarm would hardly end; 1 to 10 % is usual");
  } else if (deadband.value > 0 && !isCompared) {
    note("deadband.value", `means nothing for ${subject}`, "0: there is no value to come back");
  }
  for (const [field, ms] of [
    ["onDelayMs", onDelayMs],
    ["offDelayMs", offDelayMs],
  ] as const) {
    if (!Number.isInteger(ms) || ms < 0) note(field, "is no delay", "whole milliseconds, 0 = at once");
    else if (ms > delayMsMax) note(field, "is longer than a day", "an alarm that comes a day late helps nobody");
    else if (ms > 0 && isCompared && basis !== null && basis !== "realtime") {
      note(field, "delays a mean", "0: a mean is averaged already, and the next one comes only after its window");
    }
  }
  if (reAlarmMs !== null && (!Number.isInteger(reAlarmMs) || reAlarmMs < reAlarmMsMin || reAlarmMs > reAlarmMsMax)) {
    note("reAlarmMs", "is out of bounds", "between one minute and seven days; null = not told again");
  }
  if (responseMs !== null && (!Number.isInteger(responseMs) || responseMs <= 0)) {
    note("responseMs", "is no time", "whole milliseconds above 0, or null when it is not known");
  }
}

function checkHandling(record: AlarmDefinition, note: Note): void {
  const { subject, scope, latched, ackRequired, suppressWhen } = record;
  const rules = findAlarmClass(record.class);
  if (rules === undefined) note("class", "is not known", "one of the classes of GET /alarm-classes");
  else if (rules.highlyManaged) {
    if (record.statutoryBasis.trim() === "") {
      note("statutoryBasis", `is empty, and the class ${rules.name} is highly managed`, "name standard and clause");
    }
    if (!ackRequired) {
      note("ackRequired", `must be true in the class ${rules.name}`, "somebody answers for a statutory limit");
    }
  }
  if (latched && !ackRequired) {
    note("latched", "without an acknowledgement", "what waits for a person is acknowledged by one: set ackRequired");
  }
  if (subject === "silence" && scope.factor === null && suppressWhen.includes("site-silent")) {
    note("suppressWhen", "a silent site would hold back that it is silent", "leave out site-silent");
  }
  if (subject === "system" && suppressWhen.length > 0) {
    note("suppressWhen", "means nothing for the system", "leave it empty");
  }
  if (new Set(suppressWhen).size < suppressWhen.length) note("suppressWhen", "says a thing twice", "once is enough");
}

function checkWords(record: AlarmDefinition, note: Note): void {
  const { textCharsMax, causesMax } = definitionBounds;
  const texts = ["consequence", "action", "statutoryBasis", "rationale", "owner", "source"] as const;
  for (const field of texts) {
    if (record[field].length > textCharsMax) note(field, "is too long", `at most ${textCharsMax} characters`);
  }
  if (record.causes.length > causesMax) note("causes", "are too many", `at most ${causesMax}`);
  if (record.causes.some((cause) => cause.trim() === "" || cause.length > textCharsMax)) {
    note("causes", "has an empty or too long line", "one cause in each line");
  }
  if (record.enabled && record.action.trim() === "") {
    note("action", "is empty", "no action, no alarm: say what the operator does, or save it disabled as an event");
  }
}
