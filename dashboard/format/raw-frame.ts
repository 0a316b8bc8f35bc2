// The bytes of a frame as a person can read them: text with its control characters made visible, or lines of hexadecimal
// digits. Bounded; never changes what can be seen of the bytes.

/** A stretch of text; `isSign`: it stands for a character that cannot be seen. */
export interface TextPiece {
  readonly text: string;
  readonly isSign: boolean;
}

// Controls, formats (zero-width and direction marks, soft hyphen, byte order mark), separators: what hides or reorders.
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const controlNames =
  "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US";
const nameOf: ReadonlyMap<number, string> = new Map(controlNames.split(" ").map((name, code) => [code, name]));

/** In letters: the control pictures of Unicode are in few fonts. */
function signOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[${nameOf.get(code) ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`}]`;
}

/** Control characters become signs; a line feed is a sign and a new line. */
export function showText(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), isSign: false });
    pieces.push({ text: signOf(match[0]), isSign: true });
    if (match[0] === "\n") pieces.push({ text: "\n", isSign: false });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isSign: false });
  return pieces;
}

const bytesPerLine = 16;

/** "0010  7b 22 …  {"…": place, bytes, and what of them is ASCII. */
export function showHex(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerLine) {
    const part = bytes.slice(at, at + bytesPerLine);
    const ascii = part.map((byte) => {
      const code = Number.parseInt(byte, 16);
      return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·";
    });
    lines.push(
      `${at.toString(16).padStart(4, "0")}  ${part.join(" ").padEnd(bytesPerLine * 3 - 1)}  ${ascii.join("")}`,
    );
  }
  return lines.join("\n");
}
