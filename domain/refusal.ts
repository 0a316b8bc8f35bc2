// The closed list of reasons for which input is refused. A refusal is a value, counted and shown, never thrown.
// `scope` says what was refused: the whole frame, or one reading of a frame whose others may be good.

import { sparkplugRefusals } from "./sparkplug/refusal.ts";

export const refusals = {
  "invalid-json": { scope: "frame", says: "the payload is not JSON" },
  "invalid-shape": { scope: "frame", says: "the JSON is not an object with time and values, nor an array of such" },
  "invalid-packet": { scope: "frame", says: "the bytes are no HJ 212 packet: checksum, length or structure are wrong" },
  "invalid-time": {
    scope: "frame",
    says: "time is neither ISO 8601 with an offset, epoch milliseconds, nor the DataTime of HJ 212",
  },
  "invalid-kind": { scope: "frame", says: "kind is none of realtime, minute, hour, day" },
  "no-values": { scope: "frame", says: "the frame carries no value" },
  "too-many-values": { scope: "frame", says: "the frame carries more values than one frame may" },
  "time-in-future": { scope: "frame", says: "the event time is ahead of the receive time by more than the tolerance" },
  "time-too-old": { scope: "frame", says: "the event time is older than the oldest back-fill that is taken" },
  "unknown-site": { scope: "frame", says: "the site is not registered" },
  "unknown-logger": { scope: "frame", says: "no site has the MN of this HJ 212 logger" },
  "wrong-password": { scope: "frame", says: "the HJ 212 packet does not carry the password of its logger" },
  "decoder-failed": { scope: "frame", says: "ingest failed on this frame and leaves it unread; the bytes are kept" },
  "unsupported-channel": { scope: "frame", says: "nothing here decodes this channel yet; the bytes are kept" },
  "unknown-factor": { scope: "reading", says: "the factor code is in no table" },
  "not-a-number": { scope: "reading", says: "the value is not a number" },
  "not-finite": { scope: "reading", says: "the value is NaN or infinite" },
  "out-of-range": { scope: "reading", says: "the value is physically impossible for this factor" },
  "invalid-flag": { scope: "reading", says: "the flag is none of N F M S D C T B" },
  ...sparkplugRefusals,
} as const;

export type RefusalReason = keyof typeof refusals;

export interface Refusal {
  readonly reason: RefusalReason;
  /** What exactly was wrong, short, for people; never the whole payload. */
  readonly detail: string;
  /** Null when the whole frame, or a whole object of it, is refused. */
  readonly factor: string | null;
  /** Which object of the frame it is about, counted from 0; absent when it is about the frame as a whole. */
  readonly point?: number;
  /** Readings that are lost by it; absent = none that could be counted. */
  readonly readings?: number;
}
