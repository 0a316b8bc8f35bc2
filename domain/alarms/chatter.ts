// Chattering: an alarm that comes and goes so fast that nobody can act. It is told once and folded until it has been quiet. Pure.

import parameters from "../tables/alarm-flood.json" with { type: "json" };

export const chatterRaises: number = parameters.chatter.raises;
export const chatterMs: number = parameters.chatter.withinMs;
export const chatterQuietMs: number = parameters.chatter.quietMs;

/** The times of raises that still count, with this one; `raises` newest last. */
export function addRaise(raises: readonly number[], at: number): readonly number[] {
  return [...raises.filter((time) => time > at - chatterMs), at].slice(-chatterRaises);
}

export function isChattering(raises: readonly number[]): boolean {
  const [first, last] = [raises.at(-chatterRaises), raises.at(-1)];
  return first !== undefined && last !== undefined && last - first < chatterMs;
}

/** When it has been quiet for long enough. */
export function quietAt(raises: readonly number[]): number {
  return (raises.at(-1) ?? Number.NEGATIVE_INFINITY) + chatterQuietMs;
}
