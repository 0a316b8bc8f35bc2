// What a person does to an alarm. An act names the versions it was decided on; ingest says for each alarm whether it holds.

export const shelfReasons = ["maintenance", "nuisance", "test", "known-fault", "other"] as const;
export type ShelfReason = (typeof shelfReasons)[number];

export type AlarmAct =
  | { readonly kind: "ack"; readonly comment: string | null }
  | { readonly kind: "comment"; readonly comment: string }
  /** Null: nobody any more. */
  | { readonly kind: "assign"; readonly user: string | null; readonly comment: string | null }
  | {
      readonly kind: "shelve";
      readonly minutes: number;
      readonly oneShot: boolean;
      readonly reason: ShelfReason;
      readonly comment: string;
      /** A second person who agreed on the spot; classes that are highly managed ask for one. */
      readonly second: string | null;
    }
  | { readonly kind: "unshelve"; readonly comment: string | null }
  /** Ends a latched alarm whose value is back. */
  | { readonly kind: "reset"; readonly reason: string }
  /** The case that it belongs to. */
  | { readonly kind: "link-case"; readonly case: string };

export interface ActTarget {
  readonly alarm: string;
  /** Null: whatever its version is (comments and links only). */
  readonly expectedVersion: number | null;
}

/** What came of an act, for one alarm. */
export interface ActResult {
  readonly alarm: string;
  readonly ok: boolean;
  readonly code: "conflict" | "illegal" | "not-found" | null;
  readonly detail: string | null;
  /** The alarm as it is now, as domain/alarm.ts; null = there is none. */
  readonly current: unknown;
}
