// The sockets of the broker: MQTT over TCP, and over WebSocket on a port of its own. Accepts, hands the stream on, and knows
// every socket so that it can end them.

import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocketServer } from "ws";
import { bounds } from "#domain/bounds.ts";
import { Failure } from "#domain/failure.ts";
import { type Door, doors } from "#domain/frame.ts";
import type { Address } from "#domain/settings.ts";
import { doorBounds } from "../admit/door-bounds.ts";
import type { Peer } from "../admit/login.ts";
import type { Refusal } from "../admit/refusal.ts";

export interface Listeners {
  /** Answers where they listen. Throws Failure "listen" when a port cannot be had. */
  start(): Promise<{ readonly mqtt: string; readonly mqttWs: string }>;
  /** Takes no new connection. */
  close(): void;
  /** Ends every connection. */
  destroy(): void;
}

export interface ListenersParts {
  readonly mqtt: Address;
  readonly mqttWs: Address;
  readonly onStream: (stream: Duplex, door: Door, peer: Peer) => void;
  /** A WebSocket connection that is not as MQTT wants it; it is being closed. */
  readonly onRefused: (refusal: Refusal) => void;
  readonly log: { info(object: object, message: string): void };
}

export function createListeners(parts: ListenersParts): Listeners {
  const sockets = new Set<Socket>();
  function know(socket: Socket): void {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  }
  // Without noDelay every PUBACK would wait about 10 ms for Nagle's algorithm.
  const tcp = createTcpServer({ noDelay: true, keepAlive: true }, (socket) => {
    know(socket);
    parts.onStream(socket, doors.mqtt, { address: socket.remoteAddress ?? "", certificate: null });
  });
  const http = createHttpServer((_, response) => {
    response.writeHead(426, { "content-type": "text/plain; charset=utf-8" });
    response.end("This port speaks MQTT over WebSocket at /mqtt.\n");
  });
  const ws = new WebSocketServer({
    server: http,
    path: "/mqtt",
    maxPayload: bounds.frameBytesMax + 64 * 1024,
    perMessageDeflate: false,
    verifyClient: ({ req }, answer) => {
      if (findProtocol(req.headers["sec-websocket-protocol"]) !== null) {
        answer(true);
        return;
      }
      // [MQTT-6.0.0-3]
      parts.onRefused({ reason: "bad-websocket", detail: "the subprotocol mqtt was not asked for" });
      answer(false, 400, "The subprotocol mqtt must be asked for.");
    },
    handleProtocols: (protocols) => findProtocol([...protocols].join()) ?? false,
  });
  // It repeats the errors of its server; `listen` below is who answers them.
  ws.on("error", (error) => parts.log.info({ reason: error.message }, "the WebSocket door has a problem"));
  ws.on("connection", (socket, request) => {
    know(request.socket);
    // Before the stream listens: it would take text for bytes.
    socket.on("message", (_, isBinary) => {
      if (isBinary || socket.readyState !== socket.OPEN) return;
      socket.removeAllListeners("message");
      parts.onRefused({ reason: "bad-websocket", detail: "a text frame" });
      // [MQTT-6.0.0-1]; 1003 = cannot accept this type of data [RFC 6455 7.4.1].
      socket.close(1003, "MQTT is binary");
      // The stream ends with an error of its socket, and leaves it the time to say why.
      socket.emit("error", new Error("a text frame on MQTT over WebSocket"));
      // It pauses a socket of which it takes nothing more; the answer to the close is still to be read.
      setImmediate(() => socket.resume());
    });
    socket.on("ping", () => {
      // Every ping is answered; who never reads the answers would have them gathered here.
      if (request.socket.writableLength < doorBounds.outgoingBytesMax) return;
      parts.onRefused({ reason: "slow-reader", detail: "answers to pings wait" });
      socket.terminate();
    });
    // Before the stream listens, too: it destroys itself at an error. A stream that the door has ended was counted there.
    socket.on("error", (error) => {
      const tooLarge = "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
      if (tooLarge && !stream.destroyed) parts.onRefused({ reason: "too-large", detail: "a WebSocket message" });
    });
    const stream = createWebSocketStream(socket);
    parts.onStream(stream, doors.mqttWs, { address: request.socket.remoteAddress ?? "", certificate: null });
  });
  return {
    start: async () => ({
      mqtt: await listen(tcp, parts.mqtt, "MQTT_LISTEN"),
      mqttWs: await listen(http, parts.mqttWs, "MQTT_WS_LISTEN"),
    }),
    close() {
      tcp.close();
      http.close();
      ws.close();
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers where it listens. Throws Failure "listen". */
export function listen(server: Server, address: Address, setting: string): Promise<string> {
  return new Promise((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      fail(
        new Failure("listen", `${setting}: cannot listen on ${address.host}:${address.port}: ${error.message}`, {
          cause: error,
          hint: taken ? `Another program uses this port. Set ${setting} to another one, or to port 0.` : "",
        }),
      );
    });
    server.listen(address.port, address.host, () => {
      const bound = server.address() as AddressInfo;
      done(`${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`);
    });
  });
}

/** The subprotocol among those offered that this door speaks: that of MQTT 3.1.1, or that of 3.1. */
function findProtocol(offered: string | undefined): "mqtt" | "mqttv3.1" | null {
  const names = offered?.split(",").map((name) => name.trim()) ?? [];
  return names.includes("mqtt") ? "mqtt" : names.includes("mqttv3.1") ? "mqttv3.1" : null;
}
