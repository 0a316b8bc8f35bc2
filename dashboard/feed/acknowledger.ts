// Sends acknowledgements and remembers what became of them, per alarm. Nothing is optimistic: an alarm changes when the
// server says so, by its answer or by the live feed, whichever comes first.

import { createObservable, type Observable } from "../state/observable.ts";
import { isFields, readAlarm, type AlarmView } from "../state/wire.ts";
import { ApiProblem, callApi } from "./request.ts";

export type AckNote =
  | { readonly kind: "pending" }
  /** Somebody was faster. */
  | { readonly kind: "conflict"; readonly by: string; readonly at: number }
  /** The alarm changed in another way between seeing and acknowledging. */
  | { readonly kind: "changed" }
  | { readonly kind: "failed"; readonly detail: string; readonly requestId: string };

export interface Acknowledger {
  readonly notes: Observable<ReadonlyMap<string, AckNote>>;
  acknowledge(alarm: AlarmView): Promise<void>;
}

const noteShownMs = 20_000;

export function createAcknowledger(
  addAlarms: (alarms: readonly AlarmView[]) => void,
  unreachable: () => string,
): Acknowledger {
  const notes = createObservable<ReadonlyMap<string, AckNote>>(new Map());

  function setNote(id: string, note: AckNote | null): void {
    const next = new Map(notes.get());
    if (note === null) next.delete(id);
    else next.set(id, note);
    notes.set(next);
    if (note === null || note.kind === "pending") return;
    setTimeout(() => {
      if (notes.get().get(id) === note) setNote(id, null);
    }, noteShownMs);
  }

  function explain(error: unknown): AckNote {
    if (!(error instanceof ApiProblem)) return { kind: "failed", detail: String(error), requestId: "" };
    const current = readAlarm(error.current);
    if (error.status !== 409 || current === null) {
      const detail =
        error.status === 0 ? unreachable() : [error.message, error.hint].filter((text) => text !== "").join(" ");
      return { kind: "failed", detail, requestId: error.requestId };
    }
    addAlarms([current]);
    return current.acked && current.ackedBy !== null
      ? { kind: "conflict", by: current.ackedBy, at: current.ackedAt ?? current.onset }
      : { kind: "changed" };
  }

  return {
    notes,
    async acknowledge(alarm) {
      if (alarm.acked || notes.get().get(alarm.id)?.kind === "pending") return;
      setNote(alarm.id, { kind: "pending" });
      try {
        const answer = await callApi<unknown>(`/alarms/${encodeURIComponent(alarm.id)}/ack`, {
          method: "POST",
          body: { expectedVersion: alarm.version },
        });
        const acked = readAlarm(isFields(answer) && isFields(answer["alarm"]) ? answer["alarm"] : answer);
        if (acked !== null) addAlarms([acked]);
        setNote(alarm.id, null);
      } catch (error) {
        setNote(alarm.id, explain(error));
      }
    },
  };
}
