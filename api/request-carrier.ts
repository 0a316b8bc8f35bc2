// Brings requests that are not over from the record to the broker, again and again, until the record says that they are: so
// nothing depends on a message that may be lost, and a device that was away gets what is still valid when it returns. A logger
// that is there for the first time is set up [HJ 212-2017 6.7].
//
//   record (state) ──once a second──▶ broker ──▶ device ──▶ journal ──▶ ingest ──▶ record
//   loggers that are there ──▶ set up before? ──no──▶ requests "set-up"

import type { DeviceRequest, RequestDraft } from "#domain/device-request.ts";
import { exchangeTimes } from "#domain/hj212/hj212.ts";
import type { Site } from "#domain/site.ts";
import { hourMs } from "#domain/time.ts";
import { Failure } from "#domain/failure.ts";
import type { Rpc } from "#store/link/link.ts";
import type { StateReader } from "#store/state/state.ts";
import type { Accounts } from "#store/state/accounts.ts";
import type { Commands } from "./commands.ts";
import type { Memory } from "./live/memory.ts";
import type { ApiParts, Log } from "./parts.ts";
import { Problem } from "./problem.ts";

export interface Carrier {
  start(): void;
  stop(): void;
  /** Something new is in the record: do not wait for the next turn. */
  hurry(): void;
  /** True when the broker has not begun it and will not. */
  drop(request: DeviceRequest): Promise<boolean>;
}

export interface CarrierParts {
  readonly broker: Rpc;
  readonly state: Pick<StateReader, "openRequests" | "request">;
  readonly accounts: Pick<Accounts, "setLoggers">;
  readonly memory: Pick<Memory, "site">;
  readonly commands: Pick<Commands, "send">;
  readonly folder: Pick<ApiParts["folder"], "readNote" | "keepNote">;
  /** Which requests a new logger gets. */
  readonly setUp: "full" | "time" | "off";
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

const everyMs = 1_000;
const loggersEveryMs = 5_000;
const offeredMax = 2_000;
const callTimeoutMs = 5_000;
const setUpPerTurn = 50;
const noteName = "loggers-set-up";
/** The minute interval of a new logger: that of the standard's own examples [HJ 212-2017 table C.8]. */
const minuteInterval = "10";

interface ConnectedLogger {
  readonly site: string;
  readonly mn: string;
}

/** What a logger is told first: time, time-outs, intervals, what to report [HJ 212-2017 6.7]. */
export function planSetUp(site: Site, mode: "full" | "time"): { command: string; settings: Record<string, string> }[] {
  const time = { command: "1012", settings: {} };
  if (mode === "time") return [time];
  const realtime = Math.min(3_600, Math.max(30, Math.round(site.intervalSeconds)));
  const waits = { OverTime: String(exchangeTimes.answerMs / 1000), ReCount: String(exchangeTimes.resends) };
  return [
    time,
    { command: "1000", settings: waits },
    { command: "1062", settings: { RtdInterval: String(realtime) } },
    { command: "1064", settings: { MinInterval: minuteInterval } },
    { command: "2011", settings: {} },
    { command: "2021", settings: {} },
  ];
}

export function createCarrier(parts: CarrierParts): Carrier {
  const { broker, state, memory, commands, folder, now, random, log } = parts;
  /** MNs that were set up once. */
  const done = new Set<string>(readMns(folder.readNote(noteName)));
  /** New passwords that loggers were asked to take, by request. */
  const passwords = new Map<string, DeviceRequest>();
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let loggersAt = Number.NEGATIVE_INFINITY;

  async function setUp(): Promise<void> {
    if (parts.setUp === "off") return;
    const mode = parts.setUp;
    const there = (await broker.call("devices.loggers", null, callTimeoutMs)) as readonly ConnectedLogger[];
    const drafts: RequestDraft[] = [];
    const fresh = there.filter(({ mn }) => !done.has(mn)).slice(0, setUpPerTurn);
    for (const { site: id } of fresh) {
      const site = memory.site(id);
      if (site === undefined) continue;
      for (const { command, settings } of planSetUp(site, mode)) {
        const each = { id: Buffer.from(random(16)).toString("base64url"), site: id, protocol: "hj212" } as const;
        const validUntil = now() + hourMs;
        drafts.push({ ...each, command, settings, origin: "set-up", reason: "first connection", validUntil });
      }
    }
    if (drafts.length === 0) return;
    await commands.send("system", { type: "device.request", requests: drafts });
    for (const { mn } of fresh) done.add(mn);
    folder.keepNote(noteName, JSON.stringify([...done]));
    log.info({ loggers: fresh.length, requests: drafts.length }, "loggers that are here for the first time are set up");
  }

  /** A logger that took a new password shows it from now on. */
  async function followPasswords(open: readonly DeviceRequest[]): Promise<void> {
    for (const request of open) if (request.command === "1072") passwords.set(request.id, request);
    const ids = new Set(open.map(({ id }) => id));
    for (const [id, { site, settings }] of passwords) {
      if (ids.has(id)) continue;
      passwords.delete(id);
      const [mn, password] = [memory.site(site)?.mn ?? null, settings["NewPW"]];
      const taken = (await state.request(id))?.state === "done";
      if (taken && mn !== null && password !== undefined) parts.accounts.setLoggers([{ site, mn, password }]);
    }
  }

  async function turn(): Promise<void> {
    const open = await state.openRequests(offeredMax);
    if (open.length > 0) await broker.call("devices.offer", open, callTimeoutMs);
    await followPasswords(open);
    if (now() - loggersAt < loggersEveryMs) return;
    loggersAt = now();
    await setUp();
  }

  async function look(): Promise<void> {
    if (busy || !broker.connected) return;
    busy = true;
    try {
      await turn();
    } catch (error) {
      // Both roles may be away for a while: the record waits.
      if (!(error instanceof Failure) && !(error instanceof Problem)) throw error;
      log.warn({ err: error }, "requests to devices wait");
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
    hurry: () => void look(),
    async drop({ id, site, protocol }) {
      return (await broker.call("devices.drop", { id, site, protocol }, callTimeoutMs)) === true;
    },
  };
}

function readMns(note: string | null): readonly string[] {
  if (note === null) return [];
  const parsed: unknown = JSON.parse(note);
  return Array.isArray(parsed) ? parsed.filter((each) => typeof each === "string") : [];
}
