// What the page and its worker say to each other. Frames of the server end in the worker; the page gets flushes.

import type { LatestColumns } from "../state/latest.ts";
import type { LinkFacts } from "../state/link-state.ts";
import type { AlarmView, Counts } from "../state/wire.ts";

export type ToWorker =
  | { readonly type: "start"; readonly url: string }
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
  /** A snapshot of latest values was among what was heard: from now on "nothing received" is a fact. */
  readonly complete: boolean;
}
