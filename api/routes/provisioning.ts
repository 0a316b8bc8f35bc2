// Provisioning: an administrator makes a one-time code for a site, and the device exchanges it for its password, or for a
// certificate of the key that it has made itself. Wrong codes make whoever tries them wait, by address.

import * as z from "zod";
import { formatIso } from "#domain/time.ts";
import { lockOutAddress } from "#domain/lock-out.ts";
import type { Rooms } from "../parts.ts";
import { Problem } from "../problem.ts";
import { createRate } from "../rate.ts";
import { defineRoute, type Route } from "../route.ts";
import * as shapes from "../shapes.ts";
import { certificateMsDefault, csr, drawCertificate, requireRoom, tooMany } from "./certificates.ts";
import { findSite } from "./sites.ts";

const minuteMs = 60_000;
/** Of all addresses together: guessing 80 bits from very many of them is no nearer, and costs us no more than this. */
const triesPerSecond = 20;
const triesBurst = 200;

export function createProvisioningCode(rooms: Rooms): Route {
  const { accounts, identity } = rooms;
  return defineRoute({
    method: "post",
    path: "/api/v1/sites/{id}/provisioning-codes",
    summary: "A one-time code for the site's device, shown once; one made before is void",
    access: "admin",
    params: z.object({ id: shapes.siteId }),
    body: z.strictObject({
      minutes: z
        .number()
        .int()
        .min(1)
        .max(7 * 24 * 60)
        .default(24 * 60),
    }),
    replies: {
      201: {
        says: "the code",
        schema: z.object({ site: shapes.siteId, code: z.string(), expiresAt: shapes.isoTime }),
      },
    },
    async run({ params, body, user }) {
      const site = findSite(rooms, params.id).id;
      await identity.note(user.username, site, "code-made", `good for ${body.minutes} minutes`);
      const { code, expiresAt } = accounts.createCode(site, user.username, body.minutes * minuteMs);
      return { status: 201, body: { site, code, expiresAt: formatIso(expiresAt) } };
    },
  });
}

const provisioned = z.object({
  site: shapes.siteId,
  username: shapes.siteId,
  password: z.string().nullable().meta({ description: "null when a certificate was asked for" }),
  certificate: z.string().nullable().meta({ description: "PEM; null when a password was asked for" }),
  ca: z.string().meta({ description: "PEM: by this the device knows the TLS doors" }),
});

type Provisioned = z.output<typeof provisioned>;

export function provision(rooms: Rooms): Route {
  const { accounts, identity, now } = rooms;
  const rate = createRate(triesPerSecond, triesBurst);
  const inWork = new Set<string>();

  function refuse(reason: "wrong-code" | "locked-out", address: string, detail: string): void {
    identity.refusedHere.note({ reason, site: null, address, door: "provision", detail }, now());
  }

  /** The site of a code that is good. Throws Problem "wrong-code", "too-many-attempts". */
  function findSiteOf(code: string, address: string): string {
    const attempt = { site: "", address: lockOutAddress(address), mark: "" };
    const waitMs = Math.max(identity.lockOut.waitMs(attempt, now()), rate.take("all", now()) ? 0 : 1_000);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      refuse("locked-out", address, `for ${seconds} s more`);
      const headers = { "retry-after": String(seconds) };
      throw new Problem("too-many-attempts", "too many wrong codes", { headers });
    }
    const found = accounts.findCode(code);
    if (found !== null) return found.site;
    identity.lockOut.failed(attempt, now());
    refuse("wrong-code", address, "unknown, used, void or too old");
    throw new Problem("wrong-code", "the code is unknown, used, void or too old");
  }

  async function givePassword(site: string, code: string, address: string): Promise<Provisioned> {
    await identity.note("provisioning", site, "code-redeemed", `for a password, from ${address}`);
    const issued = accounts.redeemForPassword(code);
    if (issued === null) throw new Problem("wrong-code", "the code has just run out");
    await identity.forgive(site);
    return { site, ...issued, certificate: null, ca: identity.authority().pem };
  }

  async function giveCertificate(site: string, code: string, request: string, address: string): Promise<Provisioned> {
    requireRoom(rooms, site);
    const { issued } = drawCertificate(rooms, site, request, certificateMsDefault);
    await identity.note("provisioning", site, "code-redeemed", `for certificate ${issued.serial}, from ${address}`);
    const result = accounts.redeemForCertificate(code, { ...issued, site, issuedBy: "provisioning" });
    if (result === "too-many") throw tooMany(site);
    if (result === "bad-code") throw new Problem("wrong-code", "the code has just run out");
    identity.certificates.lookAgain();
    return { site, username: site, password: null, certificate: issued.pem, ca: identity.authority().pem };
  }

  return defineRoute({
    method: "post",
    path: "/api/v1/provision",
    summary: "A device exchanges its one-time code for its password, or with a request (CSR) for its certificate",
    access: "open",
    body: z.strictObject({ code: z.string().min(1).max(64), csr: csr.optional() }),
    bodyBytesMax: 32 * 1024,
    replies: { 201: { says: "what the device logs in with; shown once", schema: provisioned } },
    async run({ body, address }) {
      const site = findSiteOf(body.code, address);
      // Two at once with one code: the second is as late as one that comes afterwards.
      if (inWork.has(site)) throw new Problem("wrong-code", "the code is being used");
      inWork.add(site);
      try {
        const given =
          body.csr === undefined
            ? await givePassword(site, body.code, address)
            : await giveCertificate(site, body.code, body.csr, address);
        return { status: 201, body: given };
      } finally {
        inWork.delete(site);
      }
    },
  });
}
