// Fuzzer of the HJ 212 codec. A case is a stream of good and bad pieces, cut into chunks twice: every good frame comes out,
// every byte is accounted for, the cut makes no difference, memory stays bounded; or a data segment with a right checksum
// that is damaged inside: it is read without a guess, or refused. The canary jumps over the whole length of a bad frame.

import { createDeframer, type Deframer, type StreamEvent } from "#domain/hj212/hj212.ts";
import type { Random } from "../torture/random.ts";
import {
  checkFrames,
  checkNothingLost,
  checkSameEvents,
  checkSegment,
  checkTiling,
  feed,
  type MakeDeframer,
} from "./hj212-promises.ts";
import { concat, drawChunks, drawSegment, drawStream, slowCrc } from "./hj212-stream.ts";
import type { Fuzzer } from "./target.ts";

const utf8 = new TextEncoder();

/** Bytes of a segment changed, doubled, left out; its checksum is made right again by whoever frames it. */
function damage(random: Random, segment: Uint8Array): Uint8Array {
  let bytes = segment;
  for (let times = random.between(0, 4); times > 0; times--) {
    const at = random.between(0, bytes.length);
    const until = Math.min(bytes.length, at + random.between(0, 12));
    const middle = random.pick([
      utf8.encode(random.pick([";", ",", "=", "&&", "CP=&&", "//", " ", "-", "\0", "PNUM=", "DataTime=", "Flag="])),
      new Uint8Array([random.between(0, 255)]),
      bytes.slice(at, until),
      new Uint8Array(0),
    ]);
    bytes = concat([bytes.subarray(0, at), middle, bytes.subarray(random.chance(0.5) ? at : until)]);
  }
  return bytes;
}

/** The mistake this house must not make: a wrong length swallows the frame behind it. */
function createJumpingDeframer(): Deframer {
  let waiting = new Uint8Array(0);
  let base = 0;
  const count = { received: 0, framed: 0, refused: 0, lineEnds: 0, waiting: 0 };
  const take = (size: number): void => {
    waiting = waiting.slice(size);
    base += size;
  };
  const read = (): StreamEvent[] => {
    const events: StreamEvent[] = [];
    for (;;) {
      const head = /##(\d{4})/.exec(Buffer.from(waiting).toString("latin1"));
      const end = head === null ? Infinity : head.index + 10 + Number(head[1]);
      if (head === null || end > waiting.length) break;
      const frame = waiting.slice(head.index, end);
      const segment = frame.slice(6, -4);
      const given = Number.parseInt(Buffer.from(frame.subarray(-4)).toString("latin1"), 16);
      if (given === slowCrc(segment))
        events.push({ kind: "frame", at: base + head.index, frame, segment, deciphered: false });
      count.framed += end;
      take(end);
    }
    count.waiting = waiting.length;
    return events;
  };
  return {
    push(chunk) {
      count.received += chunk.length;
      waiting = new Uint8Array(concat([waiting, chunk]));
      const events = read();
      if (waiting.length > 8000) {
        count.refused += waiting.length;
        take(waiting.length);
      }
      count.waiting = waiting.length;
      return events;
    },
    flush() {
      count.refused += waiting.length;
      take(waiting.length);
      count.waiting = 0;
      return [];
    },
    count: () => count,
  };
}

export const fuzzer: Fuzzer = {
  about: "the HJ 212 codec: framing over any chunking, data segments with damage inside",
  create({ canary }) {
    const make: MakeDeframer = canary ? createJumpingDeframer : createDeframer;
    const counted = { streams: 0, bytes: 0, goodFrames: 0, covered: 0, refusedPieces: 0, segments: 0, segmentsRead: 0 };

    function runStream(random: Random): void {
      const stream = drawStream(random);
      const events = feed(make, drawChunks(random, stream.bytes));
      counted.streams++;
      counted.bytes += stream.bytes.length;
      counted.goodFrames += stream.good.length;
      counted.covered += checkNothingLost(stream, events).covered;
      counted.refusedPieces += events.filter((event) => event.kind === "refused").length;
      checkTiling(stream.bytes, events);
      checkFrames(events);
      checkSameEvents(feed(make, [stream.bytes]), events);
      for (const event of events) if (event.kind === "frame") checkSegment(event.segment);
    }

    return {
      runCase(random) {
        if (random.chance(0.6)) {
          runStream(random);
          return;
        }
        counted.segments++;
        if (checkSegment(damage(random, utf8.encode(drawSegment(random)))) === "read") counted.segmentsRead++;
      },
      summarise: () => ({ ...counted }),
    };
  },
};
