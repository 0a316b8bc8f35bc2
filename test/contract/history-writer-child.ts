// A child process for crash tests: writes batch after batch into a DuckDB file until it is killed, and says each cursor
// it was told is safe. Batch n holds 50 frames of 10 values and one mean per frame's site; its cursor is n × 50.

import { createDuckdbHistory } from "#store/history/duckdb.ts";
import { buildLoad } from "./history-batches.ts";

const silent = () => undefined;
const history = createDuckdbHistory({
  file: process.argv[2] ?? "",
  log: { info: silent, warn: silent, error: silent },
  // Low enough that it is killed while rows are sorted, too.
  clusterRows: 100,
});
await history.start();
for (let seqFrom = (await history.cursor()) + 1; ; seqFrom += 50) {
  await history.write(buildLoad({ points: 50, sites: 1, seqFrom, timeFrom: seqFrom * 1000 }));
  process.stdout.write(`${seqFrom + 49}\n`);
}
