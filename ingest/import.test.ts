// What ingest makes of an import of the register: what was looked at, and nothing over what somebody changed since.

import { describe, expect, it } from "vitest";
import type { Command } from "#domain/command.ts";
import { channels, doors, entryKinds } from "#domain/frame.ts";
import { createOutput } from "./output.ts";
import { createPipeline } from "./pipeline.ts";

const at = Date.UTC(2026, 10, 22, 8);

function siteOf(id: string, name: string) {
  const place = { kind: "water-outfall", city: "130200", enterprise: null, lat: null, lon: null } as const;
  return {
    id,
    name,
    ...place,
    factors: ["w01018"],
    intervalSeconds: 60,
    standard: null,
    mn: null,
    simulated: false,
  };
}

function start() {
  const pipeline = createPipeline();
  let seq = 0;
  return (command: Command) => {
    const output = createOutput();
    const payload = new TextEncoder().encode(JSON.stringify({ id: `c${seq}`, actor: "admin", command }));
    const place = { door: doors.none, channel: channels.none, promised: true, source: "admin", receivedAt: at };
    pipeline.process({ kind: entryKinds.command, ...place, payload, seq: ++seq }, output);
    const { sites, audit, outcomes } = output.state;
    return { sites: [...sites.values()], audit, outcome: outcomes[0] };
  };
}

describe("an import of the register", () => {
  it("puts new sites and those that are as they were looked at, and leaves one that has changed since", () => {
    const send = start();
    send({ type: "sites.put", sites: [siteOf("A", "a"), siteOf("B", "b")] });
    send({ type: "sites.put", sites: [siteOf("B", "b again")] });
    const done = send({
      type: "sites.import",
      import: "one",
      says: "table.csv: 1 new, 2 changed",
      sites: [
        { expectedVersion: 1, site: siteOf("A", "A imported") },
        { expectedVersion: 1, site: siteOf("B", "B imported") },
        { expectedVersion: 0, site: siteOf("C", "C imported") },
      ],
    });
    expect(done.outcome).toMatchObject({ ok: true, result: { skipped: ["B"] } });
    expect(done.sites.map(({ id, name, version }) => [id, name, version])).toEqual([
      ["A", "A imported", 2],
      ["C", "C imported", 1],
    ]);
  });

  it("is one decision in the audit that every site of it names, also those of its later parts", () => {
    const send = start();
    const part = (says: string | null, id: string) =>
      send({ type: "sites.import", import: "one", says, sites: [{ expectedVersion: 0, site: siteOf(id, id) }] });
    expect(part("table.csv", "A").audit.map(({ object, detail }) => [object, detail])).toEqual([
      ["import:one", "import:one: table.csv"],
      ["A", "import:one: table.csv"],
    ]);
    expect(part(null, "B").audit.map(({ object, detail }) => [object, detail])).toEqual([["B", "import:one"]]);
  });

  it("never makes the system itself a site", () => {
    const send = start();
    const done = send({
      type: "sites.import",
      import: "one",
      says: "table.csv",
      sites: [{ expectedVersion: 0, site: siteOf("system", "x") }],
    });
    expect(done.outcome).toMatchObject({ ok: false, code: "invalid" });
    expect(done.sites).toEqual([]);
  });
});
