// Episode: something that is made to go wrong at one site for a while. Scenarios plan episodes, devices act them out, and
// the truth file says afterwards which ones really happened.

/** What is made to look better than it is. What the kinds do stands in falsify.ts. */
export const falsifiedKinds = [
  /** One pollutant stands still while the plant runs. */
  "constant",
  /** A dirty plant whose value never passes the limit. */
  "clip",
  /** One pollutant is a fraction of what it was, from one minute to the next. */
  "step-drop",
  /** All pollutants at once. */
  "simultaneous",
  /** Air into the probe: less of everything, more oxygen. */
  "dilution",
  /** Pollutants are those of another outlet of the works, times a number. */
  "mirror",
  /** Oxygen reads some points low, so that corrected values are small. */
  "oxygen-low",
  /** Treatment and its pumps stand, and the values stay good. */
  "treatment-off",
  /** Pollutants of an earlier time, minute by minute. */
  "replay",
  /** Pollutants averaged over three quarters of an hour. */
  "smooth",
  /** Flow and velocity are a fraction of what they are. */
  "flow-low",
  /** A peak is flagged as maintenance as soon as it comes near the limit. */
  "abused-flags",
] as const;
export type FalsifiedKind = (typeof falsifiedKinds)[number];

/** What honest plants do that looks like it. */
export const honestKinds = [
  /** The plant stands for hours, with everything that belongs to it. */
  "process-stop",
  /** It comes up slowly after standing. */
  "start-up",
  /** The probe is blown free with air for three minutes. */
  "back-blow",
  /** An analyser that gets a tenth too high over a day. */
  "drift",
] as const;
export type HonestKind = (typeof honestKinds)[number];

export const episodeKinds = [
  ...falsifiedKinds,
  ...honestKinds,
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
  /** "mirror": the outlet whose values it shows. */
  readonly other?: string;
  /** "replay": how old the values are. */
  readonly lagMs?: number;
}
