// Calls of the REST api: waits for it with back-off, signs in, retries what may be retried, and turns every other answer
// into a Failure that says what to do.

import { Failure } from "#domain/failure.ts";
import type { Random } from "../random.ts";
import type { Log } from "#domain/log.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface ApiClient {
  /** Resolves when the api says it is ready. */
  waitUntilReady(): Promise<void>;
  signIn(user: string, password: string): Promise<void>;
  get(path: string): Promise<ApiAnswer>;
  post(path: string, body: unknown): Promise<ApiAnswer>;
  patch(path: string, body: unknown): Promise<ApiAnswer>;
}

export interface ApiClientOptions {
  readonly apiUrl: string;
  readonly token: string | null;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const backOffMsFirst = 250;
const backOffMsMax = 5_000;
const requestTimeoutMs = 60_000;
const retryableStatuses: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);

function readText(value: unknown, key: string): string {
  if (typeof value !== "object" || value === null || !(key in value)) return "";
  const field: unknown = Reflect.get(value, key);
  return typeof field === "string" ? field : "";
}

/** Waits; rejects at once when the run is stopped. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

export function createApiClient({ apiUrl, token, random, log, signal }: ApiClientOptions): ApiClient {
  let bearer = token;

  const once = async (method: string, url: string, body: unknown): Promise<ApiAnswer> => {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
    });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    return { status: response.status, body: isJson && text !== "" ? JSON.parse(text) : text };
  };

  /** Tries until the answer is one that will not change by waiting. */
  const insist = async (method: string, url: string, body: unknown): Promise<ApiAnswer> => {
    for (let attempt = 0; ; attempt++) {
      let why: string;
      try {
        const answer = await once(method, url, body);
        if (!retryableStatuses.has(answer.status)) return answer;
        why = `status ${answer.status}`;
      } catch (error) {
        if (signal.aborted) throw error;
        why =
          error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
      }
      const ms = Math.min(backOffMsMax, backOffMsFirst * 2 ** Math.min(attempt, 6)) * random.between(0.7, 1.3);
      // A server that is still starting is no news; a call that was heard and failed is.
      if (why.startsWith("status") || attempt === 3 || attempt % 20 === 19)
        log.warn({ url, why, attempt }, "the api does not answer yet; still trying");
      await pause(ms, signal);
    }
  };

  return {
    waitUntilReady: async () => {
      const answer = await insist("GET", `${apiUrl}/readyz`, undefined);
      // Something answered; anything that is wrong with it shows in the first real call.
      if (answer.status >= 400) log.warn({ status: answer.status }, "the api answers, but not its readiness question");
    },
    signIn: async (user, password) => {
      const answer = await insist("POST", `${apiUrl}/api/v1/session`, { username: user, password });
      bearer = readText(answer.body, "token");
      if (answer.status < 300 && bearer !== "") return;
      throw new Failure("simulator-sign-in", `signing in as ${user} was refused (status ${answer.status})`, {
        hint: "check --user and the file given with --password-file",
      });
    },
    get: (path) => insist("GET", `${apiUrl}/api/v1${path}`, undefined),
    post: (path, body) => insist("POST", `${apiUrl}/api/v1${path}`, body),
    patch: (path, body) => insist("PATCH", `${apiUrl}/api/v1${path}`, body),
  };
}

/** The body of a good answer; anything else is a Failure with the problem's own words. */
export function expectOk(answer: ApiAnswer, what: string): unknown {
  if (answer.status < 300) return answer.body;
  const detail = readText(answer.body, "detail") || readText(answer.body, "title");
  throw new Failure("simulator-api", `${what}: status ${answer.status}${detail === "" ? "" : `, ${detail}`}`, {
    hint:
      answer.status === 401 || answer.status === 403
        ? "the token or user may not register sites"
        : readText(answer.body, "hint") || "does the api speak this version of the contract?",
  });
}
