// What the accounts file knows of devices' identity beside their passwords: certificates that were issued, with what became
// of them, and one-time codes. A certificate is no secret; of a code only its hash is kept. Rows of certificates stay for ever:
// who had which, and who took it away, is asked years later.

import type { DatabaseSync } from "node:sqlite";
import { bounds } from "#domain/bounds.ts";
import { runAtomically } from "./accounts-file.ts";
import { hashToken } from "./secrets.ts";

export interface CertificateRow {
  /** Upper case, hexadecimal. */
  readonly serial: string;
  readonly site: string;
  /** SHA-256, in pairs with colons. */
  readonly fingerprint: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly issuedAt: number;
  readonly issuedBy: string;
  readonly revokedAt: number | null;
  readonly revokedBy: string | null;
  readonly reason: string | null;
}

export type NewCertificate = Omit<CertificateRow, "issuedAt" | "revokedAt" | "revokedBy" | "reason">;

export interface CertificateQuery {
  readonly site?: string | undefined;
  /** Only those that are not revoked and end before this, epoch ms. */
  readonly endsBefore?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface Identity {
  /** Has the site less good ones than it may? */
  hasRoomForCertificate(site: string): boolean;
  /** False when it has not: nothing is kept. */
  putCertificate(certificate: NewCertificate): boolean;
  findCertificate(serial: string): CertificateRow | null;
  /** Those that end first come first. */
  listCertificates(query: CertificateQuery): {
    readonly items: CertificateRow[];
    readonly total: number;
    readonly next: string | null;
  };
  /** Sites whose newest good certificate ends before this, or has ended and was not revoked. */
  countEnding(before: number): {
    readonly sites: number;
    readonly example: string | null;
    readonly endsAt: number | null;
  };
  /** The row as it is then; revoking again changes nothing. Null: there is none. */
  revokeCertificate(serial: string, by: string, reason: string): CertificateRow | null;
  /** A one-time code of a site, told once; one it had before is void. */
  createCode(site: string, by: string, validMs: number): { readonly code: string; readonly expiresAt: number };
  /** Whose code it is, when it is still good; it stays so. */
  findCode(code: string): { readonly site: string; readonly madeBy: string } | null;
  /** Uses the code up for a new password of its site; null: it is not good (any more). */
  redeemForPassword(code: string): Credentials | null;
  /** Uses the code up for this certificate; when it cannot be had, the code stays as it was. */
  redeemForCertificate(code: string, certificate: NewCertificate): "done" | "bad-code" | "too-many";
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface Parts {
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

function toRow(row: Record<string, unknown> | undefined): CertificateRow | null {
  if (row === undefined) return null;
  const textOf = (name: string): string | null => (row[name] === null ? null : String(row[name]));
  return {
    serial: String(row["serial"]),
    site: String(row["site"]),
    fingerprint: String(row["fingerprint"]),
    notBefore: Number(row["not_before"]),
    notAfter: Number(row["not_after"]),
    issuedAt: Number(row["issued_at"]),
    issuedBy: String(row["issued_by"]),
    revokedAt: row["revoked_at"] === null ? null : Number(row["revoked_at"]),
    revokedBy: textOf("revoked_by"),
    reason: textOf("reason"),
  };
}

function prepareStatements(db: DatabaseSync) {
  const page = "(:site is null or site = :site) and (:before is null or (revoked_at is null and not_after < :before))";
  return {
    put: db.prepare(
      `insert into certificates (serial, site, fingerprint, not_before, not_after, issued_at, issued_by)
       values (?,?,?,?,?,?,?)`,
    ),
    find: db.prepare("select * from certificates where serial = ?"),
    countGood: db.prepare(
      "select count(*) as n from certificates where site = ? and revoked_at is null and not_after > ?",
    ),
    list: db.prepare(
      `select * from certificates where ${page} and (not_after, serial) > (:end, :serial)
       order by not_after, serial limit :limit`,
    ),
    count: db.prepare(`select count(*) as n from certificates where ${page}`),
    ending: db.prepare(
      `select count(*) as n, min(ends) as ends, site from
         (select site, max(not_after) as ends from certificates where revoked_at is null group by site having ends < ?)`,
    ),
    revoke: db.prepare(
      `update certificates set revoked_at = ?, revoked_by = ?, reason = ?,
         revocation = (select coalesce(max(revocation), 0) + 1 from certificates)
       where serial = ? and revoked_at is null`,
    ),
    putCode: db.prepare("insert or replace into codes (site, code, made_by, expires_at) values (?,?,?,?)"),
    findCode: db.prepare("select site, made_by from codes where code = ? and expires_at > ?"),
    takeCode: db.prepare("delete from codes where code = ? and expires_at > ? returning site"),
    dropOldCodes: db.prepare("delete from codes where expires_at <= ?"),
  };
}

/** Crockford's alphabet: no I, L, O and U, so that nobody mistakes one for another. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeChars = 16;

/** 80 bits in four groups. */
function drawCode(random: (bytes: number) => Uint8Array): string {
  const chars = Array.from(random(codeChars), (byte) => alphabet[byte & 31]).join("");
  return chars.match(/.{4}/g)?.join("-") ?? chars;
}

/** As it was read from a sheet or typed in: case, groups and look-alikes do not matter. */
export function hashCode(code: string): Uint8Array {
  const plain = code.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return hashToken(plain);
}

function readCursor(cursor: string | undefined): { readonly end: number; readonly serial: string } {
  const m = /^(\d{1,16})\.([0-9A-F]+)$/.exec(cursor ?? "");
  return m === null ? { end: -1, serial: "" } : { end: Number(m[1]), serial: m[2] ?? "" };
}

export function createIdentity(
  open: () => { readonly db: DatabaseSync; readonly identity: IdentityStatements },
  { now, random }: Parts,
  /** A new password of the site, inside of a transaction. */
  putPassword: (site: string) => Credentials,
): Identity {
  const find = (serial: string): CertificateRow | null => toRow(open().identity.find.get(serial));

  const hasRoom = (site: string): boolean =>
    Number(open().identity.countGood.get(site, now())?.["n"]) < bounds.siteCertificatesMax;

  function put({ serial, site, fingerprint, notBefore, notAfter, issuedBy }: NewCertificate): boolean {
    const { identity } = open();
    if (!hasRoom(site)) return false;
    identity.put.run(serial, site, fingerprint, notBefore, notAfter, now(), issuedBy);
    return true;
  }

  function takeCode(code: string): string | null {
    const row = open().identity.takeCode.get(hashCode(code), now());
    return row === undefined ? null : String(row["site"]);
  }

  return {
    findCertificate: find,
    hasRoomForCertificate: hasRoom,
    putCertificate: put,
    listCertificates({ site, endsBefore, limit, cursor }) {
      const { identity } = open();
      const filter = { site: site ?? null, before: endsBefore ?? null };
      const found = identity.list.all({ ...filter, ...readCursor(cursor), limit: limit + 1 }).flatMap((each) => {
        const row = toRow(each);
        return row === null ? [] : [row];
      });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const next = found.length > limit && last !== undefined ? `${last.notAfter}.${last.serial}` : null;
      return { items, total: Number(identity.count.get(filter)?.["n"]), next };
    },
    countEnding(before) {
      const row = open().identity.ending.get(before);
      const sites = Number(row?.["n"] ?? 0);
      return {
        sites,
        example: sites === 0 ? null : String(row?.["site"]),
        endsAt: sites === 0 ? null : Number(row?.["ends"]),
      };
    },
    revokeCertificate(serial, by, reason) {
      const { identity } = open();
      identity.revoke.run(now(), by, reason, serial);
      return find(serial);
    },
    createCode(site, by, validMs) {
      const { db, identity } = open();
      const code = drawCode(random);
      const expiresAt = now() + validMs;
      runAtomically(db, () => {
        identity.dropOldCodes.run(now());
        identity.putCode.run(site, hashCode(code), by, expiresAt);
      });
      return { code, expiresAt };
    },
    findCode(code) {
      const row = open().identity.findCode.get(hashCode(code), now());
      return row === undefined ? null : { site: String(row["site"]), madeBy: String(row["made_by"]) };
    },
    redeemForPassword(code) {
      return runAtomically(open().db, () => {
        const site = takeCode(code);
        return site === null ? null : putPassword(site);
      });
    },
    redeemForCertificate(code, certificate) {
      return runAtomically(
        open().db,
        () => (takeCode(code) !== certificate.site ? "bad-code" : put(certificate) ? "done" : "too-many"),
        (result) => result === "done",
      );
    },
  };
}

export type IdentityStatements = ReturnType<typeof prepareStatements>;
export { prepareStatements as prepareIdentityStatements };
