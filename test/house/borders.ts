// Who may import whom, and how it is spelled. The table is the architecture: a role knows the words (domain) and the
// memories (store), never another role; only roles/ and main.ts compose; only adapters know the packages that open sockets
// and files. Turns parsed sources into problems.

import { isTest, type Problem, resolveImport, type Source, topFolder } from "./sources.ts";

/** Folder (or file at the root) → prefixes of what it may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  store: ["domain/"],
  // The broker appends, asks who may connect, and talks to the api over a link; it reads no history.
  broker: ["domain/", "store/journal/", "store/state/", "store/live/", "store/link/"],
  ingest: ["domain/", "store/"],
  api: ["domain/", "store/"],
  simulator: ["domain/"],
  dashboard: ["domain/"],
  roles: ["domain/", "store/", "broker/", "ingest/", "api/"],
  "main.ts": ["domain/", "store/", "roles/"],
  test: [""],
  docs: ["domain/", "test/house/", "api/problem.ts"],
};

/** Packages that open sockets, files or processes, and where they may be spoken. */
const clientPackages: ReadonlySet<string> = new Set([
  "aedes",
  "mqtt",
  "influx",
  "@influxdata/influxdb-client",
  "@duckdb/node-api",
  "kysely",
  "node:sqlite",
  "ws",
  "express",
  "pino",
  "pino-pretty",
  "nodemailer",
]);

/** The simulator is a process of its own: its door composes like main.ts. */
const adapters = /^(?:[a-z]+\/io\/|store\/[a-z]+\/|roles\/|test\/|simulator\/simulator\.ts$)/;

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
}

export function checkBorders(source: Source): Problem[] {
  const problems: Problem[] = [];
  const from = topFolder(source.path);
  const allowed = mayImport[from];
  for (const { specifier, line, typeOnly } of source.imports) {
    const say = (rule: string, says: string): void => {
      problems.push({ path: source.path, line, rule, says });
    };
    const target = resolveImport(source.path, specifier);
    if (target === null) {
      const isClient = clientPackages.has(packageOf(specifier));
      if (isClient && !typeOnly && !adapters.test(source.path) && !isTest(source.path)) {
        say("client-package", `${specifier} belongs into an adapter (io/, store/*/, roles/)`);
      }
      if (from === "domain" && !isTest(source.path)) say("border", `domain imports no package: ${specifier}`);
      continue;
    }
    // Vite takes what follows a question mark, e.g. "?url".
    if (!/\.(?:ts|tsx|json|css)$/.test(specifier.replace(/\?.*$/, "")))
      say("extension", `${specifier} lacks its extension`);
    const to = topFolder(target);
    if (to === from) continue;
    if (specifier.startsWith(".") && source.path.includes("/") && from !== "docs" && to !== "docs") {
      say("spelling", `crossing a top-level border is spelled #${target}`);
    }
    if (isTest(source.path) && to === "test") continue;
    if (allowed === undefined) {
      say("border", `nothing says what ${from} may import`);
    } else if (!allowed.some((prefix) => target.startsWith(prefix))) {
      say("border", `${from} may not import ${target}`);
    }
  }
  return problems;
}
