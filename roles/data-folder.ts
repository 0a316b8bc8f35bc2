// The data folder says which format it is in, so that a program that is too old refuses it instead of guessing. The journal,
// history, state and checkpoint each carry a version of their own as well; this one is looked at first.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "#domain/failure.ts";

/** Raise it when a folder of this program can no longer be read by the one before. */
export const dataFormat = 1;
const fileName = "plumeline.json";

/** Makes the folder when it is missing. Throws Failure "data-format" when it is newer than this program. */
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
  if (found > dataFormat) {
    throw new Failure("data-format", `${dataDir} is in format ${found}; this program knows ${dataFormat}`, {
      hint: "Start the newer program that wrote it, or give this one another DATA_DIR.",
    });
  }
}

function readFormat(path: string): number | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  const json: unknown = JSON.parse(text);
  if (typeof json === "object" && json !== null && "format" in json && typeof json.format === "number")
    return json.format;
  throw new Failure("data-format", `${path} does not say a format`, { hint: "Restore the file from a backup." });
}
