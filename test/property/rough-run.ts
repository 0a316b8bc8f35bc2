// Two rough hours in some two thousand journal entries, from a seed and nothing else: devices that are late, repeat themselves,
// change their mind, run ahead or talk nonsense; people who register, limit, mark, acknowledge, and decide about refused frames; a
// machine clock that jumps both ways; ticks. Receive time is virtual, and the end of a UTC+8 day lies in the middle.

import type { Alarm } from "#domain/alarm.ts";
import type { CommandEnvelope } from "#domain/command.ts";
import { conditionNames } from "#domain/condition.ts";
import { channels, doors, entryKinds, type EntryDraft } from "#domain/frame.ts";
import type { FrameAgain } from "#domain/quarantine.ts";
import { createRoughAlarms } from "./rough-alarms.ts";
import { drawLine, drawPacket } from "./rough-logger.ts";
import { createRoughEdgeNode } from "./rough-edge-node.ts";
import { noticeOrders } from "./rough-notices.ts";
import { createRoughOrders } from "./rough-orders.ts";
import { createRoughStack, stack, stackFactors } from "./rough-stack.ts";

export const runBegins = Date.UTC(2026, 10, 20, 14, 30);
export const runMs = 2 * 3_600_000;
/** The last one is registered in the middle of the run; what it sent before is refused, and taken again later. */
export const runSites = ["P-1", "P-2", "P-3", "P-5", stack] as const;
const waterSites = ["P-1", "P-2", "P-3"] as const;
export const runFactors = ["w01018", "w01001"] as const;
/** Longer than the grace of every window, so that what is over at the end of the run is closed. */
export const settleMs = 6 * 60_000;

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/** What a person sees who decides: everything so far, processed and committed. */
export interface Sight {
  /** Not acknowledged, by id. */
  readonly alarms: readonly Alarm[];
  /** Open ones, newest first. */
  readonly refused: readonly FrameAgain[];
  /** Journal sequence up to which all decisions are in what is seen. */
  readonly asOf: number;
}

export interface RoughRun {
  /** Receive time of the newest entry. */
  readonly now: number;
  readonly isOver: boolean;
  /** Registration and limits. */
  begin(): EntryDraft[];
  /** The next few entries; `look` is called only when somebody decides. */
  next(look: (atRefused: boolean) => Promise<Sight>): Promise<EntryDraft[]>;
  /** Ticks until every window of the run is over. */
  end(): EntryDraft[];
}

/** How far the machine's clock is off, from which part of the run on. */
function drawSkews(random: () => number): (readonly [part: number, ms: number])[] {
  const minutes = (least: number, most: number): number => Math.round((least + random() * (most - least)) * 60_000);
  return [
    [0.2, minutes(10, 80)],
    [0.3, 0],
    // Beyond the tolerance: what devices send now is "in the future" and refused.
    [0.5, -minutes(6, 40)],
    [0.6, 0],
    [0.75, -minutes(1, 4)],
    [0.85, 0],
  ];
}

export function createRoughRun(random: () => number): RoughRun {
  const edgeNode = createRoughEdgeNode(random, "P-2");
  const orders = createRoughOrders(random, [...waterSites, stack, "P-4"], "w01018");
  const roughStack = createRoughStack(random, waterSites);
  const roughAlarms = createRoughAlarms(random, waterSites, "w01018");
  let now = runBegins;
  let commands = 0;
  const skews = drawSkews(random);
  let newest = runBegins;
  let registered = 0;
  let lastSight: Sight | null = null;
  /** The time that devices have: it only goes on. */
  let trueNow = runBegins;
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

  function command(given: CommandEnvelope["command"], actor = "admin"): EntryDraft {
    const envelope: CommandEnvelope = { id: `command-${++commands}`, actor, command: given };
    const place = { kind: entryKinds.command, door: doors.none, channel: channels.none, promised: true } as const;
    return { ...place, receivedAt: now, source: actor, payload: encoder.encode(JSON.stringify(envelope)) };
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
    if (kind < 0.7) return trueNow - Math.floor(random() * 4_000);
    if (kind < 0.85) return trueNow - Math.floor(random() * 120_000);
    if (kind < 0.95) return trueNow - Math.floor(random() * 70 * 60_000);
    return trueNow + Math.floor(random() * 280_000);
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
    const source = pick(waterSites) ?? "";
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

  function acknowledge({ alarms }: Sight): EntryDraft | null {
    const alarm = pick(alarms);
    if (alarm === undefined) return null;
    if (random() < 0.1)
      return command({ type: "alarm.comment", alarm: alarm.id, expectedVersion: null, comment: "on the way" });
    // Now and then somebody decides on a state that has passed: that is refused, and refused again in a replay.
    const expectedVersion = random() < 0.2 ? alarm.version - 1 : alarm.version;
    return command({ type: "alarm.ack", alarm: alarm.id, expectedVersion, comment: random() < 0.5 ? "seen" : null });
  }

  function decideRefused(sight: Sight): EntryDraft | null {
    // A second person who has been looking at what the first one saw: what was decided since must not be decided again.
    const { refused, asOf } = lastSight !== null && random() < 0.4 ? lastSight : sight;
    const frames = refused.filter(() => random() < 0.5).slice(0, 8);
    lastSight = { ...sight, refused: frames };
    if (frames.length === 0) return null;
    if (random() < 0.3)
      return command({ type: "frames.dismiss", reason: "a test of the logger", asOf, frames: frames.map(toRefused) });
    return command({ type: "frames.reprocess", reason: "registered meanwhile", asOf, frames });
  }

  /** What a site sent before it was registered is taken once it is. */
  function takeAgain(sight: Sight): EntryDraft | null {
    const { refused, asOf } = sight;
    const frames = refused.filter(({ site }) => site === "P-3").slice(0, 20);
    lastSight = { ...sight, refused: frames };
    return frames.length === 0
      ? null
      : command({ type: "frames.reprocess", reason: "registered meanwhile", asOf, frames });
  }

  function siteOf(id: string, factors: readonly string[]) {
    const place = { kind: "water-outfall", city: "130200", enterprise: null, lat: null, lon: null } as const;
    const rest = { intervalSeconds: 90, standard: null, mn: null, simulated: false };
    return { id, name: id, ...place, factors: [...factors], ...rest };
  }

  function register(id: string, factors: readonly string[]): EntryDraft {
    return command({ type: "sites.put", sites: [siteOf(id, factors)] });
  }

  /** Of two sites one has been changed since the table was looked at. */
  function importTable(factors: readonly string[]): EntryDraft {
    const sites = [1, 99].map((expectedVersion, i) => ({ expectedVersion, site: siteOf(`P-${2 - i}`, factors) }));
    return command({ type: "sites.import", import: "run", says: "table.csv", sites });
  }

  /** A logger with HJ 212, whose packets come through its own door; now and then with another password. */
  function loggerFrame(): EntryDraft {
    const channel = random() < 0.05 ? channels.hj212Doubtful : channels.hj212;
    const source = random() < 0.9 ? "P-1" : "hj212:UNKNOWN-1";
    return { ...frame(source, drawPacket(random, trueNow)), channel, door: doors.hj212 };
  }

  /** The same site speaks Sparkplug B as well, by its usual name. */
  function edgeNodeFrame(): EntryDraft {
    return { ...frame("P-2", ""), channel: channels.sparkplug, payload: edgeNode.next(trueNow) };
  }

  /** A site that never takes anything back: its hour means can be compared with ours, and are often wrong. */
  function steadyFrame(): EntryDraft {
    // And one that is beyond its limit in every hour, which nobody touches.
    if (random() < 0.2) return frame("P-5", JSON.stringify({ time: trueNow, values: { w01018: 50 + random() } }));
    if (random() < 0.8) return frame("P-4", JSON.stringify({ time: trueNow, values: { w01018: 50 + random() } }));
    const back = 1 + Math.floor(random() * 2);
    const time = Math.floor(trueNow / 3_600_000 - back) * 3_600_000;
    return frame("P-4", JSON.stringify({ time, kind: "hour", values: { w01018: random() < 0.5 ? 50 : 60 } }));
  }

  function stackFrame(): EntryDraft {
    const time = random() < 0.7 ? trueNow : eventTime();
    return frame(stack, JSON.stringify({ time, values: roughStack.values() }));
  }

  function loggerLines(): EntryDraft {
    return command({ type: "logger.lines", lines: ["P-1", "hj212:"].map((site) => drawLine(random, site, now)) });
  }

  /** The register changes while devices go on sending. */
  function changeRegister(part: number): EntryDraft[] {
    if (registered === 0 && part > 0.4) {
      registered = 1;
      return [register("P-3", runFactors), putLimit("P-3", 70, "realtime"), putLimit("P-3", 60, "hour")];
    }
    if (registered === 1 && part > 0.65) {
      registered = 2;
      return [importTable(["w01018"])];
    }
    return [];
  }

  function order(): EntryDraft {
    const { actor, command: given } = orders.next(trueNow);
    return command(given, actor);
  }

  function watch(): EntryDraft {
    const condition = pick(conditionNames) ?? conditionNames[0];
    return command({ type: "system.condition", condition, active: random() < 0.5, detail: "seen by the watch" });
  }

  return {
    get now() {
      return now;
    },
    get isOver() {
      return trueNow >= runBegins + runMs;
    },
    begin() {
      const sites = ["P-1", "P-2"];
      const limits = sites.flatMap((id) => [
        putLimit(id, 75, "realtime"),
        putLimit(id, 60, "hour"),
        putLimit(id, 60.5, "day"),
      ]);
      const gas = { ...siteOf(stack, stackFactors), kind: "gas-outfall", intervalSeconds: 60 } as const;
      const gasOrders = [command({ type: "sites.put", sites: [gas] }), command(roughStack.limit(50, 16))];
      return [
        ...[...sites, "P-4", "P-5"].map((id) => register(id, runFactors)),
        ...limits,
        putLimit("P-5", 40, "hour"),
        ...gasOrders,
        ...noticeOrders(runBegins).map((each) => command(each)),
      ];
    },
    async next(look) {
      trueNow += 1_000 + Math.floor(random() * 12_000);
      const part = (trueNow - runBegins) / runMs;
      now = trueNow + (skews.findLast(([from]) => part >= from)?.[1] ?? 0);
      newest = Math.max(newest, now);
      const before = registered;
      const entries = [nextFrame(), ...changeRegister(part)];
      if (registered !== before) entries.push(...some(takeAgain(await look(true))));
      if (random() < 0.25) entries.push(loggerFrame());
      if (random() < 0.3) entries.push(edgeNodeFrame());
      if (random() < 0.5) entries.push(stackFrame());
      if (random() < 0.03) entries.push(command(roughStack.next(trueNow)));
      if (random() < 0.02) entries.push(loggerLines());
      if (random() < 0.25) entries.push(steadyFrame());
      if (random() < 0.3) entries.push(tick());
      if (random() < 0.01) entries.push(watch());
      if (random() < 0.05) entries.push(putLimit(pick(waterSites) ?? "", 70 + Math.floor(random() * 10), "realtime"));
      if (random() < 0.06) entries.push(order());
      if (random() < 0.15) entries.push(...some(acknowledge(await look(false))));
      if (random() < 0.1)
        entries.push(...some(roughAlarms.act((await look(false)).alarms)).map((each) => command(each)));
      if (random() < 0.03) entries.push(command(roughAlarms.order(now)));
      if (random() < 0.03) entries.push(...some(decideRefused(await look(true))));
      return entries;
    },
    end() {
      const ticks: EntryDraft[] = [];
      for (const end = newest + 65 * 60_000 + settleMs; now < end; now += 20_000) ticks.push(tick());
      return ticks;
    },
  };
}

function some<T>(item: T | null): T[] {
  return item === null ? [] : [item];
}

function toRefused({ seq, site }: FrameAgain): { readonly seq: number; readonly site: string } {
  return { seq, site };
}
