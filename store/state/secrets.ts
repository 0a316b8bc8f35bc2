// Secrets into what may be stored of them, and back into yes or no. People's passwords go through scrypt, which is slow on
// purpose; issued device passwords and tokens carry 128 bits or more of chance, so one SHA-256 is enough for them.

import { createHash, scrypt, timingSafeEqual } from "node:crypto";

const scryptCost = { N: 16_384, r: 8, p: 1 } as const;
const hashBytes = 32;

function runScrypt(password: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, hashBytes, scryptCost, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** Password → "scrypt$N$r$p$salt$hash". */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const key = await runScrypt(password, salt);
  const { N, r, p } = scryptCost;
  return ["scrypt", N, r, p, Buffer.from(salt).toString("base64url"), key.toString("base64url")].join("$");
}

/** Takes the same time whether the password or only its end is wrong. */
export async function checkPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, , , , salt, hash] = stored.split("$");
  if (scheme !== "scrypt" || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, "base64url");
  const key = await runScrypt(password, Buffer.from(salt, "base64url"));
  return expected.length === key.length && timingSafeEqual(expected, key);
}

/** SHA-256 of a token or link; the token itself is never stored. */
export function hashToken(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

export function hashDevicePassword(password: string, salt: Uint8Array): Uint8Array {
  return createHash("sha256").update(salt).update(password).digest();
}

/** Constant-time; lengths are public. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
