// Episode: something that is made to go wrong at one site for a while. Scenarios plan episodes, devices act them out, and
// the truth file says afterwards which ones really happened.

export const episodeKinds = [
  /** A value above its limit. */
  "exceed",
  /** The logger hangs: no frame is made, and none comes later. */
  "silence",
  /** The line is down: frames are kept and sent afterwards, newest first, the last one twice. */
  "line-loss",
  /** Frames that make no sense. */
  "nonsense",
  /** All values carry flag M and stand still. */
  "maintenance",
  /** One factor carries flag C and shows span gas above its limit: no exceedance. */
  "calibration",
  /** Every frame is sent twice. */
  "duplicate",
  /** Neighbouring frames swap places. */
  "disorder",
] as const;
export type EpisodeKind = (typeof episodeKinds)[number];

export const nonsenseVariants = [
  "invalid-json",
  "nan",
  "unknown-factor",
  "year-1970",
  "text-number",
  "wrong-flag",
  "impossible-value",
  "no-values",
] as const;
export type NonsenseVariant = (typeof nonsenseVariants)[number];

export interface Episode {
  readonly site: string;
  readonly kind: EpisodeKind;
  readonly factor: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** For "exceed" and "calibration": how far above the limit, 0.2 = 20 %. */
  readonly strength: number;
  readonly variant: NonsenseVariant | null;
}
