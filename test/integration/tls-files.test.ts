// TLS by files of somebody else: the doors' certificate that is replaced while the program runs, devices of an outside
// authority with its revocation list, and files that cannot be used.

import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireProgram } from "#test/harness/packages.ts";
import { type Program, type RunningSystem, startProgram, startSystem } from "#test/harness/system.ts";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import {
  addressOf,
  connectTls,
  type KeyAndCertificate,
  makeOutsideAuthority,
  makeSelfSigned,
  type OutsideAuthority,
  whenClosed,
} from "#test/harness/tls.ts";
import { waitFor } from "#test/harness/wait.ts";

let temp: TempDir;
let system: RunningSystem;
let outside: OutsideAuthority;
let first: KeyAndCertificate;
let mqtts = "";
const file = (name: string): string => join(temp.path, name);

/** As a tool does that renews: whole files, moved into place. */
function place(name: string, text: string): void {
  writeFileSync(file(`${name}.new`), text);
  renameSync(file(`${name}.new`), file(name));
}

const names = ["-addext", "subjectAltName=IP:127.0.0.1"];

beforeAll(async () => {
  temp = await createTempDir("tls-files");
  outside = makeOutsideAuthority(file("bureau"));
  first = makeSelfSigned(file("first"), "door-1", names);
  place("door.crt", first.certificate);
  place("door.key", first.key);
  place("bureau.pem", outside.pem);
  place("list.pem", outside.list());
  const env = {
    MQTTS_LISTEN: "127.0.0.1:0",
    TLS_CERT: file("door.crt"),
    TLS_KEY: file("door.key"),
    TLS_CLIENT_CA: file("bureau.pem"),
    TLS_CLIENT_CRL: file("list.pem"),
  };
  system = await startSystem({ env });
  mqtts = addressOf(system, "mqtts");
}, 60_000);
afterAll(async () => {
  await system.close();
  await temp.remove();
});

/** SHA-256 of the certificate that the door shows now. */
function fingerprint(): Promise<string> {
  const [host = "", port = ""] = mqtts.split(":");
  return new Promise((done, fail) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
      done(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
      socket.destroy();
    });
    socket.once("error", fail);
  });
}

const fingerprintOf = ({ certificate }: KeyAndCertificate): string => new X509Certificate(certificate).fingerprint256;

describe("the certificate of the doors", () => {
  it("is replaced while the program runs: new connections see the new one, open ones stay", async () => {
    const { username, password } = await system.api.createSite("D-1");
    const client = await connectTls(mqtts, first.certificate, { username, password });
    expect(await fingerprint()).toBe(fingerprintOf(first));
    const next = makeSelfSigned(file("second"), "door-2", names);
    place("door.key", next.key);
    place("door.crt", next.certificate);
    await waitFor("the new certificate", async () => (await fingerprint()) === fingerprintOf(next), {
      deadlineMs: 6_000,
    });
    await client.publishAsync("v1/D-1/readings", '{"time":1795000000000,"values":{"w01018":1}}', { qos: 1 });
    expect(client.connected).toBe(true);
    await client.endAsync();
    await (await connectTls(mqtts, next.certificate, { username, password })).endAsync();
    await expect(connectTls(mqtts, first.certificate, { username, password })).rejects.toThrow(/self-signed/);
  });

  it("that a device does not believe is seen here as well, with the device's address", async () => {
    const [host = "", port = ""] = mqtts.split(":");
    const args = ["-h", host, "-p", port, "--cafile", file("bureau.pem"), "-t", "v1/D-1/readings", "-m", "{}"];
    expect(spawnSync(requireProgram("mosquitto_pub"), args).status).not.toBe(0);
    const { items } = (await system.api.call("GET", "/api/v1/devices/refused?reason=tls-failed")).body;
    expect(items).toEqual([
      expect.objectContaining({ address: "127.0.0.1", detail: expect.stringMatching(/UNKNOWN_CA/) }),
    ]);
  });

  it("stays as it was when its new files do not fit each other, and the log says so", async () => {
    const before = await fingerprint();
    place("door.key", makeSelfSigned(file("third"), "door-3", names).key);
    await waitFor("the warning", () => system.lines.some(({ msg }) => /cannot be used; the old ones stay/.test(msg)), {
      deadlineMs: 6_000,
    });
    expect(await fingerprint()).toBe(before);
  });

  it("is listed with its end, beside the authority's", async () => {
    const { server, authority } = (await system.api.call("GET", "/api/v1/certificates")).body;
    expect(server).toMatchObject({ fingerprint: await fingerprint(), subject: "CN=door-2" });
    expect(authority).not.toBeNull();
  });
});

describe("a device of an outside authority", () => {
  it("logs in by its certificate until a newer revocation list has it, or its authority is given up: that ends its connection", async () => {
    await system.api.createSite("O-1");
    const [own, other] = [outside.issue("O-1"), outside.issue("O-2")];
    const fourth = makeSelfSigned(file("fourth"), "door-4", names);
    place("door.key", fourth.key);
    place("door.crt", fourth.certificate);
    await waitFor("the certificate", async () => (await fingerprint()) === fingerprintOf(fourth), {
      deadlineMs: 6_000,
    });
    const client = await connectTls(mqtts, fourth.certificate, own);
    const bystander = await connectTls(mqtts, fourth.certificate, other);
    const below = await connectTls(mqtts, fourth.certificate, outside.issueBelow("O-3"));
    await client.publishAsync("v1/O-1/readings", '{"time":1795000000000,"values":{"w01018":1}}', { qos: 1 });
    outside.revoke("O-1");
    place("list.pem", outside.list());
    await whenClosed(client, 6_000);
    await expect(connectTls(mqtts, fourth.certificate, own)).rejects.toThrow(/Not authorized/);
    const { items } = (await system.api.call("GET", "/api/v1/devices/refused?reason=certificate-revoked")).body;
    expect(items).toEqual([expect.objectContaining({ site: "O-1", address: "127.0.0.1", count: 2 })]);
    expect(bystander.connected).toBe(true);
    await bystander.endAsync();
    // An authority that is not believed any more takes its devices with it.
    const next = makeOutsideAuthority(file("next"));
    place("bureau.pem", next.pem);
    place("list.pem", next.list());
    await whenClosed(below, 8_000);
  });
});

describe("files that cannot be used", () => {
  async function refuse(env: Readonly<Record<string, string>>): Promise<Program> {
    const dir = await createTempDir("tls-refused");
    const program = startProgram({
      args: ["--no-simulator"],
      env: { MQTTS_LISTEN: "127.0.0.1:0", ...env },
      dataDir: dir.path,
    });
    expect(await program.exited).toBe(2);
    await dir.remove();
    return program;
  }

  it("keep the program from starting, with the setting and the file named", async () => {
    const missing = await refuse({ TLS_CERT: file("none.crt"), TLS_KEY: file("door.key") });
    expect(missing.output()).toContain("none.crt");
    const half = await refuse({ TLS_CERT: file("door.crt") });
    expect(half.output()).toContain("TLS_CERT and TLS_KEY belong together");
    const foreign = makeOutsideAuthority(file("other"));
    place("foreign.pem", foreign.list());
    const list = await refuse({ TLS_CLIENT_CA: file("bureau.pem"), TLS_CLIENT_CRL: file("foreign.pem") });
    expect(list.output()).toContain("signed by none of the authorities");
  });
});
