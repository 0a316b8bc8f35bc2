// The mark of a priority: shape, digit and colour, so that it is read in grey-scale too. Unacknowledged marks of priority 1
// and 2 blink; the style sheet turns that into an outline where motion is not wanted.

import { useState, type ReactElement } from "react";
import type { Priority } from "#domain/alarm.ts";
import { useWords } from "../i18n/i18n.ts";

/** As in the style sheet. */
const blinkMs = 1000;

const shapes: Readonly<Record<Priority, ReactElement>> = {
  1: <path d="M8 1 15 8 8 15 1 8Z" />,
  2: <path d="M8 1.5 15 14.5H1Z" />,
  3: <circle cx="8" cy="8" r="5.2" />,
  4: <rect x="2.5" y="2.5" width="11" height="11" />,
};

export function Mark({ priority, unacked = false }: { readonly priority: Priority; readonly unacked?: boolean }) {
  const words = useWords();
  // All marks blink together, whenever each of them came: fifty out of step would be a flicker.
  const [delayMs] = useState(() => -Math.round(performance.now() % blinkMs));
  const blinks = unacked && priority <= 2;
  return (
    <span className={`mark mark-${priority}${unacked ? " mark-unacked" : ""}`} title={words.priority[priority]}>
      <svg
        viewBox="0 0 16 16"
        width="16"
        height="16"
        aria-hidden="true"
        style={blinks ? { animationDelay: `${delayMs}ms` } : undefined}
      >
        {shapes[priority]}
      </svg>
      <span className="mark-digit">{priority}</span>
    </span>
  );
}
