// Brings dist/dashboard up to date: compares a hash of everything the build reads with the one kept from the last build, and
// starts Vite only when they differ. Builds beside the old output and swaps, so that nobody ever serves half of one. Says
// nothing when all is well.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const output = join(root, "dist/dashboard");
const hashFile = join(root, "dist/dashboard.sha256");

/** Tests and texts do not change what is built. */
const ignored = /(?:\.test\.ts|\.md|make-boundaries\.ts)$/;

function listSources(): string[] {
  const files: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules") walk(path);
      } else if (!ignored.test(entry.name)) files.push(path);
    }
  };
  walk(join(root, "dashboard"));
  walk(join(root, "domain"));
  // Versions of the libraries that end up in the output.
  files.push(join(root, "package-lock.json"), join(root, "package.json"));
  return files.filter((file) => existsSync(file)).sort();
}

function hashSources(): string {
  const hash = createHash("sha256");
  for (const file of listSources())
    hash.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function isFresh(wanted: string): boolean {
  return existsSync(join(output, "index.html")) && existsSync(hashFile) && readFileSync(hashFile, "utf8") === wanted;
}

const wanted = hashSources();
if (!isFresh(wanted)) {
  // Whoever calls: a test's environment would put React's development version into what is served.
  process.env["NODE_ENV"] = "production";
  // Loaded only now: it takes longer than the whole check.
  const { build } = await import("vite");
  const fresh = join(root, `dist/.dashboard-${process.pid}`);
  const old = join(root, `dist/.dashboard-old-${process.pid}`);
  mkdirSync(join(root, "dist"), { recursive: true });
  try {
    await build({
      configFile: join(root, "dashboard/vite.config.ts"),
      configLoader: "native",
      logLevel: "warn",
      build: { outDir: fresh },
    });
    if (existsSync(output)) renameSync(output, old);
    renameSync(fresh, output);
    writeFileSync(hashFile, wanted);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}
