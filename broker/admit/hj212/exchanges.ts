// Requests of the centre to one logger: one at a time, each with its time-out and its resends [HJ 212-2017 6.2, table 1]. Says
// what is to be sent and what became of a request; whoever has the socket does it. Pure; time is an argument.
//
//   offered ─▶ queue ─▶ sent ─▶ 9011 ─▶ data … ─▶ 9012 ─▶ done, failed
//                        │  ▲     └─▶ refused
//                        │  └ again, three times, when nothing is answered ─▶ unanswered
//                        └ notices: sent ─▶ 9013 ─▶ done

import type { RequestProgress } from "#domain/device-request.ts";
import {
  buildFrame,
  buildRequest,
  editionOf,
  type Edition,
  exchangeOf,
  exchangeTimes,
  findCommand,
  formatQn,
  formatStamp,
  type Message,
  readReply,
  sayExecutionReturn,
  sayRequestReturn,
} from "#domain/hj212/hj212.ts";

export interface WantedRequest {
  readonly id: string;
  readonly command: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Not begun any more from here on. */
  readonly validUntil: number;
}

/** As the logger last showed itself. */
export interface LoggerAddress {
  readonly mn: string;
  readonly pw: string;
  readonly st: string;
  readonly edition: Edition;
}

export type Action =
  | { readonly kind: "send"; readonly frame: Uint8Array }
  | { readonly kind: "progress"; readonly progress: RequestProgress };

export interface Exchanges {
  /** False when as much waits as may. An id that is known already is taken as it is. */
  offer(request: WantedRequest): boolean;
  /** True when it was not begun and will not be. */
  drop(id: string): boolean;
  /** What is due now, with the line there. */
  step(now: number, address: LoggerAddress): Action[];
  /** A message came from the logger. */
  meet(message: Message, now: number): Action[];
  /** The line has gone: what was begun waits again. */
  lose(): Action[];
  /** When `step` has something to do; Infinity when nothing. */
  readonly nextAt: number;
  readonly size: number;
}

interface Begun {
  readonly request: WantedRequest;
  readonly qn: string;
  readonly isNotice: boolean;
  attempts: number;
  accepted: boolean;
  dueAt: number;
  packets: number;
  readonly answer: Record<string, string>;
}

export const requestsPerLoggerMax = 64;
/** Values of an answer that are kept. */
const answerValuesMax = 60;

export function createExchanges(): Exchanges {
  const queue: WantedRequest[] = [];
  let begun: Begun | null = null;
  let lastQn = 0;

  function report(state: RequestProgress["state"], detail: string, of: Begun): Action {
    const values = Object.keys(of.answer).length;
    const answer = values === 0 && of.packets === 0 ? null : { ...of.answer, packets: String(of.packets) };
    return { kind: "progress", progress: { id: of.request.id, state, attempts: of.attempts, detail, answer } };
  }

  function end(state: RequestProgress["state"], detail: string): Action[] {
    if (begun === null) return [];
    const action = report(state, detail, begun);
    begun = null;
    return [action];
  }

  /** Unlike any other of this logger, also when two begin in one millisecond. */
  function nextQn(now: number): string {
    lastQn = Math.max(lastQn + 1, now);
    return formatQn(lastQn);
  }

  function begin(now: number): Action[] {
    const actions: Action[] = [];
    while (begun === null) {
      const request = queue.shift();
      if (request === undefined) return actions;
      const isNotice = findCommand(request.command)?.fromCentre === "notice";
      const rest = { attempts: 0, accepted: false, dueAt: now, packets: 0, answer: {} };
      if (request.validUntil > now) begun = { request, qn: nextQn(now), isNotice, ...rest };
    }
    return actions;
  }

  function send(now: number, address: LoggerAddress): Action[] {
    if (begun === null) return [];
    const { request, qn } = begun;
    // The time that is set is that of the sending, whenever that is.
    const isTime = request.command === "1012" && request.settings["SystemTime"] === undefined;
    const settings = isTime ? { ...request.settings, SystemTime: formatStamp(now) } : request.settings;
    const built = buildRequest(request.command, { ...address, qn }, settings);
    if (!built.ok) return end("refused", `cannot be asked: ${built.problems.join("; ")}`);
    const frame = buildFrame(built.message);
    if (!frame.ok) return end("refused", `cannot be written: ${frame.problem}`);
    begun.attempts++;
    begun.dueAt = now + exchangeTimes.answerMs;
    const sent: Action = { kind: "send", frame: frame.frame };
    return begun.attempts === 1 ? [sent, report("sent", "", begun)] : [sent];
  }

  function accept(now: number, says: string): Action[] {
    if (begun === null) return [];
    begun.dueAt = now + exchangeTimes.executionMs;
    if (begun.accepted) return [];
    begun.accepted = true;
    return [report("accepted", says, begun)];
  }

  /** Packets that a request brings have numbers of their own; only the command says that they belong to it. */
  function meetData(message: Message, now: number): Action[] {
    if (begun === null || message.cn !== begun.request.command) return [];
    begun.packets++;
    let room = answerValuesMax - Object.keys(begun.answer).length;
    // Values of measurements go their own way; what is told here are settings.
    if (findCommand(message.cn)?.content === "parameters" || findCommand(message.cn)?.content === "information") {
      for (const { key, value } of message.groups.flat()) if (room-- > 0) begun.answer[key] = value.slice(0, 200);
    }
    return accept(now, "data came");
  }

  return {
    offer(request) {
      if (begun?.request.id === request.id || queue.some(({ id }) => id === request.id)) return true;
      if (queue.length >= requestsPerLoggerMax) return false;
      queue.push(request);
      return true;
    },
    drop(id) {
      const at = queue.findIndex((request) => request.id === id);
      if (at >= 0) queue.splice(at, 1);
      return begun?.request.id !== id;
    },
    step(now, address) {
      const actions = begin(now);
      if (begun === null || now < begun.dueAt) return actions;
      if (begun.accepted) {
        const { packets } = begun;
        const ended =
          packets > 0
            ? end("done", `${packets} packets came, no 9012`)
            : end("unanswered", "9011 came, and nothing after it");
        return [...actions, ...ended];
      }
      if (begun.attempts > exchangeTimes.resends)
        return [...actions, ...end("unanswered", `sent ${begun.attempts} times, nothing was answered`)];
      return [...actions, ...send(now, address)];
    },
    meet(message, now) {
      if (begun === null) return [];
      const reply = readReply(message);
      if (reply === null) return meetData(message, now);
      const isOlder = editionOf(message) === "2005" && exchangeOf(message) === null;
      if (reply.qn !== begun.qn && !isOlder) return [];
      switch (reply.cn) {
        case "9011":
          // Without a code the logger means that it has understood.
          if (reply.code === null || reply.code === 1) return accept(now, sayRequestReturn(1));
          return end("refused", sayRequestReturn(reply.code));
        case "9012": {
          const code = reply.code ?? 1;
          const isDone = code === 1 || (code === 100 && begun.packets > 0);
          return end(isDone ? "done" : "failed", sayExecutionReturn(code));
        }
        case "9013":
          return begun.isNotice ? end("done", "9013") : accept(now, "9013");
        default:
          return [];
      }
    },
    lose() {
      if (begun === null) return [];
      const { request } = begun;
      queue.unshift(request);
      return end("waiting", "the line ended before it was over");
    },
    get nextAt() {
      if (begun !== null) return begun.dueAt;
      return queue.length > 0 ? 0 : Number.POSITIVE_INFINITY;
    },
    get size() {
      return queue.length + (begun === null ? 0 : 1);
    },
  };
}
