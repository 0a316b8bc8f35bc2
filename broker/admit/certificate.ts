// A certificate that a device has shown → which site it speaks for, or why it does not count. The handshake has proved that
// the device has its key; whether the register has revoked it is asked at the login. Pure: the time is an argument.

import type { BrokerRefusal } from "./refusal.ts";

/** What the handshake has found out. */
export interface Shown {
  /** Upper case, hexadecimal. */
  readonly serial: string;
  /** Its common name when that can be a site id, else null. */
  readonly name: string | null;
  /** What the TLS library holds against it; null: nothing. */
  readonly fault: string | null;
  readonly endsAt: number;
  /** Issued by the own authority: then the register must have it. */
  readonly own: boolean;
  /** Is it on a revocation list of another authority, or that one not believed any more? Both may change. */
  readonly isWithdrawn: () => boolean;
}

export interface GoodCertificate {
  readonly ok: true;
  readonly site: string;
  readonly serial: string;
  readonly own: boolean;
  readonly endsAt: number;
  readonly isWithdrawn: () => boolean;
}

export type ShownCertificate =
  | GoodCertificate
  | {
      readonly ok: false;
      readonly reason: BrokerRefusal;
      /** As it claims; null when its name is no site id. */
      readonly site: string | null;
      readonly detail: string;
    };

/** Errors of OpenSSL that have a reason of their own; any other: nobody we know vouches for it. */
const reasons: Readonly<Record<string, BrokerRefusal>> = {
  CERT_HAS_EXPIRED: "certificate-expired",
  CERT_NOT_YET_VALID: "certificate-expired",
  CERT_REVOKED: "certificate-revoked",
};

export function judgeShown(shown: Shown, now: number): ShownCertificate {
  const { serial, name, fault, endsAt, own, isWithdrawn } = shown;
  const refuse = (reason: BrokerRefusal, detail: string): ShownCertificate => ({
    ok: false,
    reason,
    site: name,
    detail: `${detail}; serial ${serial}`,
  });
  if (fault !== null) return refuse(reasons[fault] ?? "certificate-untrusted", fault);
  // The library has looked when the connection began; a connection may outlive its certificate.
  if (now >= endsAt) return refuse("certificate-expired", "CERT_HAS_EXPIRED");
  if (name === null) return refuse("certificate-wrong-name", "its common name is no site id");
  if (isWithdrawn())
    return refuse("certificate-revoked", "on a revocation list, or its authority is not believed any more");
  return { ok: true, site: name, serial, own, endsAt, isWithdrawn };
}

/** The same again for a connection that is open: its time may be over, or a newer list may have it. */
export function judgeAgain(shown: GoodCertificate, now: number): ShownCertificate {
  return judgeShown({ ...shown, name: shown.site, fault: null }, now);
}
