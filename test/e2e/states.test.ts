// Every screen in every state it can be in: loading, empty, failed, in part, stale, without permission, at a wrong address. The
// server, the line and the people are real; answers are held back with their real bodies. What is old stays and is marked, and
// what is missing is said in words.

import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { assetsEn } from "#dashboard/i18n/assets-en.ts";
import { assetsZh } from "#dashboard/i18n/assets-zh.ts";
import { casesEn } from "#dashboard/i18n/cases-en.ts";
import { casesZh } from "#dashboard/i18n/cases-zh.ts";
import { devicesEn } from "#dashboard/i18n/devices-en.ts";
import { devicesZh } from "#dashboard/i18n/devices-zh.ts";
import { en } from "#dashboard/i18n/en.ts";
import { gapsEn } from "#dashboard/i18n/gaps-en.ts";
import { gapsZh } from "#dashboard/i18n/gaps-zh.ts";
import { hintsEn } from "#dashboard/i18n/hints-en.ts";
import { hintsZh } from "#dashboard/i18n/hints-zh.ts";
import { historyEn } from "#dashboard/i18n/history-en.ts";
import { historyZh } from "#dashboard/i18n/history-zh.ts";
import { judgementEn } from "#dashboard/i18n/judgement-en.ts";
import { judgementZh } from "#dashboard/i18n/judgement-zh.ts";
import { loggersEn } from "#dashboard/i18n/loggers-en.ts";
import { loggersZh } from "#dashboard/i18n/loggers-zh.ts";
import { marksEn } from "#dashboard/i18n/marks-en.ts";
import { marksZh } from "#dashboard/i18n/marks-zh.ts";
import { noticesEn } from "#dashboard/i18n/notices-en.ts";
import { noticesZh } from "#dashboard/i18n/notices-zh.ts";
import { overviewEn } from "#dashboard/i18n/overview-en.ts";
import { overviewZh } from "#dashboard/i18n/overview-zh.ts";
import { peopleEn } from "#dashboard/i18n/people-en.ts";
import { peopleZh } from "#dashboard/i18n/people-zh.ts";
import { qualityEn } from "#dashboard/i18n/quality-en.ts";
import { qualityZh } from "#dashboard/i18n/quality-zh.ts";
import { requestsEn } from "#dashboard/i18n/requests-en.ts";
import { requestsZh } from "#dashboard/i18n/requests-zh.ts";
import { rulesEn } from "#dashboard/i18n/rules-en.ts";
import { rulesZh } from "#dashboard/i18n/rules-zh.ts";
import { stationsEn } from "#dashboard/i18n/stations-en.ts";
import { stationsZh } from "#dashboard/i18n/stations-zh.ts";
import { systemEn } from "#dashboard/i18n/system-en.ts";
import { wallEn } from "#dashboard/i18n/system-wall-en.ts";
import { wallZh } from "#dashboard/i18n/system-wall-zh.ts";
import { systemZh } from "#dashboard/i18n/system-zh.ts";
import { zhCN } from "#dashboard/i18n/zh-CN.ts";
import { waitFor } from "#test/harness/wait.ts";
import {
  goInside,
  holdAnswers,
  picture,
  sending,
  setStateStage,
  silent,
  type StateStage,
  stopped,
} from "./state-stage.ts";

const catalogues = { "zh-CN": zhCN, en } as const;
type Language = keyof typeof catalogues;

let stage: StateStage;
beforeAll(async () => {
  stage = await setStateStage();
}, 120_000);
afterEach(async () => {
  stage.line.mend();
  await stage.closePages();
});
afterAll(async () => {
  await stage?.close();
});

interface ScreenUnderTest {
  readonly name: string;
  readonly path: string;
  /** The question without whose answer there is nothing to show. */
  readonly question: string;
  /** There once the screen shows what it is for. */
  readonly content: string;
}

const screens: readonly ScreenUnderTest[] = [
  { name: "overview", path: "/overview", question: "**/api/v1/bootstrap", content: ".city-table" },
  { name: "alarms", path: "/alarms", question: "**/api/v1/bootstrap", content: '[data-testid="alarm-row"]' },
  { name: "site", path: `/sites/${sending}`, question: `**/api/v1/sites/${sending}`, content: ".values" },
  { name: "ledger", path: "/ledger", question: "**/api/v1/ledger?*", content: '[data-testid="balance"]' },
  {
    name: "quarantine",
    path: "/quarantine",
    question: "**/api/v1/quarantine?*",
    content: '[data-testid="quarantine-row"]',
  },
  {
    name: "history",
    path: `/history?s=${sending}.w01018.mean&from=now-1h`,
    question: "**/api/v1/history?*",
    content: '[data-testid="history-chart"]',
  },
  { name: "system", path: "/system", question: "**/api/v1/system", content: '[data-testid="tile"]' },
  { name: "requests", path: "/requests", question: "**/api/v1/requests?*", content: '[data-testid="request-row"]' },
  { name: "loggers", path: "/loggers", question: "**/api/v1/loggers?*", content: '[data-testid="logger-row"]' },
  {
    name: "card",
    path: `/loggers/${silent}`,
    question: "**/api/v1/loggers/*/card?*",
    content: '[data-testid="report-card"]',
  },
  { name: "gaps", path: "/gaps", question: "**/api/v1/gaps?*", content: '[data-testid="gap-total"]' },
  { name: "assets", path: "/assets", question: "**/api/v1/sites?*", content: '[data-testid="asset-row"]' },
  {
    name: "exceedances",
    path: "/exceedances",
    question: "**/api/v1/exceedances?*",
    content: '[data-testid="exceedances-listed"]',
  },
  { name: "rules", path: "/rules", question: "**/api/v1/limits?*", content: '[data-testid="rule-row"]' },
  { name: "marks", path: "/marks", question: "**/api/v1/marks?*", content: '[data-testid="marks-listed"]' },
  { name: "quality", path: "/quality", question: "**/api/v1/quality?*", content: '[data-testid="quality-sum"]' },
  { name: "hints", path: "/hints", question: "**/api/v1/hints?*", content: '[data-testid="hints-listed"]' },
  { name: "cases", path: "/cases", question: "**/api/v1/cases?*stage*", content: '[data-testid="cases-listed"]' },
  { name: "notices", path: "/notices", question: "**/api/v1/notices?*", content: '[data-testid="notices-listed"]' },
  { name: "people", path: "/people", question: "**/api/v1/users", content: '[data-testid="person-row"]' },
  { name: "air", path: "/air", question: "**/api/v1/stations?*", content: '[data-testid="stations-listed"]' },
  { name: "wall", path: "/wall", question: "**/api/v1/bootstrap", content: '[data-testid="wall-online"]' },
  { name: "profile", path: "/me", question: "**/api/v1/bootstrap", content: ".profile-view fieldset" },
];
const asking = screens.filter((screen) => !screen.question.endsWith("bootstrap"));

const inLanguage = (path: string, language: Language): string =>
  language === "en" ? `${path}${path.includes("?") ? "&" : "?"}lang=en` : path;
const short = (language: Language): string => (language === "en" ? "en" : "zh");

const ownWords = {
  "zh-CN": {
    overview: overviewZh,
    history: historyZh,
    system: systemZh,
    wall: wallZh,
    requests: requestsZh,
    loggers: loggersZh,
    gaps: gapsZh,
    assets: assetsZh,
    exceedances: judgementZh,
    rules: rulesZh,
    marks: marksZh,
    quality: qualityZh,
    hints: hintsZh,
    cases: casesZh,
    notices: noticesZh,
    people: peopleZh,
    stations: stationsZh,
    devices: devicesZh,
  },
  en: {
    overview: overviewEn,
    history: historyEn,
    system: systemEn,
    wall: wallEn,
    requests: requestsEn,
    loggers: loggersEn,
    gaps: gapsEn,
    assets: assetsEn,
    exceedances: judgementEn,
    rules: rulesEn,
    marks: marksEn,
    quality: qualityEn,
    hints: hintsEn,
    cases: casesEn,
    notices: noticesEn,
    people: peopleEn,
    stations: stationsEn,
    devices: devicesEn,
  },
} as const;

/** What a screen calls the thing that did not come. */
function whatOf(name: string, language: Language): string {
  const words = catalogues[language];
  const own = ownWords[language];
  const all: Readonly<Record<string, string>> = {
    site: words.state.load.site,
    ledger: words.ledger.load,
    quarantine: words.quarantine.load,
    history: own.history.load,
    system: own.system.load,
    requests: own.requests.load,
    loggers: own.loggers.load,
    card: own.loggers.page.load,
    gaps: own.gaps.load,
    assets: own.assets.load,
    exceedances: own.exceedances.load,
    rules: own.rules.load,
    marks: own.marks.load,
    quality: own.quality.load,
    hints: own.hints.load,
    cases: own.cases.load,
    notices: own.notices.load,
    people: own.people.load,
    air: own.stations.load,
  };
  return all[name] ?? words.state.load.bootstrap;
}

/** The wall's is fetched last of all that is looked at here. */
async function whenAllCodeIsThere(page: Page): Promise<void> {
  const found = "performance.getEntriesByType('resource').some(({ name }) => /\\/wall-[^/]*[.]js$/.test(name))";
  await waitFor("the code of all screens", () => page.evaluate<boolean>(found), { deadlineMs: 30_000, everyMs: 100 });
}

const see = (page: Page, selector: string, ms = 15_000) => page.locator(selector).first().waitFor({ timeout: ms });
const alert = (page: Page, text: string) => page.getByRole("alert").filter({ hasText: text }).first();

/** The compiler sees to it that both languages have the same words; pictures are taken of both. */
const told: readonly Language[] = process.env["PICTURES_OF_STATES"] === undefined ? ["zh-CN"] : ["zh-CN", "en"];

describe.each(told)("in %s", (language) => {
  const words = catalogues[language];
  const own = ownWords[language];
  const name = (screen: string, state: string): string => `${screen}-${state}-${short(language)}`;

  describe("while it loads", () => {
    it.each(screens)("$name shows grey bars and says that it loads, then what it is for", async (screen) => {
      const { page, errors } = await stage.openBlank();
      const answers = await holdAnswers(page, screen.question);
      await page.goto(new URL(inLanguage(screen.path, language), page.url()).href);
      const bars = page.getByRole("status", { name: words.state.loading }).first();
      await bars.waitFor({ timeout: 10_000 });
      expect(await page.locator(screen.content).count()).toBe(0);
      await picture(page, name(screen.name, "loading"));
      answers.release();
      await see(page, screen.content);
      await bars.waitFor({ state: "detached" });
      expect(errors).toEqual([]);
    });
  });

  describe("with nothing to show", () => {
    it.each([
      { screen: "overview", path: "/overview", says: own.overview.quiet.province },
      { screen: "alarms", path: "/alarms", says: words.alarm.empty },
      { screen: "ledger", path: "/ledger", says: words.ledger.empty },
      { screen: "quarantine", path: "/quarantine", says: words.quarantine.empty },
      { screen: "history", path: "/history", says: own.history.start },
      { screen: "requests", path: "/requests", says: own.requests.empty },
      { screen: "loggers", path: "/loggers", says: own.loggers.empty },
      { screen: "gaps", path: "/gaps", says: own.gaps.empty },
      { screen: "assets", path: "/assets", says: own.assets.empty },
      { screen: "exceedances", path: "/exceedances", says: own.exceedances.empty },
      { screen: "rules", path: "/rules", says: own.rules.empty },
      { screen: "rules-changes", path: "/rules?tab=changes", says: own.rules.changes.empty },
      { screen: "marks", path: "/marks", says: own.marks.empty },
      { screen: "quality", path: "/quality", says: own.quality.empty },
      { screen: "quality-missing", path: "/quality?view=missing", says: own.quality.missing.empty },
      { screen: "quality-offline", path: "/quality?view=offline", says: own.quality.offline.empty },
      { screen: "hints", path: "/hints", says: own.hints.empty },
      { screen: "cases", path: "/cases", says: own.cases.empty },
      { screen: "notices", path: "/notices", says: own.notices.empty },
      { screen: "notices-channels", path: "/notices?view=channels", says: own.notices.channels.empty },
      { screen: "notices-contacts", path: "/notices?view=contacts", says: own.notices.contacts.empty },
      { screen: "wall", path: "/wall", says: own.wall.quiet },
    ])("$screen says so in words", async ({ screen, path, says }) => {
      const { page, errors } = await stage.openEmpty(inLanguage(path, language));
      await page.getByText(says).first().waitFor({ timeout: 15_000 });
      await picture(page, name(screen, "empty"));
      expect(errors).toEqual([]);
    });

    it("a site that never sent says what is still to be done", async () => {
      const { page } = await stage.open(inLanguage(`/sites/${silent}`, language));
      await page.getByText(words.site.never).first().waitFor();
      const steps = page.getByRole("region", { name: words.site.firstSteps.title });
      await steps.getByText(`v1/${silent}/readings`).waitFor();
      await page.getByText(words.site.noPoints).waitFor();
      expect(await steps.locator('[data-done="true"]').count()).toBe(2);
      expect(await steps.locator('[data-done="false"]').count()).toBe(2);
      await picture(page, name("site", "empty"));
    });

    it("a logger that was never heard has a card that says so", async () => {
      const { page } = await stage.open(inLanguage(`/loggers/${silent}`, language));
      await page.getByText(own.loggers.page.nothing).waitFor();
      await picture(page, name("card", "empty"));
    });

    it("a filter that nothing passes says so, when there was something last, and offers everything", async () => {
      const { page } = await stage.open(inLanguage("/alarms?city=130200&state=returned", language));
      await page.getByText(words.alarm.emptyFiltered).waitFor();
      await page.getByText(words.alarm.emptyFilteredLast("")).waitFor();
      await picture(page, name("alarms", "empty-filtered"));
      await page.getByRole("button", { name: words.alarm.showAll }).click();
      await see(page, '[data-testid="alarm-row"]');
      await page.goto(new URL(inLanguage("/ledger?q=nobody", language), page.url()).href);
      await page.getByText(words.ledger.emptyFiltered).waitFor();
      await page.goto(new URL(inLanguage("/quarantine?site=nobody", language), page.url()).href);
      await page.getByText(words.quarantine.emptyFiltered).waitFor();
    });

    it("a time without data says since when there is some, and leads there", async () => {
      const path = `/history?s=${sending}.w01018.mean&from=2026-01-01&to=2026-01-02`;
      const { page } = await stage.open(inLanguage(path, language));
      await page.getByText(own.history.empty).first().waitFor();
      await page.getByRole("button", { name: own.history.goThere }).waitFor({ timeout: 15_000 });
      await picture(page, name("history", "empty"));
    });
  });

  describe("when the first answer does not come", () => {
    it("says that the system's data failed, why, and tries again when asked", async () => {
      const { page } = await stage.openBlank();
      await page.route("**/api/v1/bootstrap", (route) => route.abort("connectionrefused"));
      await page.goto(new URL(inLanguage("/overview", language), page.url()).href);
      const failed = alert(page, words.state.failed(words.state.load.bootstrap));
      await failed.filter({ hasText: words.state.unreachable }).waitFor({ timeout: 20_000 });
      await picture(page, name("overview", "error"));
      await page.unroute("**/api/v1/bootstrap");
      await failed.getByRole("button", { name: words.state.retry }).click();
      await see(page, ".city-table");
    });

    it("signing in says whether the password is wrong or nobody answers", async () => {
      const { page } = await stage.open(inLanguage("/overview", language), { cookie: "nobody" });
      await see(page, '[data-testid="sign-in-form"]');
      await page.getByLabel(words.signIn.username).fill("viewer");
      await page.getByLabel(words.signIn.password).fill("something else");
      await page.getByRole("button", { name: words.signIn.submit }).click();
      await page.getByRole("alert").filter({ hasText: words.signIn.wrong }).waitFor();
      await picture(page, name("sign-in", "wrong"));
      stage.line.pull();
      await page.getByRole("button", { name: words.signIn.submit }).click();
      await page.getByRole("alert").filter({ hasText: words.signIn.unreachable }).waitFor({ timeout: 30_000 });
      await picture(page, name("sign-in", "error"));
    });

    it.each(asking)("$name says what failed and why, and tries again when asked", async (screen) => {
      const { page } = await stage.open(inLanguage("/me", language));
      await see(page, ".profile-view fieldset");
      await whenAllCodeIsThere(page);
      stage.line.pull();
      await goInside(page, inLanguage(screen.path, language));
      const failed = alert(page, words.state.failed(whatOf(screen.name, language)));
      await failed.filter({ hasText: words.state.unreachable }).waitFor({ timeout: 20_000 });
      await page.locator(".band-down[role=alert]").waitFor();
      await picture(page, name(screen.name, "error"));
      stage.line.mend();
      await failed.getByRole("button", { name: words.state.retry }).click();
      await see(page, screen.content);
      await failed.waitFor({ state: "detached" });
    });
  });

  it("every screen keeps what it had when the line breaks, says so, and is true again afterwards", async () => {
    const pages = new Map<string, Page>();
    for (const screen of screens) {
      const { page } = await stage.open(inLanguage(screen.path, language));
      // So many pages at once leave each of them little of the machine.
      await see(page, screen.content, 60_000);
      pages.set(screen.name, page);
    }
    stage.line.pull();
    for (const screen of screens) {
      const page = pages.get(screen.name);
      if (page === undefined) continue;
      if (screen.name === "wall") {
        await page.getByTestId("wall-blind").filter({ hasText: own.wall.blind }).waitFor({ timeout: 30_000 });
      } else {
        await page.locator(".band-down[role=alert]").waitFor({ timeout: 20_000 });
      }
      expect(await page.locator(screen.content).count(), screen.name).toBeGreaterThan(0);
      const asks = ["ledger", "quarantine", "history", "system", "requests", "loggers", "gaps"].includes(screen.name);
      if (asks) await alert(page, words.state.kept).waitFor({ timeout: 30_000 });
      await picture(page, name(screen.name, "stale"));
    }
    const [alarms, system] = [pages.get("alarms"), pages.get("system")];
    const ack = alarms?.getByTestId("ack-button").first();
    expect(await ack?.isDisabled()).toBe(true);
    expect(await ack?.getAttribute("title")).toBe(words.alarm.offline);
    await system?.locator('[data-testid="verdict"][data-state="unknown"]').waitFor({ timeout: 15_000 });
    // The newest value ages by itself.
    await pages.get("site")?.locator('[data-testid="site-value"][data-stale="true"]').first().waitFor({
      timeout: 30_000,
    });
    await pages.get("overview")?.locator('tfoot td[data-zero="false"]').first().waitFor();
    stage.line.mend();
    for (const screen of screens) {
      const page = pages.get(screen.name);
      const gone = screen.name === "wall" ? '[data-testid="wall-blind"]' : ".band-down";
      await page?.locator(gone).waitFor({ state: "detached", timeout: 40_000 });
    }
  }, 360_000);

  describe("of a source that has stopped", () => {
    it("the site shows its last values hatched with their age, the overview and the wall count it", async () => {
      const { page } = await stage.open(inLanguage(`/sites/${stopped}`, language));
      await page.locator('[data-testid="site-value"][data-stale="true"]').first().waitFor({ timeout: 30_000 });
      await page.locator(".site-age.is-stale").waitFor();
      expect(await page.locator(".values").textContent()).toContain(words.site.stale);
      await picture(page, name("site", "stopped"));
      await page.goto(new URL(inLanguage("/overview", language), page.url()).href);
      await page.locator('[data-city="130400"] td[data-zero="false"]').first().waitFor();
      await picture(page, name("overview", "stopped"));
      await page.goto(new URL(inLanguage("/wall", language), page.url()).href);
      await waitFor(
        "the wall to count it",
        async () =>
          Number.parseInt((await page.getByTestId("wall-stale").locator(".wall-number").textContent()) ?? "0", 10) >= 1,
        { deadlineMs: 15_000 },
      );
    });
  });

  describe("in part", () => {
    it("history draws the series that came and names the one that did not", async () => {
      const path = `/history?s=${sending}.w01018.mean,NO-SUCH-SITE.w01018.mean&from=now-1h`;
      const { page } = await stage.open(inLanguage(path, language));
      await page
        .getByTestId("partial")
        .filter({ hasText: own.history.partial(1, 2) })
        .waitFor({ timeout: 15_000 });
      await see(page, '[data-testid="history-chart"]');
      await picture(page, name("history", "partial"));
    });

    it("the overview and the wall show the sites without borders when the boundary file does not come", async () => {
      const { page } = await stage.openBlank();
      await page.route("**/*.json", (route) => route.abort("connectionrefused"));
      await page.goto(new URL(inLanguage("/overview", language), page.url()).href);
      await alert(page, words.state.failed(words.state.load.map)).waitFor({ timeout: 20_000 });
      await page.getByText(words.map.noBoundary).waitFor();
      await see(page, ".city-table");
      await picture(page, name("overview", "partial"));
      await page.goto(new URL(inLanguage("/wall", language), page.url()).href);
      await page.getByText(words.map.noBoundary).waitFor({ timeout: 20_000 });
      await see(page, '[data-testid="wall-alarm"]');
      await picture(page, name("wall", "partial"));
    });

    it("without ingest, live values and lists stay, what nobody can tell is unknown, and failures carry their number", async () => {
      const { page: site } = await stage.open(inLanguage(`/sites/${sending}?from=now-1h`, language));
      await see(site, ".site-chart .uplot");
      const { page: ledger } = await stage.open(inLanguage("/ledger", language));
      await see(ledger, '[data-testid="balance"]');
      const { page: system } = await stage.open(inLanguage("/system", language));
      await see(system, '[data-testid="tile"]');
      await stage.system.stopRole("ingest");
      try {
        await ledger.locator('[data-testid="balance"][data-balanced="unknown"]').waitFor({ timeout: 20_000 });
        await ledger.getByText(words.ledger.unknown).waitFor();
        await picture(ledger, name("ledger", "partial"));
        await system.getByTestId("partial").filter({ hasText: own.system.sources.ingest }).waitFor({ timeout: 20_000 });
        await picture(system, name("system", "partial"));
        await site.getByRole("button", { name: words.timeControl.ranges["now-6h"] ?? "" }).click();
        const failed = alert(site, words.state.failed(words.state.load.history));
        await failed.waitFor({ timeout: 20_000 });
        const number = words.state.reason("", "#").split("#")[0] ?? "";
        expect(await failed.textContent()).toContain(number);
        if (language === "zh-CN")
          expect(await failed.textContent()).toContain(words.state.problems["store-unavailable"]);
        await see(site, ".values");
        await picture(site, name("site", "partial"));
      } finally {
        await stage.system.startRole("ingest");
      }
      await ledger.locator('[data-testid="balance"][data-balanced="yes"]').waitFor({ timeout: 40_000 });
    });

    it("the alarm's pane shows the alarm when its chart does not come", async () => {
      const { page } = await stage.open(inLanguage("/alarms?group=none", language));
      await page.route("**/api/v1/history?*", (route) => route.abort("connectionrefused"));
      const row = page.getByTestId("alarm-row").filter({ hasText: sending }).first();
      await row.locator(".cell-factor").click();
      const pane = page.getByRole("complementary", { name: words.alarm.pane.title });
      await pane.getByRole("alert").filter({ hasText: words.state.load.history }).waitFor({ timeout: 20_000 });
      await pane.getByText("88.8").first().waitFor();
      await picture(page, name("alarms", "partial"));
    });
  });

  describe("for somebody who may only look", () => {
    it("everything is seen, and what cannot be done says why", async () => {
      const cookie = stage.viewer.token;
      const { page } = await stage.open(inLanguage("/alarms?group=none", language), { cookie });
      const button = page.getByTestId("ack-button").first();
      await button.waitFor();
      expect(await button.isDisabled()).toBe(true);
      expect(await button.getAttribute("title")).toBe(words.alarm.readOnly);
      await page.getByText(words.alarm.readOnly).waitFor();
      await picture(page, name("alarms", "no-permission"));
      const { page: quarantine } = await stage.open(inLanguage("/quarantine", language), { cookie });
      await see(quarantine, '[data-testid="quarantine-row"]');
      await quarantine.getByText(words.quarantine.readOnly).first().waitFor();
      await picture(quarantine, name("quarantine", "no-permission"));
      const { page: site } = await stage.open(inLanguage(`/sites/${sending}`, language), { cookie });
      await see(site, ".site-events .event");
      expect(await site.getByTestId("ack-button").count()).toBe(0);
      await picture(site, name("site", "no-permission"));
      const { page: requests } = await stage.open(inLanguage("/requests", language), { cookie });
      await see(requests, '[data-testid="request-row"]');
      expect(await requests.getByTestId("new-request").isDisabled()).toBe(true);
      expect(await requests.getByTestId("new-request").getAttribute("title")).toBe(own.devices.readOnly);
      await picture(requests, name("requests", "no-permission"));
      const { page: asset } = await stage.open(inLanguage(`/assets/${silent}`, language), { cookie });
      await asset.getByText(own.assets.certificates.noRight).waitFor();
      expect(await asset.getByTestId("edit-asset").isDisabled()).toBe(true);
      await asset.getByText(own.devices.adminOnly).first().waitFor();
      await picture(asset, name("asset", "no-permission"));
    });

    it("a session that has ended leads to signing in, and the address is kept", async () => {
      const { system } = stage;
      const reply = await system.api.call("POST", "/api/v1/session", {
        username: "viewer",
        password: "viewer password",
      });
      const token = String(reply.body["token"]);
      const { page } = await stage.open(inLanguage("/ledger", language), { cookie: token });
      await see(page, '[data-testid="balance"]');
      await system.api.call("DELETE", "/api/v1/session", undefined, { authorization: `Bearer ${token}` });
      stage.line.cut();
      await page.getByText(words.signIn.expired).waitFor({ timeout: 30_000 });
      await picture(page, name("sign-in", "expired"));
      expect(new URL(page.url()).pathname).toBe("/ledger");
    });
  });

  describe("at a wrong address", () => {
    it.each([
      { screen: "page", path: "/nowhere", says: words.state.notFound },
      { screen: "overview", path: "/overview/nowhere", says: words.state.notFound },
      { screen: "system", path: "/system/nowhere", says: words.state.notFound },
      { screen: "settings", path: "/me/nowhere", says: words.state.notFound },
      { screen: "wall", path: "/wall/nowhere", says: words.state.notFound },
      { screen: "overview-layer", path: "/overview?layer=moon", says: words.state.ignored("layer=moon") },
      { screen: "site", path: "/sites/NO-SUCH-SITE", says: words.state.notFoundSite("NO-SUCH-SITE") },
      { screen: "site-factor", path: `/sites/${sending}?factor=w99999`, says: words.site.notMeasured("w99999") },
      { screen: "alarms-sel", path: "/alarms?sel=NO-SUCH-ALARM", says: words.alarm.pane.notFound },
      { screen: "alarms", path: "/alarms?city=999999&p=7", says: words.state.ignored("city=999999, p=7") },
      { screen: "overview-city", path: "/overview?city=999999", says: words.state.ignored("city=999999") },
      { screen: "ledger", path: "/ledger?day=2026-13-45", says: words.state.ignored("day=2026-13-45") },
      { screen: "quarantine", path: "/quarantine?state=maybe", says: words.state.ignored("state=maybe") },
      { screen: "requests", path: "/requests?state=maybe", says: words.state.ignored("state=maybe") },
      { screen: "request", path: "/requests?id=nothing", says: own.requests.detail.missing },
      { screen: "exceedances", path: "/exceedances?basis=week", says: words.state.ignored("basis=week") },
      { screen: "exceedance", path: "/exceedances/nothing", says: own.exceedances.sheet.missing("nothing") },
      { screen: "rules", path: "/rules?asof=soon", says: words.state.ignored("asof=soon") },
      { screen: "marks", path: "/marks?status=maybe", says: words.state.ignored("status=maybe") },
      { screen: "mark", path: "/marks?id=nothing", says: own.marks.detail.missing },
      { screen: "quality-by", path: "/quality?by=moon&month=soon", says: words.state.ignored("by=moon, month=soon") },
      { screen: "hints", path: "/hints?status=guilty&rule=R0", says: words.state.ignored("status=guilty, rule=R0") },
      { screen: "cases", path: "/cases?stage=guilty&view=cube", says: words.state.ignored("stage=guilty, view=cube") },
      { screen: "case", path: "/cases/nothing", says: own.cases.page.notFound("nothing") },
      { screen: "notices", path: "/notices?state=odd&view=x", says: words.state.ignored("state=odd, view=x") },
      { screen: "loggers", path: "/loggers?show=moon", says: words.state.ignored("show=moon") },
      { screen: "card", path: "/loggers/NO-SUCH-LOGGER", says: own.loggers.page.missing("NO-SUCH-LOGGER") },
      { screen: "card-span", path: `/loggers/${silent}?from=soon`, says: words.state.ignored("from=soon") },
      { screen: "gaps", path: "/gaps?kind=week", says: words.state.ignored("kind=week") },
      { screen: "assets", path: "/assets?city=999999", says: words.state.ignored("city=999999") },
      { screen: "asset", path: "/assets/NO-SUCH-SITE", says: words.state.notFoundSite("NO-SUCH-SITE") },
      {
        screen: "quarantine-frame",
        path: "/quarantine?seq=999999",
        says: words.quarantine.result.outcomes["not-found"],
      },
      { screen: "history", path: "/history?s=nonsense", says: own.history.picker.wrong("nonsense") },
      {
        screen: "history-time",
        path: `/history?s=${sending}.w01018.mean&from=yesterday`,
        says: words.state.ignored("from=yesterday"),
      },
    ])("$screen says what it cannot read: $path", async ({ screen, path, says }) => {
      const { page, errors } = await stage.open(inLanguage(path, language));
      await page.getByText(says).first().waitFor({ timeout: 15_000 });
      await picture(page, name(screen, "wrong-address"));
      expect(errors).toEqual([]);
    });
  });
});
