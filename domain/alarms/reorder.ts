// The order of samples: where a record has a delay they wait until the watermark (receive time - grace) has passed them, and count
// in the order of event time. Whatever order they arrive in within the grace, the alarm is the same. Nothing waits where
// there is no delay. Pure; changes its list in place.

import type { AlarmDefinition } from "../alarm-definition.ts";
import type { Sample } from "./shapes.ts";

/** How long samples that are older may still come. */
export const orderGraceMs = 10_000;

/** What is said about silence and conditions comes from the centre itself, in order. */
export function graceOf({ subject, onDelayMs, offDelayMs }: AlarmDefinition): number {
  const mayBeOutOfOrder = subject === "limit" || subject === "value" || subject === "quality";
  return mayBeOutOfOrder && (onDelayMs > 0 || offDelayMs > 0) ? orderGraceMs : 0;
}

/** Puts a sample into its place. The one that came last counts last among those of the same time. */
export function putInOrder(waiting: Sample[], sample: Sample): void {
  let place = waiting.length;
  while (place > 0 && (waiting[place - 1]?.time ?? 0) > sample.time) place--;
  waiting.splice(place, 0, sample);
}
