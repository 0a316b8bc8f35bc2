// The way down: requests that are recorded in the journal are carried to their devices, and what becomes of them is recorded
// there too. Nothing is kept here that is not in the record: the api offers what is not over yet again and again, and takes it
// for carried when the record says so.
//
//   api ──offer──▶ downlink ──▶ HJ 212 door ──▶ logger
//                     │    └──▶ MQTT door ───▶ device
//                     └── what became of it, what the doors noted ──▶ JOURNAL

import { bounds } from "#domain/bounds.ts";
import type { Command, CommandEnvelope } from "#domain/command.ts";
import { type DeviceRequest, type RequestDraft, type RequestProgress, requestsOver } from "#domain/device-request.ts";
import { channels, doors, entryKinds } from "#domain/frame.ts";
import type { LoggerLine } from "#domain/logger.ts";
import type { Appender } from "#store/journal/journal.ts";
import type { WantedRequest } from "./admit/hj212/exchanges.ts";

/** A door that knows how to reach devices. */
export interface Carrier {
  /** False when the device is not there, or has enough to do: it is offered again later. */
  offer(site: string, request: WantedRequest): boolean;
  /** True when the request was not begun and will not be. */
  drop(site: string, id: string): boolean;
}

export interface Downlink {
  /** How many of them were taken, or were known already. */
  offer(requests: readonly DeviceRequest[]): number;
  drop(request: Pick<DeviceRequest, "id" | "site" | "protocol">): boolean;
  progress(progress: RequestProgress): void;
  lines(lines: readonly LoggerLine[]): void;
  /** The centre itself wants something. */
  request(site: string, command: string, reason: string): void;
  /** Writes what waits. */
  flush(): void;
}

export interface DownlinkParts {
  readonly journal: Appender;
  readonly carriers: Readonly<Record<DeviceRequest["protocol"], Carrier>>;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: { warn(object: object, message: string): void };
}

export const downlinkActor = "broker";
/** What the centre asks for by itself is worth nothing later. */
const ownValidMs = 10 * 60_000;
const progressPerEntry = 500;

export function createDownlink({ journal, carriers, now, random, log }: DownlinkParts): Downlink {
  let waiting: RequestProgress[] = [];
  /** Lately over: the record that is offered may not know it yet. */
  const over = new Set<string>();

  function append(command: Command): void {
    const envelope: CommandEnvelope = { id: drawId(), actor: downlinkActor, command };
    const payload = new TextEncoder().encode(JSON.stringify(envelope));
    const { command: kind } = entryKinds;
    journal.append(kind, doors.none, channels.none, false, now(), downlinkActor, payload, (failure) => {
      if (failure !== null) log.warn({ err: failure }, "what became of a request could not be recorded");
    });
  }

  function drawId(): string {
    return Buffer.from(random(16)).toString("base64url");
  }

  function flush(): void {
    // While the disk takes nothing it waits here; what is lost at the bound is offered to its device again.
    if (waiting.length === 0 || !journal.writable) return;
    for (let from = 0; from < waiting.length; from += progressPerEntry)
      append({ type: "device.progress", progress: waiting.slice(from, from + progressPerEntry) });
    waiting = [];
  }

  return {
    offer(requests) {
      let taken = 0;
      for (const { id, site, protocol, command, settings, validUntil } of requests) {
        if (over.has(id)) continue;
        if (carriers[protocol].offer(site, { id, command, settings, validUntil })) taken++;
      }
      return taken;
    },
    drop: ({ protocol, site, id }) => carriers[protocol].drop(site, id),
    progress(progress) {
      if (requestsOver.has(progress.state)) {
        over.add(progress.id);
        for (const oldest of over) {
          if (over.size <= bounds.deviceRequestsOpenMax) break;
          over.delete(oldest);
        }
      }
      if (waiting.length < bounds.deviceRequestsOpenMax) waiting.push(progress);
    },
    lines(lines) {
      if (lines.length > 0 && journal.writable) append({ type: "logger.lines", lines });
    },
    request(site, command, reason) {
      if (!journal.writable) return;
      const validUntil = now() + ownValidMs;
      const wanted = { id: drawId(), site, protocol: "hj212", command, settings: {}, validUntil } as const;
      const draft: RequestDraft = { ...wanted, origin: "time", reason };
      append({ type: "device.request", requests: [draft] });
      carriers.hj212.offer(site, wanted);
    },
    flush,
  };
}
