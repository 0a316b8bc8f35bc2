// The data folder says which format it is in, so that a program that is too old refuses it instead of guessing. The journal,
// history, state and checkpoint each carry a version of their own as well; this one is looked at first.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#domain/failure.ts";

/** Raise it when a folder of this program can no longer be read by the one before. */
export const dataFormat = 1;
const fileName = "plumeline.json";

/** Makes the folder when it is missing. Throws Failure "data-format" when it is in another format than this program's. */
export function openDataFolder(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, fileName);
  const found = readFormat(path);
  if (found === null) {
    // Several roles may begin at once: the file is whole whenever one of them sees it.
    writeFileSync(`${path}.${process.pid}`, `${JSON.stringify({ format: dataFormat })}\n`, {
      mode: 0o640,
      flush: true,
    });
    renameSync(`${path}.${process.pid}`, path);
    return;
  }
  if (found === dataFormat) return;
  // There is no older format yet: the first change of it brings the step that turns a folder of format 1 into the next.
  const writer = found > dataFormat ? "the newer program that wrote it" : "the program that wrote it";
  throw new Failure("data-format", `${dataDir} is in format ${found}; this program knows ${dataFormat}`, {
    hint: `Start ${writer}, or give this one another DATA_DIR.`,
  });
}

function readFormat(path: string): number | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  let json: unknown = null;
  let cause: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    cause = error;
  }
  if (typeof json === "object" && json !== null && "format" in json && Number.isInteger(json.format))
    return Number(json.format);
  const hint = "Restore the file from a backup.";
  throw new Failure("data-format", `${path} does not say a format; this program knows ${dataFormat}`, { hint, cause });
}
