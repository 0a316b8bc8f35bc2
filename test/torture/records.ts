// What the torture wrote down: every frame it sent, and every acknowledgement, the moment it arrived and before anything
// else happened with it. Files that are only appended to, so that a failed run can be looked at afterwards.

import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "./frames.ts";

export interface Records {
  /** Before the first byte of the frame leaves. */
  onSend(frame: Frame): void;
  /** `seq`: its place in the journal, where the door tells it (HTTP). */
  onAck(frame: Frame, how: "puback" | "pubrec" | "202", seq?: number): void;
  readonly sent: ReadonlyMap<number, Frame>;
  readonly acknowledged: number;
  /** The acknowledged ids as the file has them. */
  readAcknowledged(): ReadonlyMap<number, number | null>;
  close(): void;
}

export function createRecords(folder: string): Records {
  mkdirSync(folder, { recursive: true });
  const ackFile = join(folder, "acknowledged.log");
  const ackFd = openSync(ackFile, "a");
  const sentFd = openSync(join(folder, "sent.log"), "a");
  const sent = new Map<number, Frame>();
  const seen = new Set<number>();
  return {
    onSend(frame) {
      if (sent.has(frame.id)) return;
      sent.set(frame.id, frame);
      writeSync(sentFd, `${JSON.stringify(frame)}\n`);
    },
    onAck(frame, how, seq) {
      if (seen.has(frame.id)) return;
      writeSync(ackFd, `${frame.id} ${how} ${seq ?? "-"}\n`);
      seen.add(frame.id);
    },
    sent,
    get acknowledged() {
      return seen.size;
    },
    readAcknowledged() {
      const found = new Map<number, number | null>();
      for (const line of readFileSync(ackFile, "utf8").split("\n")) {
        const [id = "", , seq = "-"] = line.split(" ");
        if (id !== "") found.set(Number(id), seq === "-" ? null : Number(seq));
      }
      return found;
    },
    close() {
      closeSync(ackFd);
      closeSync(sentFd);
    },
  };
}
