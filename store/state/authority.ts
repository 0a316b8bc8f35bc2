// The small certificate authority of one data folder: it vouches for devices by their site id, and for the doors themselves
// where nobody else does. Its key lies in DATA_DIR/ca, readable by its owner only; it is made when it is first needed, and by
// whichever process needs it first. What it issued to devices is in the accounts file: a certificate that is not there is none.

import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { Failure } from "#domain/failure.ts";
import { dayMs, hourMs } from "#domain/time.ts";
import { drawSerial, formatSerial, type Signer, signCertificate } from "./x509.ts";

const authorityMs = 20 * 365 * dayMs;
const serverMs = 397 * dayMs;
/** From here on before its end the certificate of the doors is made anew. */
const renewMs = 45 * dayMs;
/** Clocks of devices are not all right: what was issued a moment ago must not look like the future. */
const skewMs = hourMs;

export interface IssuedCertificate {
  readonly pem: string;
  /** Upper case, hexadecimal. */
  readonly serial: string;
  /** SHA-256, as Node and openssl write it. */
  readonly fingerprint: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface KeyAndCertificate {
  /** PKCS #8 in PEM. */
  readonly key: string;
  readonly certificate: string;
}

export interface Authority {
  /** Its own certificate, for whoever is to trust it. */
  readonly pem: string;
  readonly certificate: X509Certificate;
  issue(draft: {
    readonly site: string;
    readonly publicKey: KeyObject;
    readonly notAfter: number;
    readonly notBefore?: number;
  }): IssuedCertificate;
  /** The doors' own key and certificate for these names: kept, and made anew before its end or for other names. */
  serverCertificate(names: readonly string[]): KeyAndCertificate;
}

interface Parts {
  /** DATA_DIR/ca */
  readonly dir: string;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/** A new key for a device: its private half in PEM is told once. */
export function makeDeviceKey(): { readonly publicKey: KeyObject; readonly key: string } {
  const { publicKey, privateKey } = makeKey();
  return { publicKey, key: formatKey(privateKey) };
}

function makeKey() {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" });
}

function formatKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function keepSecret(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600, flush: true });
}

const keyFile = "authority.key";
const certificateFile = "authority.crt";
const serverFile = "server.pem";

/** Made aside and moved into place as a whole: of two processes that begin at once one is first, and both have its key. */
function makeAuthority({ dir, now, random }: Parts): void {
  const { publicKey, privateKey } = makeKey();
  const commonName = `Plumeline authority ${Buffer.from(random(4)).toString("hex")}`;
  const [notBefore, notAfter] = [now() - skewMs, now() + authorityMs];
  const draft = { commonName, publicKey, use: "authority", serial: drawSerial(random), notBefore, notAfter } as const;
  const aside = `${dir}-${Buffer.from(random(6)).toString("hex")}`;
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  keepSecret(join(aside, keyFile), formatKey(privateKey));
  writeFileSync(join(aside, certificateFile), signCertificate(draft, privateKey, null), { flush: true });
  try {
    renameSync(aside, dir);
  } catch (error) {
    rmSync(aside, { recursive: true });
    if (!existsSync(join(dir, certificateFile))) throw error;
  }
}

function readSigner(dir: string): Signer & { readonly pem: string } {
  try {
    const pem = readFileSync(join(dir, certificateFile), "utf8");
    const certificate = new X509Certificate(pem);
    const key = createPrivateKey(readFileSync(join(dir, keyFile), "utf8"));
    if (!certificate.checkPrivateKey(key)) throw new Error("key and certificate do not belong together");
    return { key, certificate, pem };
  } catch (cause) {
    throw new Failure("authority-invalid", `the authority in ${dir} cannot be read: ${String(cause)}`, {
      hint: "restore the folder from a backup; without it every certificate that it issued is lost",
      cause,
    });
  }
}

/** Opens the authority of a data folder; there is one from then on. Throws Failure "authority-invalid". */
export function openAuthority(parts: Parts): Authority {
  const { dir, now, random } = parts;
  if (!existsSync(dir)) makeAuthority(parts);
  const { key, certificate, pem } = readSigner(dir);
  const endsAt = Date.parse(certificate.validTo);

  function makeServerCertificate(names: readonly string[]): KeyAndCertificate {
    const { publicKey, privateKey } = makeKey();
    const [notBefore, notAfter] = [now() - skewMs, Math.min(now() + serverMs, endsAt)];
    const serial = drawSerial(random);
    const commonName = names[0] ?? "plumeline";
    const draft = { commonName, publicKey, use: "server", names, serial, notBefore, notAfter } as const;
    const made = { key: formatKey(privateKey), certificate: signCertificate(draft, key, certificate) };
    const aside = join(dir, `server-${formatSerial(serial)}.pem`);
    keepSecret(aside, made.key + made.certificate);
    renameSync(aside, join(dir, serverFile));
    return made;
  }

  function readServerCertificate(names: readonly string[]): KeyAndCertificate | null {
    const file = join(dir, serverFile);
    if (!existsSync(file)) return null;
    const text = readFileSync(file, "utf8");
    const split = text.indexOf("-----BEGIN CERTIFICATE-----");
    const kept = new X509Certificate(text.slice(split));
    const isFor = names.every((name) => (isIP(name) === 0 ? kept.checkHost(name) : kept.checkIP(name)) !== undefined);
    const isOurs = kept.checkIssued(certificate) && kept.verify(certificate.publicKey);
    const isGood = Date.parse(kept.validTo) - now() > renewMs || Date.parse(kept.validTo) >= endsAt;
    return isFor && isOurs && isGood ? { key: text.slice(0, split), certificate: text.slice(split) } : null;
  }

  return {
    pem,
    certificate,
    issue({ site, publicKey, notAfter, notBefore = now() - skewMs }) {
      const until = Math.min(notAfter, endsAt);
      const serial = drawSerial(random);
      const draft = { commonName: site, publicKey, use: "device", serial, notBefore, notAfter: until } as const;
      const issued = signCertificate(draft, key, certificate);
      const { fingerprint256, serialNumber, validFrom, validTo } = new X509Certificate(issued);
      return {
        pem: issued,
        serial: serialNumber,
        fingerprint: fingerprint256,
        notBefore: Date.parse(validFrom),
        notAfter: Date.parse(validTo),
      };
    },
    serverCertificate: (names) => readServerCertificate(names) ?? makeServerCertificate(names),
  };
}

/** What the doors are called when nobody says it: this machine, by itself and by its name. */
export function listServerNames(given: readonly string[]): string[] {
  return [...new Set([...given, hostname(), "localhost", "127.0.0.1", "::1"])].filter((name) => name !== "");
}
