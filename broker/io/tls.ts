// What the TLS doors show and whom they believe: the server's certificate, the authorities of devices and their revocation
// lists, from the files that the settings name or from the own authority. Files are looked at every two seconds; what has
// changed is used for the next handshake, without a restart. A change that cannot be used is told, and the old one stays.

import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext, type SecureContextOptions, type TLSSocket } from "node:tls";
import { Failure } from "#domain/failure.ts";
import { isSiteId } from "#domain/site.ts";
import { hourMs } from "#domain/time.ts";
import type { TlsSettings } from "#domain/tls.ts";
import { type Authority, listServerNames } from "#store/state/authority.ts";
import { readRevocationLists, type RevocationList, splitCertificates } from "#store/state/x509.ts";
import { judgeShown, type ShownCertificate } from "../admit/certificate.ts";

/** Everything of one moment that a handshake needs. */
interface Held {
  readonly context: SecureContextOptions;
  readonly server: X509Certificate;
  readonly others: readonly X509Certificate[];
  /** The same as one text, to tell whether they are still the same. */
  readonly named: string;
  readonly lists: readonly RevocationList[];
}

export interface TlsStatus {
  readonly server: { readonly subject: string; readonly fingerprint: string; readonly endsAt: number };
  readonly authority: { readonly fingerprint: string; readonly endsAt: number };
  /** When a revocation list is to be replaced at the latest; null: there is none, or it does not say. */
  readonly listsEndAt: number | null;
  /** Why the newest change of the files is not used; null: it is. */
  readonly problem: string | null;
}

export interface DoorCertificates {
  /** For node:tls: certificate, key, authorities, versions. Certificates of clients are asked for and judged by `judge`. */
  context(): SecureContextOptions;
  /** What the client showed in its handshake; null: nothing. */
  judge(socket: TLSSocket): ShownCertificate | null;
  status(): TlsStatus;
  /** Called with the new context when something has changed. */
  onChange(listener: (context: SecureContextOptions) => void): void;
  start(): void;
  stop(): void;
}

export interface DoorCertificatesParts {
  readonly settings: Pick<TlsSettings, "cert" | "key" | "names" | "clientCa" | "clientCrl">;
  readonly authority: Authority;
  readonly now: () => number;
  readonly log: { info(object: object, message: string): void; warn(object: object, message: string): void };
}

const lookMs = 2_000;
const renewEveryMs = hourMs;

function read(setting: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Failure("tls-files", `${setting}: ${file} cannot be read`, {
      hint: "check the path and its rights",
      cause,
    });
  }
}

/** Reads everything. Throws Failure "tls-files", "authority-invalid". */
function hold({ settings, authority }: DoorCertificatesParts): Held {
  const { cert, key, names, clientCa, clientCrl } = settings;
  const shown =
    cert === null || key === null
      ? authority.serverCertificate(listServerNames(names))
      : { key: read("TLS_KEY", key), certificate: read("TLS_CERT", cert) };
  const others = clientCa === null ? [] : splitCertificates(read("TLS_CLIENT_CA", clientCa));
  if (clientCa !== null && others.length === 0)
    throw new Failure("tls-files", `TLS_CLIENT_CA: there is no certificate in ${clientCa}`);
  const context: SecureContextOptions = {
    key: shown.key,
    cert: shown.certificate,
    ca: [authority.pem, ...others],
    // An authority below another one may be believed without it.
    allowPartialTrustChain: true,
    minVersion: "TLSv1.2",
  };
  try {
    createSecureContext(context);
    const server = new X509Certificate(shown.certificate);
    const issuers = others.map((pem) => new X509Certificate(pem));
    const lists = clientCrl === null ? [] : readRevocationLists(read("TLS_CLIENT_CRL", clientCrl), issuers);
    return { context, server, others: issuers, named: others.join(), lists };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("tls-files", `certificate, key or authorities cannot be used: ${String(cause)}`, {
      hint: "TLS_CERT, TLS_KEY and TLS_CLIENT_CA are PEM files; the key must be that of the certificate, without a passphrase",
      cause,
    });
  }
}

export function createDoorCertificates(parts: DoorCertificatesParts): DoorCertificates {
  const { settings, authority, now, log } = parts;
  const files = [settings.cert, settings.key, settings.clientCa, settings.clientCrl].filter((file) => file !== null);
  const listeners: ((context: SecureContextOptions) => void)[] = [];
  let held = hold(parts);
  let seen = look();
  let renewedAt = now();
  let problem: string | null = null;
  let timer: NodeJS.Timeout | null = null;

  /** What tells that a file is another one than before. */
  function look(): string {
    return files
      .map((file) => {
        const stat = statSync(file, { throwIfNoEntry: false });
        return stat === undefined ? "" : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
      })
      .join("\n");
  }

  function holdAgain(): void {
    try {
      const before = held;
      held = hold(parts);
      problem = null;
      const isSame = JSON.stringify(before.context) === JSON.stringify(held.context) && settings.clientCrl === null;
      if (isSame) return;
      const { subject, validTo, fingerprint256 } = held.server;
      log.info({ subject, validTo, fingerprint256 }, "the certificates of the TLS doors were read again");
      for (const listener of listeners) listener(held.context);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      log.warn({ err: error }, "the certificates of the TLS doors have changed and cannot be used; the old ones stay");
    }
  }

  /** Issued by the own authority: by its key, not only by its name. */
  function isOwn(certificate: X509Certificate): boolean {
    return certificate.checkIssued(authority.certificate) && certificate.verify(authority.certificate.publicKey);
  }

  /**
   * On a list; or other authorities are named than at its handshake, and none of them has issued it. Node tells a server
   * nothing of authorities that were shown in between: who has some connects again after such a change.
   */
  function isWithdrawn(certificate: X509Certificate, namedThen: string): boolean {
    if (held.named !== namedThen && !held.others.some((other) => certificate.checkIssued(other))) return true;
    return held.lists.some(
      ({ issuer, serials }) => serials.has(certificate.serialNumber) && certificate.checkIssued(issuer),
    );
  }

  return {
    context: () => held.context,
    judge(socket) {
      const certificate = socket.getPeerX509Certificate();
      if (certificate === undefined) return null;
      const { CN } = certificate.toLegacyObject().subject;
      const own = isOwn(certificate);
      const { named } = held;
      const shown = {
        serial: certificate.serialNumber,
        name: typeof CN === "string" && isSiteId(CN) ? CN : null,
        fault: socket.authorized ? null : String(socket.authorizationError),
        endsAt: Date.parse(certificate.validTo),
        own,
        isWithdrawn: () => !own && isWithdrawn(certificate, named),
      };
      return judgeShown(shown, now());
    },
    status: () => ({
      server: {
        subject: held.server.subject,
        fingerprint: held.server.fingerprint256,
        endsAt: Date.parse(held.server.validTo),
      },
      authority: {
        fingerprint: authority.certificate.fingerprint256,
        endsAt: Date.parse(authority.certificate.validTo),
      },
      listsEndAt: held.lists.reduce<number | null>(
        (soonest, { nextUpdate }) => (nextUpdate === null ? soonest : Math.min(soonest ?? nextUpdate, nextUpdate)),
        null,
      ),
      problem,
    }),
    onChange: (listener) => void listeners.push(listener),
    start() {
      timer = setInterval(() => {
        const isRenewal = settings.cert === null && Math.abs(now() - renewedAt) > renewEveryMs;
        const current = look();
        if (current === seen && !isRenewal) return;
        seen = current;
        renewedAt = now();
        holdAgain();
      }, lookMs);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
    },
  };
}
