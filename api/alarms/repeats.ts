// The same request again is the same answer again, and nothing is done twice: answers are kept by person and Idempotency-Key for
// ten minutes, also while the first one is under way. Bounded: past it the oldest are forgotten, and counted.

import { createHash } from "node:crypto";
import { bounds } from "#domain/bounds.ts";
import { Problem } from "../problem.ts";
import type { Reply } from "../route.ts";

const keptMs = 10 * 60_000;

export interface Repeats {
  /** `asked` tells requests apart: another one under the same key is a mistake of the caller. */
  once(
    request: { readonly user: string; readonly key: string | null; readonly asked: string },
    work: () => Promise<Reply>,
  ): Promise<Reply>;
  readonly forgotten: number;
}

interface Known {
  readonly at: number;
  readonly asked: string;
  readonly reply: Promise<Reply>;
}

/** Nothing was done, so that the next attempt has to do it. "not-applied-yet" is journaled: it must not be sent again. */
function isUndone(error: unknown): boolean {
  if (!(error instanceof Problem) || error.code === "too-many-attempts") return true;
  return error.status >= 500 && error.code !== "not-applied-yet";
}

export function createRepeats(now: () => number, most: number = bounds.repeatsMax): Repeats {
  /** In the order of their first time. */
  const known = new Map<string, Known>();
  let forgotten = 0;

  function dropOld(): void {
    for (const [key, { at }] of known) {
      const isOver = now() - at >= keptMs;
      if (!isOver && known.size < most) return;
      known.delete(key);
      if (!isOver) forgotten++;
    }
  }

  return {
    get forgotten() {
      return forgotten;
    },
    async once({ user, key, asked }, work) {
      if (key === null) return work();
      if (key.length > bounds.textCharsMax)
        throw new Problem("invalid-request", `Idempotency-Key: at most ${bounds.textCharsMax} characters`);
      const name = `${user}\n${key}`;
      const digest = createHash("sha256").update(asked).digest("base64url");
      const before = known.get(name);
      if (before !== undefined && now() - before.at < keptMs) {
        if (before.asked === digest) return before.reply;
        throw new Problem("key-reused", "this Idempotency-Key came with another request before");
      }
      known.delete(name);
      dropOld();
      const reply = work();
      const mine = { at: now(), asked: digest, reply };
      known.set(name, mine);
      reply.catch((error: unknown) => {
        if (isUndone(error) && known.get(name) === mine) known.delete(name);
      });
      return reply;
    },
  };
}
