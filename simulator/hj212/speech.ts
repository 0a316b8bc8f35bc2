// What a logger wants to say → the bytes of its packets, in its edition and with its bad habits. Numbers every packet (QN) by
// its own clock, and splits what is too long.

import {
  buildExecutionResult,
  buildFrame,
  buildRequestAnswer,
  formatQn,
  type Group,
  type Message,
  splitGroups,
} from "#domain/hj212/hj212.ts";
import { mix, unit } from "../random.ts";
import type { OutgoingFrame } from "./channel.ts";
import { breakChecksum, dropCarriageReturn, lowerChecksum } from "./habits.ts";
import type { LoggerIdentity } from "./identity.ts";
import { toGroup } from "./items.ts";

export interface Saying {
  readonly cn: string;
  readonly items: readonly string[];
  readonly answer: boolean;
  readonly backfill: boolean;
}

export interface Speech {
  frames(saying: Saying, stampMs: number): OutgoingFrame[];
  /** 9011, 9012, 9013: answers to the centre. */
  ready(request: Message, code: number): Uint8Array;
  result(request: Message, code: number): Uint8Array;
  notice(request: Message): Uint8Array;
  /** As the habit has it; `attempt` from 1. */
  dress(bytes: Uint8Array, attempt: number): Uint8Array;
  /** The clock was set: numbers go on from there, also backwards. */
  restartNumbers(): void;
}

/** How often a noisy line hurts a packet. */
const noiseShare = 1 / 12;

export function createSpeech(identity: LoggerIdentity, seed: number, readPassword: () => string): Speech {
  const { mn, st, edition, habit } = identity;
  const version = edition === "2025" ? 2 : habit === "wrong-version" ? 0 : 1;
  let lastMs = 0;
  let written = 0;

  function build(message: Message): Uint8Array {
    const built = buildFrame(message);
    if (!built.ok) throw new Error(`a simulated logger cannot write ${message.cn}: ${built.problem}`);
    return built.frame;
  }

  return {
    frames({ cn, items, answer, backfill }, stampMs) {
      const groups: Group[] = items.map(toGroup);
      const parts = splitGroups(groups);
      return parts.map((part, i) => {
        lastMs = Math.max(lastMs + 1, Math.floor(stampMs));
        const qn = formatQn(lastMs);
        const split = parts.length > 1;
        const bytes = build({
          qn,
          st,
          cn,
          pw: readPassword(),
          mn,
          flag: { version, split, answer },
          packet: split ? { number: i + 1, count: parts.length } : null,
          backfill: backfill && edition === "2025",
          groups: part,
        });
        return { qn: answer ? qn : null, bytes };
      });
    },
    ready: (request, code) => build(buildRequestAnswer(request, code)),
    result: (request, code) => build(buildExecutionResult(request, code)),
    notice: (request) => build({ ...buildRequestAnswer(request, 1), cn: "9013", groups: [] }),
    dress(bytes, attempt) {
      const isNoisy = habit === "noisy-line" && attempt === 1 && unit(mix(seed, ++written)) < noiseShare;
      if (isNoisy) return breakChecksum(bytes);
      if (habit === "lower-case-checksum") return lowerChecksum(bytes);
      return habit === "line-feed-only" ? dropCarriageReturn(bytes) : bytes;
    },
    restartNumbers() {
      lastMs = 0;
    },
  };
}
