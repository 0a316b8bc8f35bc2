// Command line and environment → options, or every problem at once. Reads nothing itself.

import { parseArgs } from "node:util";
import { fleetSizeDefault, type FleetSize } from "./fleet.ts";
import { loggerShareDefault } from "./hj212/identity.ts";
import { isScenarioName, scenarioNames, type ScenarioName } from "./scenarios/scenario.ts";

export interface Options {
  readonly apiUrl: string;
  readonly brokerHost: string;
  readonly brokerPort: number;
  /** Where HJ 212 is spoken; null = every device speaks MQTT. */
  readonly hj212: { readonly host: string; readonly port: number } | null;
  /** Of the outfalls of water and gas, those with an HJ 212 logger. */
  readonly loggerShare: number;
  /** How often a logger looks at its instruments and reports what it sees. */
  readonly loggerSeconds: number;
  /** Energy centres speak Sparkplug B; else the JSON of all others. */
  readonly sparkplug: boolean;
  readonly user: string;
  readonly passwordFile: string | null;
  /** A ready bearer token; then nobody signs in. */
  readonly token: string | null;
  readonly size: FleetSize;
  readonly seed: number;
  readonly scenario: ScenarioName;
  readonly speed: number;
  /** How far in the past simulated time starts when speed is above 1. */
  readonly hoursBack: number;
  /** Stop when now is reached. */
  readonly once: boolean;
  readonly truthFile: string | null;
}

export const usage = `node simulator/simulator.ts [options]
  --api URL            where the api listens (http://127.0.0.1:8080)
  --broker HOST:PORT   where MQTT listens (SIMULATOR_BROKER, else 127.0.0.1:1883)
  --hj212 HOST:PORT    where HJ 212 over TCP listens (SIMULATOR_HJ212, else none: every device speaks MQTT)
  --logger-share N     share of the outfalls with an HJ 212 logger, a quarter of them of 2025 (0.4)
  --logger-seconds N   how often a logger measures and sends real-time data (30)
  --user NAME          who registers the sites (admin)
  --password-file FILE file with that user's password; or a token in SIMULATOR_TOKEN
  --sites N            outfalls (1211)
  --energy-centres N   steel energy centres (13)
  --sparkplug on|off   energy centres speak Sparkplug B, else JSON (on)
  --stations on|off    stations of the other kinds (on)
  --seed N             every number of the run follows from it (7)
  --scenario NAME      ${scenarioNames.join(", ")} (everyday)
  --speed N            above 1, simulated time starts --hours ago and runs N times faster until it reaches now (1)
  --hours N            see --speed (24)
  --once               end when simulated time has reached now
  --truth FILE         append what was injected, one JSON line per episode`;

const flags = {
  api: { type: "string", default: "http://127.0.0.1:8080" },
  broker: { type: "string" },
  hj212: { type: "string" },
  "logger-share": { type: "string", default: String(loggerShareDefault) },
  "logger-seconds": { type: "string", default: "30" },
  user: { type: "string", default: "admin" },
  "password-file": { type: "string" },
  sites: { type: "string", default: String(fleetSizeDefault.sites) },
  "energy-centres": { type: "string", default: String(fleetSizeDefault.energyCentres) },
  stations: { type: "string", default: "on" },
  sparkplug: { type: "string", default: "on" },
  seed: { type: "string", default: "7" },
  scenario: { type: "string", default: "everyday" },
  speed: { type: "string", default: "1" },
  hours: { type: "string", default: "24" },
  once: { type: "boolean", default: false },
  truth: { type: "string" },
} as const;

export type ParsedOptions =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly problems: readonly string[] };

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parseBroker(text: string): { host: string; port: number } | null {
  const match = /^(?:mqtt:\/\/)?(\[[0-9a-fA-F:]+\]|[^:/[\]]+):(\d{1,5})$/.exec(text);
  const [, host, port] = match ?? [];
  if (host === undefined || port === undefined || Number(port) < 1 || Number(port) > 65_535) return null;
  return { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

function parseApiUrl(text: string): string | null {
  if (!URL.canParse(text) || !/^https?:/.test(text)) return null;
  return text.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
}

export function parseOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ParsedOptions {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    return { ok: false, problems: [messageOf(error)] };
  }
  const problems: string[] = [];
  const number = (name: string, text: string, low: number, high: number, whole = true): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    const good = value >= low && value <= high && (!whole || Number.isInteger(value));
    if (!good) problems.push(`--${name} ${text}: expected a ${whole ? "whole " : ""}number from ${low} to ${high}`);
    return value;
  };
  const brokerText = parsed.broker ?? env["SIMULATOR_BROKER"] ?? "127.0.0.1:1883";
  const broker = parseBroker(brokerText);
  if (broker === null) problems.push(`--broker ${brokerText}: expected HOST:PORT`);
  const hj212Text = parsed.hj212 ?? env["SIMULATOR_HJ212"] ?? "";
  const hj212 = hj212Text === "" ? null : parseBroker(hj212Text);
  if (hj212Text !== "" && hj212 === null) problems.push(`--hj212 ${hj212Text}: expected HOST:PORT`);
  const loggerShare = number("logger-share", parsed["logger-share"], 0, 1, false);
  const loggerSeconds = number("logger-seconds", parsed["logger-seconds"], 1, 3600);
  const apiUrl = parseApiUrl(parsed.api);
  if (apiUrl === null) problems.push(`--api ${parsed.api}: expected a URL such as http://127.0.0.1:8080`);
  const scenario = isScenarioName(parsed.scenario) ? parsed.scenario : null;
  if (scenario === null) problems.push(`--scenario ${parsed.scenario}: expected one of ${scenarioNames.join(", ")}`);
  if (parsed.stations !== "on" && parsed.stations !== "off")
    problems.push(`--stations ${parsed.stations}: expected on or off`);
  if (parsed.sparkplug !== "on" && parsed.sparkplug !== "off")
    problems.push(`--sparkplug ${parsed.sparkplug}: expected on or off`);
  const token = env["SIMULATOR_TOKEN"] ?? "";
  const passwordFile = parsed["password-file"] ?? null;
  if (token === "" && passwordFile === null) problems.push("a token in SIMULATOR_TOKEN or --password-file is needed");
  const size = {
    sites: number("sites", parsed.sites, 0, 100_000),
    energyCentres: number("energy-centres", parsed["energy-centres"], 0, 1000),
    stations: parsed.stations === "on",
  };
  const seed = number("seed", parsed.seed, 0, 4_294_967_295);
  const speed = number("speed", parsed.speed, 1, 10_000, false);
  const hoursBack = number("hours", parsed.hours, 0, 24 * 366, false);
  if (problems.length > 0 || broker === null || apiUrl === null || scenario === null) return { ok: false, problems };
  return {
    ok: true,
    options: {
      apiUrl,
      brokerHost: broker.host,
      brokerPort: broker.port,
      hj212,
      loggerShare,
      loggerSeconds,
      sparkplug: parsed.sparkplug === "on",
      user: parsed.user,
      passwordFile,
      token: token === "" ? null : token,
      size,
      seed,
      scenario,
      speed,
      hoursBack,
      once: parsed.once,
      truthFile: parsed.truth ?? null,
    },
  };
}
