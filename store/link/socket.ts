// A link over a local socket: two processes of one machine. Frames are a 4-byte length and a V8-serialized value.
//
//   serveLinks   one side listens on a socket file and is given a link for every peer that connects
//   dialLink     the other side connects, and connects again when the peer was away

import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Link } from "./link.ts";

const frameBytesMax = 256 * 1024 * 1024;
/** Past this a peer that does not read is cut off; it comes back and asks for the state anew. */
const bufferedBytesMax = 64 * 1024 * 1024;
/** Socket addresses are at most 107 bytes on Linux. */
const addressCharsMax = 100;

/** Where the role's socket lies: below the data folder, or, when that path is too long for a socket, in the temporary one. */
export function socketPath(dataDir: string, role: string): string {
  const path = resolve(dataDir, "run", `${role}.sock`);
  if (path.length <= addressCharsMax) return path;
  const hash = createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 16);
  return join(tmpdir(), `plumeline-${hash}-${role}.sock`);
}

function createSocketLink(socket: Socket): Link {
  let messageHandler: ((message: unknown) => void) | null = null;
  const waiting: unknown[] = [];
  const closeHandlers: (() => void)[] = [];
  let parts: Buffer[] = [];
  let partsBytes = 0;

  function deliver(message: unknown): void {
    if (messageHandler === null) waiting.push(message);
    else messageHandler(message);
  }

  function takeFrames(): void {
    if (partsBytes < 4) return;
    let bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, partsBytes);
    while (bytes.length >= 4) {
      const frameBytes = bytes.readUInt32LE(0);
      if (frameBytes > frameBytesMax) {
        socket.destroy(new Error(`link frame of ${frameBytes} bytes`));
        return;
      }
      if (bytes.length < 4 + frameBytes) break;
      deliver(deserialize(bytes.subarray(4, 4 + frameBytes)));
      bytes = bytes.subarray(4 + frameBytes);
    }
    parts = bytes.length > 0 ? [bytes] : [];
    partsBytes = bytes.length;
  }

  let neededBytes = 4;
  socket.on("data", (chunk: Buffer) => {
    parts.push(chunk);
    partsBytes += chunk.length;
    // A large frame comes in many chunks; joining them only once keeps this linear.
    if (partsBytes < neededBytes) return;
    takeFrames();
    const first = parts[0];
    neededBytes = first !== undefined && first.length >= 4 ? 4 + first.readUInt32LE(0) : 4;
  });
  socket.on("close", () => {
    for (const handler of closeHandlers) handler();
  });
  return {
    send(message) {
      if (socket.destroyed || !socket.writable) return false;
      if (socket.writableLength > bufferedBytesMax) {
        socket.destroy(new Error("the peer does not read"));
        return false;
      }
      const body = serialize(message);
      const head = Buffer.allocUnsafe(4);
      head.writeUInt32LE(body.length);
      socket.cork();
      socket.write(head);
      socket.write(body);
      socket.uncork();
      return true;
    },
    onMessage(handler) {
      messageHandler = handler;
      for (const message of waiting.splice(0)) handler(message);
    },
    onClose(handler) {
      closeHandlers.push(handler);
    },
    get bufferedBytes() {
      return socket.writableLength;
    },
    close() {
      socket.destroy();
    },
  };
}

export interface LinkServer {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Listens on `path` and hands over a link for every peer. A socket file left by a killed process is removed. */
export function serveLinks(path: string, onLink: (link: Link) => void): LinkServer {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // The close that follows an error is what peers act on.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    onLink(createSocketLink(socket));
  });
  return {
    start() {
      mkdirSync(dirname(path), { recursive: true });
      rmSync(path, { force: true });
      return new Promise((done, fail) => {
        server.once("error", fail);
        server.listen(path, () => {
          server.removeListener("error", fail);
          chmodSync(path, 0o600);
          done();
        });
      });
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => {
        server.close(() => done());
      });
    },
  };
}

export interface LinkDialler {
  stop(): void;
}

/** Connects to `path` and tries again every `retryMs` while the peer is away. */
export function dialLink(path: string, onLink: (link: Link) => void, retryMs = 100): LinkDialler {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let socket: Socket | undefined;
  function dial(): void {
    socket = connect(path);
    const current = socket;
    current.once("connect", () => onLink(createSocketLink(current)));
    current.on("error", () => current.destroy());
    current.once("close", () => {
      if (!stopped) timer = setTimeout(dial, retryMs);
    });
  }
  dial();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
}
