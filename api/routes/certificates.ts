// Certificates of devices: issued for a request (CSR) or with a key of ours that is shown once, listed with their ends, and
// revoked. The common name is the site id, whatever a request asks for.

import * as z from "zod";
import { dayMs, formatIso } from "#domain/time.ts";
import type { CertificateRow } from "#store/state/accounts-identity.ts";
import { type IssuedCertificate, makeDeviceKey } from "#store/state/authority.ts";
import { readRequest } from "#store/state/x509.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { findSite } from "./sites.ts";

const states = ["valid", "not-yet", "expired", "revoked"] as const;
const pem = z.string().meta({ example: "-----BEGIN CERTIFICATE-----\n…" });

const certificateFields = {
  serial: z.string(),
  site: shapes.siteId,
  fingerprint: z.string().meta({ description: "SHA-256" }),
  notBefore: shapes.isoTime,
  notAfter: shapes.isoTime,
  issuedAt: shapes.isoTime,
  issuedBy: z.string(),
  state: z.enum(states),
  revokedAt: shapes.isoTime.nullable(),
  revokedBy: z.string().nullable(),
  reason: z.string().nullable(),
};
const certificate = z.object(certificateFields).meta({ id: "Certificate" });
const revoked = z.object({
  ...certificateFields,
  closed: z.number().int().nullable().meta({
    description: "open connections that were ended; null: the broker does not answer, and does it when it is back",
  }),
});

export const csr = z.string().max(16_384).meta({ description: "a certification request (PKCS #10) in PEM" });
const days = z.number().int().min(1).max(1_096).default(397);
export const certificateMsDefault = 397 * dayMs;

function formatCertificate(row: CertificateRow, now: number) {
  const { notBefore, notAfter, issuedAt, revokedAt } = row;
  const state: (typeof states)[number] =
    revokedAt !== null ? "revoked" : notAfter <= now ? "expired" : notBefore > now ? "not-yet" : "valid";
  return {
    ...row,
    notBefore: formatIso(notBefore),
    notAfter: formatIso(notAfter),
    issuedAt: formatIso(issuedAt),
    revokedAt: revokedAt === null ? null : formatIso(revokedAt),
    state,
  };
}

export function tooMany(site: string): Problem {
  return new Problem("too-many-certificates", `${site} has as many good certificates as it may`);
}

/** Before anything is written down. Throws Problem "too-many-certificates". */
export function requireRoom({ accounts }: Pick<Rooms, "accounts">, site: string): void {
  if (!accounts.hasRoomForCertificate(site)) throw tooMany(site);
}

export interface DrawnCertificate {
  readonly issued: IssuedCertificate;
  /** PEM; null when the device made its key itself. */
  readonly key: string | null;
}

/** Signs, and keeps nothing of it yet. Throws Problem "invalid-csr". */
export function drawCertificate(
  rooms: Rooms,
  site: string,
  request: string | undefined,
  validMs: number,
): DrawnCertificate {
  const authority = rooms.identity.authority();
  const notAfter = rooms.now() + validMs;
  if (request === undefined) {
    const { publicKey, key } = makeDeviceKey();
    return { issued: authority.issue({ site, publicKey, notAfter }), key };
  }
  const read = readRequest(request);
  if (!read.ok) throw new Problem("invalid-csr", read.detail);
  if (read.commonName !== null && read.commonName !== site)
    throw new Problem("invalid-csr", `it is for ${read.commonName.slice(0, 64)}, not for ${site}`);
  return { issued: authority.issue({ site, publicKey: read.publicKey, notAfter }), key: null };
}

export function issueCertificate(rooms: Rooms): Route {
  const { accounts, identity, now } = rooms;
  return defineRoute({
    method: "post",
    path: "/api/v1/sites/{id}/certificates",
    summary: "A certificate for the site's device; its key, when we make it, is shown once. Older ones stay good",
    access: "admin",
    params: z.object({ id: shapes.siteId }),
    body: z.strictObject({ csr: csr.optional(), days: days.optional() }),
    replies: {
      201: {
        says: "the certificate",
        schema: z.object({
          ...certificateFields,
          certificate: pem,
          key: z.string().nullable().meta({ description: "PKCS #8 in PEM; null when a request was given" }),
          ca: pem,
        }),
      },
    },
    async run({ params, body, user }) {
      const site = findSite(rooms, params.id).id;
      requireRoom(rooms, site);
      const { issued, key } = drawCertificate(rooms, site, body.csr, (body.days ?? 397) * dayMs);
      // Before it counts: what cannot be written down is not issued.
      await identity.note(
        user.username,
        site,
        "certificate-issued",
        `${issued.serial} until ${formatIso(issued.notAfter)}`,
      );
      if (!accounts.putCertificate({ ...issued, site, issuedBy: user.username })) throw tooMany(site);
      identity.certificates.lookAgain();
      const row = accounts.findCertificate(issued.serial);
      if (row === null) throw new Problem("internal", "the certificate was not kept");
      const ca = identity.authority().pem;
      return { status: 201, body: { ...formatCertificate(row, now()), certificate: issued.pem, key, ca } };
    },
  });
}

export function listSiteCertificates(rooms: Rooms): Route {
  return defineRoute({
    method: "get",
    path: "/api/v1/sites/{id}/certificates",
    summary: "Every certificate that the site's device ever got",
    access: "operator",
    params: z.object({ id: shapes.siteId }),
    query: z.strictObject(shapes.pageQuery),
    replies: { 200: { says: "a page, those that end first come first", schema: shapes.page(certificate) } },
    run({ params, query }) {
      const { items, ...rest } = rooms.accounts.listCertificates({ ...query, site: findSite(rooms, params.id).id });
      return { status: 200, body: { ...rest, items: items.map((row) => formatCertificate(row, rooms.now())) } };
    },
  });
}

export function revokeCertificate(rooms: Rooms): Route {
  const { accounts, identity, now } = rooms;
  return defineRoute({
    method: "delete",
    path: "/api/v1/sites/{id}/certificates/{serial}",
    summary: "Revokes a certificate: it counts no more at once, and its open connections are ended",
    access: "admin",
    params: z.object({ id: shapes.siteId, serial: z.string().regex(/^[0-9A-Fa-f]{1,64}$/, "hexadecimal digits") }),
    body: z.strictObject({ reason: shapes.text }),
    replies: { 200: { says: "the certificate as it is now", schema: revoked } },
    async run({ params, body, user }) {
      const site = findSite(rooms, params.id).id;
      const serial = params.serial.toUpperCase();
      if (accounts.findCertificate(serial)?.site !== site)
        throw new Problem("certificate-not-found", `${site} has no certificate ${serial}`);
      // At once, whatever the journal says: repeated, it is written down then.
      const row = accounts.revokeCertificate(serial, user.username, body.reason);
      if (row === null) throw new Problem("internal", "the certificate is gone");
      identity.certificates.lookAgain();
      const closed = await identity.endRevoked();
      await identity.note(user.username, site, "certificate-revoked", `${serial}: ${body.reason}`);
      return { status: 200, body: { ...formatCertificate(row, now()), closed } };
    },
  });
}

const shown = z
  .object({ subject: z.string().optional(), fingerprint: z.string(), notAfter: shapes.isoTime })
  .nullable();

export function listCertificates(rooms: Rooms): Route {
  const { accounts, identity, now } = rooms;
  return defineRoute({
    method: "get",
    path: "/api/v1/certificates",
    summary: "Certificates of all devices by their ends, and those of the TLS doors",
    access: "operator",
    query: z.strictObject({
      ...shapes.pageQuery,
      expiring: z.coerce
        .number()
        .int()
        .min(0)
        .max(10_000)
        .optional()
        .meta({ description: "only those that are not revoked and end within so many days, or have ended" }),
    }),
    replies: {
      200: {
        says: "a page, those that end first come first",
        schema: z.object({ ...shapes.page(certificate).shape, server: shown, authority: shown }),
      },
    },
    async run({ query }) {
      const { expiring, ...page } = query;
      const endsBefore = expiring === undefined ? undefined : now() + expiring * dayMs;
      const { items, ...rest } = accounts.listCertificates({ ...page, endsBefore });
      const tls = await identity.certificates.tls();
      const describe = (each: { subject?: string; fingerprint: string; endsAt: number } | undefined) =>
        each === undefined
          ? null
          : {
              ...(each.subject === undefined ? {} : { subject: each.subject }),
              fingerprint: each.fingerprint,
              notAfter: formatIso(each.endsAt),
            };
      return {
        status: 200,
        body: {
          ...rest,
          items: items.map((row) => formatCertificate(row, now())),
          server: describe(tls?.server),
          authority: describe(tls?.authority),
        },
      };
    },
  });
}

export function showAuthority({ identity }: Rooms): Route {
  const type = "application/x-pem-file";
  return defineRoute({
    method: "get",
    path: "/api/v1/ca",
    summary: "The authority's own certificate in PEM, for devices to know the doors by; no secret",
    access: "open",
    replies: { 200: { says: "PEM", type } },
    run() {
      const headers = { "content-disposition": 'attachment; filename="plumeline-ca.pem"' };
      return { status: 200, text: identity.authority().pem, type, headers };
    },
  });
}
