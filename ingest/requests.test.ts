// The record of requests to devices: what every step makes of it, and that a restart changes nothing.

import { describe, expect, it } from "vitest";
import type { RequestDraft, RequestProgress } from "#domain/device-request.ts";
import { createOutput } from "./output.ts";
import { createRequests } from "./requests.ts";

const at = (receivedAt: number) => ({ seq: receivedAt, eventTime: receivedAt, receivedAt });
const draft = (id: string, validUntil = 10_000): RequestDraft => ({
  id,
  site: "A",
  protocol: "hj212",
  command: "1061",
  settings: {},
  origin: "person",
  reason: "test",
  validUntil,
});
const step = (id: string, state: RequestProgress["state"], attempts = 1): RequestProgress => ({
  id,
  state,
  attempts,
  detail: state,
  answer: null,
});

describe("a request", () => {
  it("is recorded with every step, and nothing moves it when it is over", () => {
    const requests = createRequests((site) => site === "A");
    const output = createOutput();
    expect(requests.create([draft("1")], "wang", at(1), output)).toMatchObject({ ok: true });
    for (const state of ["sent", "accepted", "done", "failed"] as const)
      requests.progress([step("1", state)], at(2), output);
    expect(output.state.requests.get("1")).toMatchObject({ state: "done", version: 4, actor: "wang", changedAt: 2 });
    expect(requests.open()).toEqual([]);
  });

  it("for a site that nobody knows is refused, and with it all that came with it", () => {
    const requests = createRequests((site) => site === "A");
    const output = createOutput();
    const outcome = requests.create([draft("1"), { ...draft("2"), site: "B" }], "wang", at(1), output);
    expect(outcome).toMatchObject({ ok: false, code: "not-found" });
    expect(output.state.requests.size).toBe(0);
  });

  it("expires when it waits past its time, and not while its device has it", () => {
    const requests = createRequests(() => true);
    const output = createOutput();
    requests.create([draft("1", 5_000), draft("2", 5_000), draft("3", 9_000)], "wang", at(1), output);
    requests.progress([step("2", "sent")], at(2), output);
    requests.expire(4_999, output);
    expect(output.state.requests.get("1")?.state).toBe("waiting");
    requests.expire(5_000, output);
    expect(["1", "2", "3"].map((id) => output.state.requests.get(id)?.state)).toEqual(["expired", "sent", "waiting"]);
    // Its line ended: it waits again, and its time is over.
    requests.progress([step("2", "waiting")], at(6_000), output);
    requests.expire(6_001, output);
    expect(output.state.requests.get("2")?.state).toBe("expired");
  });

  it("can be withdrawn while it waits, and not afterwards", () => {
    const requests = createRequests(() => true);
    const output = createOutput();
    requests.create([draft("1"), draft("2")], "wang", at(1), output);
    requests.progress([step("2", "sent")], at(2), output);
    expect(requests.withdraw("1", "not needed", at(3), output)).toMatchObject({ ok: true });
    expect(requests.withdraw("2", "not needed", at(3), output)).toMatchObject({ ok: false, code: "illegal" });
    expect(requests.withdraw("1", "again", at(3), output)).toMatchObject({ ok: false, code: "not-found" });
  });

  it("goes on behind a restart as if there had been none", () => {
    const before = createRequests(() => true);
    before.create([draft("1", 5_000), draft("2")], "wang", at(1), createOutput());
    const after = createRequests(() => true, before.open());
    const output = createOutput();
    after.expire(5_000, output);
    expect(output.state.requests.get("1")?.state).toBe("expired");
    expect(after.open().map(({ id }) => id)).toEqual(["2"]);
  });
});
