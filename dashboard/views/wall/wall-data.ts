// What only the wall asks of the live stores: the few alarms that matter most, and since when the wall itself is blind.

import { useState } from "react";
import { compareUrgency, isCalling, type AlarmBook } from "../../state/alarm-book.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp, useObservable, useServerNow } from "../app-context.ts";

/** From here nothing on the wall may be believed any more. */
export const blindAfterMs = 15_000;

export interface Urgent {
  readonly shown: readonly AlarmView[];
  readonly more: number;
}

export function pickUrgent(book: AlarmBook, most: number): Urgent {
  const open = [...book.byId.values()].filter(isCalling).sort(compareUrgency);
  return { shown: open.slice(0, most), more: Math.max(0, open.length - most) };
}

/** Since when nothing was heard, in ms of the server's clock, once that is too long; null while the wall sees. */
export function useBlindness(): { readonly since: number | null; readonly forMs: number } | null {
  const { live } = useApp();
  const now = useServerNow();
  const offset = useObservable(live.offset);
  const { heardAt } = useObservable(live.link);
  const [begun] = useState(() => now);
  const since = heardAt === null ? null : heardAt + offset;
  const forMs = now - (since ?? begun);
  return forMs > blindAfterMs ? { since, forMs } : null;
}
