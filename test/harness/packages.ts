// The real servers and programs the tests need: finds them on the PATH, names the Debian package when one is missing, and
// on Debian as root installs what is missing. Elsewhere it says what to install and installs nothing.

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const multiarch = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

/** Debian package → a program that is there once it is installed (or a file, for packages without a program). */
const packages = {
  influxdb: "influxd",
  "influxdb-client": "influx",
  "victoria-metrics": "victoria-metrics",
  mosquitto: "mosquitto",
  "mosquitto-clients": "mosquitto_pub",
  chromium: "chromium",
  "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
  libfaketime: `/usr/lib/${multiarch}/faketime/libfaketime.so.1`,
  strace: "strace",
  openssl: "openssl",
} as const;
export type DebianPackage = keyof typeof packages;

const packageOf: ReadonlyMap<string, string> = new Map([
  ...Object.entries(packages).map(([name, program]): [string, string] => [program, name]),
  ["mosquitto_sub", "mosquitto-clients"],
  ["mosquitto_passwd", "mosquitto"],
  ["faketime", "faketime"],
]);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run: either way it is no program for us
  }
}

/** Absolute path of a program on the PATH, or null. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/bin"];
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

/** Absolute path of a program; throws with the name of the Debian package when it is missing. */
export function requireProgram(name: string): string {
  const path = findProgram(name);
  if (path !== null) return path;
  throw new Error(`${name} is not on the PATH: apt-get install ${packageOf.get(name) ?? name}`);
}

export function missingPackages(): DebianPackage[] {
  const isThere = (program: string) => (program.startsWith("/") ? existsSync(program) : findProgram(program) !== null);
  return (Object.keys(packages) as DebianPackage[]).filter((name) => !isThere(packages[name]));
}

export interface InstallReport {
  readonly installed: readonly string[];
  readonly stillMissing: readonly string[];
}

/**
 * Installs what is missing where that is possible. `say` gets one line per step. Debian's influxdb would like to start a
 * service of its own on port 8086: it may, the tests' servers listen on other ports and keep their data elsewhere.
 */
export function installMissingPackages(say: (line: string) => void): InstallReport {
  const missing = missingPackages();
  if (missing.length === 0) return { installed: [], stillMissing: [] };
  const line = `apt-get install --no-install-recommends ${missing.join(" ")}`;
  if (findProgram("apt-get") === null || process.getuid?.() !== 0) {
    say(
      `missing: ${missing.join(", ")}. On Debian, as root: ${line}. Elsewhere install the programs of these packages.`,
    );
    return { installed: [], stillMissing: missing };
  }
  say(line);
  // Package lists may be there already: asking the network for them costs more than trying.
  if (!aptInstall(missing)) {
    say("apt-get update");
    runApt(["update", "-qq"]);
    // One by one: a package this release does not have must not keep the others away.
    if (!aptInstall(missing)) for (const name of missing) aptInstall([name]);
  }
  const stillMissing = missingPackages();
  // On port 1883 it would be in the way of `npm start`; the tests start their own.
  if (missing.includes("mosquitto") && findProgram("systemctl") !== null) {
    say("systemctl disable --now mosquitto");
    spawnSync("systemctl", ["disable", "--now", "mosquitto"], { stdio: "ignore", timeout: 60_000 });
  }
  if (stillMissing.length > 0) say(`could not install: ${stillMissing.join(", ")}`);
  return { installed: missing.filter((name) => !stillMissing.includes(name)), stillMissing };
}

function aptInstall(names: readonly string[]): boolean {
  return runApt(["install", "-y", "-qq", "--no-install-recommends", ...names]);
}

function runApt(args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"], timeout: 600_000 }).status === 0;
}
