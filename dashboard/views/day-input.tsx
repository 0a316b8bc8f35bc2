// A day, written as everywhere here: 2026-11-22. The browser's own date field writes it as the settings of the machine want it
// (11/22/2026 on a Chinese screen); only its calendar is used, behind a button.

import { useEffect, useRef, useState } from "react";
import { parseDay } from "#domain/time.ts";
import { useWords } from "../i18n/i18n.ts";

interface DayInputProps {
  readonly label: string;
  /** Empty = no day. */
  readonly value: string;
  readonly max: string;
  readonly isRequired?: boolean;
  readonly choose: (day: string) => void;
}

export function DayInput({ label, value, max, isRequired = false, choose }: DayInputProps) {
  const words = useWords();
  const calendar = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const isDay = (text: string): boolean => (text === "" ? !isRequired : parseDay(text) !== null && text <= max);
  const write = (text: string): void => {
    setDraft(text);
    if (isDay(text)) choose(text);
  };
  return (
    <span className="day-input">
      <input
        value={draft}
        aria-label={label}
        title={label}
        placeholder={words.dayPlaceholder}
        inputMode="numeric"
        maxLength={10}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={!isDay(draft)}
        onChange={(event) => write(event.target.value.trim())}
        // What is no day is not kept: the screen shows another one.
        onBlur={() => setDraft(value)}
      />
      <button
        type="button"
        aria-label={words.calendar}
        title={words.calendar}
        onClick={() => calendar.current?.showPicker()}
      >
        ▾
      </button>
      <input
        ref={calendar}
        type="date"
        tabIndex={-1}
        aria-hidden="true"
        value={value}
        max={max}
        onChange={(event) => write(event.target.value)}
      />
    </span>
  );
}
