// Loggers (数采仪): field units that speak HJ 212 over TCP. How a frame names its logger when no site is known for it, and what
// the door notes about a line: what it had to refuse there never becomes a frame, and would be told nowhere else.

import type { streamHints, streamRefusals } from "./hj212/refusal.ts";

/** Source of frames from a logger that no site has: it starts with what no site id contains. */
const sourcePrefix = "hj212:";

/** More unknown loggers than the door remembers share one source. */
export const manyLoggers = `${sourcePrefix}*`;

export function formatLoggerSource(mn: string): string {
  return `${sourcePrefix}${mn}`;
}

/** The MN of a source; "*" for the many; null when it is a site's. */
export function mnOfSource(source: string): string | null {
  return source.startsWith(sourcePrefix) ? source.slice(sourcePrefix.length) : null;
}

/** Loggers send their passwords in clear; who only looks at what they sent need not learn them. */
export function maskPasswords(text: string): string {
  return text.replaceAll(/\b(PW|NewPW|NewSK)=[^;,&]*/gi, "$1=••••••");
}

/** What is refused at the door itself: nothing of it is journaled, and nothing answered. */
export type LineFault = keyof typeof streamRefusals | "structure" | keyof typeof streamHints;

/** What the door saw of one logger in a stretch of time. */
export interface LoggerLine {
  /** The site of its MN; else its source; for bytes before any MN was known, "hj212:". */
  readonly site: string;
  /** The stretch, from (inclusive) to (exclusive), epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Host of the other side, without port. */
  readonly address: string;
  /** Connections that began in this stretch. */
  readonly connections: number;
  /** Of the stretch, how long there was one, ms. */
  readonly connectedMs: number;
  /** Frames with a right checksum. */
  readonly frames: number;
  /** Frames that repeat the QN and command of the one before: the answer did not arrive, or not in time. */
  readonly repeats: number;
  readonly faults: Readonly<Partial<Record<LineFault, number>>>;
  /** Line ends other than CR LF. */
  readonly lineEnds: number;
  /** First bytes of the last refused piece, as text; "" when nothing was refused. */
  readonly excerpt: string;
}
