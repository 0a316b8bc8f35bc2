// The WebSocket door of the hub: /live and /api/v1/live. Lets in who is signed in and comes from a page of this server,
// hands text to the hub, pings, and closes the connection of whoever has signed out meanwhile.

import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { bounds } from "#domain/bounds.ts";
import type { Accounts } from "#store/state/accounts.ts";
import { identifyScreen, isAtLeast, isSameOrigin } from "../auth.ts";
import { tickMs, type Hub } from "../live/hub.ts";
import type { Metrics } from "../metrics.ts";
import type { Log } from "../parts.ts";
import { formatProblem, Problem, toProblem } from "../problem.ts";

export interface LiveSocket {
  start(server: Server): void;
  /** Screens for which more waits than is sent on without merging. */
  slowScreens(): number;
  stop(): void;
}

interface Parts {
  readonly hub: Hub;
  readonly accounts: Accounts;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
}

const paths: ReadonlySet<string> = new Set(["/live", "/api/v1/live"]);
const messageBytesMax = 64 * 1024;
const screensMax = 2_000;
const heartbeatMs = 5_000;
const goodbyeMs = 500;
/** Pings without an answer until nobody is taken to be there; on a slow line they queue behind the data. */
const unansweredMax = 3;
const unansweredSlowMax = 12;

interface Connection {
  readonly token: string;
  /** Pings since the last answer. */
  unanswered: number;
}

function refuse(socket: Duplex, problem: Problem): void {
  const body = JSON.stringify(formatProblem(problem, ""));
  const head = `HTTP/1.1 ${problem.status} Refused\r\ncontent-type: application/problem+json\r\nconnection: close\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

export function createLiveSocket(parts: Parts): LiveSocket {
  const { hub, accounts, metrics, log, now } = parts;
  const connections = new Map<WebSocket, Connection>();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: { zlibDeflateOptions: { level: 4 }, serverNoContextTakeover: true },
  });
  let timers: NodeJS.Timeout[] = [];

  /** The token of the session; throws the Problem that keeps the screen out. */
  function admitScreen(request: IncomingMessage): string {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!paths.has(url.pathname)) throw new Problem("not-found", "the live connection is at /live");
    const caller = identifyScreen(request.headers, url.searchParams, accounts);
    if (caller.kind !== "user") throw new Problem("not-signed-in", "the live connection needs a signed-in user");
    if (!isAtLeast(caller.user.role, "viewer"))
      throw new Problem("not-allowed", "people of plants see their cases only");
    if (caller.via === "cookie" && !isSameOrigin(request.headers)) {
      throw new Problem("foreign-origin", "a page of another origin may not listen here");
    }
    if (connections.size >= screensMax) throw new Problem("too-many-clients", `${screensMax} screens are connected`);
    return caller.token;
  }

  function onOpened(socket: WebSocket, token: string): void {
    const connection: Connection = { token, unanswered: 0 };
    connections.set(socket, connection);
    const screen = hub.join({
      // Deltas, ten a second, would cost a core if they were compressed for every screen of its own; a snapshot is one seventh
      // of its length compressed.
      send: (frame) => socket.send(frame, { compress: false }),
      sendSnapshot: (text) => socket.send(text, { compress: true }),
      bufferedBytes: () => socket.bufferedAmount,
      close: (code, reason) => socket.close(code, reason),
    });
    socket.on("message", (data, isBinary) => {
      // Binary is no form of this protocol; as text it is malformed and answered as such.
      screen.receive(isBinary ? "" : data.toString(), now());
    });
    socket.on("pong", () => {
      connection.unanswered = 0;
    });
    socket.on("error", (error) => log.info({ error: error.message }, "a live connection failed"));
    socket.on("close", () => {
      connections.delete(socket);
      screen.left();
    });
  }

  function beat(): void {
    for (const [socket, connection] of connections) {
      if (accounts.findSession(connection.token) === null) {
        socket.close(1008, "signed out");
      } else if (connection.unanswered >= (socket.bufferedAmount === 0 ? unansweredMax : unansweredSlowMax)) {
        socket.terminate();
      } else {
        connection.unanswered += 1;
        socket.ping();
      }
    }
    hub.heartbeat(now());
  }

  return {
    start(server) {
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on("error", (error) => log.info({ error: error.message }, "a live connection failed while opening"));
        try {
          const token = admitScreen(request);
          sockets.handleUpgrade(request, socket, head, (opened) => onOpened(opened, token));
        } catch (error) {
          metrics.onScreenRefused();
          const problem = toProblem(error);
          if (problem.code === "internal") log.error({ err: error }, "a live connection could not be opened");
          refuse(socket, problem);
        }
      });
      timers = [setInterval(() => hub.tick(now()), tickMs), setInterval(beat, heartbeatMs)];
    },
    slowScreens() {
      const waiting = [...connections.keys()].map((socket) => socket.bufferedAmount);
      return waiting.filter((bytes) => bytes > bounds.liveClientBytesMerge).length;
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
      for (const socket of connections.keys()) socket.close(1001, "the server stops");
      // Who does not answer the goodbye must not hold up the end.
      setTimeout(() => {
        for (const socket of connections.keys()) socket.terminate();
      }, goodbyeMs).unref();
      sockets.close();
    },
  };
}
