// What the state store keeps of notices and their rules, as a suite for every implementation.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Notice, NoticePolicy, OnCallCalendar } from "#domain/notice.ts";
import { minuteMs } from "#domain/time.ts";
import type { NoticeFilter } from "#store/state/notice-reader.ts";
import type { OpenedState } from "./state.ts";
import { makeBatch, onset } from "./state-rows.ts";

function makeNotice(id: string, minute: number, parts: Partial<Notice> = {}): Notice {
  const at = onset + minute * minuteMs;
  const when = { createdAt: at, dueAt: at, attempts: [], endedAt: null, detail: null, seq: minute, version: 1 };
  const what = { cause: "step", step: 0, policy: "p", contact: "li", alarms: ["A1"], annunciation: "A1:1" } as const;
  return { id, state: "waiting", site: "S1", priority: 2, class: "averaging", ...what, ...when, ...parts };
}

const policy: NoticePolicy = {
  id: "p",
  version: 1,
  name: "p",
  enabled: true,
  order: 2,
  scope: { site: null, enterprise: null, city: null, kind: null, factor: null },
  classes: [],
  priorities: [1],
  steps: [],
  groupMs: 0,
  quiet: null,
  tellEnd: false,
};
const calendar: OnCallCalendar = { id: "c", version: 1, name: "c", contacts: ["li"], from: 0, turnMs: 1, swaps: [] };

export function describeNoticeState(name: string, open: () => Promise<OpenedState>): void {
  describe(`notices in the state store: ${name}`, () => {
    let opened: OpenedState;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const idsOf = async (filter: Partial<NoticeFilter>): Promise<string[]> =>
      (await opened.reader.notices({ limit: 10, ...filter })).items.map(({ id }) => id);

    it("those that wait are found oldest first, over a restart, until they are over", async () => {
      const notices = [makeNotice("late", 5), makeNotice("first", 1), makeNotice("held", 2, { state: "held" })];
      await opened.writer.commit(makeBatch(1, { notices }));
      opened = await opened.reopen();
      expect(await opened.reader.waitingNotices(10)).toEqual(["first", "late"]);
      expect(await opened.reader.waitingNotices(1)).toEqual(["first"]);
      const sent = makeNotice("first", 1, { state: "sent", version: 2 });
      await opened.writer.commit(makeBatch(2, { notices: [sent] }));
      expect(await opened.reader.waitingNotices(10)).toEqual(["late"]);
      expect(await opened.reader.notice("first")).toEqual(sent);
      expect(await opened.reader.noticesOf(["first", "nothing"])).toEqual([sent]);
      expect(await opened.reader.noticesOf([])).toEqual([]);
      expect([...(await opened.reader.countNotices(onset + 2 * minuteMs))].sort()).toEqual([
        ["held", 1],
        ["waiting", 1],
      ]);
    });

    it("are listed by state, contact, site, alarm and time, newest first, page by page without a gap", async () => {
      const notices = [
        makeNotice("n1", 1),
        makeNotice("n2", 2, { contact: "wang", alarms: ["A2", "A3"] }),
        makeNotice("n3", 3, { site: "S2", state: "failed" }),
        makeNotice("n4", 4, { alarms: ["A3"] }),
      ];
      await opened.writer.commit(makeBatch(1, { notices }));
      expect(await idsOf({})).toEqual(["n4", "n3", "n2", "n1"]);
      expect(await idsOf({ states: ["failed"] })).toEqual(["n3"]);
      expect(await idsOf({ contact: "wang" })).toEqual(["n2"]);
      expect(await idsOf({ site: "S2" })).toEqual(["n3"]);
      expect(await idsOf({ alarm: "A3" })).toEqual(["n4", "n2"]);
      expect(await idsOf({ from: onset + 2 * minuteMs, to: onset + 4 * minuteMs })).toEqual(["n3", "n2"]);
      const first = await opened.reader.notices({ limit: 3 });
      expect(first.total).toBe(4);
      expect(await idsOf({ limit: 3, cursor: first.next ?? "" })).toEqual(["n1"]);
    });

    it("policies stand in their order and go when they are removed; the newest of a calendar counts", async () => {
      const rules = [policy, { ...policy, id: "q", order: 1 }].map((each) => [each.id, each] as const);
      await opened.writer.commit(makeBatch(1, { noticePolicies: rules, calendars: [calendar] }));
      expect((await opened.reader.noticePolicies()).map(({ id }) => id)).toEqual(["q", "p"]);
      const swapped = { ...calendar, version: 2, contacts: ["wang"] };
      await opened.writer.commit(makeBatch(2, { noticePolicies: [["q", null]], calendars: [swapped] }));
      expect(await opened.reader.noticePolicies()).toEqual([policy]);
      expect(await opened.reader.calendars()).toEqual([swapped]);
    });
  });
}
