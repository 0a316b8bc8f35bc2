// Which tone is due when: groups, repetition, loudness.

import { describe, expect, test } from "vitest";
import { addAlarms, emptyBook, type AlarmBook } from "./alarm-book.ts";
import { decideTone, quietSiren, type SirenState, type Tone } from "./siren.ts";
import { readAlarms } from "./wire.ts";

const start = 1_000_000;

interface Drawn {
  readonly site: string;
  readonly priority: number;
  readonly acked?: boolean;
  readonly version?: number;
  readonly onset?: number;
}

function bookOf(alarms: readonly Drawn[]): AlarmBook {
  const wire = alarms.map(({ site, priority, acked = false, version = 1, onset = start }, i) => ({
    id: `${site} ${i}`,
    version,
    site,
    priority,
    onset,
    active: true,
    acked,
    state: acked ? "ack-active" : "unack-active",
  }));
  return addAlarms(emptyBook, readAlarms(wire));
}

/** Every second from `from` to `to`, with the same alarms. */
function listen(state: SirenState, book: AlarmBook, from: number, to: number): { state: SirenState; tones: Tone[] } {
  const tones: Tone[] = [];
  let now = state;
  for (let at = from; at <= to; at += 1000) {
    const next = decideTone(now, book, at);
    now = next.state;
    if (next.tone !== null) tones.push(next.tone);
  }
  return { state: now, tones };
}

describe("the siren", () => {
  test("forty alarms of one site are one sound, that of the most urgent", () => {
    const book = bookOf(Array.from({ length: 40 }, (_, i) => ({ site: "s", priority: 2 + (i % 2) })));
    expect(listen(quietSiren, book, start, start + 5_000).tones).toEqual([{ priority: 2, loud: false, isNew: true }]);
  });

  test("priority 1 is repeated every ten seconds, 2 every thirty, 3 never, and 4 is silent", () => {
    const heard = (priority: number): number =>
      listen(quietSiren, bookOf([{ site: "s", priority }]), start, start + 60_000).tones.length;
    expect([heard(1), heard(2), heard(3), heard(4)]).toEqual([7, 3, 1, 0]);
  });

  test("a group that becomes more urgent is heard at once, one that is acknowledged no more", () => {
    const { state } = listen(quietSiren, bookOf([{ site: "s", priority: 3 }]), start, start);
    const worse = bookOf([
      { site: "s", priority: 3 },
      { site: "s", priority: 1 },
    ]);
    const next = listen(state, worse, start + 1000, start + 2000);
    expect(next.tones).toEqual([{ priority: 1, loud: false, isNew: true }]);
    const acked = bookOf([
      { site: "s", priority: 3, acked: true },
      { site: "s", priority: 1, acked: true },
    ]);
    expect(listen(next.state, acked, start + 3000, start + 60_000).tones).toEqual([]);
  });

  test("priority 1 gets louder when nobody has acknowledged it for three minutes", () => {
    const { tones } = listen(quietSiren, bookOf([{ site: "s", priority: 1 }]), start, start + 200_000);
    expect(tones.at(0)?.loud).toBe(false);
    expect(tones.at(-1)?.loud).toBe(true);
  });

  test("a daily mean that is judged hours after its day is not loud at once, but three minutes after it was heard", () => {
    const quiet = listen(quietSiren, bookOf([{ site: "other", priority: 4 }]), start, start);
    const late = bookOf([
      { site: "other", priority: 4 },
      { site: "s", priority: 1, onset: start - 7_200_000 },
    ]);
    const { tones } = listen(quiet.state, late, start + 1_000, start + 200_000);
    expect(tones.at(0)).toEqual({ priority: 1, loud: false, isNew: true });
    expect(tones.filter((tone) => tone.loud).length).toBeGreaterThan(0);
    expect(tones.findIndex((tone) => tone.loud)).toBeGreaterThan(17);
  });

  test("what had waited for long when the screen was opened is loud from the first tone", () => {
    const { tones } = listen(quietSiren, bookOf([{ site: "s", priority: 1, onset: start - 200_000 }]), start, start);
    expect(tones).toEqual([{ priority: 1, loud: true, isNew: true }]);
  });

  test("in a flood the sites of one enterprise are one sound for each priority, and another enterprise is another", () => {
    const ownerOf = (site: string): string => site.slice(0, 5);
    let state = quietSiren;
    const tones: (Tone | null)[] = [];
    const alarms: Drawn[] = [];
    const hear = (site: string, priority: number): void => {
      alarms.push({ site, priority });
      const next = decideTone(state, bookOf(alarms), start + alarms.length, ownerOf);
      state = next.state;
      tones.push(next.tone);
    };
    for (let i = 0; i < 20; i += 1) hear(`steel-${i}`, 3);
    hear("steel-99", 2);
    for (let i = 0; i < 20; i += 1) hear(`steel-b${i}`, 2);
    hear("paper-1", 3);
    expect(tones.filter((tone) => tone !== null).map((tone) => tone?.priority)).toEqual([3, 2, 3]);
  });

  test("what is held back is not heard, and is heard when it is told; what chatters is heard once", () => {
    const one = (more: Readonly<Record<string, unknown>>): AlarmBook =>
      addAlarms(
        emptyBook,
        readAlarms([{ id: "a", site: "s", priority: 2, onset: start, state: "unack-active", active: true, ...more }]),
      );
    const held = { kind: "shelved", until: null, by: "x", reason: "test", of: null, oneShot: false };
    const quiet = listen(quietSiren, one({ version: 1, suppression: held }), start, start + 40_000);
    expect(quiet.tones).toEqual([]);
    const told = listen(quiet.state, one({ version: 2, suppression: null }), start + 41_000, start + 42_000);
    expect(told.tones).toEqual([{ priority: 2, loud: false, isNew: true }]);
    const gone = one({ version: 3, state: "rtn-unack", active: false, chattering: true });
    const flapped = listen(told.state, gone, start + 43_000, start + 44_000);
    const back = listen(flapped.state, one({ version: 4, chattering: true }), start + 45_000, start + 50_000);
    expect([...flapped.tones, ...back.tones]).toEqual([]);
  });
});
