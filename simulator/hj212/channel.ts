// One exchange of a logger after another [HJ 212-2017 6.2, tables C.49 and C.50]: a packet is sent and its answer awaited; the
// same bytes once more when none comes in time, so many times; then the line counts as gone. A split message goes part by part.
//
//   begin ─▶ sent ─▶ 9014, 9013 with its QN ─▶ next part … ─▶ over
//             │ ▲
//             └ again after the time-out ─▶ (last resend) ─▶ unanswered

export interface OutgoingFrame {
  /** Null: no answer is wanted. */
  readonly qn: string | null;
  readonly bytes: Uint8Array;
}

export interface ChannelParts {
  write(bytes: Uint8Array, attempt: number): void;
  /** As they are set now; a request of the centre may change them. */
  timeOutMs(): number;
  resends(): number;
}

export interface Channel {
  readonly isBusy: boolean;
  /** Only when it is not busy. `onOver(true)`: all parts were answered. */
  begin(frames: readonly OutgoingFrame[], nowMs: number, onOver: (isAnswered: boolean) => void): void;
  /** True when this was what it waited for. */
  meet(qn: string, nowMs: number): boolean;
  step(nowMs: number): void;
  /** The line has gone: what was begun is not over, and nobody is told. */
  reset(): void;
}

interface Begun {
  readonly frames: readonly OutgoingFrame[];
  readonly onOver: (isAnswered: boolean) => void;
  at: number;
  attempt: number;
  dueMs: number;
}

export function createChannel({ write, timeOutMs, resends }: ChannelParts): Channel {
  let begun: Begun | null = null;

  function send(nowMs: number): void {
    if (begun === null) return;
    const frame = begun.frames[begun.at];
    if (frame === undefined) return over(true);
    begun.attempt++;
    begun.dueMs = nowMs + timeOutMs();
    write(frame.bytes, begun.attempt);
    if (frame.qn === null) goOn(nowMs);
  }

  function goOn(nowMs: number): void {
    if (begun === null) return;
    begun.at++;
    begun.attempt = 0;
    send(nowMs);
  }

  function over(isAnswered: boolean): void {
    const ended = begun;
    begun = null;
    ended?.onOver(isAnswered);
  }

  return {
    get isBusy() {
      return begun !== null;
    },
    begin(frames, nowMs, onOver) {
      begun = { frames, onOver, at: 0, attempt: 0, dueMs: nowMs };
      send(nowMs);
    },
    meet(qn, nowMs) {
      if (begun === null || begun.frames[begun.at]?.qn !== qn) return false;
      goOn(nowMs);
      return true;
    },
    step(nowMs) {
      if (begun === null || nowMs < begun.dueMs) return;
      if (begun.attempt > resends()) over(false);
      else send(nowMs);
    },
    reset() {
      begun = null;
    },
  };
}
