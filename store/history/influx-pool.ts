// The HTTP pool of the `influx` client, without its retries (the caller decides) and with an end to every request: the
// pool's own text() never settles when the server dies in the middle of an answer.

import { Pool, type IPoolRequestOptions, RequestError } from "influx/lib/src/pool.js";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { answerFailure, silenceFailure } from "./influx-failure.ts";

export interface InfluxRequest {
  readonly method: "GET" | "POST";
  /** Path and query. */
  readonly path: string;
  readonly body?: string | Uint8Array;
}

export interface InfluxPool {
  ping(): Promise<void>;
  /** The body of the answer; Failure when there is none, or when its status is no success. */
  request(request: InfluxRequest): Promise<string>;
  close(): void;
}

const requestTimeoutMs = 60_000;
const pingTimeoutMs = 5_000;

/** Without a delay the pool never sets its only host aside: the next call always asks the server itself. */
const noBackoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff };

export function createInfluxPool(options: {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}): InfluxPool {
  const { url, username, password } = options;
  const agentOptions = { keepAlive: true, maxSockets: 8, noDelay: true };
  const agent = url.startsWith("https:") ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  const pool = new Pool({ maxRetries: 0, requestTimeout: requestTimeoutMs, backoff: noBackoff });
  pool.addHost(url, { agent });
  const auth = username === undefined || username === "" ? {} : { auth: `${username}:${password ?? ""}` };

  function request(wanted: InfluxRequest): Promise<string> {
    return new Promise((resolve, reject) => {
      // The pool hands a body to Buffer.from and to the request, which take bytes as well; its types name text only.
      const options: object = { ...wanted, ...auth };
      pool.stream(options as IPoolRequestOptions, (error: Error | null | undefined, response) => {
        if (error !== undefined && error !== null) {
          reject(toFailure(error, url, wanted.path.startsWith("/write") ? "points" : "question"));
          return;
        }
        const parts: string[] = [];
        response.on("data", (part: string) => parts.push(part));
        response.once("end", () => resolve(parts.join("")));
        response.once("error", (cause) => reject(silenceFailure(cause, url)));
        response.once("close", () => reject(silenceFailure(new Error("the answer broke off"), url)));
      });
    });
  }

  return {
    request,
    async ping() {
      const [answer] = await pool.ping(pingTimeoutMs, "/ping", auth.auth);
      if (answer?.online !== true) throw silenceFailure(new Error("no answer to /ping"), url);
    },
    close: () => agent.destroy(),
  };
}

function toFailure(error: Error, url: string, about: "points" | "question"): Error {
  if (!(error instanceof RequestError)) return silenceFailure(error, url);
  const body = error.message.slice(error.message.indexOf("error occurred: ") + "error occurred: ".length);
  return answerFailure(error.res.statusCode ?? 0, body, url, about);
}
