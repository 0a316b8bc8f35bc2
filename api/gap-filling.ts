// The gap keeper: asks loggers that are there for the intervals that did not come. One request per logger at a time, a bounded
// number over all; after a failure it waits, longer each time. It keeps nothing itself: what is missing and what was asked for
// is in the record.
//
//   gaps (state) ─┐
//   lines (broker)┼─▶ plan ─▶ device.request (origin "gap") ─▶ journal ─▶ carrier ─▶ logger ─▶ late data ─▶ gap closed
//   requests ─────┘

import { bounds } from "#domain/bounds.ts";
import type { RequestDraft } from "#domain/device-request.ts";
import { Failure } from "#domain/failure.ts";
import type { LoggerGaps } from "#domain/logger-gaps.ts";
import { hourMs, minuteMs } from "#domain/time.ts";
import type { Rpc } from "#store/link/link.ts";
import type { StateReader } from "#store/state/state.ts";
import type { Commands } from "./commands.ts";
import { pastMs, planGapRequest } from "./gap-plan.ts";
import type { Log } from "./parts.ts";
import { Problem } from "./problem.ts";

export interface GapFilling {
  start(): void;
  stop(): void;
}

export interface GapFillingParts {
  readonly broker: Rpc;
  readonly state: Pick<StateReader, "openRequests" | "requests" | "loggerGaps">;
  readonly commands: Pick<Commands, "send">;
  readonly onRequested: (count: number) => void;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

const everyMs = 5_000;
const callTimeoutMs = 5_000;
const heardMsMax = 10 * minuteMs;
const validMs = hourMs;
/** Loggers whose record is read in one look; the next look goes on behind them. */
const loggersPerLook = 100;
const pastRequestsMax = 200;

interface ConnectedLogger {
  readonly site: string;
  readonly heardAt: number;
}

export function createGapFilling(parts: GapFillingParts): GapFilling {
  const { broker, state, commands, now, random, log } = parts;
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let after = "";

  /** Loggers that are there, with gaps, and with nothing else to do; beginning where the last look ended. */
  function candidates(
    there: readonly ConnectedLogger[],
    occupied: ReadonlySet<string>,
    gaps: ReadonlyMap<string, readonly LoggerGaps[]>,
  ): string[] {
    const sites = there
      .filter(({ site, heardAt }) => now() - heardAt <= heardMsMax && gaps.has(site) && !occupied.has(site))
      .map(({ site }) => site)
      .toSorted();
    return [...sites.filter((site) => site > after), ...sites.filter((site) => site <= after)].slice(0, loggersPerLook);
  }

  async function plan(): Promise<RequestDraft[]> {
    const there = (await broker.call("devices.loggers", null, callTimeoutMs)) as readonly ConnectedLogger[];
    if (there.length === 0) return [];
    const open = await state.openRequests(bounds.deviceRequestsOpenMax);
    let room = bounds.gapRequestsOpenMax - open.filter(({ origin }) => origin === "gap").length;
    const gaps = Map.groupBy(await state.loggerGaps({}), ({ site }) => site);
    const occupied = new Set(open.map(({ site }) => site));
    const drafts: RequestDraft[] = [];
    for (const site of candidates(there, occupied, gaps)) {
      if (room <= 0) break;
      after = site;
      const past = await state.requests({ site, from: now() - pastMs, limit: pastRequestsMax });
      const wanted = planGapRequest(gaps.get(site) ?? [], past.items, now());
      if (wanted === null) continue;
      const { command, settings, reason } = wanted;
      const id = Buffer.from(random(16)).toString("base64url");
      const validUntil = now() + validMs;
      drafts.push({ id, site, protocol: "hj212", command, settings, origin: "gap", reason, validUntil });
      room--;
    }
    return drafts;
  }

  async function look(): Promise<void> {
    if (busy || !broker.connected) return;
    busy = true;
    try {
      const drafts = await plan();
      if (drafts.length === 0) return;
      await commands.send("system", { type: "device.request", requests: drafts });
      parts.onRequested(drafts.length);
      const asked = drafts
        .slice(0, 5)
        .map(({ site, command, settings, reason }) => ({ site, command, ...settings, reason }));
      log.info({ requests: drafts.length, asked }, "loggers are asked for what did not come");
    } catch (error) {
      // Both roles may be away for a while: the gaps stay in the record.
      if (!(error instanceof Failure) && !(error instanceof Problem)) throw error;
      log.warn({ err: error }, "loggers cannot be asked for what did not come");
    } finally {
      busy = false;
    }
  }

  return {
    start() {
      timer = setInterval(() => void look(), everyMs);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
