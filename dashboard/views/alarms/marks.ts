// The rows that a person has marked for one act. Only rows that are on the screen can be marked, so whatever is done to marked
// alarms is done to alarms that were seen; never more than one request takes.

import { useCallback, useMemo, useState } from "react";
import { bounds } from "#domain/bounds.ts";

export interface Marks {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly add: (ids: readonly string[]) => void;
  readonly clear: () => void;
  /** Somebody wanted to mark more than can be. */
  readonly isFull: boolean;
  /** For the help. */
  readonly says: { readonly mark: string; readonly extend: string };
}

const none: ReadonlySet<string> = new Set();
export const marksMax = bounds.actTargetsMax;

export function useMarks(says: Marks["says"]): Marks {
  const [{ ids, isFull }, setMarks] = useState({ ids: none, isFull: false });
  const change = useCallback((pick: (before: ReadonlySet<string>) => readonly string[]) => {
    setMarks((before) => {
      const next = pick(before.ids);
      return { ids: new Set(next.slice(0, marksMax)), isFull: next.length > marksMax };
    });
  }, []);
  const toggle = useCallback(
    (id: string) => change((before) => (before.has(id) ? [...before].filter((each) => each !== id) : [...before, id])),
    [change],
  );
  const add = useCallback(
    (more: readonly string[]) => change((before) => [...new Set([...before, ...more])]),
    [change],
  );
  const clear = useCallback(() => setMarks({ ids: none, isFull: false }), []);
  return useMemo(() => ({ ids, isFull, toggle, add, clear, says }), [ids, isFull, toggle, add, clear, says]);
}
