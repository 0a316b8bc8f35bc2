// Somebody who publishes at an external broker: frames of sites, with QoS 1, as fast as it takes them, on the packet codec
// alone, so that any bytes can be a topic. A promise of the broker is counted when its PUBACK is there.

import { connect, type Socket } from "node:net";
import { generate, type Packet, parser } from "mqtt-packet";

export interface Publisher {
  /** Resolves when the broker has acknowledged every one of them. */
  send(messages: readonly { readonly topic: string; readonly payload: string | Buffer }[]): Promise<void>;
  /** A topic of any bytes; QoS 0, so that nobody is asked whether it may be. */
  sendBytes(topic: Uint8Array, payload: string): void;
  readonly closed: boolean;
  end(): void;
}

const windowMax = 500;

export async function openPublisher(address: string): Promise<Publisher> {
  const [host = "", port = ""] = address.split(":");
  const socket: Socket = connect({ host, port: Number(port), noDelay: true });
  const packets = parser();
  const acknowledged = new Map<number, () => void>();
  let nextId = 0;
  let closed = false;
  const opened = Promise.withResolvers<void>();
  packets.on("packet", (packet: Packet) => {
    if (packet.cmd === "connack") opened.resolve();
    const done = packet.cmd === "puback" ? acknowledged.get(packet.messageId ?? 0) : undefined;
    if (done === undefined) return;
    acknowledged.delete(packet.messageId ?? 0);
    done();
  });
  socket.on("data", (chunk) => packets.parse(chunk));
  socket.on("error", (error) => opened.reject(error));
  socket.on("close", () => {
    closed = true;
    opened.reject(new Error(`${address} closed the connection`));
  });
  const clientId = `publisher-${process.pid}-${performance.now()}`;
  socket.once("connect", () => socket.write(generate({ cmd: "connect", clientId, clean: true, keepalive: 0 })));
  await opened.promise;
  return {
    send(messages) {
      const { promise, resolve } = Promise.withResolvers<void>();
      let at = 0;
      let open = 0;
      const fill = (): void => {
        while (open < windowMax && at < messages.length) {
          const { topic = "", payload = "" } = messages[at++] ?? {};
          nextId = (nextId % 65_535) + 1;
          open++;
          acknowledged.set(nextId, () => {
            open--;
            if (open === 0 && at === messages.length) resolve();
            else fill();
          });
          const flags = { qos: 1, dup: false, retain: false } as const;
          socket.write(generate({ cmd: "publish", topic, payload, messageId: nextId, ...flags }));
        }
      };
      if (messages.length === 0) resolve();
      fill();
      return promise;
    },
    sendBytes(topic, payload) {
      const body = Buffer.concat([Buffer.of(topic.length >> 8, topic.length & 0xff), topic, Buffer.from(payload)]);
      socket.write(Buffer.concat([Buffer.of(0x30, body.length), body]));
    },
    get closed() {
      return closed;
    },
    end: () => void socket.destroy(),
  };
}
