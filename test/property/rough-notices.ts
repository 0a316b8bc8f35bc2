// Who is told in a rough run: two people who take turns on call, and a policy of seconds with groups, repeats and an end that is told.

import type { Command } from "#domain/command.ts";

export function noticeOrders(begin: number): Command[] {
  const contact = (name: string): Command => ({
    type: "notices.contact",
    contact: name,
    enterprise: null,
    there: true,
  });
  const turns = {
    id: "duty",
    expectedVersion: 0,
    name: "duty",
    contacts: ["li", "wang"],
    from: begin,
    turnMs: 600_000,
  };
  const swap = { from: begin + 900_000, to: begin + 1_500_000, contact: "li", reason: "ill", by: "wang" };
  const onCall = [{ kind: "on-call", calendar: "duty" }] as const;
  const policy = {
    id: "rough",
    expectedVersion: 0,
    name: "rough",
    enabled: true,
    order: 1,
    scope: { site: null, enterprise: null, city: null, kind: null, factor: null },
    classes: [],
    priorities: [1, 2],
    steps: [
      { afterMs: 0, until: "ack", targets: onCall, repeatMs: 240_000 },
      { afterMs: 90_000, until: "clear", targets: [{ kind: "contact", contact: "wang" }], repeatMs: null },
    ],
    groupMs: 20_000,
    quiet: null,
    tellEnd: true,
  } as const;
  return [
    contact("li"),
    contact("wang"),
    { type: "notices.put-calendar", calendar: { ...turns, swaps: [swap] }, reason: "run" },
    { type: "notices.put-policies", policies: [policy], reason: "run" },
    // What was never made is nobody's.
    {
      type: "notices.progress",
      progress: [{ notice: "nothing", attempt: { at: begin, channel: "post", ok: true, detail: "250" }, last: false }],
    },
  ];
}
