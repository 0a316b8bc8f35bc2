// What the centre learns about its loggers from what they send and from what the door saw of their lines: a card per day, what
// is true of them now, which intervals are missing, and what changed in them. Counts go to the state store as differences,
// which it adds up: none of them is kept here. Pure.
//
//   packets, refusals ─┐                 ┌─▶ card of the day (by receive time; due and received by the interval's own day)
//   lines ─────────────┴─▶ loggers ──────┼─▶ facts · gaps
//                                        └─▶ changes

import { bounds } from "#domain/bounds.ts";
import type { DeviceRequest } from "#domain/device-request.ts";
import { channels, doorNames } from "#domain/frame.ts";
import { editionOf, findCommand, parseStamp } from "#domain/hj212/hj212.ts";
import { formatLoggerSource, type LoggerLine, manyLoggers, mnOfSource } from "#domain/logger.ts";
import {
  addDrift,
  countIn,
  createLoggerDay,
  type IntervalKind,
  intervalKinds,
  type LoggerDay,
  type LoggerFacts,
} from "#domain/logger-card.ts";
import { minuteMs, formatDay, parseDay, dayMs } from "#domain/time.ts";
import type { Hj212Packet } from "../decode/hj212.ts";
import type { FrameResult } from "../ledger.ts";
import type { Output } from "../output.ts";
import type { Frame } from "../readings.ts";
import { checkTime } from "../validate/validate.ts";
import { createTracker, type SavedTracker, type Taken, type Tracker } from "./intervals.ts";
import { createValues, readTold, type SavedValues, type Values } from "./values.ts";

export interface Loggers {
  /** A frame of the channel hj212, and what became of it. `site`: null when no site has its logger. */
  meet(
    site: string | null,
    frame: Frame,
    packets: readonly Hj212Packet[],
    result: Pick<FrameResult, "refusals">,
    output: Output,
  ): void;
  /** What the door noted. */
  note(lines: readonly LoggerLine[], output: Output): void;
  /** A request may have changed what the logger does. */
  settled(request: DeviceRequest): void;
  /** A mean of a device was compared with ours, or is again; off = too far apart. Differences to what was told before. */
  compared(site: string, start: number, compared: number, off: number, output: Output): void;
  save(): SavedLoggers;
}

export interface SavedLogger {
  readonly facts: LoggerFacts;
  readonly lastQn: string;
  readonly values: SavedValues;
  readonly trackers: readonly SavedTracker[];
}
export type SavedLoggers = readonly SavedLogger[];

interface Logger {
  facts: LoggerFacts;
  /** Of the last packet: a packet with the same is a repetition and says nothing of the clock. */
  lastQn: string;
  readonly values: Values;
  readonly trackers: Record<IntervalKind, Tracker>;
}

const kindOfCommand: Readonly<Record<string, IntervalKind>> = { "2051": "minute", "2061": "hour", "2031": "day" };
const livePacket = "2011";

export function createLoggers(saved: SavedLoggers = []): Loggers {
  const loggers = new Map<string, Logger>();
  let unknown = 0;
  let today = { from: 0, to: 0, name: "" };
  for (const each of saved) {
    const trackerOf = (kind: IntervalKind): Tracker =>
      createTracker(
        kind,
        each.trackers.find((one) => one.kind === kind),
      );
    const trackers = { minute: trackerOf("minute"), hour: trackerOf("hour"), day: trackerOf("day") };
    remember(each.facts.site, { ...each, values: createValues(each.values), trackers });
  }

  function remember(key: string, logger: Logger): void {
    loggers.set(key, logger);
    if (mnOfSource(key) !== null) unknown++;
  }

  function loggerOf(source: string, at: number): { readonly key: string; readonly logger: Logger } {
    const isKnown = loggers.has(source) || mnOfSource(source) === null || unknown < bounds.unknownLoggersMax;
    const key = isKnown ? source : manyLoggers;
    let logger = loggers.get(key);
    if (logger === undefined) {
      const facts: LoggerFacts = {
        site: key,
        mn: mnOfSource(key) ?? "",
        edition: null,
        st: null,
        heardAt: null,
        firstAt: at,
        door: "",
        driftMs: null,
        address: "",
        lineSeenAt: null,
        realtimeSeconds: null,
      };
      const trackers = { minute: createTracker("minute"), hour: createTracker("hour"), day: createTracker("day") };
      logger = { facts, lastQn: "", values: createValues(), trackers };
      remember(key, logger);
    }
    return { key, logger };
  }

  function dayOf(key: string, time: number, output: Output): LoggerDay {
    // Nearly all packets lie on the day of the packet before.
    if (time < today.from || time >= today.to) {
      const name = formatDay(time);
      const from = parseDay(name) ?? time;
      today = { from, to: from + dayMs, name };
    }
    const day = today.name;
    const place = `${day} ${key}`;
    let row = output.state.loggerDays.get(place);
    if (row === undefined) {
      row = createLoggerDay(day, key);
      output.state.loggerDays.set(place, row);
    }
    return row;
  }

  function learn(key: string, logger: Logger, facts: Partial<LoggerFacts>, output: Output): void {
    logger.facts = { ...logger.facts, ...facts };
    output.state.loggers.set(key, logger.facts);
  }

  function meetPacket(key: string, logger: Logger, frame: Frame, packet: Hj212Packet, output: Output): void {
    const { message, content, remarks } = packet;
    const row = dayOf(key, frame.receivedAt, output);
    const edition = editionOf(message);
    row.packets++;
    countIn(row.commands, findCommand(message.cn) === undefined ? "other" : message.cn);
    countIn(row.editions, edition);
    if (message.flag?.answer === true) row.answersWanted++;
    for (const { name } of [...remarks, ...content.remarks]) countIn(row.remarks, name);
    const qn = message.qn ?? "";
    let { driftMs } = logger.facts;
    const sentAt = parseStamp(qn, true);
    if (message.cn === livePacket && !message.backfill && qn !== logger.lastQn && typeof sentAt === "number") {
      driftMs = frame.receivedAt - sentAt;
      addDrift(row.drift, driftMs);
    }
    logger.lastQn = qn;
    const { heardAt: before, st: stBefore } = logger.facts;
    const heardAt = Math.max(before ?? frame.receivedAt, frame.receivedAt);
    const door = doorNames[frame.door];
    // Answers have the number of the interaction, not of what is monitored.
    const st = message.st === "91" ? stBefore : message.st;
    learn(key, logger, { mn: message.mn, edition, st, heardAt, door, driftMs }, output);
  }

  function meetValues(key: string, logger: Logger, frame: Frame, packet: Hj212Packet, output: Output): void {
    for (const told of readTold(packet.content)) {
      const before = logger.values.put(told);
      if (before === undefined) continue;
      const row = dayOf(key, frame.receivedAt, output);
      if (told.kind === "boot") row.boots++;
      else if (before !== null) row.changes++;
      const { seq } = frame.entry;
      const part = output.state.loggerChanges.filter((change) => change.seq === seq).length;
      output.state.loggerChanges.push({ seq, part, site: key, at: frame.receivedAt, ...told, before });
      const number = /^\d{1,5}$/.test(told.value) ? Number(told.value) : null;
      if (told.code === "MinInterval" && number !== null) logger.trackers.minute.tellStep(number * minuteMs);
      if (told.code === "RtdInterval") learn(key, logger, { realtimeSeconds: number }, output);
    }
  }

  /** Data of an interval: each interval counts once, however many packets and repetitions bring it. */
  function meetIntervals(key: string, logger: Logger, frame: Frame, packet: Hj212Packet, output: Output): void {
    const kind = kindOfCommand[packet.message.cn];
    if (kind === undefined) return;
    const tracker = logger.trackers[kind];
    const times = new Set(packet.content.readings.map(({ time }) => time));
    let isNew = false;
    for (const time of times) {
      if (checkTime(time, frame.receivedAt) !== null) continue;
      const taken = tracker.take(time, frame.receivedAt);
      if (taken === null) continue;
      isNew = true;
      countInterval(key, kind, frame, time, taken, packet.message.backfill, output);
    }
    const gaps = isNew ? tracker.gaps(key) : null;
    if (gaps !== null) output.state.loggerGaps.set(`${key} ${kind}`, gaps);
  }

  function countInterval(
    key: string,
    kind: IntervalKind,
    { receivedAt, again }: Frame,
    time: number,
    { stepMs, due, came }: Taken,
    isBackfill: boolean,
    output: Output,
  ): void {
    if (due !== null) {
      for (let from = due.from; from < due.to;) {
        const dayEnd = (parseDay(formatDay(from)) ?? from) + dayMs;
        const to = Math.min(due.to, dayEnd);
        dayOf(key, from, output).kinds[kind].due += Math.round((to - from) / stepMs);
        from = to;
      }
    }
    dayOf(key, time, output).kinds[kind].received += came;
    if (again !== null) return;
    const punctuality = dayOf(key, receivedAt, output).kinds[kind];
    const delayMs = receivedAt - (time + stepMs);
    if (isBackfill || delayMs > 2 * stepMs) {
      punctuality.backfilled++;
      return;
    }
    punctuality.live++;
    punctuality.delaySumMs += Math.max(0, delayMs);
    punctuality.delayGreatestMs = Math.max(punctuality.delayGreatestMs, delayMs);
    if (delayMs <= minuteMs) punctuality.withinMinute++;
  }

  return {
    meet(site, frame, packets, { refusals }, output) {
      const source = site ?? sourceOf(frame, packets);
      if (source === null) return;
      const { key, logger } = loggerOf(source, frame.receivedAt);
      if (frame.again === null) {
        const row = dayOf(key, frame.receivedAt, output);
        row.frames++;
        for (const { reason } of refusals) countIn(row.refused, reason);
        // Whoever sends with a wrong password need not be the logger.
        if (frame.channel === channels.hj212Doubtful) return;
      }
      for (const packet of packets) {
        if (frame.again === null) meetPacket(key, logger, frame, packet, output);
        if (site === null) continue;
        if (frame.again === null) meetValues(key, logger, frame, packet, output);
        meetIntervals(key, logger, frame, packet, output);
      }
    },
    note(lines, output) {
      for (const line of lines) {
        const { key, logger } = loggerOf(line.site, line.to);
        const row = dayOf(key, line.from, output);
        row.connections += line.connections;
        row.connectedMs += line.connectedMs;
        row.repeats += line.repeats;
        row.lineEnds += line.lineEnds;
        for (const [fault, count] of Object.entries(line.faults) as [keyof typeof line.faults, number][])
          countIn(row.faults, fault, count);
        if (line.excerpt !== "") row.excerpt = line.excerpt.slice(0, bounds.textCharsMax);
        const address = line.address === "" ? logger.facts.address : line.address;
        learn(key, logger, { address, lineSeenAt: Math.max(logger.facts.lineSeenAt ?? 0, line.to) }, output);
      }
    },
    settled({ site, protocol, command, state, settings }) {
      const minutes = Number(settings["MinInterval"]);
      if (protocol !== "hj212" || command !== "1064" || state !== "done" || !Number.isFinite(minutes)) return;
      loggers.get(site)?.trackers.minute.tellStep(minutes * minuteMs);
    },
    compared(site, start, compared, off, output) {
      if (compared === 0 && off === 0) return;
      const row = dayOf(site, start, output);
      row.meansCompared += compared;
      row.meansOff += off;
    },
    save: () =>
      [...loggers.values()].map(({ facts, lastQn, values, trackers }) => ({
        facts,
        lastQn,
        values: values.save(),
        trackers: intervalKinds.map((kind) => trackers[kind].save()),
      })),
  };
}

/** The name of a logger that no site has; null for bytes that name none. */
function sourceOf({ source }: Frame, [first]: readonly Hj212Packet[]): string | null {
  if (mnOfSource(source) !== null) return source;
  return first === undefined ? null : formatLoggerSource(first.message.mn);
}
