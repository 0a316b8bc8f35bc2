// One connection of the load generator: signs in, sends prepared packets while the window of unacknowledged ones allows, and
// tells how long each acknowledgement took. Answers are cut out of the stream by hand: four bytes each, a hundred thousand
// times a second.

import { connect, type Socket } from "node:net";
import { generate } from "mqtt-packet";
import type { Message } from "./message.ts";

export interface LineParts {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly username: string;
  readonly password: string | null;
  readonly message: Message;
  readonly qos: 0 | 1;
  readonly window: number;
  readonly onOpen: () => void;
  /** `since` is what was given to send() with this message. */
  readonly onAck: (line: LoadLine, since: number, time: number) => void;
  /** After all acknowledgements of one chunk. */
  readonly onRoom: (line: LoadLine) => void;
  readonly onClose: (why: string) => void;
}

export interface LoadLine {
  /** Messages that may be sent now. */
  readonly room: number;
  readonly unacknowledged: number;
  /** Prepares one message with this event time; flush() sends all prepared ones in one write. */
  send(time: number, since: number): void;
  flush(): void;
  end(): void;
}

const types = { connack: 2, puback: 4 } as const;

export function openLine(parts: LineParts): LoadLine {
  const { message, qos, window } = parts;
  const socket: Socket = connect({ host: parts.host, port: parts.port, noDelay: true });
  // A number is used again only after its acknowledgement came.
  const free = Uint16Array.from({ length: window }, (_, i) => window - i);
  let freeCount = window;
  const sinceOf = new Float64Array(window + 1);
  const timeOf = new Float64Array(window + 1);
  let buffer = Buffer.alloc(0);
  let used = 0;
  let rest: Buffer | null = null;
  let ended = false;

  const line: LoadLine = {
    get room() {
      return freeCount;
    },
    get unacknowledged() {
      return window - freeCount;
    },
    send(time, since) {
      if (used + message.bytes > buffer.length) {
        line.flush();
        // The socket keeps what it was given: every stretch is written once and never again.
        buffer = Buffer.allocUnsafeSlow(message.bytes * Math.max(16, Math.min(window, 128)));
      }
      let id = 0;
      if (qos === 1) {
        id = free[--freeCount] ?? 0;
        sinceOf[id] = since;
        timeOf[id] = time;
      }
      message.write(buffer, used, id, time);
      used += message.bytes;
    },
    flush() {
      if (used === 0) return;
      if (!ended) socket.write(buffer.subarray(0, used));
      buffer = buffer.subarray(used);
      used = 0;
    },
    end() {
      ended = true;
      if (!socket.destroyed) socket.end(generate({ cmd: "disconnect" }));
    },
  };

  function onPacket(type: number, bytes: Buffer, body: number): void {
    if (type === types.puback) {
      const id = ((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0);
      free[freeCount++] = id;
      parts.onAck(line, sinceOf[id] ?? 0, timeOf[id] ?? 0);
    } else if (type === types.connack) {
      const code = bytes[body + 1] ?? 0;
      if (code === 0) parts.onOpen();
      else socket.destroy(new Error(`the broker refused ${parts.username}: code ${code}`));
    }
  }

  function take(chunk: Buffer): void {
    const bytes: Buffer = rest === null ? chunk : Buffer.concat([rest, chunk]);
    rest = null;
    let at = 0;
    while (at < bytes.length) {
      let length = 0;
      let shift = 0;
      let body = at + 1;
      for (; body < bytes.length; body++) {
        const byte = bytes[body] ?? 0;
        length |= (byte & 0x7f) << shift;
        shift += 7;
        if (byte < 0x80) break;
      }
      body++;
      if (body + length > bytes.length) {
        rest = bytes.subarray(at);
        return;
      }
      onPacket((bytes[at] ?? 0) >> 4, bytes, body);
      at = body + length;
    }
  }

  let why = "closed by the broker";
  socket.on("connect", () =>
    socket.write(
      generate({
        cmd: "connect",
        clientId: parts.clientId,
        clean: true,
        keepalive: 0,
        ...(parts.password === null ? {} : { username: parts.username, password: Buffer.from(parts.password) }),
      }),
    ),
  );
  socket.on("data", (chunk) => {
    take(chunk);
    parts.onRoom(line);
  });
  socket.on("error", (error) => {
    why = error.message;
  });
  socket.on("close", () => {
    if (!ended) parts.onClose(why);
    ended = true;
  });
  return line;
}
