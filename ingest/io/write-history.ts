// Writing to history. What a store refuses for good must not hold up what comes behind it: it is logged with its place in the
// journal, where the frames are.

import { Failure } from "#domain/failure.ts";
import {
  createMeanColumns,
  createReadingColumns,
  type HistoryBatch,
  type HistoryWriter,
} from "#store/history/history.ts";

export async function writeOrSkip(
  history: HistoryWriter,
  batch: HistoryBatch,
  log: { error(object: object, message: string): void },
): Promise<void> {
  try {
    await history.write(batch);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "history-refused") throw error;
    const { seq } = batch.readings;
    const place = { err: error, fromSeq: seq[0], toSeq: seq.at(-1) };
    log.error(place, "history refused rows for good; their frames are in the journal");
    await history.write({ readings: createReadingColumns(), means: createMeanColumns(), cursor: batch.cursor });
  }
}
