// One TCP connection at the HJ 212 door: bytes into frames, answers back in the order in which their frames came to disk. It is
// not read while too much of it waits, and it is ended when it does not read what it is sent, or says nothing that is a frame.
//
//   socket ─▶ deframer ─▶ frame ─────────▶ onFrame ─▶ … journal … ─▶ send(answer)
//                └─▶ refused, line end ─▶ onFault

import type { Socket } from "node:net";
import { bounds } from "#domain/bounds.ts";
import { createDeframer, sizes, type StreamEvent } from "#domain/hj212/hj212.ts";
import { doorBounds } from "../../admit/door-bounds.ts";

export interface Line {
  /** Host of the other side. */
  readonly address: string;
  readonly openedAt: number;
  readonly isOpen: boolean;
  /** The MN it last spoke for; "" before there was one. */
  lastMn: string;
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
  let held = 0;
  let isPaused = false;
  let bytesAt = openedAt;
  let framedAt = openedAt;
  let hasFramed = false;

  function take(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (event.kind !== "frame") {
        parts.onFault(line, event);
        continue;
      }
      framedAt = now();
      hasFramed = true;
      parts.onFrame(line, event);
    }
  }

  const line: Line = {
    address: socket.remoteAddress ?? "",
    openedAt,
    get isOpen() {
      return !socket.destroyed && socket.writable;
    },
    lastMn: "",
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
      if (held < heldMax || isPaused) return;
      isPaused = true;
      socket.pause();
    },
    release() {
      held--;
      if (!isPaused || held > heldMax / 2) return;
      isPaused = false;
      socket.resume();
    },
    destroy: () => socket.destroy(),
  };

  socket.on("data", (chunk: Buffer) => {
    bytesAt = now();
    take(deframer.push(chunk));
  });
  // Half a frame at the end of a line is told before the line is forgotten.
  socket.on("end", () => take(deframer.flush()));
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
