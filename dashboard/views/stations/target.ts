// What a station is held against, in words: the class of the water or of the zone, its standard, and whether it is assumed.

import type { Station, StationWords } from "./station-data.ts";

/** "class III (river)" → "III 类（河流）" where the words are Chinese; other names stay as the register has them. */
export function describeTarget(words: StationWords, target: NonNullable<Station["target"]>): string {
  const { name, standard, assumed } = target;
  const body = name === null ? "—" : words.targetName(name);
  const text = standard === null ? body : words.target(body, standard);
  // First, so that a narrow column does not cut it off.
  return assumed ? `${words.assumed} · ${text}` : text;
}
