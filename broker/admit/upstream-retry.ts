// When, and with which version of MQTT, an external broker is tried again. Pure; chance is an argument.

import type { MqttVersion } from "#domain/upstream.ts";

const firstMs = 500;
const mostMs = 30_000;

/** Full jitter, so that many programs do not come back in the same moment. `random` is in [0, 1); attempt 0 is the first. */
export function retryMs(attempt: number, random: number): number {
  const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 10));
  return Math.round(100 + random * ceiling);
}

/** Why a connection ended, as far as the choice of the version goes. */
export type EndKind =
  /** The broker said that it does not speak this version. */
  | "version"
  /** It closed without any answer to CONNECT: some old brokers do that, and one that is just stopping. */
  | "silent"
  | "other";

export interface VersionChoice {
  readonly current: MqttVersion;
  ended(kind: EndKind): void;
}

/** What was refused in words is not tried again; what was met with silence is, after the next connection. */
export function createVersionChoice(order: readonly MqttVersion[]): VersionChoice {
  let first = 0;
  let at = 0;
  return {
    get current() {
      return order[at] ?? 5;
    },
    ended(kind) {
      if (kind === "other") at = first;
      else at = at + 1 < order.length ? at + 1 : kind === "version" ? 0 : first;
      if (kind === "version") first = at;
    },
  };
}
