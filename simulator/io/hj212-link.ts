// One logger's TCP connection to the HJ 212 door. There is no login: it connects and speaks. Reconnects with jitter through the
// gate that all devices share; what is undelivered lives in the logger, not here.
//
//   idle ─▶ queued ─▶ connecting ─▶ up ─▶ (closed, hung up) ─▶ backing off ─▶ queued …   cut: down until the line is restored

import { connect, type Socket } from "node:net";
import type { LoggerCounts } from "../hj212/counts.ts";
import type { Logger } from "../hj212/logger.ts";
import type { Random } from "../random.ts";
import type { Gate } from "./gate.ts";
import type { Link } from "./mqtt-link.ts";

export interface Hj212LinkOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly gate: Gate;
  readonly random: Random;
  readonly counts: LoggerCounts;
  readonly now: () => number;
}

export interface Hj212Link extends Link {
  /** Lets the logger look at its clock; to be called a few times a second. */
  step(): void;
}

const backOffMsFirst = 1_000;
const backOffMsMax = 15_000;
const connectMsMax = 10_000;

export function createHj212Link(options: Hj212LinkOptions): Hj212Link {
  const { host, port, logger, gate, random, counts, now } = options;
  let socket: Socket | null = null;
  let up = false;
  let lineUp = true;
  let stopped = false;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;

  const queue = (): void => {
    if (stopped || !lineUp) return;
    gate.enter((done) => {
      if (stopped || !lineUp || socket !== null) done();
      else open(done);
    });
  };

  const retryLater = (): void => {
    if (stopped || !lineUp) return;
    const ceiling = Math.min(backOffMsMax, backOffMsFirst * 2 ** Math.min(failures, 6));
    failures++;
    timer = setTimeout(
      () => {
        timer = null;
        queue();
      },
      ceiling * random.between(0.5, 1.5),
    );
  };

  const open = (done: () => void): void => {
    const current = connect({ host, port, noDelay: true });
    socket = current;
    current.setTimeout(connectMsMax, () => {
      if (!up) current.destroy();
    });
    current.on("connect", () => {
      done();
      up = true;
      failures = 0;
      counts.connected++;
      current.setTimeout(0);
      logger.connect({ write: (bytes) => void current.write(bytes), hangUp: () => current.destroy() }, now());
    });
    current.on("data", (chunk: Buffer) => {
      if (current === socket) logger.receive(chunk, now());
    });
    // Followed by close, where it is handled.
    current.on("error", () => current.destroy());
    current.on("close", () => {
      done();
      if (current !== socket) return;
      socket = null;
      if (up) {
        up = false;
        counts.connected--;
        if (!stopped && lineUp) counts.lost++;
        logger.disconnect();
      }
      retryLater();
    });
  };

  return {
    get pending() {
      return logger.pending;
    },
    get connected() {
      return up;
    },
    start: queue,
    // The logger makes its frames itself, and its password is its own.
    send: () => undefined,
    setPassword: () => undefined,
    setLine(wanted) {
      if (wanted === lineUp) return;
      lineUp = wanted;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (wanted) queue();
      else socket?.resetAndDestroy();
    },
    step: () => logger.step(now()),
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      const current = socket;
      if (current === null) return Promise.resolve();
      return new Promise((resolve) => {
        current.once("close", () => resolve());
        if (up) current.end();
        else current.destroy();
      });
    },
  };
}
