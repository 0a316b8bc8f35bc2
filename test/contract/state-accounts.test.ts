// Accounts on a real file: people, sessions, links, and the devices' passwords as the broker asks for them.

import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { dayMs } from "#domain/time.ts";
import { createAccounts, type Accounts } from "#store/state/accounts.ts";
import { createDeviceDoor } from "#store/state/device-door.ts";

const root = mkdtempSync(join(tmpdir(), "plumeline-accounts-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let file = "";
let files = 0;
let clock = Date.UTC(2026, 10, 22);
let accounts: Accounts;

beforeEach(async () => {
  files += 1;
  file = join(root, `accounts-${files}.sqlite`);
  accounts = createAccounts({ file, now: () => clock, random: (bytes) => randomBytes(bytes) });
  await accounts.start();
});
afterEach(async () => {
  await accounts.stop();
});

describe("people", () => {
  it("the first start makes an administrator with the given password, later starts change nothing", async () => {
    expect(await accounts.ensureAdmin("first password")).toEqual({ created: true, password: null });
    expect(await accounts.ensureAdmin("second password")).toEqual({ created: false, password: null });
    expect(await accounts.checkLogin("admin", "first password")).toMatchObject({ username: "admin", role: "admin" });
    expect(await accounts.checkLogin("admin", "second password")).toBeNull();
    expect(await accounts.checkLogin("nobody", "first password")).toBeNull();
  });

  it("without a given password one is drawn and told once", async () => {
    const { password } = await accounts.ensureAdmin(null);
    expect(password).toMatch(/^[\w-]{20}$/);
    expect(await accounts.checkLogin("admin", password ?? "")).not.toBeNull();
  });

  it("a session lasts seven days from its last use", async () => {
    await accounts.ensureAdmin("p");
    const { token } = accounts.openSession("admin");
    clock += 6 * dayMs;
    expect(accounts.findSession(token)?.username).toBe("admin");
    clock += 6 * dayMs;
    expect(accounts.findSession(token)?.username).toBe("admin");
    clock += 7 * dayMs + 1;
    expect(accounts.findSession(token)).toBeNull();
  });

  it("a closed session and a changed password both end what was open", async () => {
    await accounts.ensureAdmin("p");
    const first = accounts.openSession("admin").token;
    accounts.closeSession(first);
    expect(accounts.findSession(first)).toBeNull();
    const second = accounts.openSession("admin").token;
    await accounts.putUser({ username: "admin", displayName: "值班长", role: "operator" }, "q");
    expect(accounts.findSession(second)).toBeNull();
    expect(accounts.findUser("admin")).toEqual({ username: "admin", displayName: "值班长", role: "operator" });
  });

  it("everybody is told of the sign-in before the newest one: when it was and from where", async () => {
    await accounts.ensureAdmin("p");
    expect(accounts.signInBefore("admin")).toBeNull();
    const first = clock;
    accounts.noteSignIn("admin", "10.1.2.3");
    expect(accounts.signInBefore("admin")).toBeNull();
    clock += 60_000;
    accounts.noteSignIn("admin", "10.1.2.4");
    await accounts.putUser({ username: "other", displayName: "Other", role: "viewer" }, "q");
    accounts.noteSignIn("other", "10.9.9.9");
    await accounts.stop();
    await accounts.start();
    expect(accounts.signInBefore("admin")).toEqual({ at: first, address: "10.1.2.3" });
    expect(accounts.signInBefore("nobody")).toBeNull();
  });

  it("a sign-in link works once and for one day", async () => {
    await accounts.ensureAdmin("p");
    const link = accounts.createLink("admin");
    expect(accounts.redeemLink(link)?.username).toBe("admin");
    expect(accounts.redeemLink(link)).toBeNull();
    const late = accounts.createLink("admin");
    clock += dayMs;
    expect(accounts.redeemLink(late)).toBeNull();
  });

  it("no token, link or password can be read from the file, and only its owner may open it", async () => {
    const { password } = await accounts.ensureAdmin(null);
    const secrets = [password ?? "", accounts.openSession("admin").token, accounts.createLink("admin")];
    secrets.push(...accounts.issueCredentials(["S"]).map((row) => row.password));
    await accounts.stop();
    const bytes = readFileSync(file);
    for (const secret of secrets) expect(bytes.includes(secret)).toBe(false);
    expect(
      bytes.includes(
        createHash("sha256")
          .update(secrets[1] ?? "")
          .digest(),
      ),
    ).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await accounts.start();
  });
});

describe("devices", () => {
  it("a device enters with its newest password only, and only as itself", () => {
    const [old] = accounts.issueCredentials(["S1"]);
    const [fresh] = accounts.issueCredentials(["S1", "S2"]);
    const door = createDeviceDoor({ file });
    expect(door.verifyDevice("S1", fresh?.password ?? "")).toBe(true);
    expect(door.verifyDevice("S1", old?.password ?? "")).toBe(false);
    expect(door.verifyDevice("S2", fresh?.password ?? "")).toBe(false);
    expect(door.verifyDevice("S3", "")).toBe(false);
    expect(fresh?.password).toMatch(/^[\w-]{22}$/);
    door.close();
  });

  it("a broker that starts before the accounts exist lets nobody in, then everybody who has a password", async () => {
    const later = join(root, "later.sqlite");
    const door = createDeviceDoor({ file: later });
    expect(door.verifyDevice("S1", "x")).toBe(false);
    const api = createAccounts({ file: later, now: () => clock, random: (bytes) => randomBytes(bytes) });
    expect(api.verifyDevice("S1", "x")).toBe(false);
    await api.start();
    const [row] = api.issueCredentials(["S1"]);
    expect(door.verifyDevice("S1", row?.password ?? "")).toBe(true);
    expect(api.verifyDevice("S1", row?.password ?? "")).toBe(true);
    door.close();
    await api.stop();
  });

  it("issues a whole fleet's passwords at once and verifies each within microseconds", () => {
    const sites = Array.from({ length: 1300 }, (_, index) => `HB-130200-${index}`);
    let started = performance.now();
    const issued = accounts.issueCredentials(sites);
    expect(performance.now() - started).toBeLessThan(500);
    started = performance.now();
    expect(issued.every((row) => accounts.verifyDevice(row.username, row.password))).toBe(true);
    expect((performance.now() - started) / issued.length).toBeLessThan(0.5);
  });

  it("keeps a logger's password as it is, since HJ 212 sends it in clear", () => {
    accounts.setLoggers([{ site: "A", mn: "88888880000001", password: "123456" }]);
    accounts.setLoggers([{ site: "A", mn: "88888880000001", password: null }]);
    expect(accounts.loggerPassword("88888880000001")).toBe("123456");
    expect(accounts.loggerPassword("none")).toBeNull();
  });
});
