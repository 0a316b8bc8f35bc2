// scratch
import { startPeerStack } from "./stack.ts";
const s = await startPeerStack((t) => console.log(t));
try {
  for (const rate of process.argv.slice(2)) {
    const t = await s.measure({
      sites: 50,
      seconds: 5,
      inFlight: 20,
      messagesPerSecond: rate === "max" ? null : Number(rate),
    });
    console.log(
      rate,
      "values/s",
      Math.round(t.stored / t.seconds),
      "acked/s",
      Math.round(t.load.readings / t.load.seconds),
      "lost",
      t.lost,
      "deferred",
      t.deferredSeconds.toFixed(2),
      "cpu",
      t.cpuSeconds.toFixed(2),
      "cpu/M",
      ((t.cpuSeconds / t.stored) * 1e6).toFixed(2),
      JSON.stringify(t.load.ackMs),
      "gen cpu",
      t.load.cpuSeconds,
    );
  }
  console.log(s.complaints().slice(0, 10));
} finally {
  await s.stop();
}
