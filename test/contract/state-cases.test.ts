// Cases in the state store: written once however often they are replayed, found by every filter, paged without gaps, chained.

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Case, CaseEvent } from "#domain/case.ts";
import { hourMs } from "#domain/time.ts";
import { createSqliteState, createSqliteStateReader } from "#store/state/sqlite.ts";
import type { StateBatch, StateReader, StateWriter } from "#store/state/state.ts";
import { createSilentLog } from "../harness/silent-log.ts";
import { createTempDir, type TempDir } from "../harness/temp-dir.ts";

const t0 = Date.parse("2026-11-20T00:00:00Z");
const none = { sites: [], limits: [], alarms: [], ledger: [], latest: [], transitions: [], quarantine: [], audit: [] };

function makeCase(n: number, part: Partial<Case> = {}): Case {
  return {
    id: `c${n}`,
    number: `130200-2026-${String(n).padStart(5, "0")}`,
    version: 1,
    site: `S-${n % 2}`,
    city: "130200",
    enterprise: n % 2 === 0 ? "Even" : "Odd",
    title: `title ${n}`,
    origin: "hand",
    stage: "opened",
    openedBy: "li",
    openedAt: t0 + n * hourMs,
    stageSince: t0,
    dueAt: t0 + n * hourMs,
    reminders: 0,
    remindAt: null,
    assignee: null,
    officer: null,
    replyDueAt: null,
    dispatch: null,
    links: [{ kind: "exceedance", id: `x${n}` }],
    evidence: [],
    replies: [],
    grounds: [],
    steps: [],
    successor: null,
    outcome: null,
    closedAt: null,
    key: `rule:S-${n % 2}:f:${n}`,
    seq: n,
    ...part,
  };
}
function makeEvent(known: Case, part: Partial<CaseEvent> = {}): CaseEvent {
  const { id, version, seq, stage } = known;
  const about = { case: id, version, seq, at: t0, actor: "li", what: "open", from: null, to: stage } as const;
  return { ...about, reason: "seen", about: null, evidence: [], ...part };
}

let dir: TempDir;
let writer: StateWriter;
let reader: StateReader;
const file = (): string => join(dir.path, "state.sqlite");
const commit = (batch: Partial<StateBatch> & { cursor: number }) => writer.commit({ ...none, ...batch });
const ids = async (filter: object): Promise<string[]> =>
  (await reader.cases({ limit: 100, ...filter })).items.map(({ id }) => id);

beforeAll(async () => {
  dir = await createTempDir("state-cases");
  writer = createSqliteState({ file: file(), log: createSilentLog() });
  await writer.start();
  reader = createSqliteStateReader({ file: file() });
  await reader.start();
  const cases = [
    makeCase(0, { stage: "closed", title: "流量计故障" }),
    makeCase(1, { origin: "falsification" }),
    makeCase(2, { city: "130100", stage: "merged", successor: "c4" }),
    makeCase(3, { origin: "falsification", replyDueAt: t0 }),
    makeCase(4, { links: [{ kind: "exceedance", id: "x2" }] }),
  ];
  const batch = { cursor: 10, cases, caseEvents: cases.map((each) => makeEvent(each)) };
  await commit(batch);
  // The same again, as a replay does.
  await commit(batch);
});
afterAll(async () => {
  await reader.stop();
  await writer.stop();
  await dir.remove();
});

describe("cases in the state store", () => {
  it("are listed newest first, page by page, each once", async () => {
    expect(await ids({})).toEqual(["c4", "c3", "c2", "c1", "c0"]);
    const pages: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await reader.cases({ limit: 2, ...(cursor === "" ? {} : { cursor }) });
      expect(page.total).toBe(5);
      pages.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(pages).toEqual(["c4", "c3", "c2", "c1", "c0"]);
  });

  it.each<readonly [string, object, readonly string[]]>([
    ["stage", { stages: ["closed", "merged"] }, ["c2", "c0"]],
    ["site", { site: "S-1" }, ["c3", "c1"]],
    ["city", { city: "130100" }, ["c2"]],
    ["enterprise", { enterprise: "Even" }, ["c4", "c2", "c0"]],
    ["what its plant may know", { enterprise: "Odd", shownToPlant: true }, ["c3"]],
    ["being overdue and not over", { overdueAt: t0 + 3 * hourMs }, ["c3", "c1"]],
    ["part of the number", { q: "00003" }, ["c3"]],
    ["part of the title, with signs that mean something to SQL as they are", { q: "流量" }, ["c0"]],
    ["a per cent sign, which stands in none", { q: "%" }, []],
    ["when they were opened", { from: t0 + hourMs, to: t0 + 3 * hourMs }, ["c2", "c1"]],
  ])("are found by %s", async (_, filter, found) => {
    expect(await ids(filter)).toEqual(found);
  });

  it("are found by what they point at, at the site or in its enterprise, but not where they were merged away", async () => {
    const link = { kind: "exceedance", id: "x2" } as const;
    const found = await reader.casesLinked({ id: "S-0", enterprise: "Even" }, link);
    expect(found.map(({ id }) => id)).toEqual(["c4"]);
    expect((await reader.casesLinked({ id: "elsewhere", enterprise: "Even" }, link)).map(({ id }) => id)).toEqual([
      "c4",
    ]);
    expect(await reader.casesLinked({ id: "elsewhere", enterprise: null }, link)).toEqual([]);
    expect(await reader.casesLinked({ id: "S-0", enterprise: null }, { ...link, kind: "alarm" })).toEqual([]);
  });

  it("are found by the begin of their key", async () => {
    expect((await reader.casesByKey("S-1", "rule:S-1:f:")).map(({ id }) => id)).toEqual(["c3", "c1"]);
    expect(await reader.casesByKey("S-1", "rule:S-1:g:")).toEqual([]);
  });

  it("have one row of the chain for each version, however often it is told", async () => {
    expect(await reader.caseEvents("c3")).toMatchObject([{ case: "c3", version: 1, place: 4 }]);
    expect(await reader.checkCases()).toEqual({ events: 5, brokenAt: null, cases: 5, differing: [] });
  });

  it("let no row of the chain be changed or removed, and show where somebody did it all the same", async () => {
    const db = new DatabaseSync(file());
    expect(() => db.exec("update case_events set at = 0")).toThrow("append-only");
    expect(() => db.exec("delete from case_events")).toThrow("append-only");
    db.exec("update cases set body = json_set(body, '$.version', 2) where id = 'c1'");
    expect((await reader.checkCases()).differing).toEqual(["c1"]);
    db.exec("drop trigger case_events_no_delete");
    db.exec("delete from case_events where place = 3");
    expect(await reader.checkCases()).toMatchObject({ brokenAt: 3, events: 2, differing: ["c1", "c2"] });
    db.close();
  });
});
