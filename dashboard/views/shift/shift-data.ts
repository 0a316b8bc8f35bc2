// What the screen of shifts asks the server for, and what people do with a shift.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { cities } from "#domain/city.ts";
import { provinceDesk, type SheetBlock, sheetBlocks, type SheetItem } from "#domain/shift.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { shiftEn } from "../../i18n/shift-en.ts";
import { shiftZh } from "../../i18n/shift-zh.ts";

export const useShiftWords = createWords(shiftZh, shiftEn);
export type ShiftWords = typeof shiftZh;

export interface ShiftRow {
  readonly id: string;
  readonly version: number;
  readonly desk: string;
  readonly person: string;
  readonly personName: string;
  readonly startedAt: string;
  readonly handedOverAt: string | null;
  readonly handedOverBy: string | null;
  readonly sha256: string | null;
  readonly acceptedBy: string | null;
  readonly acceptedByName: string | null;
  readonly acceptedAt: string | null;
  readonly ticked: readonly SheetBlock[];
  readonly notes: readonly { readonly at: string; readonly by: string; readonly text: string }[];
}

export interface SheetAnswer {
  readonly shift: ShiftRow;
  readonly text: string;
  readonly sha256: string;
  readonly signed: boolean;
}

export interface Difference {
  readonly block: SheetBlock;
  readonly added: readonly SheetItem[];
  readonly gone: readonly SheetItem[];
  readonly stayed: number;
}

export interface OneShift extends ShiftRow {
  readonly text: string | null;
  readonly intact: boolean | null;
  readonly before: string | null;
  readonly differences: readonly Difference[];
}

const refreshMs = 20_000;

export const desks: readonly string[] = [provinceDesk, ...cities.map(({ adcode }) => adcode)];

export function readDesk(query: URLSearchParams): string {
  return desks.find((desk) => desk === query.get("desk")) ?? provinceDesk;
}

export function useDesk(desk: string) {
  return useQuery({
    queryKey: ["shift", desk],
    queryFn: ({ signal }) =>
      callApi<{ readonly shift: ShiftRow | null; readonly desks: readonly ShiftRow[] }>(`/shift?desk=${desk}`, {
        signal,
      }),
    refetchInterval: refreshMs,
  });
}

/** `isOn`: somebody has taken the desk; before there is no sheet. */
export function useSheet(desk: string, isOn: boolean) {
  return useQuery({
    queryKey: ["shift-sheet", desk],
    queryFn: ({ signal }) => callApi<SheetAnswer>(`/shift/sheet?desk=${desk}`, { signal }),
    enabled: isOn,
    refetchInterval: refreshMs,
  });
}

export function usePastShifts(desk: string, isShown: boolean) {
  return useQuery({
    queryKey: ["shifts", desk],
    queryFn: ({ signal }) =>
      callApi<{ readonly items: readonly ShiftRow[]; readonly total: number }>(`/shifts?desk=${desk}&limit=200`, {
        signal,
      }),
    enabled: isShown,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

export function useOneShift(id: string) {
  return useQuery({
    queryKey: ["shift-one", id],
    queryFn: ({ signal }) => callApi<OneShift>(`/shifts/${encodeURIComponent(id)}`, { signal }),
  });
}

function order<T>(what: string, body: unknown): Promise<T> {
  return callApi<T>(`/shift/${what}`, { method: "POST", body });
}

export const takeShift = (desk: string): Promise<ShiftRow> => order("take", { desk });
export const noteShift = (id: string, text: string): Promise<ShiftRow> => order("note", { id, text });

export function handOver({ shift: { id, version }, sha256 }: SheetAnswer): Promise<ShiftRow> {
  return order("hand-over", { id, expectedVersion: version, sha256 });
}

export interface SecondPerson {
  readonly username: string;
  readonly password: string;
}

export function acceptShift(
  { id, version }: ShiftRow,
  ticked: ReadonlySet<SheetBlock>,
  second: SecondPerson | null,
): Promise<{ readonly next: ShiftRow }> {
  const blocks = sheetBlocks.filter((block) => ticked.has(block));
  return order("accept", { id, expectedVersion: version, ticked: blocks, ...(second === null ? {} : { second }) });
}

/** The line of an item in the language in force. */
export function sayItem({ zh, en }: SheetItem, locale: string): string {
  return locale === "en" ? en : zh;
}
