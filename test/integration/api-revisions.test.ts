// Revised readings as the api answers them: every version, with unit and what it replaced, filtered and page by page. The api
// alone, with stand-ins for broker and ingest, and a real state file.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RevisionRow } from "#domain/revision.ts";
import { makeRevision, onset } from "../contract/state-rows.ts";
import { type Running, siteBody, startApi } from "./api-harness.ts";

interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly total: number;
  readonly next: string | null;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const path = "/api/v1/revisions";
let api: Running;

const revise = (seq: number, parts: Partial<RevisionRow> = {}): RevisionRow =>
  makeRevision(seq, { site: "S1", ...parts });

beforeAll(async () => {
  api = await startApi();
  await api.call("POST", "/api/v1/sites", { body: siteBody });
  const revisions = [
    revise(11),
    revise(12, { value: 42, before: 41.25, beforeFlag: "N" }),
    revise(13, { time: onset + 60_000, factor: "w01001", value: 7.5, before: null, beforeFlag: null }),
    revise(14, { site: "GONE", kind: "hour" }),
  ];
  await api.commit({ cursor: api.ingest.seq, revisions });
});
afterAll(() => api.stop());

describe("revised readings", () => {
  it("are told with their unit, what they replaced, and the journal entry that brought them", async () => {
    const { status, body } = await api.call<Page>("GET", `${path}?site=S1&factor=w01018`);
    expect([status, body.total, body.next]).toEqual([200, 2, null]);
    const reading = { site: "S1", factor: "w01018", kind: "realtime", time: iso(onset), unit: "mg/L" };
    expect(body.items).toEqual([
      { ...reading, seq: 12, value: 42, flag: "N", before: 41.25, beforeFlag: "N", receivedAt: iso(onset + 12) },
      { ...reading, seq: 11, value: 41.25, flag: "N", before: 40, beforeFlag: "D", receivedAt: iso(onset + 11) },
    ]);
  });

  it("are filtered by event time, and come page by page", async () => {
    const later = await api.call<Page>("GET", `${path}?from=${onset + 1}&to=${iso(onset + 60_001)}`);
    expect(later.body.items.map(({ seq, before }) => [seq, before])).toEqual([[13, null]]);
    const first = await api.call<Page>("GET", `${path}?limit=3`);
    expect(first.body.items.map(({ seq }) => seq)).toEqual([13, 14, 12]);
    const rest = await api.call<Page>("GET", `${path}?limit=3&cursor=${first.body.next}`);
    expect([rest.body.items.map(({ seq }) => seq), rest.body.total, rest.body.next]).toEqual([[11], 4, null]);
  });

  it.each([
    ["an unknown factor", "factor=w99999", "unknown-factor"],
    ["a range that ends before it begins", "from=2&to=1", "invalid-request"],
    ["a cursor of another list", "cursor=WzEsMl0", "invalid-cursor"],
    ["a filter that it does not know", "kind=hour", "invalid-request"],
  ])("are refused for %s", async (_, query, code) => {
    expect((await api.call("GET", `${path}?${query}`)).body).toMatchObject({ status: 400, code });
  });
});
