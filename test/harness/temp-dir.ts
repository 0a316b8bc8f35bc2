// A fresh folder under the system's temporary directory for one test, and its removal.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TempDir {
  readonly path: string;
  remove(): Promise<void>;
}

export async function createTempDir(name = "test"): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), `plumeline-${name}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }) };
}
