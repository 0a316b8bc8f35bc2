// A simulated logger on a stage: one outfall, the centre it speaks to, and instruments and a clock that run as fast as a test
// wants. A line that a scenario takes away is taken away here too.

import { createActor, type TruthRecord } from "#simulator/device.ts";
import type { Device } from "#simulator/fleet/device.ts";
import { createFleet } from "#simulator/fleet.ts";
import { createLoggerActor } from "#simulator/hj212/actor.ts";
import { createLoggerCounts, type LoggerCounts } from "#simulator/hj212/counts.ts";
import { equipLoggers, type LoggerHabit, type LoggerIdentity, withLogger } from "#simulator/hj212/identity.ts";
import { createLogger, type Logger } from "#simulator/hj212/logger.ts";
import type { Episode } from "#simulator/scenarios/episode.ts";
import { type Centre, createCentre } from "./hj212-centre.ts";

/** When it is switched on: eight minutes past the hour. */
export const stageStartMs = Date.UTC(2026, 10, 22, 0, 8, 0);
const fleet = createFleet(7);

export interface StageOptions {
  readonly kind?: "water" | "gas";
  readonly edition?: "2017" | "2025";
  readonly habit?: LoggerHabit;
  readonly clockOffMs?: number;
  readonly asksTime?: boolean;
  /** The only one of its scenario; for a day when it says nothing else. */
  readonly episode?: Partial<Episode> & Pick<Episode, "kind">;
  /** Before this moment all is made up. */
  readonly liveFromMs?: number;
}

export interface Stage {
  readonly device: Device;
  readonly identity: LoggerIdentity;
  readonly counts: LoggerCounts;
  readonly logger: Logger;
  readonly centre: Centre;
  /** Lets instruments and clock run on; whole steps of a second. */
  run(ms: number): void;
  /** Ends what goes on; what really happened. */
  truth(): readonly TruthRecord[];
}

/** The one with most factors: its means are longer than a packet. */
function findOutfall(kind: "water" | "gas"): Device {
  const [found] = fleet
    .filter(({ site }) => site.kind === `${kind}-outfall`)
    .toSorted((a, b) => b.site.factors.length - a.site.factors.length);
  if (found === undefined) throw new Error(`no ${kind} outfall`);
  return withLogger(found, 30);
}

export function stageLogger(options: StageOptions = {}): Stage {
  const device = findOutfall(options.kind ?? "water");
  const [drawn] = equipLoggers([device], 1).values();
  if (drawn === undefined) throw new Error("no logger");
  const identity: LoggerIdentity = {
    ...drawn,
    edition: options.edition ?? "2017",
    habit: options.habit ?? null,
    clockOffMs: options.clockOffMs ?? 0,
    clockGainPpm: 0,
    asksTime: options.asksTime ?? false,
  };
  const counts = createLoggerCounts();
  const logger = createLogger({ device, identity, startedMs: stageStartMs, counts });
  const centre = createCentre(logger, identity, stageStartMs);
  const truth: TruthRecord[] = [];
  const toMs = stageStartMs + 86_400_000;
  const planned: Episode[] =
    options.episode === undefined
      ? []
      : [
          {
            site: device.site.id,
            factor: null,
            fromMs: stageStartMs,
            toMs,
            strength: 0.3,
            variant: null,
            ...options.episode,
          },
        ];
  const inner = createActor(device, { name: "calm", planHour: () => [], planOpenings: () => planned }, (record) =>
    truth.push(record),
  );
  const isLive = (eventMs: number): boolean => eventMs >= (options.liveFromMs ?? 0);
  const actor = createLoggerActor(inner, logger, isLive, () => centre.nowMs);
  let eventMs = actor.nextEventAfter(stageStartMs);
  let isCut = false;

  function step(): void {
    const { online } = actor.step(eventMs);
    if (!online && !isCut) centre.down();
    if (online && isCut) centre.up();
    isCut = !online;
    eventMs = actor.nextEventAfter(eventMs);
  }

  return {
    device,
    identity,
    counts,
    logger,
    centre,
    run(ms) {
      const end = centre.nowMs + ms;
      while (eventMs <= end) {
        centre.pass(eventMs - centre.nowMs);
        step();
      }
      centre.pass(end - centre.nowMs);
    },
    truth() {
      actor.finish();
      return truth;
    },
  };
}
