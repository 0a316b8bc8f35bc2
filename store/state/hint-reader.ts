// What may be asked about hints of falsification. Words only.

import type { Hint, HintStatus } from "#domain/hint.ts";
import type { Page } from "./state.ts";

export interface HintFilter {
  readonly site?: string;
  readonly city?: string;
  readonly rule?: string;
  readonly statuses?: readonly HintStatus[];
  /** Begin of the evidence from (inclusive) to (exclusive), ms. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly cursor?: string;
}

export interface HintReader {
  /** Newest evidence first. */
  hints(filter: HintFilter): Promise<Page<Hint>>;
  hint(id: string): Promise<Hint | null>;
}
