// One call of the server's REST interface: JSON in, JSON out, refusals as `ApiProblem` with the request's number, so that
// every error on the screen can be found in the server's log.

import { Failure } from "#domain/failure.ts";
import { isFields } from "../state/wire.ts";

export class ApiProblem extends Failure {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  readonly requestId: string;
  /** With status 409: what the command met. */
  readonly current: unknown;

  constructor(status: number, body: Readonly<Record<string, unknown>>, cause?: unknown) {
    const text = (key: string): string => (typeof body[key] === "string" ? body[key] : "");
    super(text("code") || `http-${status}`, text("detail") || text("title") || `HTTP ${status}`, {
      retryable: status === 0 || status >= 500,
      hint: text("hint"),
      cause,
    });
    this.status = status;
    this.requestId = text("requestId");
    this.current = body["current"] ?? null;
  }
}

export interface CallOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** Sent as it is, instead of a body of JSON. */
  readonly file?: Blob;
  /** The same key again does nothing again. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

const timeoutMs = 20_000;

/** One signal for both ways to give up: the caller's, and time. Everything it holds on to is let go of by `release`. */
function limitTime(asked: AbortSignal | undefined): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(asked?.reason);
  const timer = setTimeout(() => controller.abort(new DOMException("no answer in time", "TimeoutError")), timeoutMs);
  asked?.addEventListener("abort", abort, { once: true });
  if (asked?.aborted === true) abort();
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      asked?.removeEventListener("abort", abort);
    },
  };
}

/** Path below /api/v1. The caller names the shape it expects; the server's schemas guarantee it. */
export async function callApi<T>(path: string, options: CallOptions = {}): Promise<T> {
  const { signal, release } = limitTime(options.signal);
  try {
    return await ask<T>(path, options, signal);
  } finally {
    release();
  }
}

async function ask<T>(path: string, options: CallOptions, signal: AbortSignal): Promise<T> {
  const init: RequestInit = {
    method: options.method ?? "GET",
    credentials: "same-origin",
    headers: { accept: "application/json" },
    signal,
  };
  if (options.body !== undefined) {
    init.headers = { accept: "application/json", "content-type": "application/json" };
    init.body = JSON.stringify(options.body);
  }
  if (options.file !== undefined) {
    init.headers = { accept: "application/json", "content-type": options.file.type || "application/octet-stream" };
    init.body = options.file;
  }
  if (options.idempotencyKey !== undefined) {
    init.headers = { ...init.headers, "idempotency-key": options.idempotencyKey };
  }
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, init);
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ApiProblem(0, { code: "unreachable" }, error);
  }
  if (response.status === 204) return undefined as T;
  const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
  const body: unknown = isJson ? await response.json() : null;
  if (!response.ok) throw new ApiProblem(response.status, isFields(body) ? body : {});
  return body as T;
}
