// `npm run screenshots`: pictures of every screen in both languages, of the real program with a simulated province, into
// docs/screenshots. `--states FOLDER` takes the states of the screens instead (loading, empty, failed …), by the stories of
// test/e2e/states.test.ts. Exit code 2 when the command line is wrong.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { launchBrowser } from "#test/harness/browser.ts";
import { nodePath } from "#test/harness/system.ts";
import { root } from "#test/house/sources.ts";
import { type CameraOptions, type PictureFormat, takePictures } from "./camera.ts";
import { startProvince } from "./province.ts";
import type { Scene } from "./scene.ts";
import { floodScenes, listCalmScenes } from "./scenes.ts";

const usage = `npm run screenshots -- [options]
  --to FOLDER       where the pictures go (docs/screenshots)
  --format NAME     webp, or png for programs that know no WebP (webp)
  --only A,B        pictures whose name begins so
  --sites N         simulated outfalls (1211)
  --hours N         past of the whole fleet (1)
  --days N          past of the two outfalls that are shown (7)
  --settle N        minutes that the province lives on its own before the first picture (11)
  --seed N          which province (7)
  --states FOLDER   pictures of the states of every screen instead
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Options {
  readonly to: string;
  readonly format: PictureFormat;
  readonly only: readonly string[];
  readonly sites: number;
  readonly hours: number;
  readonly days: number;
  /** Minutes. */
  readonly settle: number;
  readonly seed: number;
  readonly states: string | null;
}

function readOptions(argv: readonly string[]): Options | string[] {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        to: { type: "string", default: join(root, "docs/screenshots") },
        format: { type: "string", default: "webp" },
        only: { type: "string", default: "" },
        sites: { type: "string", default: "1211" },
        hours: { type: "string", default: "1" },
        days: { type: "string", default: "7" },
        settle: { type: "string", default: "11" },
        seed: { type: "string", default: "7" },
        states: { type: "string" },
      },
    });
    const problems: string[] = [];
    const numberOf = (name: "sites" | "hours" | "days" | "settle" | "seed", least: number): number => {
      const number = Number(values[name]);
      if (!(number >= least)) problems.push(`--${name} ${values[name]}: must be a number, at least ${least}`);
      return number;
    };
    const { format } = values;
    if (format !== "webp" && format !== "png") problems.push(`--format ${format}: webp or png`);
    const options: Options = {
      to: resolve(values.to),
      format: format === "png" ? "png" : "webp",
      only: values.only.split(",").filter((name) => name !== ""),
      sites: numberOf("sites", 100),
      hours: numberOf("hours", 0.2),
      days: numberOf("days", 0),
      settle: numberOf("settle", 0),
      seed: numberOf("seed", 0),
      states: values.states === undefined ? null : resolve(values.states),
    };
    return problems.length > 0 ? problems : options;
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", fail);
    child.once("close", (code) => done(code ?? 1));
  });
}

/** The stories that prove the states are the ones that show them. */
async function takeStates(folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const env = { ...process.env, PICTURES_OF_STATES: folder };
  const code = await run(nodePath, [vitest, "run", "test/e2e/states.test.ts"], env);
  say(`pictures are in ${folder}`);
  return code;
}

async function takeScreens(options: Options): Promise<void> {
  if ((await run(nodePath, ["dashboard/build.ts"])) !== 0) throw new Error("the dashboard was not built");
  const province = await startProvince({ ...options, say });
  const browser = await launchBrowser();
  try {
    const { system, operator, shown } = province;
    const factors = new Map<string, readonly string[]>();
    for (const site of shown) {
      const { body } = await operator.call("GET", `/api/v1/sites/${site}`);
      factors.set(site, body["factors"] as string[]);
    }
    const camera: CameraOptions = {
      browser,
      baseUrl: `http://${system.addresses.http}`,
      cookie: operator.token,
      folder: options.to,
      format: options.format,
      say,
    };
    const wanted = (scene: Scene): boolean =>
      options.only.length === 0 || options.only.some((name) => scene.name.startsWith(name));
    const calm = listCalmScenes({ sites: shown, factorsOf: (site) => factors.get(site) ?? [] }).filter(wanted);
    const flood = floodScenes.filter(wanted);
    let bytes = await takePictures(camera, calm);
    if (flood.length > 0) {
      await province.makeFlood();
      bytes += await takePictures(camera, flood);
    }
    say(`${Math.round(bytes / 1024)} KiB in ${options.to}`);
  } finally {
    await browser.close();
    await province.close();
  }
}

const options = readOptions(process.argv.slice(2));
if (Array.isArray(options)) {
  process.stderr.write(`${options.join("\n")}\n\n${usage}`);
  process.exitCode = 2;
} else if (options.states !== null) {
  process.exitCode = await takeStates(options.states);
} else {
  await takeScreens(options);
}
