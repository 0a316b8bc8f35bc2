// A data logger at an outfall: samples in, packets out, answers and requests of the centre in between. Real-time data is said
// once or never; reports are kept until the centre has answered them. Knows neither sockets nor the wall clock: time is an
// argument, and a wire is something to write to and to hang up.
//
//   sample ─▶ real-time 2011 ──────────────────────────▶ live ─┐
//      └────▶ windows ─▶ 2051, 2061, 2031, 2041 ─▶ archive ────┼─▶ channel (one exchange at a time) ─▶ wire
//   request of the centre ─▶ plan ─▶ 9011, packets asked for ──┘                                        9012 at the end

import { createDeframer, type Message, parseSegment } from "#domain/hj212/hj212.ts";
import type { Observation } from "../device.ts";
import type { Device } from "../fleet/device.ts";
import { mix, unit } from "../random.ts";
import { createArchive, type FieldRecord } from "./archive.ts";
import { createChannel } from "./channel.ts";
import type { LoggerCounts } from "./counts.ts";
import { createErrands } from "./errands.ts";
import { breakChecksum, glue, isForgotten } from "./habits.ts";
import type { LoggerIdentity } from "./identity.ts";
import { commandOf, dataTimeOf, facilityStates, formatMeans, formatValues, spoilItems } from "./items.ts";
import { createLiveQueue, type Parcel, realtimeCommand } from "./live.ts";
import type { Sample } from "./means.ts";
import { type LoggerSettings, planRequest } from "./requests.ts";
import { createSpeech } from "./speech.ts";
import { createWindows } from "./windows.ts";

export interface Wire {
  write(bytes: Uint8Array): void;
  hangUp(): void;
}

export interface LoggerParts {
  readonly device: Device;
  readonly identity: LoggerIdentity;
  /** When it was switched on, true time. */
  readonly startedMs: number;
  readonly counts: LoggerCounts;
}

export interface Logger {
  readonly identity: LoggerIdentity;
  readonly settings: Readonly<LoggerSettings>;
  /** What its clock shows at this true time, ms. */
  clockAt(trueMs: number): number;
  /** One look at the instruments. `live` false: the past is being made up, and only reports come of it. */
  sample(observation: Observation, eventMs: number, nowMs: number, live: boolean): void;
  connect(wire: Wire, nowMs: number): void;
  disconnect(): void;
  receive(chunk: Uint8Array, nowMs: number): void;
  /** To be called a few times a second. */
  step(nowMs: number): void;
  /** What is made and not yet answered. */
  readonly pending: number;
}

const minutesDefault = 10;
const facilitiesEveryMs = 5 * 60_000;
const heartbeatEveryMs = 5 * 60_000;
const askTimeEveryMs = 6 * 3_600_000;
const earlyMs = 120_000;
const hoursOfDay = 24;

export function createLogger({ device, identity, startedMs, counts }: LoggerParts): Logger {
  const { seed, site } = device;
  const { habit } = identity;
  const medium = device.profile.type === "gas" ? "gas" : "water";
  const settings: LoggerSettings = {
    pw: identity.pw,
    overTimeSeconds: 10,
    resends: 3,
    realtimeSeconds: site.intervalSeconds,
    minutes: minutesDefault,
    realtimeOn: true,
    facilitiesOn: true,
  };
  const archive = createArchive();
  const speech = createSpeech(identity, seed, () => settings.pw);
  const live = createLiveQueue(counts, () => wire !== null);
  const runSeconds = Array.from({ length: identity.facilities }, () => 0);
  /** Reports leave some seconds after their interval has ended, not all loggers in the same one. */
  const closingMs = 1_500 + (mix(seed, 0x31) % 3_500);
  let clockOffMs = identity.clockOffMs;
  let clockSetMs = startedMs;
  let deframer = createDeframer();
  let wire: Wire | null = null;
  let flying: Parcel | null = null;
  let bootTold = false;
  let isLive = false;
  let realtimeSlot = -1;
  let facilitiesAtMs = 0;
  let heartbeatAtMs = 0;
  let askTimeAtMs = Infinity;

  const clockAt = (trueMs: number): number =>
    trueMs + clockOffMs + ((trueMs - clockSetMs) * identity.clockGainPpm) / 1_000_000;

  const channel = createChannel({
    timeOutMs: () => settings.overTimeSeconds * 1000,
    resends: () => settings.resends,
    write: (bytes, attempt) => {
      if (attempt > 1) counts.resent++;
      wire?.write(speech.dress(bytes, attempt));
    },
  });

  const errands = createErrands({
    speech,
    counts,
    reply: (bytes) => wire?.write(speech.dress(bytes, 2)),
    plan: (request, nowMs) =>
      planRequest(request, {
        mn: identity.mn,
        seed,
        factors: site.factors,
        settings,
        stampMs: clockAt(nowMs),
        find: archive.find,
        setClock: (ms) => setClock(ms, nowMs),
        reportNow: () => (realtimeSlot = -1),
      }),
  });

  const windows = createWindows({
    medium,
    sampleSeconds: site.intervalSeconds,
    minutes: minutesDefault,
    earlyMs: habit === "early" ? earlyMs : 0,
    onClosed: (window) => {
      keep(
        { cn: commandOf[window.span], startMs: window.startMs, items: formatMeans(window.means, identity.edition) },
        habit === "forgetful" && isForgotten(window, seed),
      );
      if (window.span === "day") keepRunHours(window.startMs);
    },
  });

  function keep(record: Omit<FieldRecord, "missed">, forget = false): void {
    counts.records++;
    if (forget) counts.forgotten++;
    counts.dropped += archive.add({ ...record, missed: wire === null || !isLive }, !forget);
  }

  function keepRunHours(startMs: number): void {
    const items = runSeconds.map((seconds, i) => `SB${i + 1}-RT=${Math.min(hoursOfDay, seconds / 3600).toFixed(2)}`);
    runSeconds.fill(0);
    keep({ cn: "2041", startMs, items });
  }

  function say(cn: string, items: readonly string[], more: Partial<Parcel> = {}): void {
    if (wire !== null) live.push({ cn, items, answer: true, backfill: false, ...more });
  }

  function facilityItems(stampMs: number): string[] {
    const states = facilityStates(seed, identity.facilities, stampMs);
    return [dataTimeOf(stampMs, null), ...states.map((state, i) => `SB${i + 1}-RS=${state}`)];
  }

  function reportRealtime({ draft, nonsense, duplicate, disorder }: Observation, stampMs: number): void {
    if (draft === null) return;
    const items = formatValues(draft.values, identity.edition);
    const spoilt = nonsense === "invalid-json";
    const parcel: Parcel = {
      cn: realtimeCommand,
      items: [dataTimeOf(stampMs, nonsense), ...(nonsense === null ? items : spoilItems(items, nonsense))],
      // Nobody answers a broken checksum; a logger that waited for it would only stand still.
      answer: !spoilt,
      backfill: false,
      twice: duplicate,
      spoilt,
    };
    live.pushRealtime(parcel, disorder);
  }

  function takeNext(): Parcel | null {
    const first = live.next();
    if (first !== undefined) return first;
    const asked = errands.next();
    if (asked !== undefined) return { ...asked, answer: true, onDone: () => counts.fetched++ };
    const record = archive.next();
    if (record === undefined) return null;
    const { cn, startMs, items, missed } = record;
    return {
      cn,
      items: [dataTimeOf(startMs, null), ...items],
      answer: true,
      backfill: missed,
      onDone: () => {
        archive.done(record);
        counts.delivered++;
        if (missed) counts.late++;
      },
    };
  }

  function pump(nowMs: number): void {
    while (wire !== null && !channel.isBusy) {
      errands.finish(nowMs);
      const parcel = takeNext();
      if (parcel === null) return;
      begin(parcel, nowMs);
    }
  }

  function begin(parcel: Parcel, nowMs: number): void {
    const stampMs = clockAt(nowMs);
    let frames = speech.frames(parcel, stampMs);
    if (parcel.spoilt === true) frames = frames.map(({ qn, bytes }) => ({ qn, bytes: breakChecksum(bytes) }));
    if (parcel.twice === true) frames = frames.map(({ qn, bytes }) => ({ qn, bytes: glue(bytes, bytes) }));
    if (habit === "glued" && parcel.cn === realtimeCommand && settings.facilitiesOn) {
      const saying = { cn: "2021", items: facilityItems(stampMs), answer: false, backfill: false };
      const [second] = speech.frames(saying, stampMs);
      frames = frames.map(({ qn, bytes }) => ({ qn, bytes: second === undefined ? bytes : glue(bytes, second.bytes) }));
    }
    const wanted = frames.filter(({ qn }) => qn !== null).length;
    counts.sent += wanted;
    flying = parcel;
    channel.begin(frames, nowMs, (isAnswered) => {
      if (isAnswered) {
        flying = null;
        parcel.onDone?.();
        return;
      }
      counts.unanswered++;
      // After the last resend the line counts as broken [HJ 212-2017 6.2]; a new one may be better.
      wire?.hangUp();
      leave();
    });
  }

  /** Nothing of an outage is remembered but reports: they are late from now on. */
  function leave(): void {
    wire = null;
    live.lose(flying);
    flying = null;
    channel.reset();
    errands.drop();
    archive.miss();
  }

  function setClock(ms: number, nowMs: number): void {
    clockOffMs = ms - nowMs;
    clockSetMs = nowMs;
    counts.clocksSet++;
    speech.restartNumbers();
  }

  function meet(message: Message, nowMs: number): void {
    if (message.cn === "9013" || message.cn === "9014") {
      if (message.qn !== null && channel.meet(message.qn, nowMs)) counts.acked++;
    } else if (message.st !== "91") errands.meet(message, nowMs);
  }

  function keepRhythm(nowMs: number): void {
    if (settings.facilitiesOn && nowMs >= facilitiesAtMs) {
      facilitiesAtMs = nowMs + facilitiesEveryMs;
      say("2021", facilityItems(clockAt(nowMs)));
    }
    if (nowMs >= heartbeatAtMs) {
      heartbeatAtMs = nowMs + heartbeatEveryMs;
      say("9015", []);
    }
    if (nowMs >= askTimeAtMs) {
      askTimeAtMs = nowMs + askTimeEveryMs;
      say("1013", []);
    }
  }

  return {
    identity,
    settings,
    clockAt,
    sample(observation, eventMs, nowMs, fresh) {
      isLive = fresh;
      const stampMs = Math.floor(clockAt(eventMs) / 1000) * 1000;
      windows.minutes = settings.minutes;
      windows.advance(stampMs);
      if (observation.draft === null) return;
      const sample: Sample = observation.draft.values;
      windows.add(stampMs, sample);
      facilityStates(seed, identity.facilities, stampMs).forEach((state, i) => {
        if (state === 1) runSeconds[i] = (runSeconds[i] ?? 0) + site.intervalSeconds;
      });
      const slot = Math.floor(eventMs / (settings.realtimeSeconds * 1000));
      if (fresh && settings.realtimeOn && slot !== realtimeSlot) {
        realtimeSlot = slot;
        reportRealtime(observation, stampMs);
      }
      pump(nowMs);
    },
    connect(to, nowMs) {
      wire = to;
      deframer = createDeframer();
      const soon = (salt: number, most: number): number => nowMs + unit(mix(seed, salt)) * most;
      facilitiesAtMs = soon(0x41, 30_000);
      heartbeatAtMs = identity.edition === "2025" ? soon(0x42, 30_000) : Infinity;
      if (identity.asksTime) askTimeAtMs = soon(0x43, 10_000);
      if (!bootTold) {
        const items = [
          dataTimeOf(clockAt(nowMs), null),
          dataTimeOf(clockAt(startedMs), null).replace("DataTime", "RestartTime"),
        ];
        say("2081", items, { onDone: () => (bootTold = true) });
      }
      pump(nowMs);
    },
    disconnect: leave,
    receive(chunk, nowMs) {
      for (const event of deframer.push(chunk)) {
        if (event.kind === "trailer") continue;
        const parsed = event.kind === "frame" ? parseSegment(event.segment) : null;
        if (parsed?.ok === true) meet(parsed.message, nowMs);
        else counts.unreadable++;
      }
      pump(nowMs);
    },
    step(nowMs) {
      if (isLive) windows.advance(clockAt(nowMs) - closingMs);
      if (wire === null) return;
      keepRhythm(nowMs);
      channel.step(nowMs);
      pump(nowMs);
    },
    get pending() {
      return archive.unsent + live.size + errands.open + (channel.isBusy ? 1 : 0);
    },
  };
}
