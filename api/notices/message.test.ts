// What people read: in their language, as the alarms are now, with nothing in it that could become markup.

import { describe, expect, it } from "vitest";
import type { Alarm } from "#domain/alarm.ts";
import type { Notice } from "#domain/notice.ts";
import type { Site } from "#domain/site.ts";
import { cutBytes, fillJson, fillText } from "./fill.ts";
import { composeMessage } from "./message.ts";

const onset = Date.UTC(2026, 10, 22, 0, 43, 40);
const alarm: Alarm = {
  id: "01J0A",
  version: 1,
  site: "S1",
  factor: "w01018",
  definition: "limit:w01018:day",
  record: "limit-day",
  recordVersion: 1,
  class: "statutory",
  priority: 1,
  level: 1,
  state: "unack-active",
  active: true,
  acked: false,
  latched: false,
  suppression: null,
  validity: "good",
  value: 88.8,
  limit: 50,
  unit: "mg/L",
  onset,
  cleared: null,
  ackedBy: null,
  ackedAt: null,
  assignee: null,
  journalSeq: 1,
  annunciations: 1,
  annunciatedAt: onset,
  reraises: 0,
  chattering: false,
  retrospective: false,
  comments: [],
  case: null,
};
const notice: Notice = {
  id: "01J0A:1:0:0:li",
  version: 1,
  state: "waiting",
  cause: "step",
  step: 0,
  policy: "p",
  contact: "li",
  alarms: ["01J0A"],
  annunciation: "01J0A:1",
  site: "S1",
  priority: 1,
  class: "statutory",
  createdAt: onset,
  dueAt: onset,
  attempts: [],
  endedAt: null,
  detail: null,
  seq: 1,
};
const site: Site = {
  id: "S1",
  name: "清源水务 <总>排口",
  kind: "water-outfall",
  city: "130200",
  enterprise: "清源水务*有限公司",
  lat: null,
  lon: null,
  factors: [],
  intervalSeconds: 60,
  standard: null,
  mn: null,
  simulated: false,
  version: 1,
};

function compose(changes: Partial<Notice> = {}, alarms: readonly Alarm[] = [alarm], language: "zh" | "en" = "zh") {
  const findSite = (id: string): Site | undefined => (id === "S1" ? site : undefined);
  return composeMessage({
    notice: { ...notice, ...changes },
    alarms,
    findSite,
    language,
    publicUrl: "https://m.example.cn",
  });
}

describe("the message of a notice", () => {
  it("says in Chinese what is beyond which limit since when (UTC+8), in which state, and where to look", () => {
    const { subject, text, url } = compose();
    expect(subject).toBe("[1级告警] 清源水务 <总>排口 化学需氧量 日均值超限");
    expect(text.split("\n")).toEqual([
      "1级 清源水务 <总>排口（唐山市 清源水务*有限公司） 化学需氧量 日均值超限：88.8 mg/L，限值 50 mg/L；2026-11-22 08:43:40 起；未确认",
      "时间均为 UTC+8",
      "查看：https://m.example.cn/alarms?sel=01J0A",
    ]);
    expect(url).toBe("https://m.example.cn/alarms?sel=01J0A");
  });

  it("says the same in English, and that it is over when it is by now", () => {
    const over = { ...alarm, active: false, cleared: onset + 60_000, acked: true, ackedBy: "li" };
    const { subject, text } = compose({ cause: "end" }, [over], "en");
    expect(subject).toBe("[back to normal] 清源水务 <总>排口 COD(Cr) day mean beyond its limit");
    expect(text).toContain("back to normal at 2026-11-22 08:44:40");
  });

  it("names how many there are when it tells of several, and how many found no room", () => {
    const { subject, text, url } = compose({ alarms: ["01J0A", "01J0B"], more: 5 }, [alarm, { ...alarm, id: "01J0B" }]);
    expect(subject).toBe("[1级告警] 清源水务 <总>排口 等 7 条");
    expect(text).toContain("另有 5 条未列出");
    expect(url).toBe("https://m.example.cn/alarms");
  });

  it("escapes in HTML and Markdown what names of sites and people might hold", () => {
    const { html, markdown } = compose();
    expect(html).toContain("&lt;总&gt;排口");
    expect(html).not.toContain("<总>");
    expect(markdown).toContain("清源水务\\*有限公司");
    expect(compose({}, [alarm]).subject).not.toMatch(/[\r\n]/);
  });

  it("is written for alarms of the system and of silence as well, which have no limit", () => {
    const silent = { ...alarm, definition: "silence:site", factor: null, limit: null, value: null };
    expect(compose({}, [silent]).text).toContain(
      "1级 清源水务 <总>排口（唐山市 清源水务*有限公司） 无数据；2026-11-22 08:43:40 起",
    );
    const system = { ...silent, site: "system", definition: "system:history-behind" };
    expect(compose({ site: "system" }, [system]).text.split("\n")[0]).toBe(
      "1级 system 系统：历史库落后，正在补写；2026-11-22 08:43:40 起；未确认",
    );
  });
});

describe("templates", () => {
  it("fill texts, lists and nothing they do not name, also in the middle of JSON", () => {
    const facts = { a: 'x"y', list: ["1", "2"] };
    expect(fillText("{a} {b} {constructor}", facts)).toBe('x"y {b} {constructor}');
    expect(fillJson({ t: "<{a}>", at: "{list}", n: 5, deep: [{ s: "{list}!" }] }, facts)).toEqual({
      t: '<x"y>',
      at: ["1", "2"],
      n: 5,
      deep: [{ s: "1,2!" }],
    });
  });

  it("cut texts by bytes, between characters", () => {
    expect(cutBytes("化学需氧量", 15)).toBe("化学需氧量");
    expect(cutBytes("化学需氧量", 14)).toBe("化学需…");
    expect(Buffer.byteLength(cutBytes("化学需氧量", 14))).toBeLessThanOrEqual(14);
  });
});
