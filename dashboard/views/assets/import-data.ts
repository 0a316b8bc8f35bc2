// What the import of a register sends and gets: the file for a dry run, the same file again with its digest, and how far it is.

import { useQuery } from "@tanstack/react-query";
import type { ImportOutcome, ImportRow } from "#domain/site-import.ts";
import { callApi } from "../../feed/request.ts";
import { assetImportEn } from "../../i18n/asset-import-en.ts";
import { assetImportZh } from "../../i18n/asset-import-zh.ts";
import { createWords } from "../../i18n/i18n.ts";

export const useImportWords = createWords(assetImportZh, assetImportEn);

export interface ImportReport {
  readonly digest: string;
  readonly counts: Readonly<Record<ImportOutcome, number>>;
  readonly ignored: readonly string[];
  readonly rows: readonly ImportRow[];
}

export interface ImportJob {
  readonly id: string;
  readonly state: "running" | "done" | "failed";
  readonly total: number;
  readonly done: number;
  readonly counts: Readonly<Record<"new" | "changed", number>>;
  readonly skipped: readonly string[];
  readonly why: string | null;
}

export function dryRun(file: File): Promise<ImportReport> {
  return callApi<ImportReport>("/sites/import?dryRun=true", { method: "POST", file });
}

export function startImport(file: File, digest: string): Promise<ImportJob> {
  const query = new URLSearchParams({ dryRun: "false", digest, file: file.name.slice(0, 200) });
  return callApi<ImportJob>(`/sites/import?${query}`, { method: "POST", file });
}

const pollMs = 500;

/** Asks until it has ended. */
export function useImportJob(id: string) {
  return useQuery({
    queryKey: ["site-import", id],
    queryFn: ({ signal }) => callApi<ImportJob>(`/sites/import/jobs/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === "running" ? pollMs : false),
    staleTime: 0,
  });
}
