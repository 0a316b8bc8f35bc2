// Which factor a metric of an edge node or device is. The rows come from outside (the registry); what is in no row is a factor
// only when an edge node names its metric by our own code. Two devices of a node may well send the same code, and would
// become one series by it: metrics of devices need a row.

import { findFactor } from "#domain/factor.ts";
import type { MetricRow } from "#domain/sparkplug/own-topics.ts";

/** Said of a metric that is no reading by decision, e.g. the version of a gateway: it is counted and not refused. */
export const aside = Symbol("aside");

export interface MetricTable {
  /** The code of a factor, `aside`, or null when nobody said what it is. `device`: null for metrics of the edge node. */
  find(device: string | null, metric: string): string | typeof aside | null;
}

/** Of rows that name the same metric the last one counts. `others`: what becomes of metrics that nobody named. */
export function createMetricTable(rows: Iterable<MetricRow>, others: "refused" | "aside" = "refused"): MetricTable {
  const unnamed = others === "aside" ? aside : null;
  const own = new Map<string, string | typeof aside>();
  const ofDevices = new Map<string, Map<string, string | typeof aside>>();
  const mapOf = (device: string | null): Map<string, string | typeof aside> => {
    if (device === null) return own;
    const found = ofDevices.get(device) ?? new Map<string, string | typeof aside>();
    ofDevices.set(device, found);
    return found;
  };
  for (const { device, metric, factor } of rows) mapOf(device).set(metric, factor ?? aside);
  return {
    find(device, metric) {
      if (device !== null) return ofDevices.get(device)?.get(metric) ?? unnamed;
      return own.get(metric) ?? (findFactor(metric) === undefined ? unnamed : metric);
    },
  };
}
