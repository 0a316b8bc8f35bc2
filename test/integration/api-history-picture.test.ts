// interval=auto of GET /api/v1/history: the answer says which resolution it took for so many pixels, and is that one.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HistoryReader } from "#store/history/history.ts";
import { type Running, siteBody, startApi } from "./api-harness.ts";

const to = Date.UTC(2026, 10, 22);
const asked: string[] = [];
/** Remembers which tier was read; one mean with a spike in it. */
const history: HistoryReader = {
  async readRaw({ factors }) {
    asked.push("raw");
    return factors.map((factor) => ({ factor, time: [], value: [], flag: [] }));
  },
  async readMeans({ factors, tier, from }) {
    asked.push(tier);
    return factors.map((factor) => ({
      factor,
      start: [from],
      mean: [10],
      min: [1],
      max: [999],
      count: [60],
      valid: [59],
    }));
  },
};

let api: Running;
beforeAll(async () => {
  api = await startApi({ history });
  await api.call("POST", "/api/v1/sites", { body: { ...siteBody, intervalSeconds: 60 } });
  await api.call("POST", "/api/v1/sites", { body: { ...siteBody, id: "S2", intervalSeconds: 10 } });
});
afterAll(() => api?.stop());

interface Answer {
  readonly interval: string;
  readonly series: readonly { readonly points: readonly unknown[][] }[];
}

async function ask(days: number, more = "", site = "S1"): Promise<Answer> {
  const range = `from=${to - days * 86_400_000}&to=${to}`;
  asked.length = 0;
  const path = `/api/v1/history?site=${site}&factor=w01018&${range}&interval=auto${more}`;
  const reply = await api.call<Answer>("GET", path);
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}

describe("the resolution of a picture", () => {
  it("follows the range and the pixels, and the answer names it", async () => {
    expect((await ask(0.5)).interval).toBe("raw");
    expect((await ask(7)).interval).toBe("10m");
    expect((await ask(31)).interval).toBe("1h");
    expect(new Set(asked)).toEqual(new Set(["1h"]));
    expect((await ask(31, "&width=300")).interval).toBe("1d");
    expect((await ask(365)).interval).toBe("1d");
  });

  it("is that of the busiest of several sites", async () => {
    expect((await ask(0.5, "&site=S2")).interval).toBe("1m");
  });

  it("never loses a spike: every mean comes with the smallest and the largest reading", async () => {
    expect((await ask(31)).series[0]?.points[0]?.slice(1)).toEqual([10, 1, 999, 60, 59]);
  });

  it("is refused for a picture without width", async () => {
    for (const width of ["0", "-1", "x", "10001"]) {
      const path = `/api/v1/history?site=S1&factor=w01018&interval=auto&width=${width}`;
      expect((await api.call("GET", path)).status, width).toBe(400);
    }
  });
});
