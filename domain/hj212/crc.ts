// The checksum of HJ 212 [HJ 212-2017 annex A]: polynomial 0xA001 from 0xFFFF, but before a byte is mixed in, the register
// is shifted right by eight. Its low byte is lost by that, so that only 256 values occur: one corrupted frame in 256 passes,
// and whoever trusts a frame has to look at its length and structure too. It is not CRC-16/MODBUS, which some senders use.

const table = new Uint16Array(256);
for (let value = 0; value < 256; value++) {
  let register = value;
  for (let bit = 0; bit < 8; bit++) register = (register & 1) === 1 ? (register >> 1) ^ 0xa001 : register >> 1;
  table[value] = register;
}

/** Of the bytes from `from` up to `to`; 0xFFFF when there are none. */
export function crcOf(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  let register = 0xffff;
  for (let at = from; at < to; at++) register = table[((register >> 8) ^ (bytes[at] ?? 0)) & 0xff] ?? 0;
  return register;
}

/** CRC-16/MODBUS of the same bytes: known only to say why a sender is refused. */
export function modbusCrcOf(bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  let register = 0xffff;
  for (let at = from; at < to; at++) register = (register >> 8) ^ (table[(register ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  return register;
}

/** Four hexadecimal digits, high byte first, in upper case as the standard prints them. */
export function formatCrc(crc: number): string {
  return crc.toString(16).toUpperCase().padStart(4, "0");
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Four hexadecimal digits of either case at `at`, or null. */
export function readCrc(bytes: Uint8Array, at: number): number | null {
  let crc = 0;
  for (let place = at; place < at + 4; place++) {
    const digit = hexDigit(bytes[place] ?? 0);
    if (digit < 0) return null;
    crc = crc * 16 + digit;
  }
  return crc;
}
