// What the ledger page makes of the server's numbers.

import { describe, expect, it } from "vitest";
import { differences, formatOrder, type LedgerDay, readOrder, sortSites, toSiteRow } from "./ledger-data.ts";

const frames = { acknowledged: 8, stored: 6, quarantined: 2, duplicate: 1, unpromised: 1, pending: 0 };
const readings = { received: 20, stored: 17, quarantined: 2, duplicate: 1 };
const day: LedgerDay = { day: "2026-11-22", balanced: true, frames, readings, quarantine: {}, bySite: [] };

describe("the ledger of a day", () => {
  it("balances when everything received has ended as one thing, unpromised frames included", () => {
    expect(differences(day)).toEqual({ frames: 0, readings: 0 });
    expect(differences({ ...day, frames: { ...frames, stored: 5 } })).toEqual({ frames: 1, readings: 0 });
    expect(differences({ ...day, frames: { ...frames, acknowledged: 9, pending: 1 } })).toEqual({
      frames: 0,
      readings: 0,
    });
    expect(differences({ ...day, readings: { ...readings, stored: 18 } })).toEqual({ frames: 0, readings: -1 });
  });

  it("lists sites by any column, in both directions, ties by their id; at first what was refused most", () => {
    const rows = [
      ["b", 2],
      ["a", 2],
      ["c", 9],
    ].map(([id, refused]) =>
      toSiteRow(
        { site: String(id), frames, readings: { ...readings, quarantined: Number(refused) } },
        { site: String(id).toUpperCase(), city: "唐山" },
      ),
    );
    expect(sortSites(rows, readOrder(null)).map((row) => row.id)).toEqual(["c", "a", "b"]);
    expect(sortSites(rows, readOrder("site")).map((row) => row.id)).toEqual(["a", "b", "c"]);
    expect(sortSites(rows, readOrder("-site")).map((row) => row.id)).toEqual(["c", "b", "a"]);
    expect(formatOrder(readOrder("-site"))).toBe("-site");
    expect(readOrder("nonsense").column).toBe("readingsQuarantined");
  });
});
