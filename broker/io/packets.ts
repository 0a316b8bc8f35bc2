// Cuts the bytes of one MQTT connection into packets and offers each of them whole, once and in order. What the taker passes
// on comes out as it came in. Finds packets that are too large by their header, before they are gathered in memory: a packet
// parser would buffer up to 256 MB. Looks at fixed headers only [MQTT-3.1.1 2.2]. Copies no packet that arrives in one piece.

/**
 * What becomes of a packet: "pass" it on, it was "taken", pass it on and "wait" with what is behind it until `resume`, or
 * "stop": nothing comes out any more.
 */
export type Verdict = "pass" | "taken" | "wait" | "stop";

export interface PacketTaker {
  /** How long the body of a packet with this first byte may be. */
  bytesMax(firstByte: number): number;
  /** One whole packet; `body` begins behind the fixed header. */
  take(firstByte: number, body: Buffer): Verdict;
}

/** Bytes to be passed on (null: none), or why this is the end of the stream. */
export type Cut = Buffer | null | "too-large" | "bad-length";

export interface PacketCutter {
  accept(chunk: Buffer): Cut;
  /** Goes on behind the packet at which the taker said "wait". */
  resume(): Cut;
  /** Bytes that came behind the packet at which the taker said "wait". */
  readonly behind: number;
  /** Bytes of memory that are held, filled or not. */
  readonly heldBytes: number;
}

interface Header {
  /** Where the body begins. */
  readonly end: number;
  readonly length: number;
}

const nothing: Buffer = Buffer.alloc(0);
const headerBytesMax = 5;
/** The first piece of a packet that is gathered. */
const gatherBytesMin = 512;

export function createPacketCutter(taker: PacketTaker): PacketCutter {
  /** The beginning of a packet that is not there as a whole yet, and how much of it is filled. */
  let gathered = nothing;
  let filled = 0;
  /** How many bytes the gathered packet needs before it can be looked at again. */
  let wanted = 0;
  let behind = nothing;
  let isStopped = false;

  /** Room grows with what has arrived, not with what was announced. */
  function gather(part: Buffer): void {
    const size = filled + part.length;
    if (size > gathered.length) {
      const grown = Buffer.allocUnsafe(Math.max(size, Math.min(wanted, Math.max(size * 2, gatherBytesMin))));
      gathered.copy(grown, 0, 0, filled);
      gathered = grown;
    }
    part.copy(gathered, filled);
    filled = size;
  }

  function measure(bytes: Buffer, at: number): Header | "too-large" | "bad-length" | null {
    const header = readHeader(bytes, at);
    if (header === null || header === "bad-length") return header;
    return header.length > taker.bytesMax(bytes[at] ?? 0) ? "too-large" : header;
  }

  /** Completes the gathered packet; answers where the chunk goes on behind it, or null when it is still not whole. */
  function complete(chunk: Buffer): number | null | "too-large" | "bad-length" {
    let at = 0;
    for (;;) {
      const step = Math.min(wanted - filled, chunk.length - at);
      gather(chunk.subarray(at, at + step));
      at += step;
      if (filled < wanted) return null;
      const header = measure(gathered.subarray(0, filled), 0);
      if (typeof header === "string") return header;
      const end = header === null ? filled + 1 : header.end + header.length;
      if (end === filled) return at;
      wanted = end;
    }
  }

  function stop(cut: Cut): Cut {
    isStopped = true;
    gathered = nothing;
    behind = nothing;
    filled = 0;
    return cut;
  }

  function accept(chunk: Buffer): Cut {
    if (isStopped || chunk.length === 0) return null;
    const passed: Buffer[] = [];
    let at = 0;
    if (filled > 0) {
      const next = complete(chunk);
      if (next === null) return null;
      if (typeof next === "string") return stop(next);
      at = next;
      const whole = gathered.subarray(0, filled);
      gathered = nothing;
      filled = 0;
      const header = readHeader(whole, 0);
      const verdict =
        header === null || header === "bad-length" ? "stop" : taker.take(whole[0] ?? 0, whole.subarray(header.end));
      if (verdict === "stop") return stop(null);
      if (verdict !== "taken") passed.push(whole);
      if (verdict === "wait") {
        behind = chunk.subarray(at);
        return join(passed);
      }
    }
    /** Where the bytes begin that are passed on together. */
    let passFrom = at;
    const flush = (to: number): void => {
      if (to > passFrom) passed.push(chunk.subarray(passFrom, to));
    };
    while (at < chunk.length) {
      const header = measure(chunk, at);
      if (typeof header === "string") return stop(header);
      const end = header === null ? chunk.length + 1 : header.end + header.length;
      if (header === null || end > chunk.length) {
        flush(at);
        wanted = end - at;
        gather(chunk.subarray(at));
        return join(passed);
      }
      const verdict = taker.take(chunk[at] ?? 0, chunk.subarray(header.end, end));
      if (verdict === "stop") return stop(null);
      if (verdict === "wait") {
        flush(end);
        behind = chunk.subarray(end);
        return join(passed);
      }
      if (verdict === "taken") {
        flush(at);
        passFrom = end;
      }
      at = end;
    }
    flush(chunk.length);
    return join(passed);
  }

  return {
    accept,
    resume() {
      const chunk = behind;
      behind = nothing;
      return accept(chunk);
    },
    get behind() {
      return behind.length;
    },
    get heldBytes() {
      return gathered.length + behind.length;
    },
  };
}

function join(parts: readonly Buffer[]): Buffer | null {
  if (parts.length === 0) return null;
  return parts.length === 1 ? (parts[0] ?? null) : Buffer.concat(parts);
}

/** Where the packet at `at` has its body and how long that is; null while its length is not there yet. */
function readHeader(chunk: Buffer, at: number): Header | "bad-length" | null {
  let length = 0;
  for (let i = 1; i < headerBytesMax; i++) {
    const byte = chunk[at + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** (i - 1);
    if (byte < 0x80) return { end: at + i + 1, length };
  }
  return "bad-length";
}
