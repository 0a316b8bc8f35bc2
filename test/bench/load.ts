// Load on an MQTT broker, any broker, from a process of its own: raw sockets and prepared packets, so that on a small machine
// nearly all of the processor is left to what is measured. Turns a description of the load into what became of it.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nodePath } from "#test/harness/system.ts";
import type { Percentiles } from "./latencies.ts";
import { wholePartOf } from "./values.ts";

export interface LoadClient {
  readonly username: string;
  /** Without one nobody signs in (a broker that lets anybody in). */
  readonly password?: string;
}

export interface LoadOptions {
  readonly host?: string;
  readonly port: number;
  readonly clients: readonly LoadClient[];
  readonly topic: (site: string) => string;
  readonly factors: readonly string[];
  /** So many of the factors, all at one time. */
  readonly readingsPerMessage: number;
  /** Messages per connection that wait for their acknowledgement. */
  readonly inFlight: number;
  /** For how long messages are made… */
  readonly seconds?: number;
  /** …or how many in all, shared evenly among the clients. */
  readonly messages?: number;
  /** All connections together, spread evenly over the time; null = as fast as they are acknowledged. */
  readonly messagesPerSecond?: number | null;
  readonly qos: 0 | 1;
  /** Event times of each site; without it they are the present. */
  readonly times?: { readonly fromMs: number; readonly stepMs: number };
  /** How long the last acknowledgements are waited for. */
  readonly drainSeconds?: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly acked: number;
  /** Acknowledged ones. */
  readonly readings: number;
  /** From the first send to the last acknowledgement. */
  readonly seconds: number;
  /** From the moment the generator came to a message, also when it then had to wait for room in its window. */
  readonly ackMs: Percentiles;
  /** Paced: how much later than planned the generator came to its messages; its own sleep, not the broker's. */
  readonly lagMs: Percentiles;
  /** Of the generator itself. */
  readonly cpuSeconds: number;
  /** The wall clock at the first send, epoch ms. */
  readonly startedAt: number;
  /** Paced: messages that were due and could not be sent before the end. */
  readonly unsent: number;
  /** Connections that the broker ended. */
  readonly closed: number;
  /** The last acknowledged messages of clients, the latest first; of at most sixty-four of them. */
  readonly last: readonly { readonly site: string; readonly time: number }[];
}

/** What goes to the process of the generator. */
export interface LoadOrder {
  readonly host: string;
  readonly port: number;
  readonly clients: readonly {
    readonly username: string;
    readonly password: string | null;
    readonly topic: string;
  }[];
  readonly factors: readonly string[];
  readonly wholes: readonly number[];
  readonly inFlight: number;
  readonly seconds: number | null;
  readonly messages: number | null;
  readonly messagesPerSecond: number | null;
  readonly qos: 0 | 1;
  readonly times: { readonly fromMs: number; readonly stepMs: number } | null;
  readonly drainSeconds: number;
}

export type LoadAnswer =
  | { readonly type: "connected" }
  | { readonly type: "done"; readonly result: Omit<LoadResult, "readings"> }
  | { readonly type: "failed"; readonly why: string };

function toOrder(options: LoadOptions): LoadOrder {
  const { factors, readingsPerMessage, seconds = null, messages = null } = options;
  if ((seconds === null) === (messages === null))
    throw new Error("a load lasts for seconds or for messages: one of them");
  if (readingsPerMessage > factors.length) {
    throw new Error(`${readingsPerMessage} readings at one time need as many factors, there are ${factors.length}`);
  }
  const sent = factors.slice(0, readingsPerMessage);
  return {
    host: options.host ?? "127.0.0.1",
    port: options.port,
    clients: options.clients.map(({ username, password = null }) => ({
      username,
      password,
      topic: options.topic(username),
    })),
    factors: sent,
    wholes: sent.map(wholePartOf),
    inFlight: options.inFlight,
    seconds,
    messages,
    messagesPerSecond: options.messagesPerSecond ?? null,
    qos: options.qos,
    times: options.times ?? null,
    drainSeconds: options.drainSeconds ?? 60,
  };
}

export interface StartedLoad {
  /** All connections are up; nothing is sent yet. */
  begin(): void;
  /** Makes no new messages; the result comes when the last acknowledgements are there. */
  end(): void;
  readonly result: Promise<LoadResult>;
}

/** Connects every client; the load itself waits for begin(). */
export async function startLoad(options: LoadOptions): Promise<StartedLoad> {
  const order = toOrder(options);
  const child = fork(fileURLToPath(new URL("./load-process.ts", import.meta.url)), {
    execPath: nodePath,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ready = Promise.withResolvers<void>();
  const result = Promise.withResolvers<LoadResult>();
  const fail = (error: Error): void => {
    ready.reject(error);
    result.reject(error);
  };
  child.on("message", (answer: LoadAnswer) => {
    if (answer.type === "connected") ready.resolve();
    else if (answer.type === "failed") fail(new Error(`the load generator: ${answer.why}`));
    else result.resolve({ ...answer.result, readings: answer.result.acked * options.readingsPerMessage });
  });
  child.once("error", fail);
  child.once("exit", (code, signal) => fail(new Error(`the load generator ended with ${code ?? signal}`)));
  // Whoever awaits `ready` hears of it; the result may not be awaited by then.
  result.promise.catch(() => undefined);
  child.send(order);
  await ready.promise;
  return { begin: () => void child.send("begin"), end: () => void child.send("end"), result: result.promise };
}

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const load = await startLoad(options);
  load.begin();
  return load.result;
}
