// Bounds of Sparkplug B: what is remembered of edge nodes, and how long identifiers may be. A payload as a whole is bounded by
// frameBytesMax and frameValuesMax of domain/bounds.ts.

export const sizes = {
  /** Group, edge node or device, in characters; the specification names no bound. */
  idCharsMax: 128,
  /** Metric names are paths, e.g. "Furnace 3/Gas/Flow". */
  nameCharsMax: 256,
  /** Edge nodes that are remembered; past it those that are not alive are forgotten first. */
  nodesMax: 10_000,
  /** Of one edge node. */
  devicesPerNodeMax: 1_000,
  metricsPerNodeMax: 20_000,
  /** Over all edge nodes. */
  metricsMax: 500_000,
  /** An edge node is asked for its birth at once, and again after this pause, which doubles up to the longest. */
  rebirthPauseMs: 10_000,
  rebirthPauseMsMax: 600_000,
  /** Rows of one site that say what its metrics mean. */
  metricRowsMax: 2_000,
  /** An order older than this is not sent: its cause may be gone. */
  rebirthOrderMsMax: 30_000,
} as const;

function assertSizes(condition: boolean, says: string): void {
  if (!condition) throw new Error(`sizes of Sparkplug B: ${says}`);
}
assertSizes(sizes.metricsPerNodeMax <= sizes.metricsMax, "one node must fit into all");
assertSizes(sizes.rebirthPauseMs <= sizes.rebirthPauseMsMax, "pauses grow");
