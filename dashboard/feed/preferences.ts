// What one person at one machine prefers and no address should carry. Kept in the browser; a browser that refuses to keep it
// holds it as long as the page.

import { createObservable, type Observable } from "../state/observable.ts";

export interface Preferences {
  /** Whether keys of a single character do anything (WCAG 2.1.4). */
  readonly singleKeys: boolean;
  readonly sound: boolean;
  /** Height of rows and size of text. */
  readonly density: "normal" | "dense";
}

const defaults: Preferences = { singleKeys: true, sound: true, density: "normal" };
const itemName = "plumeline.preferences";

function readKept(): Preferences {
  let kept: unknown;
  try {
    kept = JSON.parse(localStorage.getItem(itemName) ?? "null");
  } catch (error) {
    // Storage may be forbidden by policy, and its text may be anybody's.
    if (!(error instanceof DOMException) && !(error instanceof SyntaxError)) throw error;
    return defaults;
  }
  if (typeof kept !== "object" || kept === null) return defaults;
  const flag = (name: "singleKeys" | "sound"): boolean => {
    const value: unknown = Reflect.get(kept, name);
    return typeof value === "boolean" ? value : defaults[name];
  };
  return {
    singleKeys: flag("singleKeys"),
    sound: flag("sound"),
    density: Reflect.get(kept, "density") === "dense" ? "dense" : "normal",
  };
}

function keep(next: Preferences): void {
  try {
    localStorage.setItem(itemName, JSON.stringify(next));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

const current = createObservable(typeof localStorage === "undefined" ? defaults : readKept());

export const preferences: Observable<Preferences> & { change(changes: Partial<Preferences>): void } = {
  ...current,
  change(changes) {
    const next = { ...current.get(), ...changes };
    current.set(next);
    keep(next);
  },
};
