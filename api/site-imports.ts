// Imports that run: one at a time, in parts, so that other decisions come between. It goes on when the person who began it has
// gone; a restart of the api ends it, and the same table then shows what is left.

import { bounds } from "#domain/bounds.ts";
import type { ImportField } from "#domain/site-import.ts";
import type { Commands } from "./commands.ts";
import type { Log } from "./parts.ts";
import type { PlannedRow } from "./import/plan.ts";

export interface ImportJob {
  readonly id: string;
  readonly by: string;
  readonly file: string;
  readonly digest: string;
  readonly startedAt: number;
  endedAt: number | null;
  state: "running" | "done" | "failed";
  /** Rows that are to be written, and of them those that are. */
  readonly total: number;
  done: number;
  readonly counts: Readonly<Record<"new" | "changed", number>>;
  /** Sites that somebody changed after they were looked at: left as they were. */
  readonly skipped: string[];
  why: string | null;
}

export interface ImportOrder {
  readonly rows: readonly PlannedRow[];
  readonly by: string;
  readonly file: string;
  readonly digest: string;
}

export interface Imports {
  /** Null while another one runs. */
  start(order: ImportOrder): ImportJob | null;
  find(id: string): ImportJob | undefined;
}

export interface ImportsParts {
  readonly commands: Pick<Commands, "send">;
  /** Whose logger a site has, and its password; before the command, so that it is not lost with it. */
  readonly keepLoggers: (sites: readonly { id: string; mn: string | null; pw: string | null }[]) => void;
  readonly loggerOf: (site: string) => string | null;
  /** Ids that are being created: nobody else may create them meanwhile. */
  readonly claims: Set<string>;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

type Writable = PlannedRow & { readonly site: NonNullable<PlannedRow["site"]> };

export function createImports(parts: ImportsParts): Imports {
  const { claims, commands, keepLoggers, loggerOf, log, now, random } = parts;
  const jobs: ImportJob[] = [];

  async function writePart(job: ImportJob, rows: readonly Writable[], says: string | null): Promise<void> {
    keepLoggers(rows.filter(touchesLogger).map(({ site, pw }) => ({ id: site.id, mn: site.mn, pw })));
    const sites = rows.map(({ site, expectedVersion }) => ({ expectedVersion, site }));
    const { result } = await commands.send(job.by, { type: "sites.import", import: job.id, says, sites });
    const skipped = readSkipped(result);
    if (skipped.length > 0) keepLoggers(skipped.map((id) => ({ id, mn: loggerOf(id), pw: null })));
    job.skipped.push(...skipped);
    job.done += rows.length;
  }

  async function run(job: ImportJob, rows: readonly Writable[]): Promise<void> {
    const created = rows.filter(({ outcome }) => outcome === "new").map(({ site }) => site.id);
    for (const id of created) claims.add(id);
    try {
      const { importSitesPerCommand: step } = bounds;
      for (let from = 0; from < rows.length; from += step)
        await writePart(job, rows.slice(from, from + step), from === 0 ? describe(job) : null);
      job.state = "done";
    } catch (error) {
      job.state = "failed";
      job.why = error instanceof Error ? error.message : String(error);
      log.warn({ err: error, import: job.id, done: job.done, total: job.total }, "an import ended before its end");
    } finally {
      job.endedAt = now();
      for (const id of created) claims.delete(id);
    }
  }

  return {
    start({ rows, by, file, digest }) {
      if (jobs.some(({ state }) => state === "running")) return null;
      const writable = rows.filter((row): row is Writable => row.site !== null);
      const count = (outcome: "new" | "changed"): number => writable.filter((row) => row.outcome === outcome).length;
      const job: ImportJob = {
        id: Buffer.from(random(9)).toString("base64url"),
        by,
        file,
        digest,
        startedAt: now(),
        endedAt: null,
        state: "running",
        total: writable.length,
        done: 0,
        counts: { new: count("new"), changed: count("changed") },
        skipped: [],
        why: null,
      };
      jobs.push(job);
      if (jobs.length > bounds.importsRemembered) jobs.shift();
      void run(job, writable);
      return job;
    },
    find: (id) => jobs.find((job) => job.id === id),
  };
}

const loggerFields: ReadonlySet<ImportField> = new Set(["mn", "pw"]);

function touchesLogger({ outcome, site, changes }: Writable): boolean {
  return outcome === "new" ? site.mn !== null : changes.some(({ field }) => loggerFields.has(field));
}

function describe({ file, digest, counts }: ImportJob): string {
  return `${file}: ${counts.new} new, ${counts.changed} changed, digest ${digest.slice(0, 16)}`;
}

function readSkipped(result: unknown): string[] {
  if (typeof result !== "object" || result === null || !("skipped" in result)) return [];
  return Array.isArray(result.skipped) ? result.skipped.filter((id) => typeof id === "string") : [];
}
