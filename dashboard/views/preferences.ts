// What one person at one machine prefers and no address should carry: whether single-letter keys do anything
// (WCAG 2.1.4). Kept in the browser; a browser that refuses to keep it gets the default.

const keysName = "plumeline.single-keys";

export function singleKeysOn(): boolean {
  return readItem(keysName) !== "off";
}

export function setSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(keysName, on ? "on" : "off");
  } catch (error) {
    // Storage may be forbidden by policy: the choice then lasts as long as the page.
    if (!(error instanceof DOMException)) throw error;
    fallback.set(keysName, on ? "on" : "off");
  }
}

const fallback = new Map<string, string>();

function readItem(name: string): string | null {
  try {
    return localStorage.getItem(name) ?? fallback.get(name) ?? null;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return fallback.get(name) ?? null;
  }
}
