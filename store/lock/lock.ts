// One process per job and data folder. The lock is an SQLite file held in an open transaction: the operating system
// releases it when the process dies, however it dies, which a file with a process id in it does not do.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Failure } from "#domain/failure.ts";

export interface Lock {
  release(): void;
}

/** Takes the lock or throws Failure `code`. */
export function takeLock(path: string, code: string, says: string): Lock {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 0");
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw new Failure(code, says, {
      cause: error,
      hint: "Stop the other process first, or give this one another DATA_DIR.",
    });
  }
  return {
    release() {
      database.close();
    },
  };
}
