// Pieces: refused bytes of a stream, taken in order, into reports. A piece begins where something failed (a mark), or where
// bytes are that nobody claims; it keeps its first bytes and counts the rest. Part of the deframer.

import type { StreamEvent } from "./deframer.ts";
import type { StreamHint, StreamRefusal } from "./refusal.ts";
import { sizes } from "./sizes.ts";

/** Why the bytes from here on are refused; `end` where the failed frame announced its end, null when that is unknown. */
export interface Mark {
  readonly reason: StreamRefusal;
  readonly hint: StreamHint | null;
  readonly end: number | null;
}

export interface Pieces {
  /** Something failed at `start`. A later word about the same place replaces the earlier one. */
  mark(start: number, mark: Mark): void;
  /** Refuses the bytes from `from` up to `to`; no mark before `to` may come later. */
  take(bytes: Uint8Array, from: number, to: number): void;
  /** Nothing of the piece follows. */
  close(): void;
  /** All places have moved to the front by so many bytes; what was before them is decided. */
  shift(by: number): void;
  refused(): number;
  lineEnds(): number;
}

interface OpenPiece {
  /** In the stream. */
  readonly at: number;
  readonly reason: StreamRefusal;
  readonly hint: StreamHint | null;
  end: number | null;
  readonly kept: Uint8Array;
  size: number;
}

export function createPieces(report: (event: StreamEvent) => void): Pieces {
  let marks: { start: number; mark: Mark }[] = [];
  let piece: OpenPiece | null = null;
  /** Bytes of the stream before place 0. */
  let base = 0;
  let refused = 0;
  let lineEnds = 0;

  function begin(start: number, { reason, hint, end }: Mark): OpenPiece {
    return { at: base + start, reason, hint, end, kept: new Uint8Array(sizes.refusedBytesKept), size: 0 };
  }

  function close(): void {
    if (piece === null) return;
    const { at, reason, hint, kept, size } = piece;
    report({ kind: "refused", at, reason, hint, bytes: kept.slice(0, Math.min(size, kept.length)), size });
    piece = null;
  }

  /** Adds bytes to the open piece, up to its end or its bound; gives the place it got to. */
  function add(to: OpenPiece, bytes: Uint8Array, from: number, until: number): number {
    const stop = Math.min(until, to.end ?? until, from + sizes.refusedBytesMax - to.size);
    const room = Math.max(0, to.kept.length - to.size);
    if (room > 0) to.kept.set(bytes.subarray(from, Math.min(stop, from + room)), Math.min(to.size, to.kept.length));
    to.size += stop - from;
    refused += stop - from;
    if (stop === to.end || to.size === sizes.refusedBytesMax) close();
    return stop;
  }

  return {
    mark(start, mark) {
      const at = marks.findIndex((each) => each.start >= start);
      if (at < 0) marks.push({ start, mark });
      else marks.splice(at, marks[at]?.start === start ? 1 : 0, { start, mark });
    },
    take(bytes, from, to) {
      for (let at = from; at < to;) {
        while ((marks[0]?.start ?? to) < at) marks.shift();
        const next = marks[0];
        if (next !== undefined && next.start === at) {
          close();
          piece = begin(at, next.mark);
          marks.shift();
        }
        const until = Math.min(to, marks[0]?.start ?? to);
        if (piece === null) {
          // Line ends between frames are nobody's fault.
          while (at < until && (bytes[at] === 0x0d || bytes[at] === 0x0a)) {
            at++;
            lineEnds++;
          }
          if (at === until) continue;
          piece = begin(at, { reason: "garbage", hint: null, end: null });
        }
        at = add(piece, bytes, at, until);
      }
    },
    close,
    shift(by) {
      base += by;
      // Marks under good frames are void, and must not pile up.
      marks = marks
        .filter(({ start }) => start >= by)
        .map(({ start, mark }) => ({
          start: start - by,
          mark: mark.end === null ? mark : { ...mark, end: mark.end - by },
        }));
      if (piece !== null && piece.end !== null) piece.end -= by;
    },
    refused: () => refused,
    lineEnds: () => lineEnds,
  };
}
