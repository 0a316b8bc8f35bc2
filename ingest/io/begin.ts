// Where ingest begins: with its memory of the last checkpoint, or with entry 1 of the journal.

import { Failure } from "#domain/failure.ts";
import type { SavedPipeline } from "../pipeline.ts";
import { checkpointVersion, loadCheckpoint, peekCheckpoint } from "./checkpoint.ts";
import { checkpointPath } from "./checkpoints.ts";

/** The memory to go on from; null when everything is made again from entry 1. */
export function loadMemory(dataDir: string, stateCursor: number): SavedPipeline | null {
  const found = loadCheckpoint(checkpointPath(dataDir));
  // A state store that knows less than the checkpoint was put back or emptied: its rows are made again.
  return found !== null && stateCursor < found.seq ? null : found;
}

/** Without a memory to go on from, what lay before the journal's beginning would be forgotten. Throws Failure "data-format". */
export function refuseToForget(dataDir: string, beginsAt: number): void {
  if (beginsAt <= 1) return;
  const found = peekCheckpoint(checkpointPath(dataDir));
  const what =
    found === null ? "there is no checkpoint" : `the checkpoint is "${found.version}", or does not fit the other files`;
  throw new Failure("data-format", `${what}, and the journal begins at entry ${beginsAt}`, {
    hint:
      `This program goes on from "${checkpointVersion}", or from entry 1. Sites and limits that were registered before ` +
      `entry ${beginsAt} would be forgotten. Start the program that wrote this folder, or restore a backup of the whole folder.`,
  });
}
