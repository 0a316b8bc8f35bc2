// Writes one answer to the socket: JSON or text at once, streams piece by piece at the pace of the reader, compressed when
// the reader takes gzip. Never begins an answer before its first piece is there, so that an early failure is still a problem.

import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGzip, gzip } from "node:zlib";
import { formatProblem, type Problem } from "../problem.ts";
import type { Reply } from "../route.ts";

const compress = promisify(gzip);
/** Below this, compressing costs more than it saves. */
const compressBytesMin = 1_024;

export function takesGzip(request: IncomingMessage): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(String(request.headers["accept-encoding"] ?? ""));
}

function writeHead(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

async function writeText(request: IncomingMessage, response: ServerResponse, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  response.setHeader("vary", "accept-encoding");
  if (bytes.length < compressBytesMin || !takesGzip(request)) {
    response.setHeader("content-length", bytes.length);
    response.end(bytes);
    return;
  }
  const small = await compress(bytes);
  response.setHeader("content-encoding", "gzip");
  response.setHeader("content-length", small.length);
  response.end(small);
}

type Piece = string | Uint8Array;

async function* chain(first: Piece, rest: AsyncIterator<Piece>): AsyncGenerator<Piece> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    // A reader that leaves early must stop the questions to the store too.
    await rest.return?.();
  }
}

export async function writeReply(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const headers = { ...reply.headers };
  if (!("text" in reply)) {
    writeHead(
      response,
      reply.status,
      reply.body === undefined ? headers : { "content-type": "application/json", ...headers },
    );
    if (reply.body === undefined) response.end();
    else await writeText(request, response, JSON.stringify(reply.body));
    return;
  }
  const typed = { "content-type": reply.type, ...headers };
  if (typeof reply.text === "string") {
    writeHead(response, reply.status, typed);
    await writeText(request, response, reply.text);
    return;
  }
  const pieces = reply.text[Symbol.asyncIterator]();
  const first = await pieces.next();
  writeHead(response, reply.status, { ...typed, vary: "accept-encoding" });
  if (request.method === "HEAD") {
    await pieces.return?.();
    response.end();
    return;
  }
  const source = Readable.from(chain(first.done === true ? "" : first.value, pieces), {
    objectMode: false,
    highWaterMark: 64 * 1024,
  });
  if (takesGzip(request)) {
    response.setHeader("content-encoding", "gzip");
    await pipeline(source, createGzip({ level: 4 }), response);
  } else {
    await pipeline(source, response);
  }
}

export function writeProblem(response: ServerResponse, problem: Problem, requestId: string): void {
  const body = Buffer.from(JSON.stringify(formatProblem(problem, requestId)));
  // What the failed attempt had set belongs to another answer.
  for (const name of ["content-encoding", "content-disposition"]) response.removeHeader(name);
  writeHead(response, problem.status, problem.headers);
  response.setHeader("content-type", "application/problem+json");
  response.setHeader("content-length", body.length);
  response.end(body);
}
