// Reading: one value of one series (site + factor) at one event time, and what is said about its quality.

/** How the value was made by the device: at once, or as the device's own mean over a minute, hour or day. */
export const readingKinds = ["realtime", "minute", "hour", "day"] as const;
export type ReadingKind = (typeof readingKinds)[number];

/**
 * Data flags of HJ 212-2017 table 9: N normal, F stopped, M maintenance, S set by hand, D instrument fault,
 * C calibration, T above the measuring range, B communication fault. Only N counts in a mean.
 */
export const flags = ["N", "F", "M", "S", "D", "C", "T", "B"] as const;
export type Flag = (typeof flags)[number];

export function isFlag(text: unknown): text is Flag {
  return typeof text === "string" && (flags as readonly string[]).includes(text);
}

export function isReadingKind(text: unknown): text is ReadingKind {
  return typeof text === "string" && (readingKinds as readonly string[]).includes(text);
}

/** Quality remarks are bits, so that a reading can carry several. They are added by validation; the value is never changed. */
export const quality = {
  /** Outside the instrument's usual measuring range (still counted: a real exceedance looks like this). */
  range: 1,
  /** Received long after it was measured. */
  late: 2,
  /** The device's clock is ahead of ours, within tolerance. */
  clockAhead: 4,
  /** Another value for the same site, factor, kind and time had been received before. */
  revision: 8,
  /** The factor is known but not on the site's list. */
  unlisted: 16,
} as const;

export type QualityName = keyof typeof quality;

/** Bit mask → names, e.g. 3 → ["range", "late"]. */
export function qualityNames(mask: number): QualityName[] {
  return (Object.keys(quality) as QualityName[]).filter((name) => (mask & quality[name]) !== 0);
}

/** Does this reading count in a mean, and may it move an alarm? Flags other than N are unknown, not false. */
export function isValidFlag(flag: Flag): boolean {
  return flag === "N";
}
