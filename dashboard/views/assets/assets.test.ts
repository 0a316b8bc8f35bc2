// The tree of the register and the form of a site.

import { describe, expect, it } from "vitest";
import { type Asset, growTree } from "./asset-data.ts";
import { findAssetFaults, listChanges, listConflicts, toTexts } from "./asset-form.ts";

const asset = (id: string, enterprise: string | null, more: Partial<Asset> = {}): Asset => ({
  id,
  name: `Outfall ${id}`,
  kind: "water-outfall",
  city: "130200",
  enterprise,
  lat: 39.5,
  lon: null,
  factors: ["w01018", "w01001"],
  intervalSeconds: 60,
  standard: null,
  mn: null,
  simulated: false,
  version: 3,
  status: "online",
  ...more,
});

describe("the tree of assets", () => {
  const sites = [asset("B", "Works"), asset("A", null), asset("C", "Works", { mn: "M-1" })];

  it("puts the sites of an enterprise below it, and those of none last", () => {
    const rows = growTree(sites, (_, level) => level === 1);
    expect(rows.map(({ key }) => key)).toEqual(["e:Works", "s:B", "s:C", "e:", "s:A"]);
  });

  it("shows below a site its logger and its factors", () => {
    const rows = growTree(sites, (key) => key === "e:Works" || key === "s:C");
    expect(rows.filter(({ level }) => level === 3).map(({ key }) => key)).toEqual([
      "p:C:logger:M-1",
      "p:C:factor:w01018",
      "p:C:factor:w01001",
    ]);
  });
});

describe("the form of a site", () => {
  const before = toTexts(asset("A", "Works"));

  it("sends what was changed and nothing else; what was emptied is taken away", () => {
    expect(listChanges(before, before)).toEqual({});
    expect(
      listChanges(before, { ...before, enterprise: " ", lon: "118.2", factors: "w01018, w21003；w21003", pw: "" }),
    ).toEqual({ enterprise: null, lon: 118.2, factors: ["w01018", "w21003", "w21003"] });
  });

  it("finds an empty name, places off the globe, no factors and an interval of nothing", () => {
    expect(findAssetFaults({ ...before, name: " ", lat: "91", lon: "x", factors: " ", intervalSeconds: "" })).toEqual({
      name: "name",
      lat: "number",
      lon: "number",
      factors: "factors",
      intervalSeconds: "number",
    });
    expect(findAssetFaults({ ...before, lat: "" })).toEqual({});
  });

  it("says what somebody else changed meanwhile", () => {
    expect(listConflicts(before, toTexts(asset("A", "Other", { intervalSeconds: 30 })))).toEqual([
      "enterprise",
      "intervalSeconds",
    ]);
  });
});
