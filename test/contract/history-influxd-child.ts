// A child process for tests of the private influxd: starts it (or joins the one that runs), says its URL, and keeps it
// until SIGTERM.

import { createPrivateInfluxd } from "#store/history/private-influxd.ts";

const say = (object: object, message: string) =>
  void process.stderr.write(`${JSON.stringify({ ...object, message })}\n`);
const influxd = createPrivateInfluxd({ dataDir: process.argv[2] ?? "", log: { info: say, warn: say, error: say } });
const alive = setInterval(() => undefined, 60_000);
process.once("SIGTERM", () => {
  clearInterval(alive);
  void influxd.stop();
});
process.stdout.write(`${await influxd.start()}\n`);
