// How long an alarm takes: some sites of their own send values that are now within their limit, now beyond it, and every time
// the clock runs from the send to the message on /live that holds the raised alarm. Each site waits for its answer before
// it goes on, so that no answer can be taken for another's.

import type { AlarmJson } from "#test/harness/api-client.ts";
import { type MqttLine, openMqttLine } from "#test/torture/mqtt-line.ts";
import { waitFor } from "#test/harness/wait.ts";
import { createLatencies, type Percentiles } from "./latencies.ts";
import type { LoadResult } from "./load.ts";
import type { BenchSystem } from "./system.ts";

export interface AlarmTimes extends Percentiles {
  readonly samples: number;
  /** Alarms that had not come after ten seconds. */
  readonly missing: number;
}

export interface AlarmProbe {
  prepare(system: BenchSystem): Promise<void>;
  onAlarm(alarm: AlarmJson, at: number): void;
  begin(): void;
  /** Waits for the answers that are still out. */
  end(): Promise<void>;
  /** Readings of this probe that were acknowledged. */
  readonly acked: number;
  /** The last message of each site. */
  last(): LoadResult["last"];
  /** Since the last begin(). */
  times(): AlarmTimes;
}

const factor = "w01018";
const limit = 50;
const within = 31.5;
/** Every raise has a value of its own, by which its alarm is known: an answer that comes too late is not the next one's. */
const beyondLeast = 60;
const beyondSteps = 5_000;
const answerMsMax = 10_000;
/** Between an answer and the next value: uneven, so that no beat of the system is met again and again. */
const pauseMs = { least: 20, most: 120 };

interface Site {
  readonly id: string;
  line: MqttLine | null;
  sentAt: number;
  /** What is waited for; null = nothing. */
  wanted: "raised" | "back" | null;
  value: number;
  raises: number;
  lastTime: number;
  timer: NodeJS.Timeout | null;
}

export function createAlarmProbe(count = 12, prefix = "PROBE"): AlarmProbe {
  const sites = new Map<string, Site>();
  let times = createLatencies();
  let missing = 0;
  let acked = 0;
  let going = false;
  let messageId = 0;

  function send(site: Site, wanted: "raised" | "back"): void {
    site.timer = null;
    site.wanted = wanted;
    site.lastTime = Math.max(Date.now(), site.lastTime + 1);
    messageId = (messageId % 60_000) + 1;
    if (wanted === "raised") site.raises++;
    site.value = wanted === "raised" ? beyondLeast + (site.raises % beyondSteps) / 100 : within;
    const values = { [factor]: site.value };
    site.sentAt = performance.now();
    site.line?.publish(
      messageId,
      `v1/${site.id}/readings`,
      Buffer.from(JSON.stringify({ time: site.lastTime, values })),
      1,
    );
    site.timer = setTimeout(() => {
      if (wanted === "raised") missing++;
      next(site, wanted);
    }, answerMsMax);
  }

  function next(site: Site, done: "raised" | "back"): void {
    if (site.timer !== null) clearTimeout(site.timer);
    site.timer = null;
    site.wanted = null;
    // It ends within its limit, as it began.
    if (!going && done === "back") return;
    const pause = pauseMs.least + Math.random() * (pauseMs.most - pauseMs.least);
    site.timer = setTimeout(() => send(site, done === "raised" ? "back" : "raised"), pause);
  }

  function open(system: BenchSystem, id: string, password: string): Promise<MqttLine> {
    return new Promise((done, fail) => {
      const line: MqttLine = openMqttLine({
        address: `127.0.0.1:${system.mqttPort}`,
        username: id,
        password,
        clientId: "probe",
        onOpen: () => done(line),
        onAck: () => acked++,
        onDone: () => undefined,
        onClose: () => fail(new Error(`${id} could not connect`)),
      });
    });
  }

  return {
    async prepare(system) {
      const clients = await system.register(count, { prefix, factors: [factor] });
      for (const { username, password = "" } of clients) {
        await system.api.putLimit(username, factor, limit);
        const line = await open(system, username, password);
        const idle = { sentAt: 0, wanted: null, value: 0, raises: 0, lastTime: 0, timer: null };
        sites.set(username, { id: username, line, ...idle });
      }
    },
    onAlarm(alarm, at) {
      const site = sites.get(alarm.site);
      if (site === undefined || site.wanted === null) return;
      if (alarm.active !== (site.wanted === "raised")) return;
      if (site.wanted === "raised" && alarm.value !== site.value) return;
      if (site.wanted === "raised") times.add(at - site.sentAt);
      next(site, site.wanted);
    },
    begin() {
      going = true;
      times = createLatencies();
      missing = 0;
      for (const site of sites.values()) {
        if (site.wanted === null && site.timer === null) next(site, "back");
      }
    },
    async end() {
      going = false;
      const isQuiet = (): boolean =>
        [...sites.values()].every(({ wanted, timer }) => wanted === null && timer === null);
      await waitFor("the last alarms on /live", isQuiet, { deadlineMs: 3 * answerMsMax });
    },
    get acked() {
      return acked;
    },
    last: () =>
      [...sites.values()]
        .filter(({ lastTime }) => lastTime > 0)
        .map(({ id, lastTime }) => ({ site: id, time: lastTime })),
    times: () => ({ ...times.percentiles(), samples: times.count, missing }),
  };
}
