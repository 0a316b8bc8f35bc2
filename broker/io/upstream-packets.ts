// Cuts what an external broker sends into packets. A PUBLISH that is too large is not gathered: its beginning is kept, which
// says what to acknowledge, and the rest is passed over; closing the connection would bring the same message again and again.

import { packetTypes } from "../admit/packet.ts";
import { headBytes } from "../admit/upstream.ts";

export interface UpstreamTaker {
  /** One whole packet; `body` begins behind the fixed header, and is a view of the bytes that came. */
  take(firstByte: number, body: Buffer): void;
  /** The beginning of a PUBLISH that is not kept, and how many bytes it has in all. */
  tooLarge(firstByte: number, head: Buffer, bytes: number): void;
}

export interface UpstreamCutter {
  /** False when this is no MQTT: nothing more can be cut. */
  accept(chunk: Buffer): boolean;
}

const nothing = Buffer.alloc(0);

export function createUpstreamCutter(bytesMax: number, taker: UpstreamTaker): UpstreamCutter {
  let rest: Buffer = nothing;
  /** Bytes still to come of a packet that is passed over. */
  let skip = 0;
  let isBroken = false;

  /** Takes the packet at `at`; answers where the next one begins, or null when more bytes are needed. */
  function cut(bytes: Buffer, at: number): number | null {
    const header = readHeader(bytes, at);
    if (header === null) return null;
    const firstByte = bytes[at] ?? 0;
    const body = at + header.bytes;
    const end = body + header.length;
    if (header.length <= bytesMax) {
      if (end > bytes.length) return null;
      taker.take(firstByte, bytes.subarray(body, end));
      return end;
    }
    if (header.length === tooLong || firstByte >> 4 !== packetTypes.publish) {
      isBroken = true;
      return null;
    }
    const wanted = headBytes(firstByte, bytes.subarray(body));
    if (wanted === null || body + wanted > bytes.length) return null;
    taker.tooLarge(firstByte, bytes.subarray(body, body + wanted), header.length);
    skip = Math.max(0, end - bytes.length);
    return Math.min(end, bytes.length);
  }

  return {
    accept(chunk) {
      if (isBroken) return false;
      const from = Math.min(skip, chunk.length);
      skip -= from;
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = from;
      while (at < bytes.length) {
        const next = cut(bytes, at);
        if (next === null) break;
        at = next;
      }
      rest = at < bytes.length ? bytes.subarray(at) : nothing;
      return !isBroken;
    },
  };
}

const tooLong = Number.POSITIVE_INFINITY;

/** Bytes of the fixed header, and of what follows it; null while they are not there. */
function readHeader(bytes: Buffer, at: number): { readonly bytes: number; readonly length: number } | null {
  let length = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** (i - 1);
    if (byte < 0x80) return { bytes: i + 1, length };
  }
  return { bytes: 5, length: tooLong };
}
