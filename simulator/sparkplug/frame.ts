// A frame of an edge node while it waits in the outbox: what was measured, as text. It becomes bytes when it leaves, because
// aliases and sequence numbers belong to the connection that it leaves on.

import type { FrameDraft, FrameValue } from "../payload.ts";
import type { NonsenseVariant } from "../scenarios/episode.ts";

export interface KeptMoment {
  readonly eventMs: number;
  readonly values: Readonly<Record<string, FrameValue>>;
}

export interface KeptFrame {
  readonly moments: readonly KeptMoment[];
  /** It was measured while there was no line. */
  readonly historical: boolean;
  readonly nonsense: NonsenseVariant | null;
}

export function keepFrame(
  drafts: readonly FrameDraft[],
  historical: boolean,
  nonsense: NonsenseVariant | null,
): string {
  const moments = drafts.map(({ eventMs, values }): KeptMoment => ({ eventMs, values: Object.fromEntries(values) }));
  return JSON.stringify({ moments, historical, nonsense } satisfies KeptFrame);
}

/** Only for texts that `keepFrame` made. */
export function readKept(text: string): KeptFrame {
  return JSON.parse(text) as KeptFrame;
}

export function keepLate(text: string): string {
  return JSON.stringify({ ...readKept(text), historical: true } satisfies KeptFrame);
}
