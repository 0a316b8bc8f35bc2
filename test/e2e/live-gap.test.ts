// A line that is down for a while, in a browser of its own: after many cuts Chromium itself holds new WebSockets back.

import { describe, expect, it } from "vitest";
import { startCutLine } from "./cut-line.ts";
import { alarmRow, openAlarms, setStage, shoot, waitForLink } from "./stage.ts";

const stage = setStage();

describe("a line that is cut", () => {
  it("marks what came meanwhile with a line of its own, and values age by themselves while it is down", async () => {
    const device = await stage.addSite("LIVE-GAP", { w01018: 50 }, { city: "130700", intervalSeconds: 1 });
    await device.send({ w01018: 3 });
    const line = await startCutLine(stage.system.addresses.http);
    try {
      const options = { baseUrl: `http://${line.address}` };
      const site = await stage.open("/sites/LIVE-GAP", options);
      const list = await stage.open("/alarms?city=130700&group=none&lang=en", options);
      line.pull();
      await waitForLink(list.page, "down");
      await site.page.locator('[data-testid="site-value"][data-stale="true"]').waitFor({ timeout: 15_000 });
      await list.page.locator(".band-down").waitFor();
      await device.send({ w01018: 88 });
      const [alarm] = await openAlarms(stage, "LIVE-GAP", 1);
      await shoot(list.page, "live-down-en");
      line.mend();
      // An attempt may hang in the line that was pulled until it is given up, and Chromium holds the next one back; how quick a page
      // is back from a server that was away is measured by the bench.
      await waitForLink(list.page, "live", 60_000);
      await list.page.getByTestId("gap-row").filter({ hasText: "1 alarm" }).waitFor({ timeout: 5_000 });
      expect(await alarmRow(list.page, alarm?.id ?? "").textContent()).toContain("while cut off");
      await shoot(list.page, "live-gap-en");
    } finally {
      await line.close();
    }
  });
});
