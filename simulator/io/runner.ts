// Lets every actor take its steps in simulated time and hands its frames to its link. While simulated time is behind the
// wall, a device whose outbox fills up waits instead of losing frames; at speed 1 nothing waits, as in the field.

import type { Actor } from "../device.ts";
import { outboxFramesMax } from "../outbox.ts";
import { createAgenda, type SimulatedClock } from "../schedule.ts";
import type { Link } from "./mqtt-link.ts";

export interface RunnerOptions {
  readonly actors: readonly Actor[];
  readonly linkOf: (site: string) => Link;
  readonly clock: SimulatedClock;
  readonly wallNow: () => number;
}

export interface Runner {
  start(): void;
  stop(): void;
  /** Are all steps up to this simulated time taken and everything acknowledged? */
  isDone(untilMs: number): boolean;
  readonly stepped: number;
}

interface Due {
  readonly actor: Actor;
  readonly link: Link;
  readonly eventMs: number;
}

/** Steps between two looks at the sockets. */
const stepsPerTurn = 400;
const timerMsMin = 5;
const timerMsMax = 500;
/** A process that was asleep does not make up what it never measured. */
const sleptMsMax = 10 * 60_000;

export function createRunner({ actors, linkOf, clock, wallNow }: RunnerOptions): Runner {
  const agenda = createAgenda<Due>();
  let timer: NodeJS.Timeout | null = null;
  let turn: NodeJS.Immediate | null = null;
  let stepped = 0;
  let stopped = false;

  const add = (actor: Actor, link: Link, afterMs: number): void => {
    const eventMs = actor.nextEventAfter(afterMs);
    agenda.add(eventMs + actor.sendDelayMs, { actor, link, eventMs });
  };

  const take = ({ actor, link, eventMs }: Due, nowMs: number, catchingUp: boolean): void => {
    if (catchingUp && link.pending > outboxFramesMax / 2) {
      agenda.add(nowMs + 1_000, { actor, link, eventMs });
      return;
    }
    if (!catchingUp && nowMs - eventMs > sleptMsMax) {
      add(actor, link, nowMs);
      return;
    }
    const { frames, online } = actor.step(eventMs);
    stepped++;
    link.setLine(online);
    for (const frame of frames) link.send(frame);
    add(actor, link, eventMs);
  };

  const run = (): void => {
    timer = null;
    turn = null;
    if (stopped) return;
    const wallMs = wallNow();
    const nowMs = clock.at(wallMs);
    const behind = !clock.isCaughtUp(wallMs);
    for (let steps = 0; steps < stepsPerTurn; steps++) {
      const due = agenda.takeDue(nowMs);
      if (due === undefined) {
        const waitMs = (agenda.nextAtMs() ?? nowMs + timerMsMax) - nowMs;
        timer = setTimeout(run, Math.max(timerMsMin, Math.min(timerMsMax, waitMs)));
        return;
      }
      // Frames that waited for a slow broker are still the past, even when the clock has caught up meanwhile.
      take(due, nowMs, behind || due.eventMs < clock.caughtUpAtMs);
    }
    turn = setImmediate(run);
  };

  return {
    get stepped() {
      return stepped;
    },
    start: () => {
      for (const actor of actors) add(actor, linkOf(actor.device.site.id), clock.startMs);
      run();
    },
    stop: () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      if (turn !== null) clearImmediate(turn);
      for (const actor of actors) actor.finish();
    },
    isDone: (untilMs) =>
      (agenda.nextAtMs() ?? Infinity) > untilMs && actors.every((actor) => linkOf(actor.device.site.id).pending === 0),
  };
}
