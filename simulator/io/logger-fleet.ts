// The HJ 212 loggers of a process: for every outfall that has one, its logger, its line and what the runner drives. One clock
// looks after all of them.

import type { Actor } from "../device.ts";
import type { Device } from "../fleet/device.ts";
import { createLoggerActor } from "../hj212/actor.ts";
import { createLoggerCounts, type LoggerCounts } from "../hj212/counts.ts";
import { createLogger } from "../hj212/logger.ts";
import type { Random } from "../random.ts";
import type { Gate } from "./gate.ts";
import { createHj212Link, type Hj212Link } from "./hj212-link.ts";
import type { Loggers } from "./register.ts";

export interface LoggerFleet {
  readonly counts: LoggerCounts;
  /** Makes and starts the line of a site's logger, and turns its actor into one that feeds it; null: it has no logger. */
  equip(actor: Actor, random: Random): { readonly actor: Actor; readonly link: Hj212Link } | null;
  stop(): void;
}

export interface LoggerFleetOptions {
  readonly door: { readonly host: string; readonly port: number };
  readonly loggers: Loggers;
  readonly gate: Gate;
  readonly isLive: (eventMs: number) => boolean;
  readonly now: () => number;
}

const lookMs = 250;

export function createLoggerFleet({ door, loggers, gate, isLive, now }: LoggerFleetOptions): LoggerFleet {
  const counts = createLoggerCounts();
  const links: Hj212Link[] = [];
  const startedMs = now();
  const timer = setInterval(() => {
    for (const link of links) link.step();
  }, lookMs);

  return {
    counts,
    equip(actor, random) {
      const device: Device = actor.device;
      const identity = loggers.get(device.site.id);
      if (identity === undefined) return null;
      const logger = createLogger({ device, identity, startedMs, counts });
      const link = createHj212Link({ ...door, logger, gate, random, counts, now });
      links.push(link);
      link.start();
      return { actor: createLoggerActor(actor, logger, isLive, now), link };
    },
    stop: () => clearInterval(timer),
  };
}
