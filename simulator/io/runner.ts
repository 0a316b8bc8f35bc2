// Lets every actor take its steps in simulated time and hands its frames to its link. While simulated time is behind the
// wall, a device whose outbox fills up waits instead of losing frames; at speed 1 nothing waits, as in the field. A run to an
// end takes no step after it, and ends the outages that would have lasted longer: what is on its way is still delivered.

import type { Actor } from "../device.ts";
import { outboxFramesMax } from "../outbox.ts";
import { createAgenda, type SimulatedClock } from "../schedule.ts";
import type { Link } from "./mqtt-link.ts";

export interface RunnerOptions {
  readonly actors: readonly Actor[];
  readonly linkOf: (site: string) => Link;
  readonly clock: SimulatedClock;
  readonly wallNow: () => number;
  /** Simulated time of the last step; null: it goes on until it is stopped. */
  readonly untilMs: number | null;
}

export interface Runner {
  start(): void;
  stop(): void;
  /** Are all steps up to the end taken and everything acknowledged? Never, for a run without an end. */
  isDone(): boolean;
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

export function createRunner({ actors, linkOf, clock, wallNow, untilMs }: RunnerOptions): Runner {
  const agenda = createAgenda<Due>();
  let timer: NodeJS.Timeout | null = null;
  let turn: NodeJS.Immediate | null = null;
  let stepped = 0;
  let stopped = false;
  let isOver = false;

  const add = (actor: Actor, link: Link, afterMs: number): void => {
    const eventMs = actor.nextEventAfter(afterMs);
    if (untilMs !== null && eventMs + actor.sendDelayMs > untilMs) return;
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
    if (agenda.size === 0) {
      isOver = true;
      for (const actor of actors) linkOf(actor.device.site.id).setLine(true);
      return;
    }
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
    isDone: () => isOver && actors.every((actor) => linkOf(actor.device.site.id).pending === 0),
  };
}
