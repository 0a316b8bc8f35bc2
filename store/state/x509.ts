// X.509 as far as devices need it: certificates and the authority that signs them, requests (CSR) and revocation lists.
// The library writes and reads the forms; keys, chance and signatures are Node's own. Text in and out is PEM.

import { createHash, createPublicKey, type KeyObject, sign, verify, type X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { Failure } from "#domain/failure.ts";

const oids = {
  commonName: "2.5.4.3",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  ecdsaSha256: "1.2.840.10045.4.3.2",
} as const;

/** Algorithms in which others may have signed; null: the digest is part of the algorithm. */
const digests: Readonly<Record<string, string | null>> = {
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.3.101.112": null,
};

const rsaBitsMin = 2048;
const curves: ReadonlySet<string> = new Set(["prime256v1", "secp384r1", "secp521r1"]);

export interface Signer {
  /** P-256. */
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
}

export interface CertificateDraft {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly use: "authority" | "server" | "device";
  /** DNS names and addresses of a server. */
  readonly names?: readonly string[];
  readonly serial: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
}

function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The first block with this label, or of DER as it is; null when there is none. */
function fromPem(label: string, text: string): Uint8Array | null {
  const body = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`).exec(text)?.[1];
  return body === undefined ? null : Buffer.from(body, "base64");
}

/** Every certificate of a PEM text, in its order. */
export function splitCertificates(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];
}

/** [RFC 5280 4.1.2.5]: two digits of the year until 2049, four from then on. */
function formatTime(at: number): pkijs.Time {
  const value = new Date(Math.floor(at / 1000) * 1000);
  return new pkijs.Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

function formatName(commonName: string): pkijs.RelativeDistinguishedNames {
  const value = new asn1js.Utf8String({ value: commonName });
  const typesAndValues = [new pkijs.AttributeTypeAndValue({ type: oids.commonName, value })];
  return new pkijs.RelativeDistinguishedNames({ typesAndValues });
}

function exportSpki(key: KeyObject): Buffer {
  return createPublicKey(key.export({ type: "spki", format: "pem" })).export({ type: "spki", format: "der" });
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}

/** [RFC 5280 4.2.1.2] method 1, over the whole key description: any stable name will do. */
function keyIdentifier(key: KeyObject): asn1js.OctetString {
  return new asn1js.OctetString({
    valueHex: toArrayBuffer(createHash("sha256").update(exportSpki(key)).digest().subarray(0, 20)),
  });
}

function formatAltName(name: string): pkijs.GeneralName {
  const family = isIP(name);
  if (family === 0) return new pkijs.GeneralName({ type: 2, value: name });
  const bytes = family === 4 ? Uint8Array.from(name.split("."), Number) : parseIpv6(name);
  return new pkijs.GeneralName({ type: 7, value: new asn1js.OctetString({ valueHex: toArrayBuffer(bytes) }) });
}

function parseIpv6(address: string): Uint8Array {
  const url = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = "", tail] = url.split("::");
  const groups = (text: string): number[] => (text === "" ? [] : text.split(":").map((each) => parseInt(each, 16)));
  const front = groups(head);
  const back = groups(tail ?? "");
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]));
}

function extension(extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });
}

/** Bits are counted from the left: digitalSignature 0, keyEncipherment 2, keyCertSign 5, cRLSign 6. */
function keyUsageOf(draft: CertificateDraft): asn1js.BitString {
  const rsa = draft.publicKey.asymmetricKeyType === "rsa";
  const [bits, unusedBits] = draft.use === "authority" ? [0x06, 1] : rsa ? [0xa0, 5] : [0x80, 7];
  return new asn1js.BitString({ valueHex: toArrayBuffer(Uint8Array.of(bits)), unusedBits });
}

function extensionsOf(draft: CertificateDraft, signer: KeyObject): pkijs.Extension[] {
  const { use, names = [], publicKey } = draft;
  const isAuthority = use === "authority";
  const constraints = new pkijs.BasicConstraints(isAuthority ? { cA: true, pathLenConstraint: 0 } : { cA: false });
  const authorityKey = new pkijs.AuthorityKeyIdentifier({ keyIdentifier: keyIdentifier(signer) });
  const list = [
    extension(oids.basicConstraints, true, constraints.toSchema()),
    extension(oids.keyUsage, true, keyUsageOf(draft)),
    extension(oids.subjectKeyIdentifier, false, keyIdentifier(publicKey)),
    extension(oids.authorityKeyIdentifier, false, authorityKey.toSchema()),
  ];
  if (!isAuthority) {
    const keyPurposes = [use === "server" ? oids.serverAuth : oids.clientAuth];
    list.push(extension(oids.extendedKeyUsage, false, new pkijs.ExtKeyUsage({ keyPurposes }).toSchema()));
  }
  if (names.length > 0) {
    const altNames = new pkijs.GeneralNames({ names: names.map(formatAltName) });
    list.push(extension(oids.subjectAltName, false, altNames.toSchema()));
  }
  return list;
}

/** A certificate in PEM, signed by the authority's key; `issuer` is its name, or null when it signs itself. */
export function signCertificate(draft: CertificateDraft, key: KeyObject, issuer: X509Certificate | null): string {
  const certificate = new pkijs.Certificate();
  certificate.version = 2;
  certificate.serialNumber = new asn1js.Integer({ valueHex: toArrayBuffer(draft.serial) });
  certificate.subject = formatName(draft.commonName);
  certificate.issuer =
    issuer === null ? formatName(draft.commonName) : pkijs.Certificate.fromBER(toArrayBuffer(issuer.raw)).subject;
  certificate.notBefore = formatTime(draft.notBefore);
  certificate.notAfter = formatTime(draft.notAfter);
  certificate.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(toArrayBuffer(exportSpki(draft.publicKey)));
  certificate.extensions = extensionsOf(draft, createPublicKey(key.export({ type: "pkcs8", format: "pem" })));
  const algorithm = new pkijs.AlgorithmIdentifier({ algorithmId: oids.ecdsaSha256 });
  certificate.signature = algorithm;
  certificate.signatureAlgorithm = algorithm;
  const tbs = certificate.encodeTBS().toBER();
  certificate.tbs = tbs;
  const signature = sign("sha256", Buffer.from(tbs), key);
  certificate.signatureValue = new asn1js.BitString({ valueHex: toArrayBuffer(signature) });
  return toPem("CERTIFICATE", Buffer.from(certificate.toSchema(true).toBER()));
}

function isSignedBy(tbs: Uint8Array, signature: Uint8Array, algorithm: string, key: KeyObject): boolean {
  const digest = digests[algorithm];
  if (digest === undefined) return false;
  try {
    return verify(digest, tbs, key, signature);
  } catch {
    return false; // a key of another kind than the algorithm
  }
}

/** What is wrong with a device's key, or null. */
function findKeyFault(key: KeyObject): string | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "ed25519") return null;
  if (type === "rsa") return (details?.modulusLength ?? 0) >= rsaBitsMin ? null : `an RSA key needs ${rsaBitsMin} bits`;
  if (type === "ec" && curves.has(details?.namedCurve ?? "")) return null;
  return "the key must be EC (P-256, P-384, P-521), RSA or Ed25519";
}

export type ReadRequest =
  | { readonly ok: true; readonly publicKey: KeyObject; readonly commonName: string | null }
  | { readonly ok: false; readonly detail: string };

/** A certification request (PKCS #10) in PEM → its key, when whoever made it has the private half. */
export function readRequest(text: string): ReadRequest {
  const der = fromPem("CERTIFICATE REQUEST", text) ?? fromPem("NEW CERTIFICATE REQUEST", text);
  if (der === null) return { ok: false, detail: "no CERTIFICATE REQUEST in PEM" };
  try {
    const request = pkijs.CertificationRequest.fromBER(toArrayBuffer(der));
    const spki = Buffer.from(request.subjectPublicKeyInfo.toSchema().toBER());
    const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
    const fault = findKeyFault(publicKey);
    if (fault !== null) return { ok: false, detail: fault };
    const signature = request.signatureValue.valueBlock.valueHexView;
    const tbs = new Uint8Array(request.tbsView);
    if (!isSignedBy(tbs, signature, request.signatureAlgorithm.algorithmId, publicKey))
      return {
        ok: false,
        detail: "its signature does not fit its key, or is of another kind than SHA-256, 384 or 512",
      };
    const name = request.subject.typesAndValues.find(({ type }) => type === oids.commonName);
    const value: unknown = name?.value.valueBlock.value;
    return { ok: true, publicKey, commonName: typeof value === "string" ? value : null };
  } catch (cause) {
    return { ok: false, detail: `it cannot be read: ${cause instanceof Error ? cause.message : "no form known"}` };
  }
}

export interface RevocationList {
  /** Serial numbers as Node writes them: upper case, hexadecimal. */
  readonly serials: ReadonlySet<string>;
  readonly issuer: X509Certificate;
  /** Epoch ms; null: it does not say. */
  readonly nextUpdate: number | null;
}

/** Every list of a PEM file, each signed by one of the authorities. Throws Failure "tls-files". */
export function readRevocationLists(text: string, authorities: readonly X509Certificate[]): RevocationList[] {
  const blocks = text.match(/-----BEGIN X509 CRL-----[A-Za-z0-9+/=\s]+-----END X509 CRL-----/g) ?? [];
  if (blocks.length === 0) throw new Failure("tls-files", "TLS_CLIENT_CRL holds no X509 CRL in PEM");
  return blocks.map((block) => {
    const list = readList(fromPem("X509 CRL", block) ?? new Uint8Array(0));
    const signature = list.signatureValue.valueBlock.valueHexView;
    const issuer = authorities.find(({ publicKey }) =>
      isSignedBy(new Uint8Array(list.tbsView), signature, list.signatureAlgorithm.algorithmId, publicKey),
    );
    if (issuer === undefined)
      throw new Failure("tls-files", "a list in TLS_CLIENT_CRL is signed by none of the authorities in TLS_CLIENT_CA");
    const serials = (list.revokedCertificates ?? []).map(({ userCertificate }) =>
      formatSerial(userCertificate.valueBlock.valueHexView),
    );
    return { serials: new Set(serials), issuer, nextUpdate: list.nextUpdate?.value.getTime() ?? null };
  });
}

function readList(der: Uint8Array): pkijs.CertificateRevocationList {
  try {
    return pkijs.CertificateRevocationList.fromBER(toArrayBuffer(der));
  } catch (cause) {
    throw new Failure("tls-files", "a list in TLS_CLIENT_CRL cannot be read", { cause });
  }
}

/** Bytes of a serial number → as Node writes it: without the zero that only makes it positive. */
export function formatSerial(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex").toUpperCase();
  return hex.length > 2 && hex.startsWith("00") ? hex.slice(2) : hex;
}

/** Positive, never beginning with zero, 127 bits of chance [RFC 5280 4.1.2.2]. */
export function drawSerial(random: (bytes: number) => Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(random(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}
