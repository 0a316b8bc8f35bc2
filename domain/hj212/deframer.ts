// Deframer: bytes of a connection, in whatever pieces they arrive, into frames and refused pieces, in their order. What comes
// out does not depend on how the bytes were cut. It keeps no more than `deframerBytesMax`, never throws, and loses no good
// frame behind bad bytes, however wrong their length: of all places where a frame may begin, the one that is complete
// first decides. Every byte ends in a frame, in a refused piece, or is a line end between them.
//
//   ## found ──head wrong──▶ refused                              trailer: CR LF, LF, CR or nothing, remarked
//      │ head right                                                  ▲
//      ▼                all bytes there, CRC right                   │
//     open ─────────────────────────────────────────────────────▶ frame ──▶ open ones that begin before it: cut-short
//      │ │                     └─ quoted in a log text: waits for the frame around it
//      │ └─ all bytes there, CRC wrong ──▶ refused: crc, length
//      └─ flush ──▶ refused: half

import { type Decipher, findMark, headBytesJudged, isTextOpen, judgeFrame, judgeHead } from "./candidate.ts";
import { createPieces } from "./pieces.ts";
import type { StreamHint, StreamRefusal } from "./refusal.ts";
import { deframerBytesMax, sizes } from "./sizes.ts";

export type StreamEvent =
  /** `frame` from the first mark to the checksum, `segment` what parseSegment reads; `at` counts the bytes before it. */
  | {
      readonly kind: "frame";
      readonly at: number;
      readonly frame: Uint8Array;
      readonly segment: Uint8Array;
      readonly deciphered: boolean;
    }
  /** `bytes` are the first of `size`. */
  | {
      readonly kind: "refused";
      readonly at: number;
      readonly reason: StreamRefusal;
      readonly hint: StreamHint | null;
      readonly bytes: Uint8Array;
      readonly size: number;
    }
  /** About the frame before: it did not end with CR LF. */
  | { readonly kind: "trailer"; readonly fault: "missing" | "lf-only" | "cr-only" };

export interface StreamCount {
  readonly received: number;
  readonly framed: number;
  readonly refused: number;
  readonly lineEnds: number;
  /** In the buffer, undecided. */
  readonly waiting: number;
}

export interface Deframer {
  push(chunk: Uint8Array): readonly StreamEvent[];
  /** Nothing more will come, or nothing has come for `sizes.halfFrameMsMax`: what waits is judged as it is. */
  flush(): readonly StreamEvent[];
  /** Bytes so far; received = framed + refused + lineEnds + waiting. */
  count(): StreamCount;
}

interface Candidate {
  start: number;
  end: number;
  /** Right, and quoted in the log text of this one. */
  quotedIn: Candidate | null;
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

export function createDeframer(
  options: { readonly decipher?: Decipher; readonly segmentBytesMax?: number } = {},
): Deframer {
  const decipher = options.decipher ?? null;
  const segmentBytesMax = Math.min(options.segmentBytesMax ?? sizes.segmentBytesMax, sizes.segmentBytesMax);
  let buffer = new Uint8Array(1024);
  let length = 0;
  /** Bytes of the stream before the buffer. */
  let base = 0;
  /** Before it everything is decided. */
  let head = 0;
  /** From here on it was not yet looked for marks. */
  let scanned = 0;
  let open: Candidate[] = [];
  let trailer: "none" | "expected" | "cr" = "none";
  let received = 0;
  let framed = 0;
  let lineEnds = 0;
  let events: StreamEvent[] = [];
  const pieces = createPieces((event) => events.push(event));

  function takeTrailer(): void {
    while (trailer !== "none" && head < length) {
      const byte = buffer[head];
      if (byte === carriageReturn && trailer === "expected") {
        trailer = "cr";
      } else {
        if (trailer === "cr" && byte !== lineFeed) events.push({ kind: "trailer", fault: "cr-only" });
        if (trailer === "expected") events.push({ kind: "trailer", fault: byte === lineFeed ? "lf-only" : "missing" });
        trailer = "none";
        if (byte !== lineFeed) break;
      }
      head++;
      lineEnds++;
    }
    scanned = Math.max(scanned, head);
  }

  function scan(): void {
    for (;;) {
      const at = findMark(buffer, scanned, length);
      if (at < 0) {
        // The last byte may be the first mark of a pair.
        scanned = Math.max(scanned, buffer[length - 1] === 0x23 && length > 0 ? length - 1 : length);
        return;
      }
      scanned = at;
      if (at + headBytesJudged > length) return;
      const verdict = judgeHead(buffer, at, segmentBytesMax);
      if (verdict.kind === "frame") open.push({ start: at, end: verdict.end, quotedIn: null });
      else if (verdict.kind === "refused") pieces.mark(at, { reason: verdict.reason, hint: null, end: null });
      scanned = at + 1;
    }
  }

  /** Of those that are complete, the one that was so first; a quoted one only when what quotes it is gone. */
  function pickComplete(): Candidate | null {
    let first: Candidate | null = null;
    for (const each of open) {
      if (each.end > length || (first !== null && each.end >= first.end)) continue;
      if (each.quotedIn !== null && open.includes(each.quotedIn)) continue;
      first = each;
    }
    return first;
  }

  /** The outermost frame that is still open and has a log text open where this one begins. */
  function findQuoter(inner: Candidate): Candidate | null {
    return (
      open.find(
        (outer) =>
          outer.start < inner.start &&
          outer.end > inner.end &&
          isTextOpen(buffer, outer.start + sizes.headBytes, inner.start),
      ) ?? null
    );
  }

  function judge(candidate: Candidate): void {
    const { start, end } = candidate;
    const verdict = judgeFrame(buffer, start, end, decipher);
    if (!verdict.ok) {
      open.splice(open.indexOf(candidate), 1);
      // Where a frame with a wrong length ends, nobody knows.
      pieces.mark(start, { reason: verdict.reason, hint: verdict.hint, end: verdict.reason === "crc" ? end : null });
      return;
    }
    candidate.quotedIn = findQuoter(candidate);
    if (candidate.quotedIn !== null) return;
    const around = open.filter((each) => each.start < start && each.end > end);
    if (around.length > 0) {
      for (const each of around) pieces.mark(each.start, { reason: "cut-short", hint: null, end: null });
      open = open.filter((each) => !around.includes(each));
      // What they quoted before this one comes first; this one is picked again.
      return;
    }
    pieces.take(buffer, head, start);
    pieces.close();
    events.push({
      kind: "frame",
      at: base + start,
      frame: buffer.slice(start, end),
      segment: verdict.segment,
      deciphered: verdict.deciphered,
    });
    framed += end - start;
    head = end;
    scanned = Math.max(scanned, head);
    open = open.filter((each) => each.start >= end);
    trailer = "expected";
  }

  function decide(): void {
    for (;;) {
      takeTrailer();
      scan();
      const candidate = pickComplete();
      if (candidate === null) break;
      judge(candidate);
    }
    const undecided = Math.min(open[0]?.start ?? length, scanned);
    if (undecided > head) {
      pieces.take(buffer, head, undecided);
      head = undecided;
    }
  }

  /** Moves what is undecided to the front. */
  function compact(): void {
    if (head === 0) return;
    buffer.copyWithin(0, head, length);
    for (const each of open) {
      each.start -= head;
      each.end -= head;
    }
    pieces.shift(head);
    base += head;
    length -= head;
    scanned -= head;
    head = 0;
  }

  function append(chunk: Uint8Array, from: number): number {
    const wanted = Math.min(length + chunk.length - from, deframerBytesMax);
    if (wanted > buffer.length) {
      const grown = new Uint8Array(Math.min(deframerBytesMax, Math.max(wanted, 2 * buffer.length)));
      grown.set(buffer.subarray(0, length));
      buffer = grown;
    }
    const taken = Math.min(chunk.length - from, buffer.length - length);
    buffer.set(chunk.subarray(from, from + taken), length);
    length += taken;
    return taken;
  }

  function handOver(): readonly StreamEvent[] {
    const told = events;
    events = [];
    return told;
  }

  return {
    push(chunk) {
      received += chunk.length;
      for (let from = 0; from < chunk.length;) {
        from += append(chunk, from);
        decide();
        compact();
      }
      return handOver();
    },
    flush() {
      for (;;) {
        decide();
        const [first] = open;
        if (first === undefined) break;
        pieces.mark(first.start, { reason: "half", hint: null, end: null });
        open = open.slice(1);
      }
      // A mark or two at the very end: the beginning of a head.
      if (scanned < length && buffer[scanned + 1] === 0x23 && scanned + 1 < length)
        pieces.mark(scanned, { reason: "half", hint: null, end: null });
      pieces.take(buffer, head, length);
      pieces.close();
      if (trailer !== "none") events.push({ kind: "trailer", fault: trailer === "cr" ? "cr-only" : "missing" });
      trailer = "none";
      head = length;
      compact();
      scanned = 0;
      return handOver();
    },
    count: () => ({
      received,
      framed,
      refused: pieces.refused(),
      lineEnds: lineEnds + pieces.lineEnds(),
      waiting: length - head,
    }),
  };
}
