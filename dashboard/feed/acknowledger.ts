// Sends what a person does to alarms and remembers what became of it, per alarm. Nothing is optimistic: an alarm changes when
// the server says so, by its answer or by the live feed, whichever comes first. An act that met another version does nothing,
// and the row says who was faster.

import type { AlarmAct } from "#domain/alarm-act.ts";
import { createObservable, type Observable } from "../state/observable.ts";
import { isFields, readAlarm, type AlarmView } from "../state/wire.ts";
import { ApiProblem, callApi } from "./request.ts";

export type AckNote =
  | { readonly kind: "pending" }
  /** Somebody was faster. */
  | { readonly kind: "conflict"; readonly by: string; readonly at: number; readonly what?: "shelve" | "assign" }
  /** The alarm changed in another way between seeing and acknowledging. */
  | { readonly kind: "changed" }
  | { readonly kind: "failed"; readonly detail: string; readonly requestId: string; readonly act?: AlarmAct["kind"] };

/** A second person at the same desk, who agrees by signing in. */
export interface SecondPerson {
  readonly username: string;
  readonly password: string;
}

export type DeskAct = Exclude<AlarmAct, { readonly kind: "link-case" | "shelve" }> | Omit<ShelveAct, "second">;
type ShelveAct = Extract<AlarmAct, { readonly kind: "shelve" }>;

export interface ActReport {
  readonly done: number;
  /** Somebody was faster, or it is not possible any more; the rows say so. */
  readonly refused: number;
  /** Why nothing was done at all: no line, no right, a second person who was not believed; null = it was. */
  readonly problem: unknown;
}

export interface Acknowledger {
  readonly notes: Observable<ReadonlyMap<string, AckNote>>;
  acknowledge(alarm: AlarmView): Promise<void>;
  /** Does the same to alarms that were seen, each in the version that was seen. */
  act(act: DeskAct, alarms: readonly AlarmView[], second?: SecondPerson): Promise<ActReport>;
}

const noteShownMs = 20_000;

/** A name for one request, so that sending it twice does it once; also where the page came over plain http. */
function drawKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What somebody else did to it meanwhile. */
function explainConflict(kind: AlarmAct["kind"], before: AlarmView | undefined, current: AlarmView): AckNote {
  const { ackedBy, suppression, assignee } = current;
  if (kind === "shelve" && suppression?.kind === "shelved") {
    return { kind: "conflict", by: suppression.by, at: Date.now(), what: "shelve" };
  }
  if (kind === "assign" && assignee !== null && assignee !== before?.assignee) {
    return { kind: "conflict", by: assignee, at: Date.now(), what: "assign" };
  }
  if (current.acked && ackedBy !== null && (kind === "ack" || before?.acked !== true)) {
    return { kind: "conflict", by: ackedBy, at: current.ackedAt ?? current.onset };
  }
  return { kind: "changed" };
}

interface OneResult {
  readonly id: string;
  readonly ok: boolean;
  readonly code: string;
  readonly detail: string;
  readonly alarm: AlarmView | null;
}

function readResults(answer: unknown): OneResult[] {
  if (!isFields(answer) || !Array.isArray(answer["results"])) return [];
  return (answer["results"] as unknown[]).flatMap((entry) => {
    if (!isFields(entry) || typeof entry["id"] !== "string") return [];
    const text = (name: string): string => (typeof entry[name] === "string" ? entry[name] : "");
    return [
      {
        id: entry["id"],
        ok: entry["ok"] === true,
        code: text("code"),
        detail: text("detail"),
        alarm: readAlarm(entry["alarm"]),
      },
    ];
  });
}

export function createAcknowledger(
  addAlarms: (alarms: readonly AlarmView[]) => void,
  unreachable: () => string,
): Acknowledger {
  const notes = createObservable<ReadonlyMap<string, AckNote>>(new Map());

  function setNotes(changes: readonly (readonly [id: string, note: AckNote | null])[]): void {
    const next = new Map(notes.get());
    for (const [id, note] of changes) {
      if (note === null) next.delete(id);
      else next.set(id, note);
    }
    notes.set(next);
    const passing = changes.filter(([, note]) => note !== null && note.kind !== "pending");
    if (passing.length === 0) return;
    setTimeout(() => {
      setNotes(passing.flatMap(([id, note]) => (notes.get().get(id) === note ? [[id, null] as const] : [])));
    }, noteShownMs);
  }

  const failedNote = (error: unknown, act: AlarmAct["kind"]): AckNote => {
    if (!(error instanceof ApiProblem)) return { kind: "failed", detail: String(error), requestId: "", act };
    const detail =
      error.status === 0 ? unreachable() : [error.message, error.hint].filter((text) => text !== "").join(" ");
    return { kind: "failed", detail, requestId: error.requestId, act };
  };

  /** Sends to one alarm; the note that is left on its row, or null when it was done. */
  async function sendOne(act: DeskAct, alarm: AlarmView, second: SecondPerson | undefined): Promise<AckNote | null> {
    const { kind, ...rest } = act;
    try {
      const answer = await callApi<unknown>(`/alarms/${encodeURIComponent(alarm.id)}/${kind}`, {
        method: "POST",
        body: { expectedVersion: alarm.version, ...rest, ...(second === undefined ? {} : { second }) },
        idempotencyKey: drawKey(),
      });
      const now = readAlarm(isFields(answer) && isFields(answer["alarm"]) ? answer["alarm"] : answer);
      if (now !== null) addAlarms([now]);
      return null;
    } catch (error) {
      const current = error instanceof ApiProblem && error.status === 409 ? readAlarm(error.current) : null;
      if (current === null) throw error;
      addAlarms([current]);
      return explainConflict(kind, alarm, current);
    }
  }

  async function actOnOne(act: DeskAct, alarm: AlarmView, second: SecondPerson | undefined): Promise<ActReport> {
    try {
      const note = await sendOne(act, alarm, second);
      setNotes([[alarm.id, note]]);
      return { done: note === null ? 1 : 0, refused: note === null ? 0 : 1, problem: null };
    } catch (error) {
      setNotes([[alarm.id, failedNote(error, act.kind)]]);
      return { done: 0, refused: 1, problem: error };
    }
  }

  async function actOnMany(
    act: DeskAct,
    alarms: readonly AlarmView[],
    second: SecondPerson | undefined,
  ): Promise<ActReport> {
    const before = new Map(alarms.map((alarm) => [alarm.id, alarm]));
    try {
      const answer = await callApi<unknown>("/alarms/acts", {
        method: "POST",
        body: {
          act: { ...act, ...(second === undefined ? {} : { second }) },
          targets: alarms.map(({ id, version }) => ({ id, expectedVersion: version })),
        },
        idempotencyKey: drawKey(),
      });
      const results = readResults(answer);
      addAlarms(results.flatMap(({ alarm }) => alarm ?? []));
      const noteOf = ({ id, ok, code, detail, alarm }: OneResult): AckNote | null => {
        if (ok) return null;
        if (code === "conflict" && alarm !== null) return explainConflict(act.kind, before.get(id), alarm);
        return { kind: "failed", detail: detail === "" ? code : detail, requestId: "", act: act.kind };
      };
      const said = new Map(results.map((result) => [result.id, noteOf(result)] as const));
      // An alarm of which nothing was said was not done: its mark stays.
      setNotes(alarms.map(({ id }) => [id, said.get(id) ?? null] as const));
      const done = results.filter(({ ok }) => ok).length;
      return { done, refused: alarms.length - done, problem: null };
    } catch (error) {
      setNotes(alarms.map(({ id }) => [id, failedNote(error, act.kind)] as const));
      return { done: 0, refused: alarms.length, problem: error };
    }
  }

  return {
    notes,
    async acknowledge(alarm) {
      if (alarm.acked || notes.get().get(alarm.id)?.kind === "pending") return;
      setNotes([[alarm.id, { kind: "pending" }]]);
      await actOnOne({ kind: "ack", comment: null }, alarm, undefined);
    },
    async act(act, alarms, second) {
      const free = alarms.filter(({ id }) => notes.get().get(id)?.kind !== "pending");
      const [only] = free;
      if (only === undefined) return { done: 0, refused: 0, problem: null };
      setNotes(free.map(({ id }) => [id, { kind: "pending" }] as const));
      return free.length === 1 ? actOnOne(act, only, second) : actOnMany(act, free, second);
    },
  };
}
