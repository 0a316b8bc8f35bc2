// Text of a data segment, bytes to characters and back. The 2017 and 2025 editions write UTF-8; older loggers write GBK, whose
// second bytes are never one of the signs that divide a segment. Assumes nothing, never throws.

/** UTF-8 with its own mark kept: nothing of what was sent is left out. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const gbk = new TextDecoder("gb18030", { fatal: true });
/** One character for every byte, whatever it is. */
const bytewise = new TextDecoder("windows-1252");

export type TextCoding = "utf-8" | "gbk" | "unknown";

export interface DecodedText {
  readonly text: string;
  readonly coding: TextCoding;
}

export function decodeText(bytes: Uint8Array): DecodedText {
  const text = tryDecode(utf8, bytes);
  if (text !== null && !mayBeGbk(text, bytes.length)) return { text, coding: "utf-8" };
  const chinese = tryDecode(gbk, bytes);
  if (chinese !== null) return { text: chinese, coding: "gbk" };
  if (text !== null) return { text, coding: "utf-8" };
  // Neither: the structure can be read all the same, since it is ASCII.
  return { text: bytewise.decode(bytes), coding: "unknown" };
}

function tryDecode(decoder: typeof utf8, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    // Not in this coding.
    return null;
  }
}

/**
 * Some Chinese words in GBK are right UTF-8 by chance, as pairs of bytes: 校准 reads У׼. Chinese in UTF-8 takes three bytes,
 * and of what takes two, loggers write signs of units. Other signs of two bytes, and no Chinese beside them, mean GBK.
 */
function mayBeGbk(text: string, byteLength: number): boolean {
  if (text.length === byteLength) return false;
  const chineseOrRarer = /[\u0800-\uffff]/;
  const signsOfUnits = /[°±²³µ·×÷\u0391-\u03c9]/g;
  return !chineseOrRarer.test(text) && /[\u0080-\u07ff]/.test(text.replaceAll(signsOfUnits, ""));
}

/** UTF-8; half a surrogate pair becomes U+FFFD. */
export function encodeText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const sign of text) {
    let code = sign.codePointAt(0) ?? 0xfffd;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) {
      bytes[length++] = code;
    } else if (code < 0x800) {
      bytes[length++] = 0xc0 | (code >> 6);
      bytes[length++] = 0x80 | (code & 0x3f);
    } else {
      if (code < 0x10000) {
        bytes[length++] = 0xe0 | (code >> 12);
      } else {
        bytes[length++] = 0xf0 | (code >> 18);
        bytes[length++] = 0x80 | ((code >> 12) & 0x3f);
      }
      bytes[length++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[length++] = 0x80 | (code & 0x3f);
    }
  }
  return bytes.slice(0, length);
}
