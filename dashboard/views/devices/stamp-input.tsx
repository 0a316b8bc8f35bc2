// A moment of UTC+8 as a day and a time of day, given away as the fourteen digits of HJ 212. The browser's own fields would write
// both as the settings of the machine want it.

import { useEffect, useState } from "react";
import { formatStamp, parseStamp } from "#domain/hj212/stamp.ts";
import { formatDay, formatLocal, parseDay } from "#domain/time.ts";
import { DayInput } from "../day-input.tsx";

interface StampInputProps {
  readonly label: string;
  readonly dayLabel: string;
  readonly clockLabel: string;
  /** Fourteen digits; "" = none. */
  readonly value: string;
  readonly isWrong: boolean;
  /** The last day that can be chosen. */
  readonly maxDay: string;
  readonly choose: (stamp: string) => void;
}

const clockPattern = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

function split(value: string): readonly [day: string, clock: string] {
  const ms = parseStamp(value);
  return typeof ms === "number" ? [formatDay(ms), formatLocal(ms).slice(11)] : ["", ""];
}

/** "" when the two make no moment. */
function join(day: string, clock: string): string {
  const start = parseDay(day);
  const [, hours, minutes, seconds = "00"] = clockPattern.exec(clock) ?? [];
  if (start === null || hours === undefined || minutes === undefined) return "";
  return formatStamp(start).slice(0, 8) + hours + minutes + seconds;
}

export function StampInput({ label, dayLabel, clockLabel, value, isWrong, maxDay, choose }: StampInputProps) {
  const [first, last] = split(value);
  const [day, setDay] = useState(first);
  const [clock, setClock] = useState(last);
  useEffect(() => {
    const [newDay, newClock] = split(value);
    if (newDay === "") return;
    setDay(newDay);
    setClock(newClock);
  }, [value]);
  return (
    <span className="stamp-input" role="group" aria-label={label}>
      <DayInput
        label={dayLabel}
        value={day}
        max={maxDay}
        choose={(chosen) => {
          setDay(chosen);
          choose(join(chosen, clock === "" ? "00:00:00" : clock));
          if (clock === "") setClock("00:00:00");
        }}
      />
      <input
        className="stamp-clock"
        value={clock}
        aria-label={clockLabel}
        title={clockLabel}
        placeholder="00:00:00"
        maxLength={8}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={isWrong || (clock !== "" && !clockPattern.test(clock))}
        onChange={(event) => {
          const text = event.target.value.trim();
          setClock(text);
          choose(join(day, text));
        }}
      />
    </span>
  );
}
