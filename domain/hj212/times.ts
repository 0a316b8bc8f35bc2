// Times of exchanges between centre and logger, and what return codes say.

export const exchangeTimes = {
  /** No answer after so long: the same message once more [HJ 212-2017 table 1: 10 s by radio, 5 s by wire]. */
  answerMs: 10_000,
  /** How often it is sent again [HJ 212-2017 table 1]. */
  resends: 3,
  /** From 9011, or from the last packet of data, until 9012; the standard leaves it open. Assumed. */
  executionMs: 60_000,
  /** A clock that is further off than this is set [assumed: a public audit asks for one minute, 30 are refused]. */
  driftSetMs: 5 * 60_000,
  /** Not more often than this, so that a clock that cannot be set is not set all day. */
  driftSetEveryMs: 3_600_000,
} as const;

/** QnRtn, in 9011 [HJ 212-2017 table 7]. */
const requestReturns: Readonly<Record<number, string>> = {
  1: "ready",
  2: "rejected",
  3: "PW wrong",
  4: "MN wrong",
  5: "ST wrong",
  6: "Flag wrong",
  7: "QN wrong",
  8: "CN wrong",
  9: "CRC wrong",
  100: "unknown",
};

/** ExeRtn, in 9012 [HJ 212-2017 table 6]. */
const executionReturns: Readonly<Record<number, string>> = {
  1: "done",
  2: "failed, cause unknown",
  3: "the condition of the request is wrong",
  4: "communication timed out",
  5: "busy",
  6: "system fault",
  100: "no data",
};

export function sayRequestReturn(code: number): string {
  return `QnRtn ${code}: ${requestReturns[code] ?? "in no table"}`;
}

export function sayExecutionReturn(code: number): string {
  return `ExeRtn ${code}: ${executionReturns[code] ?? "in no table"}`;
}
