// A length of time that somebody has set, without its noughts: "5 min", "1 d", "1 h 30 min".

import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import type { DurationWords } from "../../format/time.ts";

export function formatSpan(ms: number, words: DurationWords): string {
  const units = [
    [dayMs, words.days],
    [hourMs, words.hours],
    [minuteMs, words.minutes],
    [1000, words.seconds],
  ] as const;
  const parts: string[] = [];
  let left = ms;
  for (const [unitMs, word] of units) {
    const n = Math.floor(left / unitMs);
    left -= n * unitMs;
    if (n > 0) parts.push(`${n} ${word}`);
  }
  return parts.length === 0 ? `0 ${words.seconds}` : parts.join(" ");
}
