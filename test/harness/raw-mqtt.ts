// MQTT byte by byte: packets written by hand, right or wrong, over a socket of its own, and every packet that comes back. For
// what no client library would send.

import { connect, type Socket } from "node:net";
import { parser, type Packet } from "mqtt-packet";
import type { Credentials } from "./api-client.ts";
import { waitFor } from "./wait.ts";

export type Part = string | number | readonly number[] | Uint8Array;

/** A text is a field with its length in front; numbers and bytes stand as they are. */
export function bytesOf(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "number") return Buffer.of(part);
      if (typeof part !== "string") return Buffer.from(part);
      const text = Buffer.from(part);
      return Buffer.concat([Buffer.of(text.length >> 8, text.length & 0xff), text]);
    }),
  );
}

export function packetOf(firstByte: number, ...parts: readonly Part[]): Buffer {
  const body = bytesOf(parts);
  const head = [firstByte];
  let rest = body.length;
  do {
    head.push(rest > 127 ? (rest % 128) | 0x80 : rest);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(head), body]);
}

/** A CONNECT that is right, unless the options make it wrong. */
export function connectOf(
  { username, password }: Credentials,
  { id = "raw", clean = true, keepaliveSeconds = 60 } = {},
): Buffer {
  return packetOf(0x10, "MQTT", 4, clean ? 0xc2 : 0xc0, [0, keepaliveSeconds], id, username, password);
}

export function publishOf(site: string, packetId: number, options: { qos?: 0 | 1 | 2; time?: number } = {}): Buffer {
  const { qos = 1, time = 1_795_000_000_000 + packetId } = options;
  const payload = Buffer.from(JSON.stringify({ time, values: { w01018: packetId } }));
  const id = qos === 0 ? [] : [packetId >> 8, packetId & 0xff];
  return packetOf(0x30 | (qos << 1), `v1/${site}/readings`, id, payload);
}

export interface RawMqtt {
  readonly socket: Socket;
  readonly packets: readonly Packet[];
  /** The identifiers of the answers of this kind, in the order in which they came. */
  answers(cmd: Packet["cmd"]): number[];
  write(...bytes: readonly Uint8Array[]): void;
  readonly closed: boolean;
  waitForAnswers(cmd: Packet["cmd"], count: number, deadlineMs?: number): Promise<void>;
  waitForEnd(deadlineMs?: number): Promise<void>;
  end(): void;
}

export function openRaw(address: string): RawMqtt {
  const [host = "", port = ""] = address.split(":");
  const socket = connect({ host, port: Number(port), noDelay: true });
  const packets: Packet[] = [];
  let closed = false;
  const reader = parser();
  reader.on("packet", (packet) => packets.push(packet));
  reader.on("error", () => undefined);
  socket.on("data", (chunk) => reader.parse(chunk));
  // That it is reset is one of the ways in which it ends.
  socket.on("error", () => undefined);
  socket.on("close", () => (closed = true));
  const raw: RawMqtt = {
    socket,
    packets,
    answers: (cmd) => packets.filter((packet) => packet.cmd === cmd).map((packet) => packet.messageId ?? 0),
    write: (...bytes) => void socket.write(Buffer.concat(bytes)),
    get closed() {
      return closed;
    },
    async waitForAnswers(cmd, count, deadlineMs = 5_000) {
      await waitFor(`${count} × ${cmd}`, () => raw.answers(cmd).length >= count, { deadlineMs });
    },
    async waitForEnd(deadlineMs = 5_000) {
      await waitFor("the broker to close", () => closed, { deadlineMs });
    },
    end: () => void socket.destroy(),
  };
  return raw;
}

/** A connection that is logged in. */
export async function loginRaw(
  address: string,
  credentials: Credentials,
  options: { id?: string; clean?: boolean } = {},
): Promise<RawMqtt> {
  const raw = openRaw(address);
  raw.write(connectOf(credentials, options));
  await raw.waitForAnswers("connack", 1);
  return raw;
}
