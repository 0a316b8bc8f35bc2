// A payload that holds one or more whole frames, as on TCP (an MQTT message, a journal entry) → its messages and what of it is
// refused, in their order. For bytes that have an end; a connection has a deframer of its own.

import type { Decipher } from "./candidate.ts";
import { createDeframer } from "./deframer.ts";
import type { Message } from "./message.ts";
import type { Remark, SegmentRefusal, StreamRefusal } from "./refusal.ts";
import { parseSegment } from "./segment.ts";

export type PayloadPart =
  | { readonly kind: "message"; readonly at: number; readonly message: Message; readonly remarks: readonly Remark[] }
  | {
      readonly kind: "refused";
      readonly at: number;
      readonly size: number;
      readonly reason: StreamRefusal | SegmentRefusal;
      /** A hint, or what is wrong with the structure; "" when the reason says it all. */
      readonly detail: string;
    };

export function readPayload(payload: Uint8Array, decipher?: Decipher): PayloadPart[] {
  const deframer = createDeframer(decipher === undefined ? {} : { decipher });
  const parts: PayloadPart[] = [];
  for (const event of [...deframer.push(payload), ...deframer.flush()]) {
    if (event.kind === "trailer") continue;
    const { at } = event;
    if (event.kind === "refused") {
      parts.push({ kind: "refused", at, size: event.size, reason: event.reason, detail: event.hint ?? "" });
      continue;
    }
    const parsed = parseSegment(event.segment);
    if (parsed.ok) parts.push({ kind: "message", at, message: parsed.message, remarks: parsed.remarks });
    else parts.push({ kind: "refused", at, size: event.frame.length, reason: parsed.reason, detail: parsed.detail });
  }
  return parts;
}
