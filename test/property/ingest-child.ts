// The process that replays.ts kills: ingest on a data folder, until it is told to stop.

import { isComplete, startIngest, type Tuning } from "./ingest-run.ts";

const [dataDir = "", tuning = "{}"] = process.argv.slice(2);
const ingest = await startIngest(dataDir, { tuning: JSON.parse(tuning) as Tuning });

process.on("message", (message: { readonly toTheEnd: boolean }) => {
  void (async () => {
    if (message.toTheEnd) await ingest.settle(isComplete);
    await ingest.stop();
    process.exit(0);
  })();
});
process.send?.("begun");
