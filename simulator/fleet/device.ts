// What the simulator knows about one device: the site as the registry sees it, and what its model needs.

import type { Site } from "#domain/site.ts";
import type { CurveName } from "../models/pattern.ts";

export type SiteDraft = Omit<Site, "version" | "mn">;

/** A site-specific limit on realtime values, posted together with the site. */
export interface SiteLimit {
  readonly site: string;
  readonly factor: string;
  readonly max: number | null;
  readonly min: number | null;
  readonly reason: string;
}

export type Profile =
  | { readonly type: "water"; readonly flowLPerSecond: number; readonly curve: CurveName }
  | {
      readonly type: "gas";
      readonly flowM3PerHour: number;
      readonly temperatureC: number;
      readonly moisturePercent: number;
      readonly oxygenPercent: number | null;
      /** Factor → reference oxygen of its limit, where the standard wants a converted value. */
      readonly refOxygen: Readonly<Record<string, number>>;
      readonly curve: CurveName;
    }
  | { readonly type: "energy"; readonly crudeMtPerYear: number }
  | { readonly type: "station"; readonly variant: "city" | "industry" | "country" };

export interface Device {
  readonly site: SiteDraft;
  readonly seed: number;
  readonly profile: Profile;
  readonly limits: readonly SiteLimit[];
}
