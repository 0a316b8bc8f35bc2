// Requests to devices, as ingest knows them: those that are not over, and what becomes of them. The record is the journal;
// carrying them is the broker's. Pure: a replay makes the same record and carries nothing.

import { bounds } from "#domain/bounds.ts";
import { type DeviceRequest, type RequestDraft, type RequestProgress, requestsOver } from "#domain/device-request.ts";
import type { Occasion } from "./occasion.ts";
import type { Output } from "./output.ts";

export type RequestOutcome =
  | { readonly ok: true; readonly requests: readonly DeviceRequest[] }
  | { readonly ok: false; readonly code: "not-found" | "illegal" | "invalid"; readonly detail: string };

export interface Requests {
  /** All of them or none. */
  create(drafts: readonly RequestDraft[], actor: string, on: Occasion, output: Output): RequestOutcome;
  withdraw(id: string, reason: string, on: Occasion, output: Output): RequestOutcome;
  /** What the broker reports; about requests that are over it changes nothing. Answers with those that it changed. */
  progress(list: readonly RequestProgress[], on: Occasion, output: Output): readonly DeviceRequest[];
  /** Ends what was not carried to its device in time. Cheap when there is nothing. */
  expire(now: number, output: Output): void;
  open(): readonly DeviceRequest[];
}

export type SavedRequests = readonly DeviceRequest[];

export function createRequests(knowsSite: (site: string) => boolean, saved: SavedRequests = []): Requests {
  const open = new Map<string, DeviceRequest>(saved.map((request) => [request.id, request]));
  let nextExpiry = findNextExpiry();

  function findNextExpiry(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { state, validUntil } of open.values()) if (state === "waiting") next = Math.min(next, validUntil);
    return next;
  }

  function keep(request: DeviceRequest, output: Output): void {
    if (requestsOver.has(request.state)) open.delete(request.id);
    else open.set(request.id, request);
    if (request.state === "waiting") nextExpiry = Math.min(nextExpiry, request.validUntil);
    output.state.requests.set(request.id, request);
  }

  function change(request: DeviceRequest, changes: Partial<DeviceRequest>, now: number, output: Output): DeviceRequest {
    const changed = { ...request, ...changes, changedAt: now, version: request.version + 1 };
    keep(changed, output);
    return changed;
  }

  return {
    create(drafts, actor, { receivedAt }, output) {
      const stranger = drafts.find(({ site }) => !knowsSite(site));
      if (stranger !== undefined) return { ok: false, code: "not-found", detail: `no site ${stranger.site}` };
      if (open.size + drafts.length > bounds.deviceRequestsOpenMax) {
        const detail = `${open.size} requests to devices are not over yet; more than ${bounds.deviceRequestsOpenMax} are not kept`;
        return { ok: false, code: "illegal", detail };
      }
      const made = drafts.map((draft): DeviceRequest => {
        const { id, site, protocol, command, settings, origin, reason, validUntil } = draft;
        const first = { state: "waiting", attempts: 0, detail: "", answer: null, version: 1 } as const;
        const times = { createdAt: receivedAt, changedAt: receivedAt, validUntil };
        const request = { id, site, protocol, command, settings, origin, actor, reason, ...times, ...first };
        keep(request, output);
        return request;
      });
      return { ok: true, requests: made };
    },
    withdraw(id, reason, { receivedAt }, output) {
      const request = open.get(id);
      if (request === undefined) return { ok: false, code: "not-found", detail: `no request ${id} that is not over` };
      if (request.state !== "waiting") {
        const detail = "the device has it already; only what still waits can be withdrawn";
        return { ok: false, code: "illegal", detail };
      }
      return { ok: true, requests: [change(request, { state: "withdrawn", detail: reason }, receivedAt, output)] };
    },
    progress(list, { receivedAt }, output) {
      return list.flatMap(({ id, state, attempts, detail, answer }) => {
        const request = open.get(id);
        if (request === undefined) return [];
        return [change(request, { state, attempts, detail, answer: answer ?? request.answer }, receivedAt, output)];
      });
    },
    expire(now, output) {
      if (now < nextExpiry) return;
      // What is over leaves the map, which a loop over it allows.
      for (const request of open.values()) {
        if (request.state !== "waiting" || now < request.validUntil) continue;
        change(request, { state: "expired", detail: "the device was not there in time" }, now, output);
      }
      nextExpiry = findNextExpiry();
    },
    open: () => [...open.values()],
  };
}
