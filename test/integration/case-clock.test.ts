// Cases and the clock on the wall, in the real program under a clock that is set: a statutory alarm that nobody acknowledges for an
// hour, a site that is silent for a day, and a stage that is overdue. Each opens or reminds once.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs, dayStart, hourMs, minuteMs } from "#domain/time.ts";
import type { Json } from "../harness/api-client.ts";
import { connectDevice } from "../harness/device.ts";
import { type RunningSystem, startSystem } from "../harness/system.ts";
import { createTempDir, type TempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait.ts";
import { type Clock, createClock } from "../torture/worlds.ts";

interface CaseJson extends Json {
  readonly id: string;
  readonly origin: string;
  readonly links: readonly { readonly kind: string; readonly id: string }[];
  readonly dueAt: string;
  readonly reminders: number;
}

const path = "/api/v1/cases";
const patience = { deadlineMs: 30_000, everyMs: 100 };
const begun = Date.now();
/** A minute and a half before a day (UTC+8) is over. */
const begin = dayStart(begun) + dayMs - 90_000;

let dir: TempDir;
let clock: Clock;
let system: RunningSystem;
let ahead = begin - begun;

/** The clock of the program now, and set further. */
const wall = (): number => Date.now() + ahead;
function pass(ms: number): void {
  ahead += ms;
  clock.shift(Math.round(ahead / 1_000));
}
const casesOf = async (origin: string): Promise<readonly CaseJson[]> =>
  ((await system.api.call("GET", path)).body["items"] as readonly CaseJson[]).filter((each) => each.origin === origin);

beforeAll(async () => {
  dir = await createTempDir("case-clock");
  const found = createClock(dir.path);
  if (found === null) throw new Error("libfaketime is missing: apt-get install libfaketime");
  clock = found;
  pass(0);
  system = await startSystem({ env: { ...clock.env } });
  const made = await system.api.createSite("W-1", { intervalSeconds: 60 });
  await system.api.putLimit("W-1", "w01018", 50, "day", dayStart(begun) - dayMs);
  const device = await connectDevice(system.addresses.mqtt, made);
  await device.send({ w01018: 90 }, { time: wall() });
  await device.end();
}, 60_000);
afterAll(async () => {
  await system.close();
  await dir.remove();
});

describe("time that passes", () => {
  it("opens a case from a statutory alarm that nobody acknowledged, once, and the alarm names it", async () => {
    pass(8 * minuteMs);
    const alarm = await waitFor(
      "the alarm of the day",
      async () => (await system.api.alarms("site=W-1&class=statutory"))[0],
      patience,
    );
    expect(alarm["definition"]).toBe("limit:w01018:day");
    expect(await casesOf("alarm")).toEqual([]);
    pass(62 * minuteMs);
    const [opened] = await waitFor(
      "the case",
      async () => {
        const found = await casesOf("alarm");
        return found.length > 0 && found;
      },
      patience,
    );
    expect(opened?.links).toEqual([{ kind: "alarm", id: alarm.id }]);
    await waitFor(
      "the alarm to name it",
      async () => (await system.api.alarm(alarm.id))["case"] === opened?.id,
      patience,
    );
  }, 60_000);

  it("reminds when the stage is overdue, and opens a case for the site that is silent", async () => {
    const [known] = await casesOf("alarm");
    pass(Date.parse(known?.dueAt ?? "") - wall() + minuteMs);
    const events = await waitFor(
      "the reminder",
      async () => {
        const shown = await system.api.call("GET", `${path}/${known?.id}`);
        const rows = shown.body["events"] as readonly Json[];
        return rows.some(({ what }) => what === "reminder") && rows;
      },
      patience,
    );
    expect(events.filter(({ what }) => what === "reminder")).toMatchObject([
      { actor: "system", about: "assignee", to: "opened" },
    ]);
    const [silent] = await waitFor(
      "the silent site",
      async () => {
        const found = await casesOf("missing-data");
        return found.length > 0 && found;
      },
      patience,
    );
    expect(silent).toMatchObject({ site: "W-1", stage: "opened" });
    pass(2 * hourMs);
    await waitFor(
      "some looks more",
      async () => {
        const { watch } = (await system.api.call("GET", `${path}/rules`)).body as { watch: { lookedAt: string } };
        return Date.parse(watch.lookedAt) > wall() - minuteMs;
      },
      patience,
    );
    expect([(await casesOf("missing-data")).length, (await casesOf("alarm")).length]).toEqual([1, 1]);
    expect((await system.api.call("GET", `${path}?overdue=true`)).body["total"]).toBe(1);
    expect((await system.api.call("GET", `${path}/check`)).body).toMatchObject({ ok: true });
  }, 90_000);
});
