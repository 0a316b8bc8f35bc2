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
  readonly onStream: (stream: Duplex, door: Door) => void;
  /** A WebSocket message that no MQTT packet of allowed size can be; its connection is being closed. */
  readonly onTooLarge: () => void;
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
    parts.onStream(socket, doors.mqtt);
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
    handleProtocols: (protocols) => (protocols.has("mqtt") ? "mqtt" : false),
  });
  // It repeats the errors of its server; `listen` below is who answers them.
  ws.on("error", (error) => parts.log.info({ reason: error.message }, "the WebSocket door has a problem"));
  ws.on("connection", (socket, request) => {
    know(request.socket);
    const stream = createWebSocketStream(socket);
    socket.on("error", (error) => {
      // A stream that the door has ended already was counted there.
      const tooLarge = "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
      if (tooLarge && !stream.destroyed) parts.onTooLarge();
    });
    parts.onStream(stream, doors.mqttWs);
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

function listen(server: Server, address: Address, setting: string): Promise<string> {
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
