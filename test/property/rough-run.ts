// A rough day in a few hundred journal entries, from a seed: devices that are late, repeat themselves, change their mind,
// run ahead or talk nonsense, people who register, limit and acknowledge, and the clock that ticks. Receive time is virtual:
// three hours pass in a second, across the end of a UTC+8 day.

import type { Alarm } from "#domain/alarm.ts";
import type { CommandEnvelope } from "#domain/command.ts";
import { channels, doors, entryKinds, type EntryDraft } from "#domain/frame.ts";

export const runBegins = Date.UTC(2026, 10, 20, 14, 30);
export const runMs = 3 * 3_600_000;
export const runSites = ["P-1", "P-2"] as const;
export const runFactors = ["w01018", "w01001"] as const;
/** Longer than the grace of every window, so that what is over at the end of the run is closed. */
export const settleMs = 6 * 60_000;

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

export interface RoughRun {
  /** Receive time of the newest entry. */
  readonly now: number;
  readonly isOver: boolean;
  /** Registration and limits. */
  begin(): EntryDraft[];
  /** The next few entries; `open` are the alarms an operator sees at this moment. */
  next(open: readonly Alarm[]): EntryDraft[];
  /** Ticks until every window of the run is over. */
  end(): EntryDraft[];
}

export function createRoughRun(random: () => number): RoughRun {
  let now = runBegins;
  let commands = 0;
  const sent: { readonly source: string; readonly payload: string }[] = [];

  function pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(random() * items.length)];
  }

  function frame(source: string, payload: string, promised = true): EntryDraft {
    const place = { kind: entryKinds.frame, door: doors.mqtt, channel: channels.readings } as const;
    // A frame that had to wait for its rate is journaled behind younger ones.
    const receivedAt = random() < 0.05 ? now - 3_000 : now;
    return { ...place, promised, receivedAt, source, payload: encoder.encode(payload) };
  }

  function command(given: CommandEnvelope["command"]): EntryDraft {
    const envelope: CommandEnvelope = { id: `command-${++commands}`, actor: "admin", command: given };
    const place = { kind: entryKinds.command, door: doors.none, channel: channels.none, promised: true } as const;
    return { ...place, receivedAt: now, source: "admin", payload: encoder.encode(JSON.stringify(envelope)) };
  }

  function tick(): EntryDraft {
    const place = { kind: entryKinds.tick, door: doors.none, channel: channels.none, promised: false } as const;
    return { ...place, receivedAt: now, source: "", payload: nothing };
  }

  function putLimit(site: string, max: number, basis: "realtime" | "hour" | "day"): EntryDraft {
    const from = basis === "realtime" ? now : 0;
    const id = `${site}:w01018:${basis}:site:${from}`;
    const limit = {
      id,
      site,
      factor: "w01018",
      max,
      min: null,
      basis,
      from,
      to: null,
      reason: "permit",
      by: "admin",
      source: "site",
    };
    return command({ type: "limits.put", limits: [limit] });
  }

  /** Tenths and thousandths: values whose floating-point sums depend on their order. */
  function values(): Record<string, unknown> {
    const value = Math.round(400 + random() * 400) / 10 + 0.001;
    const flag = random() < 0.08 ? { value, flag: pick(["D", "M", "C"]) } : value;
    return random() < 0.5 ? { w01018: flag } : { w01018: flag, w01001: Math.round(600 + random() * 300) / 100 };
  }

  function eventTime(): number {
    const kind = random();
    if (kind < 0.7) return now - Math.floor(random() * 4_000);
    if (kind < 0.85) return now - Math.floor(random() * 120_000);
    if (kind < 0.95) return now - Math.floor(random() * 70 * 60_000);
    return now + Math.floor(random() * 280_000);
  }

  function nonsense(): string {
    const time = now;
    const frames = [
      "{broken",
      "[]",
      JSON.stringify({ time: "yesterday", values: { w01018: 1 } }),
      JSON.stringify({ time, values: { w99999: 1, w01018: "much" } }),
      JSON.stringify({ time, values: { w01001: 77, w01018: 45.5 } }),
      JSON.stringify({ time: time + 3_600_000, values: { w01018: 1 } }),
      JSON.stringify({ time: 0, values: { w01018: 1 } }),
    ];
    return pick(frames) ?? "";
  }

  function nextFrame(): EntryDraft {
    const source = pick(runSites) ?? "";
    const kind = random();
    if (kind < 0.08) return frame(source, nonsense());
    if (kind < 0.1) return frame("P-unknown", JSON.stringify({ time: now, values: values() }));
    const old = pick(sent);
    if (kind < 0.2 && old !== undefined) return frame(old.source, old.payload);
    if (kind < 0.3 && old !== undefined) {
      const { time } = JSON.parse(old.payload) as { time: number };
      return frame(old.source, JSON.stringify({ time, values: values() }));
    }
    if (kind < 0.35)
      return frame(source, JSON.stringify({ time: now, kind: pick(["minute", "hour", "day"]), values: values() }));
    if (kind < 0.4) {
      const list = Array.from({ length: 5 }, () => ({ time: eventTime(), values: values() }));
      return frame(source, JSON.stringify(list));
    }
    const payload = JSON.stringify({ time: eventTime(), values: values() });
    sent.push({ source, payload });
    return frame(source, payload, random() > 0.1);
  }

  function decide(open: readonly Alarm[]): EntryDraft | null {
    const alarm = pick(open);
    if (alarm === undefined) return null;
    // Now and then somebody decides on a state that has passed: that is refused, and refused again in a replay.
    const expectedVersion = random() < 0.2 ? alarm.version - 1 : alarm.version;
    return command({ type: "alarm.ack", alarm: alarm.id, expectedVersion, comment: random() < 0.5 ? "seen" : null });
  }

  return {
    get now() {
      return now;
    },
    get isOver() {
      return now >= runBegins + runMs;
    },
    begin() {
      const sites = runSites.map((id) => ({
        id,
        name: id,
        kind: "water-outfall" as const,
        city: "130200",
        enterprise: null,
        lat: null,
        lon: null,
        factors: [...runFactors],
        intervalSeconds: 10,
        standard: null,
        mn: null,
        simulated: false,
      }));
      const limits = runSites.flatMap((id) => [
        putLimit(id, 75, "realtime"),
        putLimit(id, 60, "hour"),
        putLimit(id, 60.5, "day"),
      ]);
      return [command({ type: "sites.put", sites }), ...limits];
    },
    next(open) {
      now += 1_000 + Math.floor(random() * 12_000);
      const entries = [nextFrame()];
      if (random() < 0.3) entries.push(tick());
      if (random() < 0.05) entries.push(putLimit(pick(runSites) ?? "", 70 + Math.floor(random() * 10), "realtime"));
      const decision = random() < 0.2 ? decide(open) : null;
      if (decision !== null) entries.push(decision);
      return entries;
    },
    end() {
      const ticks: EntryDraft[] = [];
      for (const end = now + 65 * 60_000 + settleMs; now < end; now += 20_000) ticks.push(tick());
      return ticks;
    },
  };
}
