// `npm run torture`: breaks the running system in every way it knows, and compares what is left with what was promised.
// Progress goes to stderr; the last line on stdout is one JSON object. Exit code 1 when anything was lost, doubled or invented.

import { parseOptions, usage } from "./options.ts";
import { type Report, runTorture } from "./run.ts";

const begun = performance.now();
const say = (line: string): void => {
  process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} ${line}\n`);
};

const options = parseOptions(process.argv.slice(2), Date.now() % 1_000_000);
if (Array.isArray(options)) {
  process.stderr.write(`${options.join("\n")}\n${usage}`);
  process.exit(2);
}
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

const { seconds, seed, influx, split } = options;
say(
  `seed ${seed}, ${seconds} s, history in ${influx ? "InfluxDB" : "DuckDB"}, ${split ? "three processes" : "one process"}`,
);

function tellFindings({ verdict, damage, falseAlarms, failures, faults, tornTails, balanced }: Report): void {
  for (const failure of failures) say(`died of itself: ${failure}`);
  for (const finding of [...verdict.findings, ...(damage?.findings ?? [])]) say(finding);
  if (falseAlarms > 0) say(`${falseAlarms} damages were named before anything had been broken`);
  say(`faults: ${JSON.stringify(faults)}; torn tails cut: ${tornTails}; the system's own ledger balances: ${balanced}`);
  if (damage !== null)
    say(
      `journal broken on purpose: ${damage.damagedEntries} entries named, ${damage.damagedFrames} acknowledged frames gone, all inside`,
    );
}

let failed = true;
try {
  const report = await runTorture(options, say);
  tellFindings(report);
  const { verdict, damage, kills, lateStops } = report;
  failed = report.failed;
  const { acked, stored, quarantined, duplicates, ledger, alarms } = verdict;
  const sum = (name: "lost" | "doubled" | "wrong" | "phantom"): number => verdict[name] + (damage?.[name] ?? 0);
  const result = {
    seed,
    seconds,
    kills,
    lateStops,
    acked,
    stored,
    quarantined,
    duplicates,
    lost: sum("lost"),
    doubled: sum("doubled"),
    damaged: report.falseAlarms,
    wrong: sum("wrong"),
    phantom: sum("phantom"),
    ledger,
    alarms,
    broken: damage === null ? null : { entriesNamed: damage.damagedEntries, framesGone: damage.damagedFrames },
  };
  if (failed) tellHow();
  process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  if (error instanceof Error && error.cause !== undefined) say(String(error.cause));
  tellHow();
  process.stdout.write(`${JSON.stringify({ seed, seconds, error: String(error).slice(0, 300) })}\n`);
}
process.exit(failed ? 1 : 0);

function tellHow(): void {
  say(
    `again: npm run torture -- ${["--seed", String(seed), ...process.argv.slice(2).filter((_, i, all) => all[i - 1] !== "--seed" && all[i] !== "--seed")].join(" ")}`,
  );
}
