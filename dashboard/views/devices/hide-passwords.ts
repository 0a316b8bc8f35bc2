// HJ 212 sends its passwords in clear: what a screen shows of a packet or of a setting leaves them out. Pure.

const hidden = "······";

/** "PW=123456;MN=…" → "PW=······;MN=…" */
export function hidePasswords(packet: string): string {
  return packet.replaceAll(/\b(PW|NewPW|NewSK)=[^;,&]*/g, `$1=${hidden}`);
}

const secrets: ReadonlySet<string> = new Set(["PW", "NewPW", "NewSK"]);

export function isSecret(key: string): boolean {
  return secrets.has(key);
}

export function hideSecret(key: string, value: string): string {
  return isSecret(key) ? hidden : value;
}
