// Calls and notes over links. One Rpc outlives its links: a dialled peer may go away and come back, and a serving side
// may have several peers at once (then calls go to none, notes go to all).

import { Failure } from "#domain/failure.ts";
import type { Link, Rpc } from "./link.ts";

type Wire =
  | { readonly t: "call"; readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly t: "answer"; readonly id: number; readonly value: unknown }
  | {
      readonly t: "failed";
      readonly id: number;
      readonly code: string;
      readonly message: string;
      readonly hint: string;
      readonly retryable: boolean;
    }
  | { readonly t: "note"; readonly topic: string; readonly message: unknown };

interface OpenCall {
  readonly link: Link;
  readonly done: (value: unknown) => void;
  readonly fail: (error: Failure) => void;
  readonly timer: NodeJS.Timeout;
}

export const callTimeoutMsDefault = 10_000;

/** An Rpc without a link yet; give it links with `attach`. */
export function createRpc(name: string): Rpc & { attach(link: Link): void } {
  const links = new Set<Link>();
  const calls = new Map<number, OpenCall>();
  const handlers = new Map<string, (argument: unknown) => Promise<unknown> | unknown>();
  const listeners = new Map<string, ((message: unknown) => void)[]>();
  const connectedHandlers: (() => void)[] = [];
  const disconnectedHandlers: (() => void)[] = [];
  let nextId = 1;

  function away(): Failure {
    return new Failure("link-away", `${name} is not there`, { retryable: true, hint: `Is the ${name} role running?` });
  }

  async function serve(link: Link, wire: Extract<Wire, { t: "call" }>): Promise<void> {
    const handler = handlers.get(wire.method);
    try {
      if (handler === undefined) throw new Failure("link-method", `no method ${wire.method}`);
      const value = await handler(wire.argument);
      link.send({ t: "answer", id: wire.id, value } satisfies Wire);
    } catch (error) {
      const known =
        error instanceof Failure
          ? error
          : new Failure("internal", error instanceof Error ? error.message : String(error));
      const { code, message, hint, retryable } = known;
      link.send({ t: "failed", id: wire.id, code, message, hint, retryable } satisfies Wire);
    }
  }

  function settle(wire: Extract<Wire, { t: "answer" | "failed" }>): void {
    const call = calls.get(wire.id);
    if (call === undefined) return; // it had timed out
    calls.delete(wire.id);
    clearTimeout(call.timer);
    if (wire.t === "answer") call.done(wire.value);
    else call.fail(new Failure(wire.code, wire.message, { hint: wire.hint, retryable: wire.retryable }));
  }

  function attach(link: Link): void {
    links.add(link);
    link.onMessage((message) => {
      const wire = message as Wire;
      if (wire.t === "call") void serve(link, wire);
      else if (wire.t === "note") for (const listener of listeners.get(wire.topic) ?? []) listener(wire.message);
      else settle(wire);
    });
    link.onClose(() => {
      links.delete(link);
      for (const [id, call] of calls) {
        if (call.link !== link) continue;
        calls.delete(id);
        clearTimeout(call.timer);
        call.fail(away());
      }
      if (links.size === 0) for (const handler of disconnectedHandlers) handler();
    });
    for (const handler of connectedHandlers) handler();
  }

  return {
    attach,
    call(method, argument, timeoutMs = callTimeoutMsDefault) {
      const [link] = links;
      if (link === undefined) return Promise.reject(away());
      const id = nextId++;
      return new Promise((done, fail) => {
        const timer = setTimeout(() => {
          calls.delete(id);
          fail(
            new Failure("link-timeout", `${name} did not answer ${method} within ${timeoutMs} ms`, { retryable: true }),
          );
        }, timeoutMs);
        calls.set(id, { link, done, fail, timer });
        if (!link.send({ t: "call", id, method, argument } satisfies Wire)) {
          calls.delete(id);
          clearTimeout(timer);
          fail(away());
        }
      });
    },
    notify(topic, message) {
      let sent = false;
      for (const link of links) sent = link.send({ t: "note", topic, message } satisfies Wire) || sent;
      return sent;
    },
    handle(method, handler) {
      handlers.set(method, handler);
    },
    on(topic, handler) {
      const known = listeners.get(topic);
      if (known === undefined) listeners.set(topic, [handler]);
      else known.push(handler);
    },
    get connected() {
      return links.size > 0;
    },
    onConnected(handler) {
      connectedHandlers.push(handler);
      if (links.size > 0) handler();
    },
    onDisconnected(handler) {
      disconnectedHandlers.push(handler);
    },
    close() {
      for (const link of links) link.close();
    },
  };
}
