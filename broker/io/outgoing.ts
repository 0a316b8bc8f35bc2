// What waits for one connection to read it. The broker library holds a message back from everybody while one subscriber's
// socket is full; so it is told that a write always has room, and a connection that lets too much wait, or takes nothing for
// too long, is closed instead. Bounds the acknowledgements of a device that never reads them as well.

import type { Duplex } from "node:stream";
import { doorBounds } from "../admit/door-bounds.ts";

type WriteDone = (error: Error | null | undefined) => void;

export interface OutgoingBounds {
  readonly outgoingBytesMax: number;
  readonly outgoingAllBytesMax: number;
  readonly outgoingStillMs: number;
}

/** What waits for all connections together, as far as their last write that found no room told. */
export interface AllOutgoing {
  bytes: number;
}

/** `onSlow` is called once, to close the connection. */
export function boundOutgoing(
  stream: Duplex,
  all: AllOutgoing,
  onSlow: (detail: string) => void,
  { outgoingBytesMax, outgoingAllBytesMax, outgoingStillMs }: OutgoingBounds = doorBounds,
): void {
  const write = stream.write.bind(stream);
  let writtenBytes = 0;
  /** How much of `all` is this connection's. */
  let countedBytes = 0;
  let isClosing = false;
  let timer: NodeJS.Timeout | null = null;

  function close(detail: string): void {
    if (isClosing) return;
    isClosing = true;
    onSlow(detail);
  }

  function count(bytes: number): void {
    all.bytes += bytes - countedBytes;
    countedBytes = bytes;
  }

  /** Asks now and then whether it took anything, until nothing waits. */
  function watch(): void {
    const takenBytes = writtenBytes - stream.writableLength;
    timer = setTimeout(() => {
      timer = null;
      if (stream.destroyed || stream.writableLength === 0) return;
      if (writtenBytes - stream.writableLength > takenBytes) watch();
      else close(`took nothing for ${outgoingStillMs} ms`);
    }, outgoingStillMs);
    timer.unref();
  }

  stream.on("drain", () => count(0));
  stream.once("close", () => {
    count(0);
    if (timer !== null) clearTimeout(timer);
  });
  stream.write = (chunk: unknown, encoding?: BufferEncoding | WriteDone, done?: WriteDone): boolean => {
    writtenBytes +=
      typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk instanceof Uint8Array ? chunk.length : 0;
    const hasRoom =
      typeof encoding === "string"
        ? write(chunk, encoding, done)
        : Reflect.apply(write, null, [chunk, encoding ?? done]);
    if (hasRoom || stream.destroyed) return true;
    count(stream.writableLength);
    if (stream.writableLength > outgoingBytesMax) close(`${stream.writableLength} bytes wait`);
    else if (all.bytes > outgoingAllBytesMax) close(`${all.bytes} bytes wait for all connections`);
    else if (timer === null) watch();
    return true;
  };
}
