// What the header says about the connection, from facts of the socket and the time since anything was heard. Driven by a
// clock: a socket that is open and dead looks "late" after two missed heartbeats and "down" when it is given up.

/** All times by this machine's own clock, ms. */
export interface LinkFacts {
  /** connecting: no answer yet; syncing: open, waiting for the first frame; live: frames come; waiting: closed, will retry. */
  readonly phase: "connecting" | "syncing" | "live" | "waiting";
  /** Last time the server said anything; null = never. */
  readonly heardAt: number | null;
  /** Since when the connection is lost; null while it is not. */
  readonly lostAt: number | null;
}

export interface LinkView {
  readonly state: "connecting" | "live" | "late" | "down" | "resync";
  /** late: how long nothing was heard, or how long the newest frame was on its way, ms. */
  readonly silentMs: number;
  /** down, resync: since when (this machine's clock). */
  readonly since: number | null;
}

/** A frame that was longer on its way shows a past the operator should know of. */
export const lagLateMs = 2_000;
/** A heartbeat comes every 5 s; from here on silence is worth saying. */
export const lateAfterMs = 7_000;
/** From here a socket counts as dead and is given up. */
export const deadAfterMs = 12_000;

export const initialLink: LinkFacts = { phase: "connecting", heardAt: null, lostAt: null };

/** `lagMs`: how long the newest frame was on its way. */
export function viewLink(facts: LinkFacts, ownNow: number, lagMs = 0): LinkView {
  const silentMs = facts.heardAt === null ? 0 : Math.max(0, ownNow - facts.heardAt);
  if (facts.phase === "live") {
    if (silentMs > lateAfterMs) return { state: "late", silentMs, since: null };
    if (lagMs > lagLateMs) return { state: "late", silentMs: lagMs, since: null };
    return { state: "live", silentMs, since: null };
  }
  if (facts.phase === "syncing" && facts.lostAt !== null) return { state: "resync", silentMs, since: facts.lostAt };
  if (facts.lostAt !== null) return { state: "down", silentMs, since: facts.lostAt };
  return { state: "connecting", silentMs, since: null };
}
