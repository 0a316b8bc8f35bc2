// A table as text: bytes into text, whatever a spreadsheet program of the last twenty years made of it, and text into rows of
// cells [RFC 4180, with ; and tab as separators too]. Pure.

/** UTF-8 with and without a mark, UTF-16 with one, GB 18030 (and so GBK and GB 2312); null when it is none of them. */
export function decodeTable(bytes: Uint8Array): string | null {
  const [a, b] = bytes;
  const labels = a === 0xff && b === 0xfe ? ["utf-16le"] : ["utf-8", "gb18030"];
  for (const label of labels) {
    try {
      const text = new TextDecoder(label, { fatal: true }).decode(bytes);
      return text.includes("\0") ? null : text;
    } catch {
      // The decoder says by throwing that it is not this one.
    }
  }
  return null;
}

/** What stands most often in the first line, outside of quotes. */
function findSeparator(text: string): string {
  const [line = ""] = text.split(/\r?\n/, 1);
  const bare = line.replaceAll(/"[^"]*"/g, "");
  const count = (sign: string): number => bare.split(sign).length;
  return [",", "\t", ";"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** Rows of cells, without empty rows at the end; null when a quote is never closed, or there are more rows than `rowsMax`. */
export function parseCsv(text: string, rowsMax: number): string[][] | "open-quote" | "too-many-rows" {
  const separator = findSeparator(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      for (at++; ; at++) {
        const end = text.indexOf('"', at);
        if (end < 0) return "open-quote";
        cell += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
    }
    // What stands behind a closing quote belongs to the cell, too: nothing is dropped unseen.
    let end = at;
    while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end++;
    row.push(cell + text.slice(at, end));
    at = end + 1;
    if (end < text.length && text[end] === separator && at < text.length) continue;
    if (text[end] === separator) row.push("");
    if (text[end] === "\r" && text[at] === "\n") at++;
    rows.push(row);
    row = [];
    if (rows.length > rowsMax) return "too-many-rows";
  }
  while (rows.at(-1)?.every((cell) => cell.trim() === "") === true) rows.pop();
  return rows;
}

/** A cell that a spreadsheet program would take for a formula is not one [OWASP CSV injection]. */
export function formatCsvCell(text: string): string {
  const safe = /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
