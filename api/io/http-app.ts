// The declared routes as an express application. The life of a request:
//
//   head ─▶ id, security headers ─▶ route ─▶ who calls, may they ─▶ body, bounded ─▶ parse ─▶ run ─▶ reply
//             └──────────────────────┴─────────────┴───────────────────┴────────────┴──────┴─▶ problem

import type { IncomingMessage, ServerResponse } from "node:http";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { admit, identifyCaller } from "../auth.ts";
import type { Metrics } from "../metrics.ts";
import type { Log } from "../parts.ts";
import { Problem, toProblem } from "../problem.ts";
import type { Reply, Route } from "../route.ts";
import type { Accounts } from "#store/state/accounts.ts";
import { writeProblem, writeReply } from "./reply.ts";
import { serveStatic } from "./static-files.ts";

export interface HttpAppParts {
  readonly routes: readonly Route[];
  readonly accounts: Accounts;
  readonly dashboardDir: string;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly random: (bytes: number) => Uint8Array;
  readonly checkReplies: boolean;
}

const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; connect-src 'self'; " +
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "geolocation=(), camera=(), microphone=()",
};

function readQuery(request: IncomingMessage): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  const search = new URL(request.url ?? "/", "http://localhost").searchParams;
  for (const name of new Set(search.keys())) {
    // "?city=" means no city, as a form sends it.
    const values = search.getAll(name).filter((value) => value !== "");
    const [only] = values;
    if (only !== undefined) query[name] = values.length === 1 ? only : values;
  }
  return query;
}

function readParams(request: Request): Record<string, string> {
  return Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
}

/** The errors of express's body reader, by their documented `type`. */
function bodyProblem(error: unknown, bytesMax: number): unknown {
  const type = error instanceof Error && "type" in error ? error.type : null;
  if (type === "entity.too.large") return new Problem("body-too-large", `the body is longer than ${bytesMax} bytes`);
  if (type === "encoding.unsupported")
    return new Problem("unsupported-encoding", "compressed bodies are not taken here");
  if (type === "request.aborted" || type === "request.size.invalid") {
    return new Problem("invalid-request", "the body ended before its announced length");
  }
  return error;
}

function readBody(request: Request, response: Response, bytesMax: number): Promise<Uint8Array> {
  const reader = express.raw({ type: () => true, limit: bytesMax, inflate: false });
  return new Promise((resolve, reject) => {
    reader(request, response, (error: unknown) => {
      if (error !== undefined) reject(bodyProblem(error, bytesMax));
      else resolve(request.body instanceof Uint8Array ? request.body : new Uint8Array());
    });
  });
}

/** The body as it comes, to its bound; compressed ones are not taken, since the bound would mean nothing. */
async function* readPieces(request: Request, bytesMax: number): AsyncGenerator<Uint8Array> {
  const tooLarge = (): Problem => new Problem("body-too-large", `the body is longer than ${bytesMax} bytes`);
  if (!["", "identity"].includes(request.get("content-encoding") ?? ""))
    throw new Problem("unsupported-encoding", "compressed bodies are not taken here");
  if (Number(request.get("content-length") ?? 0) > bytesMax) throw tooLarge();
  let bytes = 0;
  try {
    // Left early it must not be destroyed: there is still an answer to send on this socket.
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > bytesMax) throw tooLarge();
      yield piece;
    }
  } catch (error) {
    // Whoever sends has left: that is no failure of ours.
    if (error instanceof Problem || !request.destroyed) throw error;
    throw new Problem("invalid-request", "the body ended before its announced length", { cause: error });
  }
}

function checkReply(route: Route, reply: Reply): void {
  if ("text" in reply || reply.body === undefined) return;
  const declared = route.replies[reply.status];
  if (declared === undefined) throw new Error(`${route.method} ${route.path} answers ${reply.status} undeclared`);
  const parsed = declared.schema?.safeParse(reply.body);
  if (parsed?.success === false) throw new Error(`${route.method} ${route.path}: ${parsed.error.message}`);
}

async function answer(parts: HttpAppParts, route: Route, request: Request, response: Response): Promise<void> {
  const caller = identifyCaller(request.headers, parts.accounts);
  const params = readParams(request);
  admit(route, caller, request.headers, params["id"]);
  const takesBody = (route.body !== null || route.rawBody !== undefined) && route.inPieces !== true;
  const bytes = takesBody ? await readBody(request, response, route.bodyBytesMax) : new Uint8Array();
  const reply = await route.run({
    params,
    query: readQuery(request),
    bytes,
    pieces: readPieces(request, route.bodyBytesMax),
    mediaType: (request.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "",
    caller,
    address: request.socket.remoteAddress ?? "",
    secure: request.headers["x-forwarded-proto"] === "https",
    idempotencyKey: request.get("idempotency-key") ?? null,
  });
  if (parts.checkReplies) checkReply(route, reply);
  response.setHeader("cache-control", "no-store");
  await writeReply(request, response, reply);
}

function fail(parts: HttpAppParts, error: unknown, request: IncomingMessage, response: ServerResponse): void {
  const requestId = String(response.getHeader("x-request-id") ?? "");
  const where = { requestId, method: request.method, path: (request.url ?? "").split("?")[0] };
  if (response.headersSent || response.destroyed) {
    // Too late for a problem: a broken answer must look broken, so the connection is cut.
    const left = error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
    if (left) parts.log.info(where, "the reader left before the end of the answer");
    else parts.log.error({ ...where, err: error }, "an answer broke off");
    response.destroy();
    return;
  }
  const problem =
    error instanceof URIError ? new Problem("invalid-request", "the path is not readable") : toProblem(error);
  if (problem.code === "internal") parts.log.error({ ...where, err: error }, "a request failed");
  else if (problem.status >= 500)
    parts.log.warn({ ...where, code: problem.code, detail: problem.message }, "a request failed");
  writeProblem(response, problem, requestId);
}

export function createHttpApp(parts: HttpAppParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.use((_request: Request, response: Response, next: NextFunction) => {
    response.setHeader("x-request-id", Buffer.from(parts.random(9)).toString("base64url"));
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    next();
  });
  for (const route of parts.routes) {
    app[route.method](route.path.replaceAll(/\{(\w+)\}/g, ":$1"), (request: Request, response: Response) => {
      const started = performance.now();
      response.once("close", () => {
        parts.metrics.onRequest(route.method, route.path, response.statusCode, (performance.now() - started) / 1000);
      });
      answer(parts, route, request, response).catch((error: unknown) => fail(parts, error, request, response));
    });
  }
  app.use((request: Request, response: Response) => {
    const known = request.path.startsWith("/api/");
    const missing = new Problem("not-found", `there is no ${request.method} ${request.path.slice(0, 200)}`);
    const served = known ? Promise.reject(missing) : serveStatic(parts.dashboardDir, request, response);
    served.catch((error: unknown) => fail(parts, error, request, response));
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    fail(parts, error, request, response);
  });
  return app;
}
