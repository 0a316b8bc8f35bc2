// `dashboard`: the budgets of the screens, measured on the real program in a real Chromium: sizes, first alarm, latency, frames,
// memory, bytes, access. One line per budget. What cannot be measured here says so; nothing is invented.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { launchBrowser } from "#test/harness/browser.ts";
import { nodePath } from "#test/harness/system.ts";
import { type Bench, type BenchContext, UsageError } from "../frame.ts";
import { measureFlash, measureFlood, measureMarks, measureRegionsAndStaleness } from "./attention.ts";
import { measureAxe } from "./axe.ts";
import {
  type BudgetId,
  budgets,
  type Finding,
  formatFinding,
  type Line,
  type Section,
  sectionOf,
  sections,
} from "./budget.ts";
import { measureContrast } from "./contrast.ts";
import { measureRounds, measureSoak } from "./endurance.ts";
import { measureFirstPaint } from "./first-paint.ts";
import { measureLabels, measureZones } from "./labels.ts";
import { measureEvents, measureInteractions, measureRoutes } from "./latency.ts";
import { measureManyScreens, measureSlow } from "./many-screens.ts";
import { measureDesk, measureFirstState, measureSitePage } from "./network.ts";
import { measurePast } from "./past.ts";
import { type Province, startProvince } from "./province.ts";
import { provenElsewhere } from "./proven.ts";
import { measureCuts, measureRestart } from "./reconnect.ts";
import { measureElements, measureRequests } from "./screens.ts";
import { measureSizes } from "./sizes.ts";
import { measureNominal, measureScrolling, measureStress, measureThrottled, measureWall } from "./smoothness.ts";

type Findings = Partial<Record<BudgetId, Finding>>;

interface Step {
  readonly section: Section;
  readonly ids: readonly BudgetId[];
  run(browser: Browser, province: () => Promise<Province>): Promise<Findings>;
}

const soakDefault = 60;
const soakMax = 7_200;

function listSteps(soakSeconds: number): readonly Step[] {
  const step = (ids: readonly BudgetId[], act: (browser: Browser, province: Province) => Promise<Findings>): Step => ({
    section: sectionOf(ids[0] ?? "A1"),
    ids,
    run: async (browser, province) => act(browser, await province()),
  });
  return [
    { section: "A", ids: ["A1", "A2", "A3", "A4", "A5", "A6", "A7"], run: () => measureSizes() },
    step(["A8", "A9"], measureRequests),
    step(["B1", "B2", "B3"], measureFirstPaint),
    step(["B6"], measureRoutes),
    step(["B7", "B8"], measurePast),
    step(["B4", "B5"], measureEvents),
    step(["B9"], measureInteractions),
    step(["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8"], measureNominal),
    step(["C10"], measureScrolling),
    step(["C11"], measureThrottled),
    step(["C12"], measureWall),
    step(["C13"], measureElements),
    step(["C9"], measureStress),
    step(["D7", "D8"], measureRounds),
    step(["D1", "D2", "D3", "D4", "D5", "D6"], (browser, province) => measureSoak(browser, province, soakSeconds)),
    step(["E1"], measureDesk),
    // After a load: the newest values of all sites are in it.
    step(["E3"], measureFirstState),
    step(["E2"], measureSitePage),
    step(["E5"], measureManyScreens),
    step(["E4"], measureSlow),
    { section: "F", ids: ["F2", "F3"], run: () => Promise.resolve(measureContrast()) },
    { section: "F", ids: ["F5", "F12"], run: () => Promise.resolve(provenElsewhere) },
    step(["F6"], measureMarks),
    step(["F7"], measureFlash),
    step(["F1", "F4"], measureAxe),
    step(["F9"], measureLabels),
    step(["F10"], measureZones),
    step(["F8", "F11"], measureRegionsAndStaleness),
    step(["F13"], (browser, { codes }) => measureFlood(browser, codes)),
    // These end the connections of the load's devices: last.
    step(["B11"], measureCuts),
    step(["B10"], measureRestart),
  ];
}

interface Options {
  readonly isWanted: (step: Step) => boolean;
  readonly soakSeconds: number;
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: { only: { type: "string" }, soak: { type: "string" } } });
  const soakSeconds = Number(values.soak ?? soakDefault);
  if (!(soakSeconds >= 10 && soakSeconds <= soakMax)) {
    throw new UsageError(`--soak ${values.soak}: seconds from 10 to ${soakMax}`);
  }
  const asked = values.only?.toUpperCase().split(",") ?? [...sections];
  const isKnown = (name: string): boolean => Object.hasOwn(budgets, name) || sections.some((each) => each === name);
  if (!asked.every(isKnown))
    throw new UsageError(`--only ${values.only}: of ${sections.join(", ")}, or budgets, e.g. C13`);
  const isWanted = ({ section, ids }: Step): boolean => asked.includes(section) || ids.some((id) => asked.includes(id));
  return { isWanted, soakSeconds };
}

/** What failed to be measured is told as such, with the reason; the other budgets go on. */
async function runStep(step: Step, browser: Browser, province: () => Promise<Province>): Promise<Findings> {
  try {
    return await step.run(browser, province);
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n").slice(0, 4).join(" ") : String(error);
    return Object.fromEntries(
      step.ids.map((id) => [id, { value: null, hasFailed: true, how: `the measurement failed: ${why}` }]),
    );
  }
}

function summarize(lines: readonly Line[]): Record<string, unknown> {
  const count = (ok: string): number => lines.filter((line) => line.ok === ok).length;
  const names = (test: (line: Line) => boolean): unknown[] => lines.filter(test).map((line) => line["budget"]);
  return {
    summary: {
      target: count("target"),
      hard: count("hard"),
      missed: count("missed"),
      notMeasured: count("not measured"),
    },
    missed: names((line) => line.ok === "missed"),
    // A failure on any machine; the rest of the missed ones may be this machine's.
    fatal: names((line) => line.isFatal),
  };
}

function ensureBuilt(): void {
  execFileSync(nodePath, [join(import.meta.dirname, "../../../dashboard/build.ts")], { stdio: "inherit" });
}

async function run({ args, report, say }: BenchContext): Promise<void> {
  const { isWanted, soakSeconds } = readOptions(args);
  ensureBuilt();
  const browser = await launchBrowser();
  const started: Promise<Province>[] = [];
  const province = (): Promise<Province> => {
    const [known = startProvince(say)] = started;
    started[0] = known;
    return known;
  };
  const lines: Line[] = [];
  try {
    for (const step of listSteps(soakSeconds)) {
      if (!isWanted(step)) continue;
      say(step.ids.map((id) => `${id} ${budgets[id].name}`).join("; "));
      const findings = await runStep(step, browser, province);
      for (const id of step.ids) {
        const finding = findings[id] ?? { value: null, how: "nothing measures it" };
        const line = formatFinding(id, finding);
        lines.push(line);
        report(line);
      }
    }
  } finally {
    await browser.close();
    for (const each of started) await (await each).close();
  }
  report(summarize(lines));
  if (lines.some((line) => line.isFatal)) process.exitCode = 1;
}

export const bench: Bench = {
  name: "dashboard",
  about: "the budgets of the screens in Chromium under load (--only A,B,…; --soak SECONDS)",
  run,
};
