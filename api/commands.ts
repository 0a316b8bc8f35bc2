// A decision of a person → the journal → what ingest made of it. The api only draws the id and waits; whether the decision
// stands is said by ingest, in journal order, so that a replay comes to the same.

import type { Command, CommandEnvelope, CommandOutcome } from "#domain/command.ts";
import { Failure } from "#domain/failure.ts";
import { channels, doors, entryKinds, type EntryDraft } from "#domain/frame.ts";
import type { LiveBatch } from "#domain/live.ts";
import type { Rpc } from "#store/link/link.ts";
import { Problem, type ProblemCode } from "./problem.ts";

export type Applied = Extract<CommandOutcome, { readonly ok: true }>;

export interface Journal {
  /** Answers when the entry is on disk. Throws Problem "journal-unavailable". */
  append(draft: EntryDraft): Promise<number>;
}

export interface Commands {
  /** Throws the Problem of a refusal, "journal-unavailable", or "not-applied-yet". */
  send(actor: string, command: Command): Promise<Applied>;
  onBatch(batch: LiveBatch): void;
  stop(): void;
}

/** Journaling is fast or not at all; past this the broker is stuck. */
const appendTimeoutMs = 10_000;
const applyTimeoutMs = 5_000;

function readSeq(answer: unknown): number {
  if (typeof answer === "object" && answer !== null && "seq" in answer && typeof answer.seq === "number")
    return answer.seq;
  throw new Failure("internal", "the broker answered an append without a sequence number");
}

export function createJournal(broker: Rpc): Journal {
  return {
    async append(draft) {
      try {
        return readSeq(await broker.call("journal.append", draft, appendTimeoutMs));
      } catch (cause) {
        if (!(cause instanceof Failure)) throw cause;
        // A timeout may still end in the journal: saying that nothing was accepted would be a guess.
        const unsure = cause.code === "link-timeout";
        const hint = unsure ? { hint: "it may or may not have been accepted: look before sending it again" } : {};
        const options = { ...hint, headers: { "retry-after": "2" }, cause };
        throw new Problem("journal-unavailable", `the broker did not take it: ${cause.message}`, options);
      }
    },
  };
}

type Refused = Extract<CommandOutcome, { readonly ok: false }>;

/** What it was about; everything else is about sites. */
const missingCodes: Readonly<Partial<Record<Command["type"], ProblemCode>>> = {
  "alarm.ack": "alarm-not-found",
  "alarm.comment": "alarm-not-found",
  "device.withdraw": "request-not-found",
  "marks.decide": "mark-not-found",
  "limits.decide": "limit-change-not-found",
  "notices.remove-policy": "notice-rule-not-found",
  "notices.test": "notice-rule-not-found",
  "alarm.act": "alarm-not-found",
  "alarm-definitions.put": "definition-not-found",
  "out-of-service.end": "out-of-service-not-found",
  "case.act": "case-not-found",
  "shift.note": "shift-not-found",
  "shift.hand-over": "shift-not-found",
  "shift.accept": "shift-not-found",
};

function refusalProblem(command: Command, refused: Refused): Problem {
  const codes = {
    "not-found": missingCodes[command.type] ?? "unknown-site",
    // A proposal has no versions: it meets the one who made it.
    conflict: command.type === "limits.decide" ? "second-person-needed" : "stale-version",
    illegal: "illegal-move",
    invalid: "invalid-request",
  } as const;
  return new Problem(codes[refused.code], refused.detail, { extra: { current: refused.current } });
}

interface Waiter {
  readonly command: Command;
  /** Never rejects: the answer may come before anybody listens. */
  readonly settle: (result: Applied | Problem) => void;
  timer: NodeJS.Timeout | undefined;
}

export function createCommands(parts: {
  readonly journal: Journal;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly waitMs?: number;
}): Commands {
  const { journal, now, random, waitMs = applyTimeoutMs } = parts;
  const waiters = new Map<string, Waiter>();

  function settle(id: string, result: (waiter: Waiter) => Applied | Problem): void {
    const waiter = waiters.get(id);
    if (waiter === undefined) return; // another api's, or one that came too late
    waiters.delete(id);
    clearTimeout(waiter.timer);
    waiter.settle(result(waiter));
  }

  function lateProblem(id: string, seq: number): Problem {
    const detail = `the command is journaled as entry ${seq}, but ingest has not applied it within ${waitMs} ms`;
    return new Problem("not-applied-yet", detail, { extra: { seq, command: id } });
  }

  return {
    async send(actor, command) {
      const id = Buffer.from(random(16)).toString("base64url");
      const envelope: CommandEnvelope = { id, actor, command };
      const payload = new TextEncoder().encode(JSON.stringify(envelope));
      const place = { kind: entryKinds.command, door: doors.none, channel: channels.none, promised: true } as const;
      const { promise, resolve } = Promise.withResolvers<Applied | Problem>();
      const waiter: Waiter = { command, settle: resolve, timer: undefined };
      // Registered before the append: ingest may be quicker than the broker's answer.
      waiters.set(id, waiter);
      try {
        const seq = await journal.append({ ...place, receivedAt: now(), source: actor, payload });
        if (waiters.has(id)) waiter.timer = setTimeout(() => settle(id, () => lateProblem(id, seq)), waitMs);
      } catch (error) {
        waiters.delete(id);
        throw error;
      }
      const result = await promise;
      if (result instanceof Problem) throw result;
      return result;
    },
    onBatch(batch) {
      for (const outcome of batch.outcomes) {
        settle(outcome.id, ({ command }) => (outcome.ok ? outcome : refusalProblem(command, outcome)));
      }
    },
    stop() {
      const problem = new Problem(
        "not-applied-yet",
        "this service stops; the command is journaled and will be applied",
      );
      for (const id of waiters.keys()) settle(id, () => problem);
    },
  };
}
