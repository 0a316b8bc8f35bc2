// Requests to devices: what people, or the centre by itself, want a device to do, and what came of it. The record is made by
// entries of the journal; who carries it to the device is the broker.
//
//                                       its line ends first
//                        ┌────────────────────────────────────┐
//                        ▼                                    │
//   device.request ─▶ waiting ─▶ sent ─▶ accepted ─▶ done     │
//                        │        │  │       │  └───▶ failed (the device says so)
//                        │        │  └───────┴──────────────▶ unanswered
//                        │        └─▶ refused (the device says so)
//                        ├─▶ expired (the device was away too long)
//                        └─▶ withdrawn

export const requestStates = [
  "waiting",
  "sent",
  "accepted",
  "done",
  "failed",
  "refused",
  "unanswered",
  "expired",
  "withdrawn",
] as const;
export type RequestState = (typeof requestStates)[number];

/** In these nothing more happens. */
export const requestsOver: ReadonlySet<RequestState> = new Set([
  "done",
  "failed",
  "refused",
  "unanswered",
  "expired",
  "withdrawn",
]);

/** `person`: somebody's decision; the others are the centre's own. */
export const requestOrigins = ["person", "set-up", "time", "gap"] as const;
export type RequestOrigin = (typeof requestOrigins)[number];

export interface DeviceRequest {
  readonly id: string;
  readonly site: string;
  /** `hj212`: `command` is a CN; `mqtt`: a word that goes down as JSON. */
  readonly protocol: "hj212" | "mqtt";
  readonly command: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly origin: RequestOrigin;
  /** Who wants it. */
  readonly actor: string;
  readonly reason: string;
  readonly createdAt: number;
  /** Not begun any more from here on, epoch ms. */
  readonly validUntil: number;
  readonly state: RequestState;
  /** How often it was sent. */
  readonly attempts: number;
  /** What the device or the door said last, for people. */
  readonly detail: string;
  /** What the device answered: settings read, results; null = nothing yet. */
  readonly answer: Readonly<Record<string, string>> | null;
  readonly changedAt: number;
  readonly version: number;
}

/** A request as it is wanted, before anything happened. */
export type RequestDraft = Pick<
  DeviceRequest,
  "id" | "site" | "protocol" | "command" | "settings" | "origin" | "reason" | "validUntil"
>;

/** What the door reports. */
export interface RequestProgress {
  readonly id: string;
  readonly state: Exclude<RequestState, "expired" | "withdrawn">;
  readonly attempts: number;
  readonly detail: string;
  readonly answer: Readonly<Record<string, string>> | null;
}
