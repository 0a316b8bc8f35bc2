// Ids in the form of a ULID (26 characters, sortable by time) that a replay draws again: the time is the onset, and what is
// random in a ULID is the journal sequence and a hash of what the alarm is about. Pure.

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function encode(value: number, characters: number): string {
  let text = "";
  let rest = value;
  for (let i = 0; i < characters; i++) {
    text = (alphabet[rest % 32] ?? "0") + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** 48 bits of time, 50 bits of sequence, 30 bits of hash. */
export function formatUlid(timeMs: number, seq: number, about: string): string {
  return encode(Math.max(0, timeMs), 10) + encode(seq % 2 ** 50, 10) + encode(hashText(about) % 2 ** 30, 6);
}
