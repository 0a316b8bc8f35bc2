// What the page and its worker say to each other. Frames of the server end in the worker; the page gets flushes.

import type { Wanted } from "../state/interest.ts";
import type { LatestColumns } from "../state/latest.ts";
import type { LinkFacts } from "../state/link-state.ts";
import type { AlarmView, Counts } from "../state/wire.ts";

export type ToWorker =
  | { readonly type: "start"; readonly url: string; readonly wanted: Wanted; readonly serial: number }
  /** Other readings than before are looked at. */
  | { readonly type: "wanted"; readonly wanted: Wanted; readonly serial: number }
  /** The page was hidden or the machine slept: look at the connection now. */
  | { readonly type: "wake" }
  /** The page has taken a flush; the worker may send another. */
  | { readonly type: "taken" }
  | { readonly type: "stop" };

export interface AlarmEvent {
  readonly kind: "snapshot" | "delta";
  readonly alarms: readonly AlarmView[];
}

/** One sample of the server's clock against ours. */
export interface ClockSample {
  readonly serverMs: number;
  readonly ownMs: number;
}

export interface Flush {
  readonly link: LinkFacts;
  readonly latest: LatestColumns | null;
  /** In the order of arrival; none is ever merged or left out. */
  readonly alarms: readonly AlarmEvent[];
  readonly counts: Counts | null;
  readonly clock: readonly ClockSample[];
  /** Sites that were registered or changed. */
  readonly sites: readonly string[];
  /** A snapshot of all readings asked for was among what was heard: from now on "nothing received" is a fact. */
  readonly complete: boolean;
  /** Number of the wish that the newest snapshot answers. */
  readonly serial: number;
  /** The server is asked for the readings of every site now. */
  readonly isAll: boolean;
  /** What was asked for is more than the server sends: alarms and counts came, no readings. */
  readonly limited: boolean;
  /** Readings the server replaced by newer ones, because this screen took too long. */
  readonly merged: number;
  /** How long the newest frame was on its way, by the clocks as they are (server's time, own time); null = none came. */
  readonly sent: ClockSample | null;
}
