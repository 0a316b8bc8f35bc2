// What is made of stored data, now and then, beside the loop: windows with late data are formed again, and what waits to be
// judged is judged. Both need a history that contains everything that the pipeline knows.

import type { HistoryReader } from "#store/history/history.ts";
import type { StateReader } from "#store/state/state.ts";
import type { Output } from "../output.ts";
import type { Pipeline } from "../pipeline.ts";
import type { HistoryLine } from "./history-line.ts";
import { createJudging, type JudgingStatus } from "./judging.ts";
import { createReopener } from "./reopen.ts";
import type { Sink } from "./sink.ts";

export interface LaterParts {
  readonly live: { readonly pipeline: Pipeline; readonly output: Output };
  readonly history: HistoryReader;
  readonly state: Pick<StateReader, "judgedDays">;
  readonly line: Pick<HistoryLine, "ready" | "isCurrent">;
  readonly stateSink: Pick<Sink, "advance" | "flush" | "ok">;
  /** Windows that were formed again, hours that were judged. */
  readonly onDone: (what: "reopened" | "judged", count: number) => void;
  readonly now: () => number;
  readonly log: { warn(object: object, message: string): void };
}

export interface Later {
  /** Begins what is due and not under way. */
  begin(): void;
  readonly judging: JudgingStatus;
  stop(): Promise<void>;
}

export function createLater(parts: LaterParts): Later {
  const { live, history, state, line, stateSink, onDone, now, log } = parts;
  const reopener = createReopener({
    live,
    history,
    ready: () => line.ready(),
    onReopened: (windows) => onDone("reopened", windows),
    log,
  });
  const judging = createJudging({
    live,
    history,
    state,
    async ready() {
      stateSink.advance(live.pipeline.seq);
      await Promise.all([stateSink.flush(), line.ready()]);
    },
    isReady: () => line.isCurrent && stateSink.ok,
    onJudged: (hours) => onDone("judged", hours),
    now,
    log,
  });
  return {
    begin() {
      if (line.isCurrent) reopener.begin();
      judging.begin();
    },
    get judging() {
      return judging.status;
    },
    stop: () => judging.stop(),
  };
}
