// What was answered last, for a question that moves with the clock: when the line breaks, its next wording fails although the
// last one was answered, and what was on the screen has to stay there. The screen says beside it that it is old.

import { useRef } from "react";

export function useKept<T>(data: T | undefined): T | undefined {
  const last = useRef(data);
  if (data !== undefined) last.current = data;
  return data ?? last.current;
}
