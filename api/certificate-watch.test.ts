// What is worth telling about certificates, and what is not.

import { expect, test } from "vitest";
import { dayMs } from "#domain/time.ts";
import { judgeCertificates, type TlsStatus } from "./certificate-watch.ts";

const now = Date.UTC(2026, 10, 22);
const none = { sites: 0, example: null, endsAt: null };

function doors(change: Partial<NonNullable<TlsStatus>> = {}): TlsStatus {
  return {
    server: { subject: "CN=door", fingerprint: "", endsAt: now + 31 * dayMs },
    authority: { fingerprint: "", endsAt: now + 400 * dayMs },
    listsEndAt: null,
    problem: null,
    ...change,
  };
}

test("nothing is told while everything is good for a month, with TLS doors and without", () => {
  expect(judgeCertificates(null, none, now)).toBeNull();
  expect(judgeCertificates(doors({ listsEndAt: now + 1 }), none, now)).toBeNull();
});

test("a certificate of the doors is told 30 days before its end, the authority a year before", () => {
  const server = { subject: "CN=door", fingerprint: "", endsAt: now + 29 * dayMs };
  expect(judgeCertificates(doors({ server }), none, now)).toBe("the certificate of the TLS doors ends 2026-12-21");
  const authority = { fingerprint: "", endsAt: now + 300 * dayMs };
  expect(judgeCertificates(doors({ authority }), none, now)).toMatch(/^the authority in DATA_DIR\/ca ends/);
});

test("a revocation list past its time and files that cannot be used are told together", () => {
  const says = judgeCertificates(doors({ listsEndAt: now, problem: "key values mismatch" }), none, now);
  expect(says).toBe(
    "the revocation list in TLS_CLIENT_CRL ended 2026-11-22; changed files are not used: key values mismatch",
  );
});

test("sites without a newer certificate are counted, and one of them is named", () => {
  expect(judgeCertificates(null, { sites: 1, example: "A", endsAt: now - dayMs }, now)).toBe(
    "1 site has no newer certificate than one that ended 2026-11-21: A",
  );
  expect(judgeCertificates(null, { sites: 3, example: "B", endsAt: now + dayMs }, now)).toMatch(
    /^3 sites have no newer/,
  );
});
