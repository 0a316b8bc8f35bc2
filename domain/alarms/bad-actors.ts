// Bad actors: the points that call most, how they behave, and what would make them quieter. A proposal is a number to try in a
// back-test, taken from how long the alarm lasted and how soon it came back; it is no judgement. Pure.

import type { Priority } from "../alarm.ts";
import { chatterMs, chatterRaises } from "./chatter.ts";
import { parseInstance } from "./in-force.ts";
import type { BadActor, TuningProposal } from "./kpi-shapes.ts";

/** Came and went before anybody could act. */
export const fleetingMs = 60_000;
const badActorsMax = 20;
const delayStepMs = 30_000;
const delayMsMax = 600_000;

/** What is gathered of one point. */
export interface ActorSums {
  readonly site: string;
  readonly definition: string;
  priority: Priority;
  calls: number;
  raises: number;
  chattering: boolean;
  /** Event times of the last raises, and of the last return. */
  lastRaises: number[];
  activeSince: number | null;
  returnedAt: number | null;
  /** Milliseconds for which it was active, and until it came back. */
  readonly active: number[];
  readonly gaps: number[];
}

export function createActor(site: string, definition: string, priority: Priority): ActorSums {
  return {
    site,
    definition,
    priority,
    calls: 0,
    raises: 0,
    chattering: false,
    lastRaises: [],
    activeSince: null,
    returnedAt: null,
    active: [],
    gaps: [],
  };
}

export function noteRaise(actor: ActorSums, eventTime: number): void {
  actor.raises++;
  actor.activeSince = eventTime;
  if (actor.returnedAt !== null) actor.gaps.push(eventTime - actor.returnedAt);
  actor.lastRaises = [...actor.lastRaises, eventTime].slice(-chatterRaises);
  const [first] = actor.lastRaises;
  if (actor.lastRaises.length === chatterRaises && first !== undefined && eventTime - first < chatterMs) {
    actor.chattering = true;
  }
}

export function noteReturn(actor: ActorSums, eventTime: number): void {
  if (actor.activeSince !== null) actor.active.push(Math.max(0, eventTime - actor.activeSince));
  actor.activeSince = null;
  actor.returnedAt = eventTime;
}

export function countFleeting({ active }: ActorSums): number {
  return active.filter((ms) => ms < fleetingMs).length;
}

/** The one with the most calls first. */
export function rankActors(actors: Iterable<ActorSums>, calls: number): BadActor[] {
  return [...actors]
    .filter((actor) => actor.calls > 0)
    .toSorted((a, b) => b.calls - a.calls || (`${a.site} ${a.definition}` < `${b.site} ${b.definition}` ? -1 : 1))
    .slice(0, badActorsMax)
    .map((actor) => ({
      site: actor.site,
      definition: actor.definition,
      priority: actor.priority,
      count: actor.calls,
      share: calls === 0 ? 0 : (100 * actor.calls) / calls,
      raises: actor.raises,
      chattering: actor.chattering,
      fleeting: countFleeting(actor),
      medianActiveMs: quantile(actor.active, 0.5),
      proposal: proposeTuning(actor),
    }));
}

/** Null: there are too few raises to say anything, or nothing that a delay or a deadband could change. */
export function proposeTuning(actor: ActorSums): TuningProposal | null {
  const instance = parseInstance(actor.definition);
  const isRealtime = instance?.subject === "limit" && instance.basis === "realtime";
  const mayBeDelayed = isRealtime || instance?.subject === "value" || instance?.subject === "quality";
  if (!mayBeDelayed || actor.raises < 5) return null;
  const short = actor.active.filter((ms) => ms < delayMsMax);
  const soon = actor.gaps.filter((ms) => ms < delayMsMax);
  const onDelayMs = 2 * short.length >= actor.raises ? roundUp(quantile(short, 0.75)) : null;
  const offDelayMs = 2 * soon.length >= actor.raises ? roundUp(quantile(soon, 0.75)) : null;
  // It swings around the limit: a deadband keeps it from ending with each swing.
  const swings = actor.chattering || offDelayMs !== null;
  const deadband = swings && instance.subject !== "quality" ? ({ kind: "percent", value: 5 } as const) : null;
  if (onDelayMs === null && offDelayMs === null && deadband === null) return null;
  const [lasted, back] = [short.length, soon.length];
  return {
    onDelayMs,
    offDelayMs,
    deadband,
    whyZh: `${actor.raises} 次报警中 ${lasted} 次持续不足十分钟，${back} 次在十分钟内再次出现`,
    whyEn: `of ${actor.raises} raises ${lasted} lasted less than ten minutes and ${back} came back within ten minutes`,
  };
}

function roundUp(ms: number | null): number | null {
  if (ms === null) return null;
  return Math.min(delayMsMax, Math.max(delayStepMs, Math.ceil(ms / delayStepMs) * delayStepMs));
}

/** The value that a share of them do not exceed (nearest rank); null = there are none. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? null;
}
