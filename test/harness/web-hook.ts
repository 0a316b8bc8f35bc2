// A real HTTP server that keeps what it is sent and answers as it is told: well, with errors, slowly, without end, or by hanging
// up.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebHook {
  readonly url: string;
  readonly calls: ReceivedCall[];
  /** Answers one call. */
  answer: (response: ServerResponse, call: ReceivedCall) => void;
  /** Cuts all lines, also those that wait for an answer. */
  hangUp(): void;
  close(): Promise<void>;
}

export const answers = {
  good: (response: ServerResponse): void => void response.end('{"errcode":0,"code":0,"errmsg":"ok"}'),
  status:
    (status: number, headers: Readonly<Record<string, string>> = {}, text = "no") =>
    (response: ServerResponse): void =>
      void response.writeHead(status, headers).end(text),
  hangsUp: (response: ServerResponse): void => void response.socket?.destroy(),
  never: (): void => undefined,
  endless: (response: ServerResponse): void => {
    const timer = setInterval(() => response.write("x".repeat(16_384)), 1);
    response.once("close", () => clearInterval(timer));
  },
} as const;

export async function startWebHook(): Promise<WebHook> {
  const calls: ReceivedCall[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const call = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(pieces).toString("utf8") };
      calls.push(call);
      hook.answer(response, call);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const hook: WebHook = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer: answers.good,
    hangUp: () => server.closeAllConnections(),
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
  return hook;
}
