// Certificates as other people make them, by openssl: authorities, devices of theirs, revocation lists; and devices that log
// in at the TLS doors with a certificate.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { requireProgram } from "./packages.ts";
import type { RunningSystem } from "./system.ts";
import { waitFor } from "./wait.ts";

export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

export function openssl(args: readonly string[]): string {
  const run = spawnSync(requireProgram("openssl"), args, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`openssl ${args.join(" ")}: ${run.stderr}`);
  return run.stdout;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** A certificate that vouches for itself. */
export function makeSelfSigned(dir: string, name: string, extra: readonly string[] = []): KeyAndCertificate {
  mkdirSync(dir, { recursive: true });
  const [key, certificate] = [join(dir, `${name}.key`), join(dir, `${name}.crt`)];
  openssl([
    "req",
    "-x509",
    ...newKey,
    "-subj",
    `/CN=${name}`,
    "-days",
    "30",
    "-keyout",
    key,
    "-out",
    certificate,
    ...extra,
  ]);
  return { key: readFileSync(key, "utf8"), certificate: readFileSync(certificate, "utf8") };
}

/** A request of a device, with the key that it keeps. */
export function makeRequest(dir: string, name: string): { readonly key: string; readonly csr: string } {
  mkdirSync(dir, { recursive: true });
  const [key, csr] = [join(dir, `${name}.key`), join(dir, `${name}.csr`)];
  openssl(["req", "-new", ...newKey, "-subj", `/CN=${name}`, "-keyout", key, "-out", csr]);
  return { key: readFileSync(key, "utf8"), csr: readFileSync(csr, "utf8") };
}

/** The authority of somebody else. */
export interface OutsideAuthority {
  readonly pem: string;
  issue(name: string): KeyAndCertificate;
  /** Signed by an authority between it and this one, which the device shows as well. */
  issueBelow(name: string): KeyAndCertificate;
  revoke(name: string): void;
  /** A revocation list of now. */
  list(): string;
}

export function makeOutsideAuthority(dir: string): OutsideAuthority {
  const ca = makeSelfSigned(dir, "Bureau");
  const path = (name: string): string => join(dir, name);
  writeFileSync(path("index.txt"), "");
  writeFileSync(path("crlnumber"), "01\n");
  writeFileSync(
    path("ca.cnf"),
    `[ca]\ndefault_ca=own\n[own]\ndatabase=${path("index.txt")}\ncrlnumber=${path("crlnumber")}\ndefault_md=sha256\ndefault_crl_days=7\ncertificate=${path("Bureau.crt")}\nprivate_key=${path("Bureau.key")}\n`,
  );
  function sign(name: string, by: string, extra: readonly string[] = []): KeyAndCertificate {
    const { key } = makeRequest(dir, name);
    const args = ["x509", "-req", "-in", path(`${name}.csr`), "-CA", path(`${by}.crt`), "-CAkey", path(`${by}.key`)];
    openssl([...args, "-CAcreateserial", "-days", "30", "-out", path(`${name}.crt`), ...extra]);
    return { key, certificate: readFileSync(path(`${name}.crt`), "utf8") };
  }

  return {
    pem: ca.certificate,
    issue: (name) => sign(name, "Bureau"),
    issueBelow(name) {
      writeFileSync(path("between.cnf"), "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n");
      const between = sign("Between", "Bureau", ["-extfile", path("between.cnf")]);
      const { key, certificate } = sign(name, "Between");
      return { key, certificate: certificate + between.certificate };
    },
    revoke: (name) => void openssl(["ca", "-config", path("ca.cnf"), "-revoke", path(`${name}.crt`)]),
    list() {
      openssl(["ca", "-config", path("ca.cnf"), "-gencrl", "-out", path("list.pem")]);
      return readFileSync(path("list.pem"), "utf8");
    },
  };
}

/** Where a door listens that the contract's addresses do not always have. */
export function addressOf(system: RunningSystem, door: "mqtts" | "hj212s"): string {
  const line = system.lines.find(({ msg }) => msg === "listening");
  const addresses = (line?.["addresses"] ?? {}) as Record<string, string>;
  return addresses[door] ?? "";
}

/** Logs in at the MQTTS door; rejects with what the broker said. */
export async function connectTls(
  address: string,
  ca: string,
  given: Partial<KeyAndCertificate> & IClientOptions = {},
): Promise<MqttClient> {
  const { key, certificate, ...options } = given;
  const shown = key === undefined || certificate === undefined ? {} : { key, cert: certificate };
  const client = await connectAsync(`mqtts://${address}`, {
    reconnectPeriod: 0,
    connectTimeout: 5_000,
    ca,
    ...shown,
    ...options,
  });
  client.on("error", () => undefined);
  return client;
}

/** Resolves when the broker has closed the connection. */
export function whenClosed(client: MqttClient, deadlineMs: number): Promise<boolean> {
  return waitFor("the connection to be closed", () => !client.connected, { deadlineMs });
}
