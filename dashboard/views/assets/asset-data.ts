// What the screens of assets ask the server for, how the register becomes a tree, and how a site is changed.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { SiteKind, StandardKey } from "#domain/site.ts";
import { callApi } from "../../feed/request.ts";
import { createWords } from "../../i18n/i18n.ts";
import { assetsEn } from "../../i18n/assets-en.ts";
import { assetsZh } from "../../i18n/assets-zh.ts";
import type { FactorDetails } from "../site-data.ts";

export const useAssetWords = createWords(assetsZh, assetsEn);

interface EdgeNode {
  readonly group: string;
  readonly node: string;
  readonly metrics: readonly unknown[];
}

export interface Asset {
  readonly id: string;
  readonly name: string;
  readonly kind: SiteKind;
  readonly city: string;
  readonly enterprise: string | null;
  readonly maintainer?: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly factors: readonly string[];
  readonly intervalSeconds: number;
  readonly standard: StandardKey | null;
  readonly mn: string | null;
  readonly sparkplug?: EdgeNode | null;
  readonly simulated: boolean;
  readonly version: number;
  readonly status: "online" | "offline";
}

export interface AssetDetails extends Asset {
  readonly factorDetails: readonly FactorDetails[];
}

interface Page {
  readonly items: readonly Asset[];
  readonly total: number;
  readonly next: string | null;
}

/** More sites are not drawn at once: whoever has more looks for something. */
export const assetsMax = 5_000;
const pageRows = 1_000;

async function loadAssets(filter: string, signal: AbortSignal): Promise<{ items: Asset[]; total: number }> {
  const items: Asset[] = [];
  let cursor: string | null = "";
  let total = 0;
  while (cursor !== null && items.length < assetsMax) {
    const query = new URLSearchParams(filter);
    query.set("limit", String(pageRows));
    if (cursor !== "") query.set("cursor", cursor);
    const page: Page = await callApi<Page>(`/sites?${query}`, { signal });
    items.push(...page.items);
    total = page.total;
    cursor = page.next;
  }
  return { items, total };
}

const refreshMs = 30_000;

/** `filter`: q, city, kind, status, as the api takes them. */
export function useAssets(filter: string) {
  return useQuery({
    queryKey: ["assets", filter],
    queryFn: ({ signal }) => loadAssets(filter, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
}

const pathOf = (id: string): string => `/sites/${encodeURIComponent(id)}`;

export function useAsset(id: string) {
  return useQuery({
    queryKey: ["asset", id],
    queryFn: ({ signal }) => callApi<AssetDetails>(pathOf(id), { signal }),
    refetchInterval: refreshMs,
    staleTime: 0,
  });
}

export type AssetChanges = Readonly<Record<string, unknown>>;

export function changeAsset(id: string, changes: AssetChanges, expectedVersion: number): Promise<Asset> {
  return callApi<Asset>(pathOf(id), { method: "PATCH", body: { ...changes, expectedVersion } });
}

export type TreeRow =
  | { readonly level: 1; readonly key: string; readonly enterprise: string | null; readonly sites: readonly Asset[] }
  | { readonly level: 2; readonly key: string; readonly site: Asset }
  | {
      readonly level: 3;
      readonly key: string;
      readonly site: Asset;
      readonly part: "logger" | "edge-node" | "factor";
      readonly text: string;
    };

const enterpriseKey = (name: string | null): string => `e:${name ?? ""}`;

/** What is below a site: its logger, its edge node, its factors. */
function listParts(site: Asset): TreeRow[] {
  const part = (what: "logger" | "edge-node" | "factor", text: string): TreeRow => ({
    level: 3,
    key: `p:${site.id}:${what}:${text}`,
    site,
    part: what,
    text,
  });
  const node = site.sparkplug ?? null;
  return [
    ...(site.mn === null ? [] : [part("logger", site.mn)]),
    ...(node === null ? [] : [part("edge-node", `${node.group}/${node.node}`)]),
    ...site.factors.map((code) => part("factor", code)),
  ];
}

/** Enterprises by name, those without one last; of each what is unfolded. */
export function growTree(sites: readonly Asset[], isOpen: (key: string, level: 1 | 2) => boolean): TreeRow[] {
  const groups = new Map<string | null, Asset[]>();
  for (const site of sites) {
    const group = groups.get(site.enterprise);
    if (group === undefined) groups.set(site.enterprise, [site]);
    else group.push(site);
  }
  const sorted = [...groups].sort(([a], [b]) => Number(a === null) - Number(b === null) || compareNames(a, b));
  return sorted.flatMap(([enterprise, members]): TreeRow[] => {
    const key = enterpriseKey(enterprise);
    const head: TreeRow = { level: 1, key, enterprise, sites: members };
    if (!isOpen(key, 1)) return [head];
    const below = members.flatMap((site): TreeRow[] => {
      const siteKey = `s:${site.id}`;
      const row: TreeRow = { level: 2, key: siteKey, site };
      return isOpen(siteKey, 2) ? [row, ...listParts(site)] : [row];
    });
    return [head, ...below];
  });
}

function compareNames(a: string | null, b: string | null): number {
  return (a ?? "").localeCompare(b ?? "", "zh-CN");
}
