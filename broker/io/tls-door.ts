// A TLS server of the broker: handshakes, what the client showed in them, and the stream behind. Certificates of clients are
// asked for and not demanded; who shows a bad one is told so by the protocol behind the door, which alone can say why.

import { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { bounds } from "#domain/bounds.ts";
import type { Address } from "#domain/settings.ts";
import type { ShownCertificate } from "../admit/certificate.ts";
import type { BrokerRefusal } from "../admit/refusal.ts";
import { listen } from "./listeners.ts";
import type { DoorCertificates } from "./tls.ts";

export interface TlsDoor {
  /** Answers where it listens. Throws Failure "listen". */
  start(address: Address, setting: string): Promise<string>;
  close(): void;
  destroy(): void;
}

export interface TlsDoorParts {
  readonly certificates: DoorCertificates;
  readonly onSocket: (socket: TLSSocket, certificate: ShownCertificate | null) => void;
  /** No TLS came about; the connection is closed. */
  readonly onRefused: (reason: BrokerRefusal, detail: string, address: string) => void;
}

const handshakeMs = 10_000;

/** "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA" and the like; the text repeats addresses of memory. */
function nameOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.message.slice(0, 80);
}

export function createTlsDoor(parts: TlsDoorParts): TlsDoor {
  const sockets = new Set<Socket>();
  /** As they were when it began: a socket that the other side has closed does not know any more. */
  const addresses = new WeakMap<Socket, string>();
  let handshakes = 0;

  /** Where a failed handshake came from: its socket lies below that of TLS. */
  function addressOf(socket: TLSSocket): string {
    const below: unknown = Reflect.get(socket, "_parent");
    return socket.remoteAddress ?? (below instanceof Socket ? addresses.get(below) : undefined) ?? "";
  }

  const server: Server = createServer({
    ...parts.certificates.context(),
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: handshakeMs,
    noDelay: true,
    keepAlive: true,
  });
  parts.certificates.onChange((context) => server.setSecureContext(context));

  // Before the library listens: what is closed here costs no handshake.
  server.prependListener("connection", (socket: Socket) => {
    sockets.add(socket);
    addresses.set(socket, socket.remoteAddress ?? "");
    socket.once("close", () => sockets.delete(socket));
    handshakes += 1;
    if (handshakes <= bounds.handshakesMax) return;
    parts.onRefused("too-many-connections", "too many handshakes in work", socket.remoteAddress ?? "");
    socket.destroy();
  });
  server.on("secureConnection", (socket) => {
    handshakes -= 1;
    parts.onSocket(socket, parts.certificates.judge(socket));
  });
  server.on("tlsClientError", (error, socket) => {
    handshakes -= 1;
    // Whoever connects and leaves without a word, as probes do, has not failed.
    if (nameOf(error) !== "ECONNRESET") parts.onRefused("tls-failed", nameOf(error), addressOf(socket));
    socket.destroy();
  });

  return {
    start: (address, setting) => listen(server, address, setting),
    close: () => void server.close(),
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
