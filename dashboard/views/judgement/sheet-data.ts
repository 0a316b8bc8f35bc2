// What the explanation sheet asks the server for: how a verdict came about, and the frames its numbers came in.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { MarkLabel, MarkStatus } from "#domain/mark.ts";
import type { Sureness } from "#domain/rules/sureness.ts";
import { callApi } from "../../feed/request.ts";
import type { ExceedanceRow } from "./exceedance-data.ts";

/** One minute of an hour, or one hour of a day: what the other one has is missing. */
export interface SheetInput {
  readonly start: string;
  readonly value: number | null;
  readonly counts: boolean;
  /** Why not; null when it counts. */
  readonly why: string | null;
  readonly oxygen?: number | null;
  /** What is averaged. */
  readonly corrected?: number | null;
  readonly flow?: number | null;
  readonly volumeM3?: number | null;
  readonly kg?: number | null;
  /** Minutes of the hour that count, and that were due. */
  readonly valid?: number;
  readonly due?: number;
}

export interface SheetLimitVersion {
  readonly version: number;
  readonly max: number | null;
  readonly min: number | null;
  readonly from: string;
  readonly to: string | null;
  readonly reason: string;
  readonly by: string;
  readonly source: string;
  readonly at: string | null;
}

export interface SheetLimit extends Omit<SheetLimitVersion, "at"> {
  readonly id: string;
  readonly refO2?: number | null;
  readonly decimals?: number | null;
  readonly versions: readonly SheetLimitVersion[];
}

export interface SheetMark {
  readonly id: string;
  readonly label: MarkLabel;
  readonly status: MarkStatus;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly by: string;
  readonly factors: readonly string[] | null;
}

export interface SheetFrame {
  readonly seq: number;
  readonly time: string;
  readonly receivedAt: string;
  /** Null: the journal cannot give it back. */
  readonly excerpt: string | null;
}

export interface GatheredFrame extends Omit<SheetFrame, "time"> {
  /** Event times that it brought, ascending. */
  readonly times: readonly string[];
}

/** One frame may bring many minutes: it is one line all the same. */
export function gatherFrames(frames: readonly SheetFrame[]): readonly GatheredFrame[] {
  const found = new Map<number, GatheredFrame>();
  for (const { time, ...frame } of frames)
    found.set(frame.seq, { ...frame, times: [...(found.get(frame.seq)?.times ?? []), time] });
  return [...found.values()];
}

export interface SheetGround {
  readonly rule: string;
  readonly sureness: Sureness;
  readonly clause: string;
  readonly source: string;
}

export interface SheetValidity {
  readonly isValid: boolean;
  readonly why: string | null;
  readonly rule: string | null;
  readonly sureness: Sureness | null;
  readonly needed: number | null;
  readonly due: number;
  readonly received: number;
  readonly valid: number;
  readonly marked: number;
  readonly missing: number;
  readonly excluded: Readonly<Record<string, number>>;
}

/** The newest version, and what is computed now from what is stored now. */
export interface Explanation {
  readonly exceedance: ExceedanceRow;
  readonly limit: SheetLimit | null;
  readonly comparison: (SheetGround & { readonly method: string }) | null;
  readonly formula: (SheetGround & { readonly text: string }) | null;
  readonly validity: SheetValidity | null;
  readonly inputs: readonly SheetInput[];
  readonly marks: readonly SheetMark[];
  readonly agrees: boolean;
  readonly recomputed: number | null;
  readonly verdict: "exceeding" | "within" | "unknown";
  readonly disagreement: string | null;
  readonly frames: readonly SheetFrame[];
  readonly framesNext: string | null;
}

const pathOf = (id: string): string => `/exceedances/${encodeURIComponent(id)}`;

export function useExplanation(id: string) {
  return useQuery({
    queryKey: ["explanation", id],
    queryFn: ({ signal }) => callApi<Explanation>(`${pathOf(id)}/explanation`, { signal }),
  });
}

export interface ExceedanceDetails extends ExceedanceRow {
  readonly versions: readonly ExceedanceRow[];
}

/** `asOf`: epoch ms; null = as known now. */
export function useVersions(id: string, asOf: number | null) {
  return useQuery({
    queryKey: ["exceedance", id, asOf],
    queryFn: ({ signal }) =>
      callApi<ExceedanceDetails>(`${pathOf(id)}${asOf === null ? "" : `?asOf=${asOf}`}`, { signal }),
  });
}

/** The frames that did not come with the explanation, page by page. */
export function useMoreFrames(id: string, first: string | null) {
  return useInfiniteQuery({
    queryKey: ["explanation-frames", id, first],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ frames: pageParam, framesLimit: "100" });
      return callApi<Pick<Explanation, "frames" | "framesNext">>(`${pathOf(id)}/explanation?${query}`, { signal });
    },
    initialPageParam: first ?? "",
    getNextPageParam: (last) => last.framesNext,
    enabled: false,
  });
}

export interface RawFrame {
  readonly seq: number;
  readonly site: string;
  readonly channel: string;
  readonly receivedAt: string;
  readonly bytes: number;
  readonly text: string | null;
  readonly hex: string | null;
  /** The password of an HJ 212 packet is not shown. */
  readonly hidden: boolean;
  readonly sha256: string;
}

export function useFrame(seq: number | null) {
  return useQuery({
    queryKey: ["frame", seq],
    queryFn: ({ signal }) => callApi<RawFrame>(`/frames/${seq}`, { signal }),
    enabled: seq !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What the numbers that count add up to. */
export interface InputSums {
  readonly parts: number;
  /** Of values, or of value × volume. */
  readonly sum: number;
  /** Of volumes; null where it is no weighted mean. */
  readonly weight: number | null;
  readonly mean: number | null;
}

/** Added up here once more, from what the page itself shows. */
export function sumInputs(inputs: readonly SheetInput[], isWeighted: boolean): InputSums {
  let [parts, sum, weight] = [0, 0, 0];
  for (const { counts, value, corrected, volumeM3 } of inputs) {
    const shown = corrected ?? value;
    const share = isWeighted ? (volumeM3 ?? null) : 1;
    if (!counts || shown === null || share === null) continue;
    parts += 1;
    sum += shown * share;
    weight += share;
  }
  return { parts, sum, weight: isWeighted ? weight : null, mean: weight > 0 ? sum / weight : null };
}
