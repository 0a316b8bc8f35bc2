// Exchanges with one logger, on a clock of the test's own.

import { describe, expect, it } from "vitest";
import { exchangeTimes, type Message, parseSegment, readPayload } from "#domain/hj212/hj212.ts";
import { type Action, createExchanges, requestsPerLoggerMax, type WantedRequest } from "./exchanges.ts";

const address = { mn: "M1", pw: "123456", st: "32", edition: "2017" } as const;
const begin = Date.parse("2026-11-22T09:00:00+08:00");

function wanted(
  id: string,
  command = "1061",
  settings: Record<string, string> = {},
  validMs = 3_600_000,
): WantedRequest {
  return { id, command, settings, validUntil: begin + validMs };
}

function sentOf(actions: readonly Action[]): Message[] {
  return actions.flatMap((action) => {
    if (action.kind !== "send") return [];
    return readPayload(action.frame).flatMap((part) => (part.kind === "message" ? [part.message] : []));
  });
}

function statesOf(actions: readonly Action[]): string[] {
  return actions.flatMap((action) => (action.kind === "progress" ? [action.progress.state] : []));
}

function say(cn: string, qn: string, area: string): Message {
  const parsed = parseSegment(
    new TextEncoder().encode(`QN=${qn};ST=91;CN=${cn};PW=123456;MN=M1;Flag=4;CP=&&${area}&&`),
  );
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.message;
}

describe("a request", () => {
  it("is sent four times with one number, ten seconds apart, and is then unanswered", () => {
    const exchanges = createExchanges();
    exchanges.offer(wanted("a"));
    const sent: Message[] = [];
    const states: string[] = [];
    for (let at = begin; at <= begin + 60_000; at += 250) {
      const actions = exchanges.step(at, address);
      sent.push(...sentOf(actions));
      states.push(...statesOf(actions));
    }
    expect(sent).toHaveLength(1 + exchangeTimes.resends);
    expect(new Set(sent.map(({ qn }) => qn)).size).toBe(1);
    expect(states).toEqual(["sent", "unanswered"]);
    expect(exchanges.size).toBe(0);
  });

  it("goes on to the next one when it is over, and never before", () => {
    const exchanges = createExchanges();
    exchanges.offer(wanted("a"));
    exchanges.offer(wanted("b", "1063"));
    const [first] = sentOf(exchanges.step(begin, address));
    expect(sentOf(exchanges.step(begin + 1_000, address))).toEqual([]);
    expect(statesOf(exchanges.meet(say("9011", first?.qn ?? "", "QnRtn=1"), begin + 1_000))).toEqual(["accepted"]);
    expect(sentOf(exchanges.step(begin + 30_000, address))).toEqual([]);
    expect(statesOf(exchanges.meet(say("9012", first?.qn ?? "", "ExeRtn=1"), begin + 30_000))).toEqual(["done"]);
    const [second] = sentOf(exchanges.step(begin + 30_000, address));
    expect(second?.cn).toBe("1063");
    expect(second?.qn).not.toBe(first?.qn);
  });

  it("is answered only by its own number", () => {
    const exchanges = createExchanges();
    exchanges.offer(wanted("a"));
    exchanges.step(begin, address);
    expect(exchanges.meet(say("9011", "20260101000000000", "QnRtn=1"), begin)).toEqual([]);
    expect(exchanges.meet(say("9012", "20260101000000000", "ExeRtn=1"), begin)).toEqual([]);
  });

  it("of data takes the packets for its answer when a logger leaves 9011 and 9012 out", () => {
    const exchanges = createExchanges();
    const span = { BeginTime: "20261122000000", EndTime: "20261122010000" };
    exchanges.offer(wanted("a", "2051", span));
    exchanges.step(begin, address);
    const data = say("2051", "20261122090001000", "DataTime=20261122000000;w01018-Avg=1");
    expect(statesOf(exchanges.meet(data, begin + 1_000))).toEqual(["accepted"]);
    const over = exchanges.step(begin + 1_000 + exchangeTimes.executionMs, address);
    expect(over).toMatchObject([{ progress: { state: "done", answer: { packets: "1" } } }]);
  });

  it("that was begun when its line ended waits, and is the first on the next line", () => {
    const exchanges = createExchanges();
    exchanges.offer(wanted("a"));
    exchanges.offer(wanted("b", "1063"));
    exchanges.step(begin, address);
    expect(statesOf(exchanges.lose())).toEqual(["waiting"]);
    expect(sentOf(exchanges.step(begin + 5_000, address)).map(({ cn }) => cn)).toEqual(["1061"]);
  });

  it("is not begun when its time is over", () => {
    const exchanges = createExchanges();
    exchanges.offer(wanted("a", "1061", {}, 1_000));
    expect(exchanges.step(begin + 1_000, address)).toEqual([]);
    expect(exchanges.size).toBe(0);
  });

  it("to set the time says the time of each sending", () => {
    const exchanges = createExchanges();
    exchanges.offer(wanted("a", "1012"));
    const sent = [...sentOf(exchanges.step(begin, address)), ...sentOf(exchanges.step(begin + 10_000, address))];
    expect(sent.map(({ groups }) => groups[0]?.[0]?.value)).toEqual(["20261122090000", "20261122090010"]);
  });

  it("is known by its id however often it is offered, and there is an end to what waits", () => {
    const exchanges = createExchanges();
    for (let i = 0; i < requestsPerLoggerMax; i++) expect(exchanges.offer(wanted(`r${i}`))).toBe(true);
    expect(exchanges.offer(wanted("r0"))).toBe(true);
    expect(exchanges.offer(wanted("one more"))).toBe(false);
    expect(exchanges.size).toBe(requestsPerLoggerMax);
    expect(exchanges.drop("r1")).toBe(true);
    exchanges.step(begin, address);
    expect(exchanges.drop("r0")).toBe(false);
  });

  it("that is a notice is over with 9013", () => {
    const exchanges = createExchanges();
    exchanges.offer(wanted("a", "2012"));
    const [sent] = sentOf(exchanges.step(begin, address));
    expect(statesOf(exchanges.meet(say("9013", sent?.qn ?? "", ""), begin + 100))).toEqual(["done"]);
  });
});
