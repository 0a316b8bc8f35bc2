// A logger as the runner sees it: steps in simulated time that send nothing themselves, since the logger writes to its line. What
// was measured before the run has caught up with now comes as reports alone, as after an outage.

import type { Actor } from "../device.ts";
import type { Logger } from "./logger.ts";

export function createLoggerActor(
  actor: Actor,
  logger: Logger,
  isLive: (eventMs: number) => boolean,
  now: () => number,
): Actor {
  return {
    ...actor,
    step(eventMs) {
      const stampMs = Math.floor(logger.clockAt(eventMs) / 1000) * 1000;
      const observation = actor.observe(eventMs, stampMs);
      const live = isLive(eventMs);
      logger.sample(observation, eventMs, now(), live);
      // In the past there is no line that could be lost: it is told over the line of now.
      return { frames: [], online: observation.online || !live };
    },
  };
}
