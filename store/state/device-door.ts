// Says whether a device may enter: site and issued password against the accounts file, with a connection of its own, so
// that the broker's thread can ask synchronously. Assumes nothing: the file may not exist yet, or not have its tables yet.

import { existsSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EdgeNodeName } from "#domain/sparkplug/own-topics.ts";
import { openSqliteFile } from "./kysely-node-sqlite.ts";
import { equalBytes, hashDevicePassword } from "./secrets.ts";

export interface DeviceDoor {
  /** Synchronous, some ten microseconds. False for an unknown site, a wrong password, or a file that is not there yet. */
  verifyDevice(site: string, password: string): boolean;
  /** Whose logger has this MN; null when nobody's. An empty password: any will do. */
  findLogger(mn: string): { readonly site: string; readonly password: string } | null;
  /** The edge node of Sparkplug B that the register names for this site; null = none. */
  findEdgeNode(site: string): EdgeNodeName | null;
  /** Can anybody be known at all? False while the file is not there yet. */
  isReady(): boolean;
  /** A certificate by its serial number; null when it was never issued. */
  findCertificate(serial: string): { readonly site: string; readonly revoked: boolean } | null;
  /** Serial numbers that were revoked since this was asked last (the first time: since ever). */
  takeRevoked(): string[];
  close(): void;
}

interface OpenDoor {
  readonly db: DatabaseSync;
  readonly find: StatementSync;
  readonly findLogger: StatementSync;
  readonly findEdgeNode: StatementSync;
  readonly findCertificate: StatementSync;
  readonly revoked: StatementSync;
}

/** The step of the file from which on everything is there that is asked here. */
const versionNeeded = 5;

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
    findEdgeNode: db.prepare('select "group", node from edge_nodes where site = ?'),
    findCertificate: db.prepare("select site, revoked_at from certificates where serial = ?"),
    revoked: db.prepare("select serial, revocation from certificates where revocation > ? order by revocation"),
  };
}

export function createDeviceDoor(options: { readonly file: string }): DeviceDoor {
  let door: OpenDoor | null = null;
  let revocation = 0;
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
    findEdgeNode(site) {
      door ??= tryOpen(options.file);
      const { group, node } = door?.findEdgeNode.get(site) ?? {};
      return typeof group === "string" && typeof node === "string" ? { group, node } : null;
    },
    isReady() {
      door ??= tryOpen(options.file);
      return door !== null;
    },
    findCertificate(serial) {
      door ??= tryOpen(options.file);
      const { site, revoked_at: revokedAt } = door?.findCertificate.get(serial) ?? {};
      return typeof site === "string" ? { site, revoked: revokedAt !== null } : null;
    },
    takeRevoked() {
      door ??= tryOpen(options.file);
      return (door?.revoked.all(revocation) ?? []).map((row) => {
        revocation = Math.max(revocation, Number(row["revocation"]));
        return String(row["serial"]);
      });
    },
    close() {
      door?.db.close();
      door = null;
    },
  };
}
