// What a message of a logger asks for: is there data in it, what must be answered, and what should follow. Turns a message
// into the answer to be sent once the message is safe. An answer repeats the QN of what it answers, carries ST=91 and speaks
// the edition of the sender [HJ 212-2017 tables C.3, C.4, C.17].

import { findCommand } from "./commands.ts";
import { editionOf, exchangeOf, type Group, type Message, type Pair } from "./message.ts";

/** `data`: goes to ingest. `control`: is over with its answer. `reply`: answers a request of ours. */
export type Role = "data" | "control" | "reply";

export interface Exchange {
  readonly role: Role;
  /** To be sent when the message is on disk; null when the sender wants none. */
  readonly answer: Message | null;
  /** What the centre is expected to do next, by itself. */
  readonly follow: "set-time" | "set-key" | null;
}

/**
 * An upload is answered when its Flag asks for it, and so is a heartbeat; a notice and a login always. A command that is in
 * no table is answered like an upload: else the logger resends it and holds back what follows.
 */
export function readExchange(message: Message): Exchange {
  const command = findCommand(message.cn);
  const kind = command === undefined ? "upload" : (command.fromLogger ?? "upload");
  const asked = message.flag?.answer === true;
  switch (kind) {
    case "reply":
      return { role: "reply", answer: null, follow: null };
    case "notice":
      return {
        role: "control",
        answer: buildAnswer(message, "9013"),
        follow: message.cn === "1013" ? "set-time" : "set-key",
      };
    case "heartbeat":
      return { role: "control", answer: asked ? buildAnswer(message, "9013") : null, follow: null };
    case "login":
      return { role: "control", answer: buildLoginAnswer(message, true), follow: null };
    default:
      return { role: "data", answer: asked ? buildAnswer(message, "9014") : null, follow: null };
  }
}

/** 9013 or 9014. In 2005 the number of the exchange, and the command, stand in the data area. */
function buildAnswer(message: Message, cn: "9013" | "9014"): Message {
  const pairs: Pair[] = [];
  const qn = exchangeOf(message);
  if (editionOf(message) === "2005") {
    if (qn !== null) pairs.push({ key: "QN", value: qn });
    if (cn === "9014") pairs.push({ key: "CN", value: message.cn });
  }
  return wrapAnswer(message, cn, pairs);
}

/** 9022, to the login of 2005. */
export function buildLoginAnswer(message: Message, admitted: boolean): Message {
  const qn = exchangeOf(message);
  const pairs: Pair[] = qn === null ? [] : [{ key: "QN", value: qn }];
  return wrapAnswer(message, "9022", [...pairs, { key: "Logon", value: admitted ? "1" : "0" }]);
}

/** 9011: what became of a request; for the side that is asked, e.g. a simulated logger. */
export function buildRequestAnswer(request: Message, qnRtn: number): Message {
  return wrapAnswer(request, "9011", answerPairs(request, "QnRtn", qnRtn));
}

/** 9012: how the execution ended. */
export function buildExecutionResult(request: Message, exeRtn: number): Message {
  return wrapAnswer(request, "9012", answerPairs(request, "ExeRtn", exeRtn));
}

function answerPairs(request: Message, key: string, code: number): Pair[] {
  const qn = editionOf(request) === "2005" ? exchangeOf(request) : null;
  const pair = { key, value: String(code) };
  return qn === null ? [pair] : [{ key: "QN", value: qn }, pair];
}

function wrapAnswer(message: Message, cn: string, pairs: readonly Pair[]): Message {
  const groups: Group[] = pairs.map((pair) => [pair]);
  return {
    qn: exchangeOf(message),
    st: "91",
    cn,
    pw: message.pw,
    mn: message.mn,
    flag: { version: message.flag?.version ?? 0, split: false, answer: false },
    packet: null,
    backfill: false,
    groups,
  };
}

export interface ReplyContent {
  readonly cn: "9011" | "9012" | "9013" | "9014";
  /** The exchange it belongs to. */
  readonly qn: string | null;
  /** QnRtn or ExeRtn; null when there is none. */
  readonly code: number | null;
}

/** What a 9011, 9012, 9013 or 9014 says; null for other messages. */
export function readReply(message: Message): ReplyContent | null {
  const { cn } = message;
  if (cn !== "9011" && cn !== "9012" && cn !== "9013" && cn !== "9014") return null;
  let code: number | null = null;
  for (const group of message.groups)
    for (const { key, value } of group)
      if (/^(?:qnrtn|exertn)$/i.test(key) && /^\d{1,3}$/.test(value)) code ??= Number(value);
  return { cn, qn: exchangeOf(message), code };
}
