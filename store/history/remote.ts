// History read through a link: the process that owns the store answers, the api asks. Series travel as they are
// (structured clone, a few arrays per series); blocks of many series as a few arrays in all.

import { isReadingKind } from "#domain/reading.ts";
import { tiers, type Tier } from "#domain/window.ts";
import type { Rpc } from "../link/link.ts";
import type {
  FrameMoments,
  FrameQuery,
  HistoryReader,
  MeanBlock,
  MeanBlockQuery,
  MeanQuery,
  MeanSeries,
  RawQuery,
  RawSeries,
} from "./history.ts";
import { readMeanBlock } from "./mean-block.ts";

/** A year of raw minutes takes its time; a link that is gone fails at once anyway. */
const readTimeoutMs = 60_000;

export function createRemoteHistoryReader(rpc: Rpc): HistoryReader {
  return {
    readRaw: async (query) => (await rpc.call("history.readRaw", query, readTimeoutMs)) as RawSeries[],
    readMeans: async (query) => (await rpc.call("history.readMeans", query, readTimeoutMs)) as MeanSeries[],
    readFrames: async (query) => (await rpc.call("history.readFrames", query, readTimeoutMs)) as FrameMoments,
    readMeanBlock: async (query) => (await rpc.call("history.readMeanBlock", query, readTimeoutMs)) as MeanBlock,
  };
}

export function serveHistoryReader(rpc: Rpc, reader: HistoryReader): void {
  rpc.handle("history.readRaw", (argument) => reader.readRaw(toRawQuery(argument)));
  rpc.handle("history.readMeans", (argument) => reader.readMeans(toMeanQuery(argument)));
  rpc.handle("history.readFrames", (argument) => {
    if (reader.readFrames === undefined) throw new TypeError("history.readFrames: this store does not tell frames");
    return reader.readFrames(toFrameQuery(argument));
  });
  rpc.handle("history.readMeanBlock", (argument) => readMeanBlock(reader, toMeanBlockQuery(argument)));
}

function isSpan(
  argument: unknown,
): argument is Omit<RawQuery, "kind"> & { readonly kind?: unknown; readonly tier?: unknown } {
  if (typeof argument !== "object" || argument === null) return false;
  const { site, factors, from, to, limit } = argument as Partial<Record<keyof RawQuery, unknown>>;
  return (
    typeof site === "string" && Array.isArray(factors) && [from, to, limit].every((bound) => typeof bound === "number")
  );
}

function isTier(text: unknown): text is Tier {
  return tiers.some((tier) => tier === text);
}

/** The other side is our own code: anything else is a bug there, and says so. */
function toRawQuery(argument: unknown): RawQuery {
  if (!isSpan(argument) || !isReadingKind(argument.kind)) throw new TypeError("history.readRaw: not a query");
  return { ...argument, kind: argument.kind };
}

function toMeanQuery(argument: unknown): MeanQuery {
  if (!isSpan(argument) || !isTier(argument.tier)) throw new TypeError("history.readMeans: not a query");
  return { ...argument, tier: argument.tier };
}

function toFrameQuery(argument: unknown): FrameQuery {
  if (typeof argument === "object" && argument !== null) {
    const { site, kind, from, to, limit } = argument as Partial<Record<keyof FrameQuery, unknown>>;
    const areNumbers = typeof from === "number" && typeof to === "number" && typeof limit === "number";
    if (typeof site === "string" && areNumbers && isReadingKind(kind)) return { site, kind, from, to, limit };
  }
  throw new TypeError("history.readFrames: not a query");
}

function isAsked(one: unknown): one is MeanBlockQuery["sites"][number] {
  if (typeof one !== "object" || one === null || !("site" in one) || !("factors" in one)) return false;
  return typeof one.site === "string" && Array.isArray(one.factors);
}

function toMeanBlockQuery(argument: unknown): MeanBlockQuery {
  if (typeof argument === "object" && argument !== null) {
    const { sites, tier, from, to, limit } = argument as Partial<Record<keyof MeanBlockQuery, unknown>>;
    const areSites = Array.isArray(sites) && sites.every(isAsked);
    const areNumbers = typeof from === "number" && typeof to === "number" && typeof limit === "number";
    if (areSites && areNumbers && isTier(tier)) return { sites, tier, from, to, limit };
  }
  throw new TypeError("history.readMeanBlock: not a query");
}
