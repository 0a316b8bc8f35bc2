// One TCP connection at the HJ 212 door: bytes into frames, answers back in the order in which their frames came to disk. It is
// not read while too much of it waits, and it is ended when it does not read what it is sent, or says nothing that is a frame.
//
//   socket ─▶ deframer ─▶ frame ─────────▶ onFrame ─▶ … journal … ─▶ send(answer)
//                └─▶ refused, line end ─▶ onFault

import type { Socket } from "node:net";
import { bounds } from "#domain/bounds.ts";
import { createDeframer, sizes, type StreamEvent } from "#domain/hj212/hj212.ts";
import { doorBounds } from "../../admit/door-bounds.ts";
import { nameless } from "../../admit/hj212/lines.ts";
import { createRate } from "../../admit/rate.ts";

export interface Line {
  /** Host of the other side. */
  readonly address: string;
  readonly openedAt: number;
  readonly isOpen: boolean;
  /** The MN it last spoke for; "" before there was one. */
  lastMn: string;
  /** Under which it is noted: the source of its last frame. */
  name: string;
  /** All MNs it spoke for: several loggers behind one gateway. */
  readonly mns: Set<string>;
  send(frame: Uint8Array): void;
  /** A frame of it waits for the disk, or does no more. */
  hold(): void;
  release(): void;
  destroy(): void;
}

export interface LineParts {
  readonly now: () => number;
  readonly onFrame: (line: Line, event: Extract<StreamEvent, { kind: "frame" }>) => void;
  readonly onFault: (line: Line, event: Exclude<StreamEvent, { kind: "frame" }>) => void;
  readonly onClose: (line: Line) => void;
  /** It is ended by us: why. */
  readonly onEnded: (line: Line, reason: "slow-reader" | "silent") => void;
}

/** Frames of one line that may wait for the disk; at it the socket is not read. */
const heldMax = 256;
/** How often a line is looked at. */
const watchMs = 5_000;

export function openLine(socket: Socket, parts: LineParts): Line {
  const { now } = parts;
  const deframer = createDeframer();
  const openedAt = now();
  /** Junk costs more to look at than to send. */
  const faults = createRate(bounds.lineFaultsPerSecond, bounds.lineFaultsBurst);
  let held = 0;
  let isFull = false;
  let faultyUntil = 0;
  /** The other side says nothing more; it still reads. */
  let hasEnded = false;
  let bytesAt = openedAt;
  let framedAt = openedAt;
  let hasFramed = false;

  function take(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (event.kind !== "frame") {
        if (event.kind === "refused") faultyUntil = now() + faults.takeMs(now());
        parts.onFault(line, event);
        continue;
      }
      framedAt = now();
      hasFramed = true;
      parts.onFrame(line, event);
    }
  }

  function pauseOrGoOn(): void {
    const waitMs = faultyUntil - now();
    if (waitMs > 0) setTimeout(pauseOrGoOn, waitMs);
    if (isFull || waitMs > 0) socket.pause();
    else socket.resume();
  }

  const line: Line = {
    address: socket.remoteAddress ?? "",
    openedAt,
    get isOpen() {
      return !socket.destroyed && socket.writable;
    },
    lastMn: "",
    name: nameless,
    mns: new Set(),
    send(frame) {
      if (socket.destroyed || !socket.writable) return;
      socket.write(frame);
      if (socket.writableLength <= doorBounds.loggerOutgoingBytesMax) return;
      parts.onEnded(line, "slow-reader");
      socket.destroy();
    },
    hold() {
      held++;
      if (held < heldMax || isFull) return;
      isFull = true;
      pauseOrGoOn();
    },
    release() {
      held--;
      if (held === 0 && hasEnded) socket.end();
      if (!isFull || held > heldMax / 2) return;
      isFull = false;
      pauseOrGoOn();
    },
    destroy: () => socket.destroy(),
  };

  socket.on("data", (chunk: Buffer) => {
    bytesAt = now();
    take(deframer.push(chunk));
    if (faultyUntil > now()) pauseOrGoOn();
  });
  // Half a frame at the end of a line is told before the line is forgotten; what is not on disk yet is still answered.
  socket.on("end", () => {
    take(deframer.flush());
    hasEnded = true;
    if (held === 0) socket.end();
  });
  socket.on("error", () => socket.destroy());
  const watch = setInterval(() => {
    const at = now();
    if (at - bytesAt >= sizes.halfFrameMsMax && deframer.count().waiting > 0) take(deframer.flush());
    const silentMs = hasFramed ? bounds.loggerSilentMsMax : bounds.loggerSilentFirstMsMax;
    if (Math.abs(at - framedAt) < silentMs) return;
    parts.onEnded(line, "silent");
    socket.destroy();
  }, watchMs);
  socket.once("close", () => {
    clearInterval(watch);
    parts.onClose(line);
  });
  return line;
}
