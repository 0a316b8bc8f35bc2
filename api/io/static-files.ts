// The built dashboard from its folder: pre-compressed twins (.br, .gz) when the browser takes them, hashed assets for ever,
// everything else asked anew. A path without a file and without an extension is a page of the dashboard.

import { createReadStream, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "../problem.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

const twins = [
  { encoding: "br", extension: ".br" },
  { encoding: "gzip", extension: ".gz" },
] as const;

async function findFile(path: string): Promise<Stats | null> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? stats : null;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
}

/** The path below `dir`, or null when it would lead out of it or hides something. */
function resolveInside(dir: string, urlPath: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
  const path = normalize(join(dir, decoded));
  const hidden = decoded.includes("\0") || decoded.split("/").some((part) => part.startsWith("."));
  return hidden || !path.startsWith(normalize(dir) + sep) ? null : path;
}

interface Choice {
  readonly path: string;
  readonly stats: Stats;
  readonly encoding: string | null;
}

async function chooseTwin(request: IncomingMessage, path: string, plain: Stats): Promise<Choice> {
  const accepted = String(request.headers["accept-encoding"] ?? "");
  for (const { encoding, extension } of twins) {
    if (!new RegExp(`\\b${encoding}\\b`).test(accepted)) continue;
    const stats = await findFile(path + extension);
    if (stats !== null) return { path: path + extension, stats, encoding };
  }
  return { path, stats: plain, encoding: null };
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  plain: Stats,
  hashed: boolean,
): Promise<void> {
  const { stats, encoding, path: chosen } = await chooseTwin(request, path, plain);
  const tag = `"${stats.size.toString(36)}-${Math.trunc(stats.mtimeMs).toString(36)}${encoding === null ? "" : `-${encoding}`}"`;
  response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream");
  response.setHeader("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  response.setHeader("vary", "accept-encoding");
  response.setHeader("etag", tag);
  if (request.headers["if-none-match"] === tag) {
    response.statusCode = 304;
    response.end();
    return;
  }
  if (encoding !== null) response.setHeader("content-encoding", encoding);
  response.setHeader("content-length", stats.size);
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(chosen), response);
}

/** Throws Problem "not-found" or "dashboard-missing". */
export async function serveStatic(dir: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const urlPath = new URL(request.url ?? "/", "http://localhost").pathname;
  const notFound = new Problem("not-found", `there is nothing at ${urlPath.slice(0, 200)}`);
  const path = urlPath === "/" ? join(dir, "index.html") : resolveInside(dir, urlPath);
  if (path === null || (request.method !== "GET" && request.method !== "HEAD")) throw notFound;
  const stats = await findFile(path);
  if (stats !== null) {
    await sendFile(request, response, path, stats, urlPath.startsWith("/assets/"));
    return;
  }
  if (extname(urlPath) !== "") throw notFound;
  const index = join(dir, "index.html");
  const indexStats = await findFile(index);
  if (indexStats === null) throw new Problem("dashboard-missing", "the dashboard's files are not there");
  await sendFile(request, response, index, indexStats, false);
}
