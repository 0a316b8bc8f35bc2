// A minimal MQTT 3.1.1 connection on the packet codec alone: connect, publish with QoS 0, 1, 2, and every answer told at
// the moment its packet is parsed. It never repeats anything by itself and never reconnects.

import { connect, type Socket } from "node:net";
import { generate, parser, type Packet } from "mqtt-packet";

export interface MqttLine {
  /** False when the connection is gone or not yet open. */
  readonly open: boolean;
  publish(messageId: number, topic: string, payload: Buffer, qos: 0 | 1 | 2): void;
  /** Ends with FIN, with RST, or without a word to anybody (the other side never learns of it). */
  end(how: "fin" | "reset"): void;
}

export interface MqttLineParts {
  readonly address: string;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly onOpen: () => void;
  /** PUBACK or PUBREC: the promise is given. */
  readonly onAck: (messageId: number, how: "puback" | "pubrec") => void;
  /** PUBACK or PUBCOMP: the number is free again. */
  readonly onDone: (messageId: number) => void;
  readonly onClose: () => void;
}

export function openMqttLine(parts: MqttLineParts): MqttLine {
  const [host = "", port = ""] = parts.address.split(":");
  const socket: Socket = connect({ host, port: Number(port), noDelay: true });
  const packets = parser();
  let open = false;
  const send = (packet: Packet): void => {
    if (!socket.destroyed) socket.write(generate(packet));
  };
  packets.on("packet", (packet: Packet) => {
    const id = packet.messageId ?? 0;
    if (packet.cmd === "connack") {
      if (packet.returnCode !== 0) {
        socket.destroy();
        return;
      }
      open = true;
      parts.onOpen();
    } else if (packet.cmd === "puback") {
      parts.onAck(id, "puback");
      parts.onDone(id);
    } else if (packet.cmd === "pubrec") {
      parts.onAck(id, "pubrec");
      send({ cmd: "pubrel", messageId: id });
    } else if (packet.cmd === "pubcomp") {
      parts.onDone(id);
    }
  });
  packets.on("error", () => socket.destroy());
  socket.on("connect", () =>
    send({
      cmd: "connect",
      clientId: parts.clientId,
      clean: true,
      keepalive: 0,
      username: parts.username,
      password: Buffer.from(parts.password),
    }),
  );
  socket.on("data", (chunk) => packets.parse(chunk));
  // What happened is told by close; that it happens is what a torture is for.
  socket.on("error", () => undefined);
  socket.on("close", () => {
    open = false;
    parts.onClose();
  });
  return {
    get open() {
      return open;
    },
    publish(messageId, topic, payload, qos) {
      send({ cmd: "publish", topic, payload, qos, messageId, dup: false, retain: false });
    },
    end(how) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.destroy();
    },
  };
}
