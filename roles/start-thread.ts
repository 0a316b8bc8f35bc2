// Starts a role on a thread, and starts it again when it fails: the broker goes on acknowledging meanwhile.

import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { Failure } from "#domain/failure.ts";
import type { FromThread, RoleLog, RoleName, ThreadData, ToThread } from "./role.ts";

export interface RoleThread {
  readonly role: RoleName;
  /** Resolves when the role is up for the first time; rejects when it cannot start. */
  readonly ready: Promise<Extract<FromThread, { type: "ready" }>>;
  /** Gives the thread a port to `role`; the other end goes to `other`. */
  link(role: RoleName, other: (port: MessagePort) => void): void;
  /** Connects two threads with each other, when both run; the one that begins later does it. */
  linkWith(other: RoleThread): void;
  readonly running: boolean;
  attach(role: RoleName, port: MessagePort): void;
  stop(): Promise<void>;
}

const restartMsFirst = 500;
const restartMsMax = 30_000;
/** A thread that has run this long has recovered. */
const healthyMs = 60_000;

export interface StartThreadParts {
  readonly data: ThreadData;
  readonly log: RoleLog;
  /** Called for every (re)start, to connect the thread with the others. */
  readonly wire: (thread: RoleThread) => void;
  /** The thread could not even start again. */
  readonly onGone: () => void;
}

export function startThread(parts: StartThreadParts): RoleThread {
  const { data, log } = parts;
  const { role } = data;
  let worker: Worker | null = null;
  let stopping = false;
  let restartMs = restartMsFirst;
  let begunAt = 0;
  let up = false;
  let onReady: (message: Extract<FromThread, { type: "ready" }>) => void = () => undefined;
  let onFailed: (error: Failure) => void = () => undefined;
  let onStopped: () => void = () => undefined;
  const ready = new Promise<Extract<FromThread, { type: "ready" }>>((done, fail) => {
    onReady = done;
    onFailed = fail;
  });

  function post(message: ToThread, transfer: MessagePort[] = []): void {
    worker?.postMessage(message, transfer);
  }

  function begin(): void {
    begunAt = performance.now();
    const current = new Worker(new URL("./thread.ts", import.meta.url), { workerData: data });
    worker = current;
    let failed: Extract<FromThread, { type: "failed" }> | null = null;
    current.on("message", (message: FromThread) => {
      if (message.type === "ready") {
        up = true;
        onReady(message);
      } else if (message.type === "failed") {
        failed = message;
        void current.terminate();
      }
    });
    current.on("error", (error) => log.error({ err: error, role }, "the role failed"));
    current.on("exit", () => {
      worker = null;
      onStopped();
      if (!stopping) ended(failed);
    });
    parts.wire(thread);
  }

  function ended(failed: Extract<FromThread, { type: "failed" }> | null): void {
    const says = failed ?? { code: "internal", message: `the ${role} role ended`, hint: "" };
    const failure = new Failure(says.code, says.message, { hint: says.hint });
    if (!up) {
      onFailed(failure);
      return;
    }
    if (performance.now() - begunAt > healthyMs) restartMs = restartMsFirst;
    log.error({ err: failure, role, restartMs }, "the role ended and is started again");
    setTimeout(() => {
      if (!stopping) begin();
    }, restartMs);
    restartMs = Math.min(restartMsMax, restartMs * 2);
  }

  const thread: RoleThread = {
    role,
    ready,
    link(to, other) {
      const { port1, port2 } = new MessageChannel();
      thread.attach(to, port1);
      other(port2);
    },
    linkWith(other) {
      if (worker !== null && other.running) thread.link(other.role, (port) => other.attach(role, port));
    },
    get running() {
      return worker !== null;
    },
    attach(to, port) {
      post({ type: "link", role: to, port }, [port]);
    },
    async stop() {
      stopping = true;
      if (worker === null) return;
      const ended = new Promise<void>((done) => {
        onStopped = done;
      });
      post({ type: "stop", deadlineMs: 1500 });
      await ended;
    },
  };
  // The thread is known to the caller before it is wired.
  queueMicrotask(begin);
  return thread;
}
