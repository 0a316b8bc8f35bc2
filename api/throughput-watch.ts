// Looks every five seconds at how many readings ingest has processed, for the line of the last day; writes the line down every
// minute and at the end, so that a restart does not forget it.

import type { Rpc } from "#store/link/link.ts";
import type { ApiParts, Log } from "./parts.ts";
import { askMetrics } from "./peers.ts";
import { readMetrics } from "./read-metrics.ts";
import { createThroughput, type Throughput } from "./throughput.ts";

const lookEveryMs = 5_000;
const keepEveryLooks = 12;
const noteName = "throughput";
const counterName = "plumeline_ingest_readings_total";

export interface ThroughputWatch {
  readonly throughput: Throughput;
  start(): void;
  stop(): void;
}

export interface ThroughputWatchParts {
  readonly ingest: Rpc;
  readonly folder: ApiParts["folder"];
  readonly now: () => number;
  readonly log: Log;
}

export function createThroughputWatch({ ingest, folder, now, log }: ThroughputWatchParts): ThroughputWatch {
  const throughput = createThroughput(readKept());
  let timer: NodeJS.Timeout | null = null;
  let looks = 0;
  let looking = false;

  function readKept(): string | null {
    try {
      return folder.readNote(noteName);
    } catch (error) {
      log.warn({ err: error }, "the readings per second of before cannot be read; the line begins anew");
      return null;
    }
  }

  function keep(): void {
    try {
      folder.keepNote(noteName, throughput.format());
    } catch (error) {
      // A full disk has an alarm of its own; this line is not worth a second one.
      log.warn({ err: error }, "the readings per second could not be kept");
    }
  }

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      const said = await askMetrics("ingest", ingest);
      const counter = said.ok ? readMetrics(said.value).value(counterName) : null;
      // While ingest is away nothing is processed and nothing is known: the gap says so.
      if (counter !== null) throughput.note(counter, now());
      looks += 1;
      if (looks % keepEveryLooks === 0) keep();
    } finally {
      looking = false;
    }
  }

  return {
    throughput,
    start() {
      const lookAround = (): void =>
        void look().catch((error: unknown) => log.error({ err: error }, "the look at the throughput failed"));
      lookAround();
      timer = setInterval(lookAround, lookEveryMs);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      keep();
    },
  };
}
