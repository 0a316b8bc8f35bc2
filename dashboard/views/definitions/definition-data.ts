// What the screens of alarm definitions ask the server for, and what administrators change.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { AlarmDefinition, AlarmScope } from "#domain/alarm-definition.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { definitionsEn } from "../../i18n/definitions-en.ts";
import { definitionsZh } from "../../i18n/definitions-zh.ts";

export const useDefinitionWords = createWords(definitionsZh, definitionsEn);
export type DefinitionWords = typeof definitionsZh;

/** A record as the server shows it. */
export interface DefinitionRow extends Omit<AlarmDefinition, "reviewDue"> {
  readonly reviewDue: string | null;
  readonly builtIn: boolean;
  readonly changedBy: string | null;
  readonly changedAt: string | null;
  readonly reason: string | null;
}

export type DefinitionDraft = Omit<AlarmDefinition, "id" | "version">;

export function useDefinitions() {
  return useQuery({
    queryKey: ["alarm-definitions"],
    queryFn: async ({ signal }) =>
      (await callApi<{ readonly items: readonly DefinitionRow[] }>("/alarm-definitions", { signal })).items,
    refetchInterval: 60_000,
  });
}

export interface DefinitionHistory extends DefinitionRow {
  /** Newest first. */
  readonly versions: readonly DefinitionRow[];
}

export function useDefinition(id: string | null) {
  return useQuery({
    queryKey: ["alarm-definition", id],
    queryFn: ({ signal }) =>
      callApi<DefinitionHistory>(`/alarm-definitions/${encodeURIComponent(id ?? "")}`, { signal }),
    enabled: id !== null,
  });
}

export function putDefinition(
  id: string,
  expectedVersion: number,
  draft: DefinitionDraft,
  reason: string,
): Promise<DefinitionRow> {
  return callApi<DefinitionRow>(`/alarm-definitions/${encodeURIComponent(id)}`, {
    method: "PUT",
    body: { expectedVersion, reason, ...draft },
  });
}

export interface EffectiveRow {
  /** What can happen, e.g. "limit:w01018:hour". */
  readonly name: string;
  readonly factor: string | null;
  /** The record that holds. */
  readonly record: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly enabled: boolean;
  readonly priority: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly limit: { readonly max: number | null; readonly min: number | null } | null;
}

export function useEffective(site: string | null) {
  return useQuery({
    queryKey: ["alarm-definitions-effective", site],
    queryFn: async ({ signal }) =>
      (
        await callApi<{ readonly items: readonly EffectiveRow[] }>(
          `/alarm-definitions/effective?site=${encodeURIComponent(site ?? "")}`,
          { signal },
        )
      ).items,
    enabled: site !== null,
    placeholderData: keepPreviousData,
  });
}

export interface TextProblem {
  readonly line: number | null;
  readonly id: string | null;
  readonly field: string;
  readonly problem: string;
  readonly hint: string;
}

export interface ImportPlan {
  readonly items: readonly {
    readonly id: string;
    readonly nameZh: string;
    readonly nameEn: string;
    readonly outcome: "new" | "changed" | "same";
    readonly line: number | null;
    readonly changes: readonly { readonly field: string; readonly before: string | null; readonly after: string }[];
  }[];
  readonly problems: readonly TextProblem[];
}

export function importText(text: string, options: { readonly dryRun: boolean; readonly reason: string }) {
  const query = new URLSearchParams({ dryRun: String(options.dryRun) });
  if (options.reason !== "") query.set("reason", options.reason);
  const file = new Blob([text], { type: "application/yaml" });
  return callApi<ImportPlan>(`/alarm-definitions/import?${query}`, { method: "POST", file });
}

export interface ScopeText {
  readonly site: string;
  readonly enterprise: string;
  readonly city: string;
  readonly kind: string;
  readonly factor: string;
}

export const scopeParts = ["site", "enterprise", "city", "kind", "factor"] as const;

/** In words: what it holds for. */
export function saySubjectOf(
  scope: AlarmScope,
  nameOf: (part: keyof AlarmScope, value: string) => string,
  all: string,
) {
  const parts = scopeParts.flatMap((part) => {
    const value = scope[part];
    return value === null ? [] : [nameOf(part, value)];
  });
  return parts.length === 0 ? all : parts.join(" · ");
}
