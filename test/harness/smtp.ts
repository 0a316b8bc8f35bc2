// A real SMTP server that keeps what it is sent, and behaves as servers do when they are ill: refuses, is slow, hangs up in the
// middle of a message, asks for TLS and for a password.

import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly raw: string;
  /** Of the header, unfolded; "" when it is not there. */
  header(name: string): string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** How often somebody connected. */
  readonly connections: number;
  /** What it does with the next messages. */
  mood: "good" | "refuses-recipients" | "busy" | "hangs-up-in-data" | "takes-and-says-nothing" | "silent";
  close(): Promise<void>;
}

function toMail(raw: string, to: readonly string[]): ReceivedMail {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replaceAll(/\r\n[ \t]+/g, " ");
  return {
    to,
    raw,
    header: (name) => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim() ?? "",
  };
}

export async function startMailServer(
  options: Pick<SMTPServerOptions, "key" | "cert" | "secure"> & { readonly login?: readonly [string, string] } = {},
): Promise<MailServer> {
  const { login, ...tls } = options;
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    ...tls,
    authOptional: login === undefined,
    disabledCommands: login === undefined ? ["AUTH"] : [],
    closeTimeout: 500,
    logger: false,
    onConnect(_, done) {
      connections++;
      if (running.mood !== "silent") done();
    },
    onAuth({ username, password }, _, done) {
      const good = login !== undefined && username === login[0] && password === login[1];
      done(good ? null : new Error("535 wrong"), good ? { user: username } : undefined);
    },
    onRcptTo({ address }, _, done) {
      const error = Object.assign(new Error(`no such user ${address}`), { responseCode: 550 });
      done(running.mood === "refuses-recipients" ? error : null);
    },
    onData(stream, session, done) {
      if (running.mood === "hangs-up-in-data") {
        // The line goes away after the server has begun to take the message.
        stream.once("data", () => sockets.forEach((socket) => socket.destroy()));
        stream.resume();
        return;
      }
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", () => {
        if (running.mood === "busy") {
          done(Object.assign(new Error("come back later"), { responseCode: 451 }));
          return;
        }
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push(toMail(Buffer.concat(pieces).toString("utf8"), to));
        if (running.mood !== "takes-and-says-nothing") done();
      });
    },
  });
  const sockets = new Set<{ destroy(): void; once(event: "close", listener: () => void): unknown }>();
  server.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  // A client that does not trust the certificate ends the handshake: that is its right.
  server.on("error", () => undefined);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const running: MailServer = {
    port: (server.server.address() as AddressInfo).port,
    mails,
    get connections() {
      return connections;
    },
    mood: "good",
    close: () =>
      new Promise((closed) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => closed());
      }),
  };
  return running;
}
