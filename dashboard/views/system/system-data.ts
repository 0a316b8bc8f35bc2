// What the system page asks the server for, every other second, and the last minutes of it that the page keeps: an answer
// has counters, two answers have rates. Leaving the page keeps what was heard for a while; nobody asks meanwhile.

import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import type { ConditionName } from "#domain/condition.ts";
import { callApi } from "../../feed/request.ts";
import { readTime } from "../../state/wire.ts";

type Counts = Readonly<Record<string, number>>;
interface Part {
  readonly ok: boolean;
  readonly why: string | null;
}

/** The answer of GET /api/v1/system; null = nobody can tell now. */
export interface SystemAnswer {
  readonly time: string;
  readonly version: string;
  readonly conditions: readonly { readonly name: ConditionName; readonly says: string }[];
  readonly broker: Part & {
    readonly devices: number | null;
    readonly acknowledged: Counts;
    readonly unpromised: number | null;
    readonly refused: Counts;
    /** Null: there is no external broker. */
    readonly upstream: {
      readonly address: string;
      readonly connected: boolean;
      readonly since: string;
      readonly version: string | null;
      readonly frames: number;
      readonly inFlight: number;
      readonly refused: number;
      readonly lastError: { readonly at: string; readonly says: string } | null;
    } | null;
  };
  readonly journal: {
    readonly writable: boolean | null;
    readonly headSeq: number | null;
    readonly queuedBytes: number | null;
    readonly bytes: number | null;
    readonly waitingBytes: number | null;
    readonly waitingBytesMax: number | null;
  };
  readonly ingest: Part & {
    readonly lagSeconds: number | null;
    readonly backlogEntries: number | null;
    readonly readings: Counts;
    readonly alarmsOpen: number | null;
  };
  readonly history: Part & { readonly attached: boolean };
  readonly state: Part;
  readonly damagedEntries: number | null;
  readonly ledger: { readonly balanced: boolean | null };
  readonly quarantine: { readonly open: number };
  readonly live: { readonly screens: number; readonly slow: number; readonly refused: number };
  readonly disk: {
    readonly bytes: number;
    readonly freeBytes: number;
    readonly dataBytes: number;
    readonly growthBytesPerDay: number | null;
    readonly watchedSeconds: number;
    readonly daysLeft: number | null;
  } | null;
  readonly thresholds: {
    readonly lagSeconds: number;
    readonly journalShare: number;
    readonly diskDays: number;
    readonly diskFreeShare: number;
  };
}

export interface Sample {
  /** Server's clock, ms. */
  readonly at: number;
  readonly answer: SystemAnswer;
}

export const pollMs = 2_000;
/** Ten minutes. */
export const samplesMax = 300;
/** A rate over less than this jumps with every group commit. */
const rateMs = 8_000;

const queryKey = ["system"] as const;

async function loadSamples(client: QueryClient, signal: AbortSignal): Promise<readonly Sample[]> {
  const answer = await callApi<SystemAnswer>("/system", { signal });
  const before = client.getQueryData<readonly Sample[]>(queryKey) ?? [];
  return [...before, { at: readTime(answer.time) ?? 0, answer }].slice(-samplesMax);
}

export function useSystem() {
  const client = useQueryClient();
  return useQuery({
    queryKey,
    queryFn: ({ signal }) => loadSamples(client, signal),
    refetchInterval: pollMs,
    staleTime: 0,
    gcTime: 600_000,
    retry: false,
    // Every answer is a new list: comparing three hundred of them deeply would be work for nothing.
    structuralSharing: false,
  });
}

/** [server's clock ms, value]; null = a gap to be seen. */
export type Line = readonly (readonly [number, number | null])[];

export function lineOf(samples: readonly Sample[], read: (answer: SystemAnswer) => number | null): Line {
  return samples.map(({ at, answer }) => [at, read(answer)]);
}

/** A counter → its rate per second. A counter that falls was begun anew: that is a gap, no negative rate. */
export function rateOf(samples: readonly Sample[], read: (answer: SystemAnswer) => number | null): Line {
  const line: [number, number | null][] = [];
  let begin = 0;
  for (const [i, { at, answer }] of samples.entries()) {
    while (begin + 1 < i && at - (samples[begin + 1]?.at ?? at) >= rateMs) begin += 1;
    const from = samples[begin];
    if (from === undefined || from.at >= at) continue;
    const [then, now] = [read(from.answer), read(answer)];
    const isWhole = then !== null && now !== null && now >= then;
    if (!isWhole) begin = i;
    line.push([at, isWhole ? (now - then) / ((at - from.at) / 1000) : null]);
  }
  return line;
}

export function lastOf(line: Line): number | null {
  return line.at(-1)?.[1] ?? null;
}

export function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
