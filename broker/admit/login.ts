// The login of a device: what it showed and said → the site it speaks for, or why not. By certificate without a password; by
// site id and issued password otherwise, and then only as often as the lock-out lets it try. A certificate cannot be guessed:
// it neither waits nor makes anybody wait. Pure but for the register that it is given: the time is an argument.

import { type LockOut, lockOutAddress, type LoginAttempt } from "#domain/lock-out.ts";
import type { ShownCertificate } from "./certificate.ts";
import type { BrokerRefusal } from "./refusal.ts";

/** Who may enter, as the register knows it. Synchronous: it is asked on the broker's own thread. */
export interface DeviceLogin {
  /** Is this the password that was issued to this site? */
  verify(site: string, password: string): boolean;
  /** Can anybody be known at all? */
  isReady(): boolean;
  /** A certificate of the own authority by its serial number; null when it was never issued. */
  findCertificate(serial: string): { readonly site: string; readonly revoked: boolean } | null;
}

/** The other side of a connection. */
export interface Peer {
  /** Without port; "" when unknown. */
  readonly address: string;
  /** What it showed in the handshake; null: nothing, or there was none. */
  readonly certificate: ShownCertificate | null;
}

export interface LoginWords {
  readonly username: string | undefined;
  readonly password: string;
  readonly clientId: string;
}

export type LoginVerdict =
  | { readonly ok: true; readonly site: string }
  | {
      readonly ok: false;
      readonly reason: BrokerRefusal;
      /** As it was claimed; null when nothing was. */
      readonly site: string | null;
      readonly detail: string;
      /** Of CONNACK [MQTT 3.1.1 table 3.1]: 3 server unavailable, 4 bad user name or password, 5 not authorized. */
      readonly returnCode: 3 | 4 | 5;
    };

const siteCharsMax = 64;

export function checkLogin(
  peer: Peer,
  words: LoginWords,
  login: DeviceLogin,
  lockOut: LockOut,
  now: number,
): LoginVerdict {
  return peer.certificate === null
    ? checkPassword(peer.address, words, login, lockOut, now)
    : checkCertificate(peer.certificate, words.username, login);
}

function checkPassword(
  address: string,
  { username = "", password, clientId }: LoginWords,
  login: DeviceLogin,
  lockOut: LockOut,
  now: number,
): LoginVerdict {
  const site = username.slice(0, siteCharsMax);
  const refuse = (reason: BrokerRefusal, returnCode: 3 | 4 | 5, detail: string): LoginVerdict => ({
    ok: false,
    reason,
    site,
    detail,
    returnCode,
  });
  if (!login.isReady()) return refuse("not-ready", 3, "no accounts are there yet");
  const attempt: LoginAttempt = { site, address: lockOutAddress(address), mark: clientId };
  const waitMs = lockOut.waitMs(attempt, now);
  if (waitMs > 0) return refuse("locked-out", 5, `too many failures; for ${Math.ceil(waitMs / 1000)} s more`);
  if (!login.verify(username, password)) {
    lockOut.failed(attempt, now);
    return refuse("bad-credentials", 4, "user name and password do not fit");
  }
  lockOut.succeeded(attempt);
  return { ok: true, site };
}

function checkCertificate(shown: ShownCertificate, username: string | undefined, login: DeviceLogin): LoginVerdict {
  const refuse = (reason: BrokerRefusal, detail: string): LoginVerdict => ({
    ok: false,
    reason,
    site: shown.site,
    detail,
    returnCode: 5,
  });
  if (!shown.ok) return refuse(shown.reason, shown.detail);
  const { site, serial, own } = shown;
  if (username !== undefined && username !== "" && username !== site)
    return refuse("certificate-wrong-name", `the user name is ${username.slice(0, siteCharsMax)}`);
  if (!own) return { ok: true, site };
  if (!login.isReady())
    return { ok: false, reason: "not-ready", site, detail: "no accounts are there yet", returnCode: 3 };
  const known = login.findCertificate(serial);
  if (known === null || known.site !== site) return refuse("certificate-unknown", `serial ${serial}`);
  return known.revoked ? refuse("certificate-revoked", `serial ${serial}`) : { ok: true, site };
}
