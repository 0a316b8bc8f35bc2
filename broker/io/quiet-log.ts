// A log with a bound per second: whoever knocks at the door with nonsense must not fill the disk with lines about it. What is
// left out is told as a number with the next line, and every refusal is counted as a metric anyway.

import { doorBounds } from "../admit/door-bounds.ts";

export type SayInfo = (object: object, message: string) => void;

export function createQuietLog(log: { info: SayInfo }, now: () => number): SayInfo {
  let second = 0;
  let lines = 0;
  let leftOut = 0;
  return (object, message) => {
    const current = Math.floor(now() / 1000);
    if (current !== second) lines = 0;
    second = current;
    if (lines >= doorBounds.logLinesPerSecondMax) {
      leftOut++;
      return;
    }
    lines++;
    log.info(leftOut === 0 ? object : { ...object, leftOut }, message);
    leftOut = 0;
  };
}
