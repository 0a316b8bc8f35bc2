// When which address is tried: pauses, the next address, a channel that is down, one that asks for a pause, one that is busy.

import { describe, expect, it } from "vitest";
import { begin, choosePlace, createChannelState, createWay, end, lookAt, usualPace } from "./schedule.ts";
import type { Outcome } from "./web-draft.ts";

const allowed = { perMinute: 20, parallel: 2 };
const failed: Outcome = { ok: false, detail: "timeout", scope: "channel", retryAfterMs: null };
const sent: Outcome = { ok: true, detail: "250" };

/** One notice with these channels; answers when and over which it was tried until `until`. */
function follow(channels: number, outcomeOf: (place: number, at: number) => Outcome, until: number, chance = 1) {
  const states = Array.from({ length: channels }, createChannelState);
  const way = createWay(0);
  const tries: [number, number][] = [];
  for (let now = 0; now <= until; now += 500) {
    if (way.nextAt > now) continue;
    const place = choosePlace(
      way,
      states.map((state) => lookAt(state, allowed, now)),
      now,
    );
    const state = place === null ? undefined : states[place];
    if (place === null || state === undefined) continue;
    way.at = place;
    begin(state, now);
    const outcome = outcomeOf(place, now);
    tries.push([now / 1000, place]);
    end({ way, state, addresses: channels, outcome, now, chance });
    if (outcome.ok) break;
  }
  return { tries, states, way };
}

describe("a notice that cannot be delivered", () => {
  it("goes to the next address after three failures, within a minute", () => {
    const { tries } = follow(2, (place) => (place === 0 ? failed : sent), 120_000);
    expect(tries).toEqual([
      [0, 0],
      [2, 0],
      [6, 0],
      [6.5, 1],
    ]);
  });

  it("is tried for ever, round and round, with pauses that grow to five minutes and not further", () => {
    const { tries } = follow(2, () => failed, 24 * 3_600_000);
    const late = tries.filter(([at]) => at > 3_600).map(([at]) => at);
    const gaps = late.slice(1).map((at, i) => at - (late[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(usualPace.pauseMsMax / 1000);
    expect(new Set(tries.map(([, place]) => place))).toEqual(new Set([0, 1]));
    expect(tries.length).toBeLessThan(1_000);
  });

  it("is delivered when its only endpoint is back after an hour", () => {
    const { tries } = follow(1, (_, at) => (at < 3_600_000 ? failed : sent), 2 * 3_600_000);
    expect(tries.at(-1)?.[0]).toBeGreaterThanOrEqual(3_600);
    expect(tries.at(-1)?.[0]).toBeLessThanOrEqual(3_900);
  });

  it("pauses for a different time each, so that many do not come back at once", () => {
    const pauses = [0, 0.5, 1].map((chance) => follow(1, () => failed, 500, chance).way.nextAt);
    expect(pauses).toEqual([1_000, 1_500, 2_000]);
  });

  it("goes to the next address at once when this one is refused, which is no failure of the channel", () => {
    const refused: Outcome = { ok: false, detail: "550 no such user", scope: "address", retryAfterMs: null };
    const { tries, states } = follow(2, (place) => (place === 0 ? refused : sent), 10_000);
    expect(tries).toEqual([
      [0, 0],
      [0.5, 1],
    ]);
    expect(states[0]?.failures).toBe(0);
  });

  it("waits as long as the channel asks, and takes another address when that is more than a minute", () => {
    const slow: Outcome = { ok: false, detail: "429", scope: "channel", retryAfterMs: 10_000 };
    expect(follow(2, (place, at) => (place === 0 && at < 5_000 ? slow : sent), 120_000).tries).toEqual([
      [0, 0],
      [10, 0],
    ]);
    const slower = { ...slow, retryAfterMs: 600_000 };
    expect(follow(2, (place) => (place === 0 ? slower : sent), 120_000).tries).toEqual([
      [0, 0],
      [60, 1],
    ]);
  });
});

describe("a channel of notices", () => {
  it("that failed three times in a row is passed over at once by what comes next, and asked by one at a time", () => {
    const { states } = follow(1, () => failed, 6_000);
    const [state = createChannelState()] = states;
    expect(lookAt(state, allowed, 6_000)).toBe("down");
    expect(choosePlace(createWay(6_000), ["down", "free"], 6_000)).toBe(1);
    expect(lookAt(state, allowed, state.downUntil)).toBe("free");
    begin(state, state.downUntil);
    expect(lookAt(state, allowed, state.downUntil)).toBe("down");
    end({ way: createWay(0), state, addresses: 1, outcome: sent, now: state.downUntil, chance: 0 });
    expect([state.failures, lookAt(state, allowed, 12_000)]).toEqual([0, "free"]);
  });

  it("takes no more in a minute and at once than it may", () => {
    const state = createChannelState();
    const way = createWay(0);
    const began: number[] = [];
    for (let now = 0; now < 120_000; now += 100) {
      if (lookAt(state, allowed, now) !== "free") continue;
      begin(state, now);
      began.push(now);
      end({ way, state, addresses: 1, outcome: sent, now, chance: 0 });
    }
    expect(began.filter((at) => at < 60_000)).toHaveLength(20);
    expect(began).toHaveLength(40);
    begin(state, 300_000);
    begin(state, 300_000);
    expect(lookAt(state, allowed, 300_000)).toBe("later");
  });
});
