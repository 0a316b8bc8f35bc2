// Devices at the TLS door of the whole program, with certificates of its own authority: who is let in, who is not and where
// that is seen, rotation, revocation while connected, provisioning, lock-out and unlocking.

import { randomBytes, X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connect as connectPlain } from "node:net";
import { connect as connectSocket } from "node:tls";
import mqttPacket from "mqtt-packet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayMs } from "#domain/time.ts";
import { makeDeviceKey, openAuthority } from "#store/state/authority.ts";
import { createApiClient, type Json } from "#test/harness/api-client.ts";
import { connectDevice } from "#test/harness/device.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import {
  addressOf,
  connectTls,
  type KeyAndCertificate,
  makeRequest,
  makeSelfSigned,
  whenClosed,
} from "#test/harness/tls.ts";
import { waitFor } from "#test/harness/wait.ts";

let system: RunningSystem;
let temp: TempDir;
let mqtts = "";
let ca = "";

beforeAll(async () => {
  temp = await createTempDir("identity");
  system = await startSystem({ env: { MQTTS_LISTEN: "127.0.0.1:0", HJ212S_LISTEN: "127.0.0.1:0" } });
  mqtts = addressOf(system, "mqtts");
  ca = (await system.api.call("GET", "/api/v1/ca")).text;
}, 60_000);
afterAll(async () => {
  await system.close();
  await temp.remove();
});

interface Issued extends KeyAndCertificate {
  readonly serial: string;
  readonly reply: Json;
}

async function issue(site: string, body: Json = {}): Promise<Issued> {
  const reply = await system.api.call("POST", `/api/v1/sites/${site}/certificates`, body);
  if (reply.status !== 201) throw new Error(`${reply.status} ${reply.text}`);
  const { key, certificate, serial } = reply.body;
  return { key: String(key), certificate: String(certificate), serial: String(serial), reply: reply.body };
}

/** One signed by the program's own authority without its knowledge, or with an entry in its register. */
function forge(site: string, notBefore: number, notAfter: number, registered: boolean): KeyAndCertificate {
  const authority = openAuthority({ dir: join(system.dataDir, "ca"), now: Date.now, random: randomBytes });
  const { publicKey, key } = makeDeviceKey();
  const issued = authority.issue({ site, publicKey, notBefore, notAfter });
  if (registered) {
    const db = new DatabaseSync(join(system.dataDir, "accounts.sqlite"));
    db.prepare(
      "insert into certificates (serial, site, fingerprint, not_before, not_after, issued_at, issued_by) values (?,?,?,?,?,?,?)",
    ).run(issued.serial, site, issued.fingerprint, notBefore, notAfter, notBefore, "test");
    db.close();
  }
  return { key, certificate: issued.pem };
}

const revoke = (site: string, serial: string) =>
  system.api.call("DELETE", `/api/v1/sites/${site}/certificates/${serial}`, { reason: "lost" });

async function refusedRows(query: string): Promise<Json[]> {
  return (await system.api.call("GET", `/api/v1/devices/refused?${query}`)).body["items"] as Json[];
}

async function publish(client: Awaited<ReturnType<typeof connectTls>>, site: string, value: number): Promise<void> {
  const payload = JSON.stringify({ time: Date.now(), values: { w01018: value } });
  await client.publishAsync(`v1/${site}/readings`, payload, { qos: 1 });
}

async function acknowledgedByTls(): Promise<number> {
  return (await system.api.metrics()).value("plumeline_broker_frames_acknowledged_total", { door: "mqtts" });
}

describe("a device with a certificate", () => {
  it("logs in as the site that it names, without a password, and its readings are acknowledged and stored", async () => {
    await system.api.createSite("C-1");
    const own = await issue("C-1");
    const client = await connectTls(mqtts, ca, own);
    const before = await acknowledgedByTls();
    await publish(client, "C-1", 41);
    expect(await acknowledgedByTls()).toBe(before + 1);
    await waitFor("the value", async () => (await system.api.latest("C-1"))["w01018"]?.value === 41, {
      deadlineMs: 5_000,
    });
    await client.endAsync();
    const named = await connectTls(mqtts, ca, { ...own, username: "C-1" });
    await named.endAsync();
  });

  it("may have made its key itself: the request's name must be the site, and no key is told", async () => {
    await system.api.createSite("C-2");
    const { key, csr } = makeRequest(temp.path, "C-2");
    const issued = await issue("C-2", { csr, days: 10 });
    expect(issued.reply["key"]).toBeNull();
    expect(Date.parse(String(issued.reply["notAfter"])) - Date.now()).toBeLessThan(10 * dayMs + 1000);
    const client = await connectTls(mqtts, ca, { key, certificate: issued.certificate });
    await client.endAsync();
    const foreign = await system.api.call("POST", "/api/v1/sites/C-1/certificates", { csr });
    expect(foreign.status).toBe(400);
    expect(foreign.body).toMatchObject({ code: "invalid-csr" });
  });

  it("is held to its own site like any other device", async () => {
    const client = await connectTls(mqtts, ca, await issue("C-1"));
    client.publish("v1/C-2/readings", "{}", { qos: 1 });
    await whenClosed(client, 5_000);
    expect((await refusedRows("reason=foreign-topic&site=C-1"))[0]).toMatchObject({
      address: "127.0.0.1",
      door: "mqtts",
    });
  });

  it("has an old and a new one side by side, until the old one is revoked: that ends its connection at once", async () => {
    await system.api.createSite("C-3");
    const [old, next] = [await issue("C-3"), await issue("C-3")];
    const before = await connectTls(mqtts, ca, { ...old, clientId: "old" });
    const after = await connectTls(mqtts, ca, { ...next, clientId: "next" });
    await publish(before, "C-3", 1);
    const reply = await revoke("C-3", old.serial);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ state: "revoked", reason: "lost", revokedBy: "admin", closed: 1 });
    await whenClosed(before, 1_000);
    await publish(after, "C-3", 2);
    expect(after.connected).toBe(true);
    await after.endAsync();
    await expect(connectTls(mqtts, ca, old)).rejects.toThrow(/Not authorized/);
    const list = await system.api.call("GET", "/api/v1/sites/C-3/certificates");
    expect((list.body["items"] as Json[]).map(({ state }) => state).sort()).toEqual(["revoked", "valid"]);
    const audit = await waitFor(
      "the audit",
      async () => {
        const { items } = (await system.api.call("GET", "/api/v1/audit?object=C-3")).body as { items: Json[] };
        return items.some(({ detail }) => String(detail).startsWith("certificate-revoked")) && items;
      },
      { deadlineMs: 5_000 },
    );
    expect(audit.find(({ detail }) => String(detail).startsWith("certificate-revoked"))).toMatchObject({
      actor: "admin",
      action: "identity.note",
      detail: `certificate-revoked: ${old.serial}: lost`,
    });
  });

  it("that another process has revoked is ended within seconds, too", async () => {
    await system.api.createSite("C-4");
    const own = await issue("C-4");
    const client = await connectTls(mqtts, ca, own);
    const db = new DatabaseSync(join(system.dataDir, "accounts.sqlite"));
    db.prepare(
      "update certificates set revoked_at = 1, revocation = (select coalesce(max(revocation), 0) + 1 from certificates) where serial = ?",
    ).run(own.serial);
    db.close();
    await whenClosed(client, 3_000);
  });

  it("that ends while it is connected is ended with it", async () => {
    await system.api.createSite("C-5");
    // The form knows whole seconds.
    const client = await connectTls(mqtts, ca, forge("C-5", Date.now() - dayMs, Date.now() + 3_000, true));
    await publish(client, "C-5", 1);
    await whenClosed(client, 5_000);
    expect((await refusedRows("reason=certificate-expired&site=C-5")).length).toBe(1);
  });
});

describe("a certificate that does not count", () => {
  const cases: [string, string, () => KeyAndCertificate | Promise<KeyAndCertificate>, { username?: string }][] = [
    ["that vouches for itself", "certificate-untrusted", () => makeSelfSigned(temp.path, "C-1"), {}],
    ["that has ended", "certificate-expired", () => forge("C-1", Date.now() - 9 * dayMs, Date.now() - dayMs, true), {}],
    [
      "that has not begun",
      "certificate-expired",
      () => forge("C-1", Date.now() + dayMs, Date.now() + 9 * dayMs, true),
      {},
    ],
    [
      "of our authority that is in no register",
      "certificate-unknown",
      () => forge("C-1", Date.now() - dayMs, Date.now() + dayMs, false),
      {},
    ],
    ["with the user name of another site", "certificate-wrong-name", () => issue("C-1"), { username: "C-2" }],
    [
      "whose name can be no site",
      "certificate-wrong-name",
      () => forge("../C-1", Date.now() - dayMs, Date.now() + dayMs, false),
      {},
    ],
  ];

  it.each(cases)(
    "%s gets nothing in, even with the right password, and is counted and listed as %s",
    async (_, reason, make, words) => {
      const shown = await make();
      const password = (await system.api.call("POST", "/api/v1/sites/C-1/credentials")).body["password"];
      const count = async (): Promise<number> =>
        (await system.api.metrics()).value("plumeline_broker_refused_total", { reason });
      const [before, frames] = [await count(), await acknowledgedByTls()];
      const login = { ...shown, username: "C-1", password: String(password), ...words };
      await expect(connectTls(mqtts, ca, login)).rejects.toThrow(/Not authorized/);
      expect(await count()).toBe(before + 1);
      expect(await acknowledgedByTls()).toBe(frames);
      const [row] = await refusedRows(`reason=${reason}`);
      expect(row).toMatchObject({ reason, address: "127.0.0.1", door: "mqtts" });
      expect(row?.["site"]).toBe(
        shown.certificate.includes("BEGIN") && reason === "certificate-wrong-name" && words.username === undefined
          ? null
          : "C-1",
      );
      expect(system.lines.some((line) => line["reason"] === reason && line["address"] === "127.0.0.1")).toBe(true);
    },
  );

  it("is worth nothing to others: a failure of it keeps no device with a good one out", async () => {
    for (let i = 0; i < 8; i++)
      await expect(connectTls(mqtts, ca, makeSelfSigned(temp.path, "C-2"))).rejects.toThrow(/Not authorized/);
    const client = await connectTls(mqtts, ca, await issue("C-2"));
    await client.endAsync();
  });
});

describe("the TLS door", () => {
  it("takes passwords as well, is issued a certificate for this machine at the first start, and keeps keys to its owner", async () => {
    const { username, password } = await system.api.createSite("P-1");
    const client = await connectTls(mqtts, ca, { username, password });
    await publish(client, "P-1", 7);
    await client.endAsync();
    for (const file of ["authority.key", "server.pem"])
      expect(statSync(join(system.dataDir, "ca", file)).mode & 0o777).toBe(0o600);
    const tls = await system.api.call("GET", "/api/v1/certificates");
    expect(tls.body["authority"]).toMatchObject({ fingerprint: new X509Certificate(ca).fingerprint256 });
  });

  it("speaks TLS 1.2 and 1.3 and nothing older, and what is no TLS is counted with its address", async () => {
    const [host = "", port = ""] = mqtts.split(":");
    const protocolOf = (version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3"): Promise<string | null> =>
      new Promise((done, fail) => {
        const bounds = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" } as const;
        const socket = connectSocket({ host, port: Number(port), ca, ...bounds }, () => {
          done(socket.getProtocol());
          socket.destroy();
        });
        socket.once("error", fail);
      });
    expect(await protocolOf("TLSv1.2")).toBe("TLSv1.2");
    expect(await protocolOf("TLSv1.3")).toBe("TLSv1.3");
    await expect(protocolOf("TLSv1.1")).rejects.toThrow();
    const { username, password } = await system.api.createSite("P-2");
    const plain = connectPlain({ host, port: Number(port) });
    const ended = new Promise((done) => plain.on("error", () => undefined).once("close", done));
    plain.write(
      mqttPacket.generate({
        cmd: "connect",
        clientId: "x",
        protocolId: "MQTT",
        protocolVersion: 4,
        clean: true,
        keepalive: 60,
        username,
        password: Buffer.from(password),
      }),
    );
    await ended;
    const rows = await refusedRows("reason=tls-failed");
    expect(rows[0]).toMatchObject({ address: "127.0.0.1", door: "mqtts", site: null });
    expect(Number(rows[0]?.["count"])).toBeGreaterThanOrEqual(2);
  });

  it("believes a resumed session no more than the certificate that it began with", async () => {
    await system.api.createSite("P-3");
    const own = await issue("P-3");
    const [host = "", port = ""] = mqtts.split(":");
    const login = mqttPacket.generate({
      cmd: "connect",
      clientId: "r",
      protocolId: "MQTT",
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
    });
    /** Return code of CONNACK, whether the session was resumed, and the session to resume. */
    const logIn = (version: "TLSv1.2" | "TLSv1.3", session?: Buffer) =>
      new Promise<{ code: number; reused: boolean; session: Buffer | undefined }>((done, fail) => {
        const shown = session === undefined ? { key: own.key, cert: own.certificate } : { session };
        const socket = connectSocket(
          { host, port: Number(port), ca, minVersion: version, maxVersion: version, ...shown },
          () => socket.write(login),
        );
        let kept: Buffer | undefined;
        socket.on("session", (bytes: Buffer) => (kept = bytes)).once("error", fail);
        socket.once("data", (bytes: Buffer) => {
          done({ code: bytes[3] ?? -1, reused: socket.isSessionReused(), session: kept });
          socket.destroy();
        });
      });
    const [older, newer] = [await logIn("TLSv1.2"), await logIn("TLSv1.3")];
    expect([older.code, newer.code]).toEqual([0, 0]);
    await revoke("P-3", own.serial);
    for (const [version, { session }] of [
      ["TLSv1.2", older],
      ["TLSv1.3", newer],
    ] as const) {
      expect(session).toBeDefined();
      const again = await logIn(version, session);
      expect(again.reused).toBe(true);
      // 5 when the session remembers the certificate, 4 when it does not: then a password would be needed.
      expect([4, 5]).toContain(again.code);
    }
  });

  it("of HJ 212 answers a logger behind TLS, and refuses one with a foreign certificate", async () => {
    const [host = "", port = ""] = addressOf(system, "hj212s").split(":");
    const say = (shown: Partial<KeyAndCertificate>): Promise<string> =>
      new Promise((done) => {
        let heard = "";
        const socket = connectSocket({ host, port: Number(port), ca, key: shown.key, cert: shown.certificate });
        socket.on("data", (chunk: Buffer) => {
          heard += chunk.toString("latin1");
          socket.end();
        });
        socket.on("error", () => undefined).once("close", () => done(heard));
        socket.write(
          "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n",
        );
      });
    expect(await say({})).toContain("CN=9014");
    expect(await say(makeSelfSigned(temp.path, "C-1"))).toBe("");
    expect((await refusedRows("reason=certificate-untrusted")).some(({ door }) => door === "hj212s")).toBe(true);
  });
});

describe("provisioning", () => {
  const code = async (site: string, body: Json = {}): Promise<string> =>
    String((await system.api.call("POST", `/api/v1/sites/${site}/provisioning-codes`, body)).body["code"]);
  const device = () => createApiClient(system.addresses.http, "");

  it("a code gives a device its password once; the second one who uses it gets nothing", async () => {
    await system.api.createSite("V-1");
    const given = await code("V-1");
    const reply = await device().call("POST", "/api/v1/provision", { code: given });
    expect(reply.status).toBe(201);
    const { username, password } = reply.body;
    const connected = await connectDevice(system.addresses.mqtt, {
      username: String(username),
      password: String(password),
    });
    await connected.send({ w01018: 3 });
    await connected.end();
    const again = await device().call("POST", "/api/v1/provision", { code: given });
    expect(again.status).toBe(401);
    expect(again.body).toMatchObject({ code: "wrong-code" });
  });

  it("a code and a request give it a certificate of its own key, by which it knows the door and is known", async () => {
    const { key, csr } = makeRequest(temp.path, "V-1");
    const given = await code("V-1", { minutes: 5 });
    const broken = await device().call("POST", "/api/v1/provision", { code: given, csr: "nonsense" });
    expect(broken.body).toMatchObject({ code: "invalid-csr", status: 400 });
    const reply = await device().call("POST", "/api/v1/provision", { code: given, csr });
    expect(reply.status).toBe(201);
    expect(reply.body["password"]).toBeNull();
    const client = await connectTls(mqtts, String(reply.body["ca"]), {
      key,
      certificate: String(reply.body["certificate"]),
    });
    await client.endAsync();
  });

  it("only administrators make codes, and who guesses them has to wait, is listed, and can be let in again", async () => {
    const nobody = await device().call("POST", "/api/v1/sites/V-1/provisioning-codes", {});
    expect(nobody.status).toBe(401);
    const good = await code("V-1");
    const statuses: number[] = [];
    // One wrong code was used above.
    for (let i = 0; i < 5; i++)
      statuses.push((await device().call("POST", "/api/v1/provision", { code: `AAAA-BBBB-CCCC-DDD${i}` })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429]);
    const late = await device().call("POST", "/api/v1/provision", { code: good });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
    const locked = (await system.api.call("GET", "/api/v1/devices/locked")).body["items"] as Json[];
    expect(locked).toContainEqual(
      expect.objectContaining({ kind: "device", door: "provision", address: "127.0.0.1", site: null }),
    );
    expect((await refusedRows("reason=wrong-code"))[0]).toMatchObject({ door: "provision", count: 5 });
    await system.api.call("POST", "/api/v1/devices/unlock", { address: "127.0.0.1", reason: "it was us" });
    expect((await device().call("POST", "/api/v1/provision", { code: good })).status).toBe(201);
  });
});

describe("a device that fails again and again", () => {
  const tryLogin = (site: string, password: string, clientId = "guess") =>
    connectDevice(system.addresses.mqtt, { username: site, password }, { clientId });

  it("has to wait even with the right password, is counted and listed, and an administrator lets it in", async () => {
    const { username, password } = await system.api.createSite("L-1");
    for (let i = 0; i < 5; i++) await expect(tryLogin(username, "wrong")).rejects.toThrow(/Bad username or password/);
    await expect(tryLogin(username, password)).rejects.toThrow(/Not authorized/);
    const metrics = await system.api.metrics();
    expect(metrics.value("plumeline_broker_refused_total", { reason: "locked-out" })).toBe(1);
    expect(metrics.value("plumeline_broker_locked_out")).toBe(1);
    const locked = (await system.api.call("GET", "/api/v1/devices/locked")).body["items"] as Json[];
    expect(locked).toContainEqual(
      expect.objectContaining({ kind: "device", site: "L-1", address: "127.0.0.1", failures: 5 }),
    );
    const body = { site: "L-1", reason: "the right password was typed in" };
    expect((await system.api.call("POST", "/api/v1/devices/unlock", body)).body["unlocked"]).toBeGreaterThan(0);
    const device = await tryLogin(username, password);
    await device.end();
    expect((await system.api.call("POST", "/api/v1/devices/unlock", { reason: "who" })).status).toBe(400);
  });

  it("does not keep out the device that was there before, nor one with a certificate, however often it tries", async () => {
    const { username, password } = await system.api.createSite("L-2");
    await (await tryLogin(username, password, "logger-17")).end();
    const own = await issue("L-2");
    for (let i = 0; i < 12; i++) await expect(tryLogin(username, `wrong-${i}`, `guess-${i}`)).rejects.toThrow();
    await expect(tryLogin(username, password, "guess-1")).rejects.toThrow(/Not authorized/);
    await (await tryLogin(username, password, "logger-17")).end();
    await (await connectTls(mqtts, ca, { ...own, clientId: "guess-1" })).endAsync();
  });

  it("need not wait when it gets a new password", async () => {
    const { username } = await system.api.createSite("L-3");
    for (let i = 0; i < 6; i++) await expect(tryLogin(username, "wrong")).rejects.toThrow();
    const reply = await system.api.call("POST", "/api/v1/sites/L-3/credentials");
    await (await tryLogin(username, String(reply.body["password"]))).end();
  });
});

describe("certificates that end soon", () => {
  it("are listed, and when a site has no newer one they are an alarm of the system", async () => {
    await system.api.createSite("E-1");
    const short = await issue("E-1", { days: 10 });
    const list = (await system.api.call("GET", "/api/v1/certificates?expiring=30")).body["items"] as Json[];
    expect(list.map(({ serial }) => serial)).toContain(short.serial);
    expect(list.every(({ state }) => state !== "revoked")).toBe(true);
    const viewer = createApiClient(system.addresses.http, "");
    expect((await viewer.call("GET", "/api/v1/certificates")).status).toBe(401);
    const found = await waitFor(
      "the alarm",
      async () => (await system.api.alarms("")).find(({ definition }) => definition === "system:certificate-expiring"),
      { deadlineMs: 20_000 },
    );
    expect(found).toMatchObject({ site: "system", active: true });
    await issue("E-1");
    const rows = (await system.api.call("GET", "/api/v1/certificates?expiring=30&limit=1000")).body["items"] as Json[];
    for (const { site, serial } of rows) await revoke(String(site), String(serial));
    await waitFor("the end of it", async () => !(await system.api.alarm(found.id)).active, { deadlineMs: 10_000 });
  });
});
