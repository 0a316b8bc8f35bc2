// Requests over MQTT: what is out, and what every kind of answer makes of it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerMs, createMqttRequests, requestsOutMax } from "./mqtt-requests.ts";

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const wanted = (id: string) => ({ id, command: "sample-now", settings: { bottle: "3" }, validUntil: 3_600_000 });

describe("a request", () => {
  it("is published once, with its id, until it is answered", () => {
    const requests = createMqttRequests();
    const begun = requests.begin("A", wanted("1"), 0);
    expect(JSON.parse(begun?.payload ?? "")).toEqual({
      id: "1",
      command: "sample-now",
      settings: { bottle: "3" },
      validUntil: "1970-01-01T01:00:00.000Z",
    });
    expect(requests.begin("A", wanted("1"), 1_000)).toBeNull();
    expect(requests.answer("A", bytes({ id: "1", ok: true, answer: { bottle: 3, level: 0.5 } }))).toEqual({
      id: "1",
      state: "done",
      attempts: 1,
      detail: "",
      answer: { bottle: "3", level: "0.5" },
    });
    expect(requests.answer("A", bytes({ id: "1", ok: true }))).toBeNull();
  });

  it("is answered by its own device alone", () => {
    const requests = createMqttRequests();
    requests.begin("A", wanted("1"), 0);
    expect(requests.answer("B", bytes({ id: "1", ok: true }))).toBeNull();
    expect(requests.isOut("A", "1")).toBe(true);
  });

  it("that is accepted has more time, and without an answer is unanswered", () => {
    const requests = createMqttRequests();
    requests.begin("A", wanted("1"), 0);
    expect(requests.answer("A", bytes({ id: "1", state: "accepted" }))?.state).toBe("accepted");
    expect(requests.due(answerMs)).toEqual([]);
    expect(requests.due(2 * answerMs)).toMatchObject([{ id: "1", state: "unanswered" }]);
    expect(requests.due(2 * answerMs)).toEqual([]);
  });

  it("waits again when its device leaves", () => {
    const requests = createMqttRequests();
    requests.begin("A", wanted("1"), 0);
    expect(requests.lose("A")).toMatchObject([{ id: "1", state: "waiting" }]);
    expect(requests.begin("A", wanted("1"), 1_000)).not.toBeNull();
  });

  it("is not begun when its time is over, nor when the device has enough to do", () => {
    const requests = createMqttRequests();
    expect(requests.begin("A", wanted("late"), 3_600_000)).toBeNull();
    for (let i = 0; i < requestsOutMax; i++) expect(requests.begin("A", wanted(`${i}`), 0)).not.toBeNull();
    expect(requests.begin("A", wanted("one more"), 0)).toBeNull();
  });

  it("survives any bytes for an answer", () => {
    const requests = createMqttRequests();
    requests.begin("A", wanted("1"), 0);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.jsonValue().map(bytes)), (payload) => {
        requests.answer("A", payload);
      }),
    );
  });
});
