// One device acting out its model and its episodes: event times one after another in, payloads out. Keeps frames while its
// line is down; the bound on that is the length of an episode. Knows neither sockets nor the wall clock.
//
//   model(time) ─▶ values ─▶ exceed / flags ─▶ payload ─▶ nonsense ─▶ silence, line-loss, duplicate, disorder ─▶ frames

import type { Flag } from "#domain/reading.ts";
import { hourMs } from "#domain/time.ts";
import type { Device } from "./fleet/device.ts";
import { upperLimits } from "./models/clamp.ts";
import { convertToReference } from "./models/gas.ts";
import { createModel, roundValue, type Values } from "./models/model.ts";
import { smoothNoise } from "./models/noise.ts";
import {
  formatFrame,
  formatNonsense,
  joinFrames,
  timeStyles,
  type FrameDraft,
  type FrameValue,
  type TimeStyle,
} from "./payload.ts";
import { mix, unit } from "./random.ts";
import {
  type Episode,
  type EpisodeKind,
  falsifiedKinds,
  honestKinds,
  type NonsenseVariant,
} from "./scenarios/episode.ts";
import type { Show, Shown } from "./scenarios/falsify.ts";
import type { Scenario } from "./scenarios/scenario.ts";

/** What really happened of an episode: the first and last event time it touched, and how many frames. */
export interface TruthRecord {
  readonly episode: Episode;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly frames: number;
}

export interface DeviceStep {
  /** Payloads to send now, in this order. */
  readonly frames: readonly string[];
  /** False while the line is down. */
  readonly online: boolean;
}

/** What an instrument shows at a moment, and what a scenario does to the way it is sent. */
export interface Observation {
  /** Null: the logger hangs. */
  readonly draft: FrameDraft | null;
  readonly online: boolean;
  readonly nonsense: NonsenseVariant | null;
  readonly duplicate: boolean;
  readonly disorder: boolean;
}

export interface Actor {
  readonly device: Device;
  /** The first event time after `timeMs`. */
  nextEventAfter(timeMs: number): number;
  /** How long after the event the frame leaves, ms. */
  readonly sendDelayMs: number;
  /** Event times must grow. */
  step(eventMs: number): DeviceStep;
  /** Instead of a step, for devices that write their frames themselves; `stampMs` is the time these carry. */
  observe(eventMs: number, stampMs: number): Observation;
  /** Ends what is still going on, so that the truth is complete. */
  finish(): void;
}

const noFlags: Shown["flags"] = new Map();
const plantKinds: readonly EpisodeKind[] = [...falsifiedKinds, ...honestKinds];
/** Frames of one back-fill payload. */
const backfillChunk = 20;

interface Running {
  readonly episode: Episode;
  firstMs: number;
  lastMs: number;
  frames: number;
}

export function createActor(device: Device, scenario: Scenario, onTruth: (record: TruthRecord) => void): Actor {
  const model = createModel(device);
  const show: Show = scenario.showOf?.(device) ?? ((eventMs) => ({ values: model(eventMs), flags: noFlags }));
  const limits = upperLimits(device);
  const intervalMs = device.site.intervalSeconds * 1000;
  const phaseMs = (device.seed % device.site.intervalSeconds) * 1000;
  const style: TimeStyle = timeStyles[Math.floor(unit(mix(device.seed, 77)) * 3.999)] ?? "local";
  let planned: Episode[] = [...scenario.planOpenings(device)];
  let plannedHour = -1;
  let running: Running[] = [];
  let backlog: string[] = [];
  let held: string | null = null;
  let frozen: Values | null = null;

  /** What the instruments show now, and what of it was flagged by hand. Episodes of the plant itself are counted here. */
  const look = (eventMs: number, stampMs: number): Shown => {
    for (const kind of plantKinds) touch(kind, stampMs);
    return show(
      eventMs,
      running.map(({ episode }) => episode),
    );
  };

  const plan = (eventMs: number): void => {
    const hour = Math.floor(eventMs / hourMs);
    if (hour !== plannedHour) {
      // The hour before may reach into the first one.
      if (plannedHour === -1) planned.push(...scenario.planHour(device, hour - 1));
      planned.push(...scenario.planHour(device, hour));
      plannedHour = hour;
    }
    const ended = running.filter(({ episode }) => episode.toMs <= eventMs);
    ended.forEach(report);
    running = running.filter(({ episode }) => episode.toMs > eventMs);
    for (const episode of planned) {
      if (episode.fromMs <= eventMs && eventMs < episode.toMs)
        running.push({ episode, firstMs: eventMs, lastMs: eventMs, frames: 0 });
    }
    planned = planned.filter((episode) => episode.fromMs > eventMs);
  };

  const report = ({ episode, firstMs, lastMs, frames }: Running): void => {
    if (frames > 0) onTruth({ episode, firstMs, lastMs, frames });
  };

  /** The running episode of this kind, counted as acted out. */
  const touch = (kind: EpisodeKind, eventMs: number, really = true): Episode | null => {
    const found = running.find((entry) => entry.episode.kind === kind);
    if (found === undefined) return null;
    if (really) {
      // An episode that overlaps an earlier one of its kind begins when that one ends.
      if (found.frames === 0) found.firstMs = eventMs;
      found.lastMs = eventMs;
      found.frames++;
    }
    return found.episode;
  };

  const make = (eventMs: number, stampMs: number): { draft: FrameDraft; variant: NonsenseVariant | null } => {
    const maintenance = touch("maintenance", stampMs);
    const shown = look(eventMs, stampMs);
    frozen = maintenance === null ? null : (frozen ?? shown.values);
    const values = frozen ?? shown.values;
    const exceed = touch("exceed", stampMs);
    if (exceed !== null) raise(values, exceed, device, limits, eventMs);
    const calibration = touch("calibration", stampMs);
    if (calibration !== null) raise(values, calibration, device, limits, eventMs);
    const flagOf = (code: string): Flag | undefined =>
      maintenance !== null ? "M" : code === calibration?.factor ? "C" : shown.flags.get(code);
    const draft = createDraft(device, eventMs, values, flagOf);
    const broken = unit(mix(device.seed, Math.floor(eventMs / 1000))) < 0.5;
    const nonsense = touch("nonsense", stampMs, broken);
    return { draft, variant: broken && nonsense !== null ? nonsense.variant : null };
  };

  return {
    device,
    sendDelayMs: 100 + (mix(device.seed, 5) % 900),
    nextEventAfter: (timeMs) => (Math.floor((timeMs - phaseMs) / intervalMs) + 1) * intervalMs + phaseMs,
    step: (eventMs) => {
      plan(eventMs);
      if (touch("silence", eventMs) !== null) return { frames: [], online: true };
      const { draft, variant } = make(eventMs, eventMs);
      const frame = variant === null ? formatFrame(draft, style) : formatNonsense(draft, style, variant);
      if (touch("line-loss", eventMs) !== null) {
        backlog.push(frame);
        return { frames: [], online: false };
      }
      const frames = [frame];
      if (backlog.length > 0) {
        frames.push(...formatBackfill(backlog));
        backlog = [];
      }
      if (touch("duplicate", eventMs) !== null) frames.push(frame);
      if (held !== null) {
        frames.push(held);
        held = null;
      } else if (touch("disorder", eventMs) !== null) {
        held = frame;
        return { frames: [], online: true };
      }
      return { frames, online: true };
    },
    observe: (eventMs, stampMs) => {
      plan(eventMs);
      const nothing = { draft: null, online: true, nonsense: null, duplicate: false, disorder: false };
      if (touch("silence", stampMs) !== null) return nothing;
      const { draft, variant } = make(eventMs, stampMs);
      if (touch("line-loss", stampMs) !== null) return { ...nothing, draft, online: false };
      const duplicate = touch("duplicate", stampMs) !== null;
      return { draft, online: true, nonsense: variant, duplicate, disorder: touch("disorder", stampMs) !== null };
    },
    finish: () => {
      running.forEach(report);
      running = [];
    },
  };
}

/** Newest first, in arrays of bounded length, and the newest of all once more by itself. */
function formatBackfill(backlog: readonly string[]): string[] {
  const newestFirst = backlog.toReversed();
  const frames: string[] = [];
  for (let i = 0; i < newestFirst.length; i += backfillChunk)
    frames.push(joinFrames(newestFirst.slice(i, i + backfillChunk)));
  const newest = newestFirst[0];
  if (newest !== undefined) frames.push(newest);
  return frames;
}

/** Puts one factor above its limit, the measured and the converted value both. */
function raise(
  values: Values,
  episode: Episode,
  device: Device,
  limits: ReadonlyMap<string, number>,
  eventMs: number,
): void {
  const { factor, strength } = episode;
  const limit = factor === null ? undefined : limits.get(factor);
  if (factor === null || limit === undefined) return;
  const target = limit * (1 + strength * (0.75 + 0.25 * smoothNoise(device.seed, eventMs, 60_000)));
  const share = convertedValue(device, factor, 1, values);
  values.set(factor, target / Math.min(1, share ?? 1));
}

/** Null where the factor's limit knows no reference oxygen. */
function convertedValue(device: Device, factor: string, value: number, values: Values): number | null {
  const { profile } = device;
  if (profile.type !== "gas") return null;
  const ref = profile.refOxygen[factor];
  const oxygen = values.get("a19001");
  return ref === undefined || oxygen === undefined ? null : convertToReference(value, ref, oxygen);
}

function createDraft(
  device: Device,
  eventMs: number,
  values: Values,
  flagOf: (code: string) => Flag | undefined,
): FrameDraft {
  const out = new Map<string, FrameValue>();
  for (const code of device.site.factors) {
    const raw = values.get(code);
    if (raw === undefined) continue;
    const converted = convertedValue(device, code, raw, values);
    const flag = flagOf(code);
    out.set(code, {
      value: roundValue(code, raw),
      ...(flag === undefined ? {} : { flag }),
      ...(converted === null ? {} : { converted: roundValue(code, converted) }),
    });
  }
  return { eventMs, values: out };
}
