// How fast all devices together may send while ingest is behind. Alarms lie behind everything that was acknowledged before
// them: so that no live alarm waits longer than a moment, the door takes no more than ingest gets through as soon as its
// backlog is worth half a second. Frames wait in the sockets of their devices meanwhile. While ingest is away nothing is held
// back: the journal takes the backlog. Pure; time is an argument.
//
//   head ─┐
//         ├─ backlog ─▶ worth how many seconds? ─▶ over half a second: so many frames per second as ingest gets through
//   cursor┘

export interface Pace {
  /** What is durable, and how far ingest has come; several times a second while ingest is there. */
  note(nowMs: number, headSeq: number, cursorSeq: number): void;
  /** Ingest has gone: nothing holds back until it says where it is again. */
  away(): void;
  /** Takes one frame; returns how long (ms) it must wait, 0 = not at all. */
  takeMs(nowMs: number): number;
}

const backlogSecondsMax = 0.5;
/** Below this a backlog is no more than what comes in one turn. */
const backlogMin = 2_000;
/** A note older than this says nothing any more. */
const staleMs = 1_000;
/** Slower than this ingest hardly is; a standstill of one note must not stop everything. */
const framesPerSecondMin = 500;
const shareMin = 0.3;

export function createPace(): Pace {
  let notedAt = Number.NEGATIVE_INFINITY;
  let cursor = 0;
  /** Entries per second that ingest gets through, smoothed. */
  let speed = 0;
  let backlog = 0;
  let isBehind = false;
  /** When the next frame may pass, while ingest is behind. */
  let freeAt = 0;

  return {
    note(nowMs, headSeq, cursorSeq) {
      const elapsedMs = nowMs - notedAt;
      if (elapsedMs > 0 && elapsedMs < staleMs && cursorSeq >= cursor) {
        const now = ((cursorSeq - cursor) / elapsedMs) * 1000;
        // What ingest can do shows only while it has something to do.
        speed = isBehind ? speed * 0.8 + now * 0.2 : Math.max(speed * 0.99, now);
      }
      notedAt = nowMs;
      cursor = cursorSeq;
      backlog = headSeq - cursorSeq;
      isBehind = backlog > Math.max(backlogMin, speed * backlogSecondsMax);
    },
    away() {
      notedAt = Number.NEGATIVE_INFINITY;
      isBehind = false;
      freeAt = 0;
    },
    takeMs(nowMs) {
      const isAway = nowMs - notedAt > staleMs;
      // Who waits already goes first, also when ingest has caught up meanwhile.
      if (isAway || (!isBehind && freeAt <= nowMs)) return 0;
      // Less than ingest does, so that the backlog shrinks, and the less the longer it is; a little more when it has shrunk.
      const share = Math.max(shareMin, 1.2 - 0.5 * (backlog / Math.max(framesPerSecondMin, speed)));
      const gapMs = 1000 / Math.max(framesPerSecondMin, speed * share);
      freeAt = Math.max(freeAt, nowMs) + gapMs;
      return Math.floor(freeAt - nowMs);
    },
  };
}
