// Says whether a device may enter: site and issued password against the accounts file, with a connection of its own, so
// that the broker's thread can ask synchronously. Assumes nothing: the file may not exist yet, or not have its tables yet.

import { existsSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openSqliteFile } from "./kysely-node-sqlite.ts";
import { equalBytes, hashDevicePassword } from "./secrets.ts";

export interface DeviceDoor {
  /** Synchronous, some ten microseconds. False for an unknown site, a wrong password, or a file that is not there yet. */
  verifyDevice(site: string, password: string): boolean;
  /** Whose logger has this MN; null when nobody's. An empty password: any will do. */
  findLogger(mn: string): { readonly site: string; readonly password: string } | null;
  close(): void;
}

interface OpenDoor {
  readonly db: DatabaseSync;
  readonly find: StatementSync;
  readonly findLogger: StatementSync;
}

/** The step of the file from which on everything is there that is asked here. */
const versionNeeded = 3;

function tryOpen(file: string): OpenDoor | null {
  if (!existsSync(file)) return null;
  const db = openSqliteFile(file);
  if (Number(db.prepare("pragma user_version").get()?.["user_version"]) < versionNeeded) {
    db.close();
    return null;
  }
  db.exec("pragma query_only = on");
  return {
    db,
    find: db.prepare("select salt, password from devices where site = ?"),
    findLogger: db.prepare("select site, password from loggers where mn = ?"),
  };
}

export function createDeviceDoor(options: { readonly file: string }): DeviceDoor {
  let door: OpenDoor | null = null;
  return {
    verifyDevice(site, password) {
      door ??= tryOpen(options.file);
      const row = door?.find.get(site);
      const [salt, stored] = [row?.["salt"], row?.["password"]];
      if (!(salt instanceof Uint8Array) || !(stored instanceof Uint8Array)) return false;
      return equalBytes(hashDevicePassword(password, salt), stored);
    },
    findLogger(mn) {
      door ??= tryOpen(options.file);
      const { site, password } = door?.findLogger.get(mn) ?? {};
      return typeof site === "string" && typeof password === "string" ? { site, password } : null;
    },
    close() {
      door?.db.close();
      door = null;
    },
  };
}
