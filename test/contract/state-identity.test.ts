// Certificates and one-time codes in a real accounts file, and the authority in a real folder: what is kept, what is told
// once, and what the broker sees of it through its own connection.

import { execFile, spawnSync } from "node:child_process";
import { randomBytes, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { bounds } from "#domain/bounds.ts";
import { dayMs } from "#domain/time.ts";
import { type Accounts, createAccounts } from "#store/state/accounts.ts";
import { makeDeviceKey, openAuthority } from "#store/state/authority.ts";
import { createDeviceDoor, type DeviceDoor } from "#store/state/device-door.ts";
import { readRequest } from "#store/state/x509.ts";
import { nodePath } from "#test/harness/system.ts";

const root = mkdtempSync(join(tmpdir(), "plumeline-identity-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let dir = "";
let folders = 0;
let clock = Date.UTC(2026, 10, 22);
let accounts: Accounts;
let door: DeviceDoor;
const random = (bytes: number): Uint8Array => randomBytes(bytes);

beforeEach(async () => {
  folders += 1;
  dir = join(root, String(folders));
  clock = Date.UTC(2026, 10, 22);
  const file = join(dir, "accounts.sqlite");
  accounts = createAccounts({ file, now: () => clock, random });
  door = createDeviceDoor({ file });
  expect(door.isReady()).toBe(false);
  await accounts.start();
});
afterEach(async () => {
  door.close();
  await accounts.stop();
});

const authority = () => openAuthority({ dir: join(dir, "ca"), now: () => clock, random });

function issue(site: string, days = 397): string {
  const { publicKey } = makeDeviceKey();
  const issued = authority().issue({ site, publicKey, notAfter: clock + days * dayMs });
  expect(accounts.putCertificate({ ...issued, site, issuedBy: "admin" })).toBe(true);
  return issued.serial;
}

function openssl(args: readonly string[]): string {
  const run = spawnSync("openssl", args, { encoding: "utf8" });
  return run.stdout + run.stderr;
}

describe("certificates", () => {
  it("are known to the door as soon as they are issued, and their end as soon as they are revoked", () => {
    const [first, second] = [issue("A"), issue("A")];
    expect(door.isReady()).toBe(true);
    expect(door.findCertificate(first)).toEqual({ site: "A", revoked: false });
    expect(door.findCertificate("00")).toBeNull();
    expect(door.takeRevoked()).toEqual([]);
    clock += 1000;
    const row = accounts.revokeCertificate(second, "admin", "stolen");
    expect(row).toMatchObject({ serial: second, revokedAt: clock, revokedBy: "admin", reason: "stolen" });
    expect(door.takeRevoked()).toEqual([second]);
    expect(door.takeRevoked()).toEqual([]);
    expect(door.findCertificate(first)).toEqual({ site: "A", revoked: false });
    expect(door.findCertificate(second)).toEqual({ site: "A", revoked: true });
    clock += 1000;
    expect(accounts.revokeCertificate(second, "other", "again")).toEqual(row);
    expect(accounts.revokeCertificate("00", "admin", "none")).toBeNull();
    expect(door.takeRevoked()).toEqual([]);
  });

  it("are listed page by page in the order of their ends, by site, and by what ends soon", () => {
    const serials = [40, 10, 20, 30].map((days) => issue("A", days));
    const other = issue("B", 25);
    const all = accounts.listCertificates({ limit: 3 });
    expect(all.items.map(({ serial }) => serial)).toEqual([serials[1], serials[2], other]);
    expect(all.total).toBe(5);
    const rest = accounts.listCertificates({ limit: 3, cursor: all.next ?? "" });
    expect(rest.items.map(({ serial }) => serial)).toEqual([serials[3], serials[0]]);
    expect(rest.next).toBeNull();
    expect(accounts.listCertificates({ site: "B", limit: 9 }).total).toBe(1);
    accounts.revokeCertificate(serials[1] ?? "", "admin", "replaced");
    const soon = accounts.listCertificates({ endsBefore: clock + 26 * dayMs, limit: 9 });
    expect(soon.items.map(({ serial }) => serial)).toEqual([serials[2], other]);
  });

  it("a site is about to be without one only when its newest ends", () => {
    issue("A", 10);
    expect(accounts.countEnding(clock + 30 * dayMs)).toMatchObject({ sites: 1, example: "A" });
    issue("A", 397);
    expect(accounts.countEnding(clock + 30 * dayMs)).toEqual({ sites: 0, example: null, endsAt: null });
    const last = issue("B", 5);
    clock += 6 * dayMs;
    expect(accounts.countEnding(clock + 30 * dayMs)).toMatchObject({ sites: 1, example: "B" });
    accounts.revokeCertificate(last, "admin", "the site is closed");
    expect(accounts.countEnding(clock + 30 * dayMs).sites).toBe(0);
  });

  it("a site has so many at the same time and no more; one that is revoked makes room", () => {
    const serials = Array.from({ length: bounds.siteCertificatesMax }, () => issue("A"));
    const { publicKey } = makeDeviceKey();
    const more = authority().issue({ site: "A", publicKey, notAfter: clock + dayMs });
    expect(accounts.putCertificate({ ...more, site: "A", issuedBy: "admin" })).toBe(false);
    accounts.revokeCertificate(serials[0] ?? "", "admin", "old");
    expect(accounts.putCertificate({ ...more, site: "A", issuedBy: "admin" })).toBe(true);
  });
});

describe("one-time codes", () => {
  it("give a password once, however they are typed in, and are not in the file", () => {
    const { code, expiresAt } = accounts.createCode("A", "admin", 60_000);
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(expiresAt).toBe(clock + 60_000);
    expect(accounts.findCode(code)).toEqual({ site: "A", madeBy: "admin" });
    const issued = accounts.redeemForPassword(` ${code.toLowerCase().replaceAll("-", " ")}`);
    expect(issued?.username).toBe("A");
    expect(door.verifyDevice("A", issued?.password ?? "")).toBe(true);
    expect(accounts.redeemForPassword(code)).toBeNull();
    expect(accounts.findCode(code)).toBeNull();
    const plain = code.replaceAll("-", "");
    for (const name of readdirSync(dir).filter((each) => each.startsWith("accounts.sqlite"))) {
      const bytes = readFileSync(join(dir, name));
      expect(bytes.includes(code) || bytes.includes(plain)).toBe(false);
    }
  });

  it("are void after their time, and when another one is made", () => {
    const first = accounts.createCode("A", "admin", 60_000).code;
    const second = accounts.createCode("A", "admin", 60_000).code;
    expect(accounts.redeemForPassword(first)).toBeNull();
    clock += 60_000;
    expect(accounts.findCode(second)).toBeNull();
    expect(accounts.redeemForPassword(second)).toBeNull();
  });

  it("a code whose certificate cannot be had stays good", () => {
    const { code } = accounts.createCode("A", "admin", 60_000);
    for (let i = 0; i < bounds.siteCertificatesMax; i++) issue("A");
    const { publicKey } = makeDeviceKey();
    const draft = { ...authority().issue({ site: "A", publicKey, notAfter: clock + dayMs }), site: "A", issuedBy: "x" };
    expect(accounts.redeemForCertificate(code, draft)).toBe("too-many");
    expect(accounts.redeemForCertificate(code, { ...draft, site: "B" })).toBe("bad-code");
    expect(accounts.findCode(code)).not.toBeNull();
    const other = accounts.createCode("B", "admin", 60_000).code;
    expect(accounts.redeemForCertificate(other, { ...draft, site: "B" })).toBe("done");
    expect(accounts.redeemForCertificate(other, { ...draft, serial: "01", site: "B" })).toBe("bad-code");
    expect(accounts.findCertificate("01")).toBeNull();
  });
});

describe("the authority of a data folder", () => {
  it("is made once, keeps its key to its owner, and stays the same for whoever opens it", () => {
    const first = authority();
    expect(authority().pem).toBe(first.pem);
    expect(statSync(join(dir, "ca", "authority.key")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, "ca")).mode & 0o777).toBe(0o700);
    first.serverCertificate(["localhost"]);
    expect(statSync(join(dir, "ca", "server.pem")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir).filter((name) => name.startsWith("ca"))).toEqual(["ca"]);
  });

  it("is one, however many processes need it first at the same moment", async () => {
    const script = `
      import { openAuthority } from ${JSON.stringify(join(import.meta.dirname, "../../store/state/authority.ts"))};
      import { randomBytes } from "node:crypto";
      const made = openAuthority({ dir: process.argv[1], now: Date.now, random: randomBytes });
      process.stdout.write(made.certificate.fingerprint256);`;
    const openElsewhere = (): Promise<string> =>
      new Promise((done, fail) => {
        const args = ["--input-type=module", "--eval", script, join(dir, "ca")];
        execFile(nodePath, args, (error, says) => (error === null ? done(says) : fail(error)));
      });
    const seen = await Promise.all([openElsewhere(), openElsewhere(), openElsewhere(), openElsewhere()]);
    expect(new Set(seen)).toEqual(new Set([authority().certificate.fingerprint256]));
    expect(readdirSync(dir).filter((name) => name.startsWith("ca"))).toEqual(["ca"]);
  });

  it("issues what openssl takes for a client, and its doors' certificate for a server, by the strict rules", () => {
    const made = authority();
    const { publicKey } = makeDeviceKey();
    writeFileSync(join(dir, "device.crt"), made.issue({ site: "A", publicKey, notAfter: Date.now() + dayMs }).pem);
    writeFileSync(join(dir, "server.crt"), made.serverCertificate(["a.example", "10.1.2.3", "fe80::1"]).certificate);
    const verify = (purpose: string, file: string): string =>
      openssl(
        [
          "verify",
          "-x509_strict",
          "-attime",
          String(clock / 1000),
          "-CAfile",
          "authority.crt",
          "-purpose",
          purpose,
          file,
        ].map((each) => (each.endsWith(".crt") ? join(dir, each === "authority.crt" ? "ca" : "", each) : each)),
      );
    expect(verify("sslclient", "device.crt")).toContain("OK");
    expect(verify("sslserver", "server.crt")).toContain("OK");
    expect(verify("sslclient", "server.crt")).toContain("unsuitable certificate purpose");
    expect(verify("sslserver", "device.crt")).toContain("unsuitable certificate purpose");
    const server = new X509Certificate(readFileSync(join(dir, "server.crt")));
    expect(server.checkHost("a.example")).toBe("a.example");
    expect([server.checkIP("10.1.2.3"), server.checkIP("fe80::1"), server.checkIP("10.1.2.4")]).toEqual([
      "10.1.2.3",
      "fe80::1",
      undefined,
    ]);
  });

  it("makes the doors' certificate anew six weeks before its end and for other names, and else keeps it", () => {
    const first = authority().serverCertificate(["localhost"]);
    expect(authority().serverCertificate(["localhost"])).toEqual(first);
    expect(authority().serverCertificate(["localhost", "10.0.0.1"])).not.toEqual(first);
    const second = authority().serverCertificate(["localhost"]);
    clock += 345 * dayMs;
    expect(authority().serverCertificate(["localhost"])).toEqual(second);
    clock += 8 * dayMs;
    expect(authority().serverCertificate(["localhost"])).not.toEqual(second);
  });

  it("says so when its key does not fit, instead of making another one", () => {
    authority();
    writeFileSync(join(dir, "ca", "authority.key"), makeDeviceKey().key);
    expect(authority).toThrow(/key and certificate do not belong together/);
  });
});

describe("requests of devices", () => {
  const request = (...args: readonly string[]): string => {
    openssl(["req", "-new", "-nodes", "-keyout", join(dir, "k"), "-out", join(dir, "r"), ...args]);
    return readFileSync(join(dir, "r"), "utf8");
  };

  it("are read with EC, RSA and Ed25519 keys, and only when their signature proves the key", () => {
    const ec = request("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-subj", "/CN=A", "-sha384");
    expect(readRequest(ec)).toMatchObject({ ok: true, commonName: "A" });
    expect(readRequest(request("-newkey", "rsa:2048", "-subj", "/CN=A"))).toMatchObject({ ok: true, commonName: "A" });
    expect(readRequest(request("-newkey", "ed25519", "-subj", "/O=x"))).toMatchObject({ ok: true, commonName: null });
    const lines = ec.split("\n");
    const last = lines.findIndex((line) => line.startsWith("-----END")) - 2;
    const line = lines[last] ?? "";
    lines[last] = line.slice(0, 20) + (line[20] === "A" ? "B" : "A") + line.slice(21);
    expect(readRequest(lines.join("\n"))).toMatchObject({ ok: false });
  });

  it("with a weak key, of another kind, or no request at all are refused by name", () => {
    expect(readRequest(request("-newkey", "rsa:1024", "-subj", "/CN=A"))).toMatchObject({
      detail: expect.stringMatching(/2048 bits/),
    });
    const curve = request("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1", "-subj", "/CN=A");
    expect(readRequest(curve)).toMatchObject({ detail: expect.stringMatching(/must be EC/) });
    expect(readRequest("hello")).toEqual({ ok: false, detail: "no CERTIFICATE REQUEST in PEM" });
    expect(readRequest("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n")).toMatchObject(
      {
        ok: false,
      },
    );
  });
});
