// Notes of lines: everything is told once, in time, whatever comes and goes.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineNotes, nameless } from "./lines.ts";

const minute = 60_000;

describe("notes", () => {
  it("tell a fault within a minute, with the first bytes of what was refused", () => {
    const notes = createLineNotes();
    notes.connected("A", "10.0.0.1", 0);
    notes.frame("A", "10.0.0.1", false, 1_000);
    notes.fault("A", "10.0.0.1", "crc", new TextEncoder().encode("##0101QN\r\n"), 2_000);
    expect(notes.take(59_999, 10)).toEqual([]);
    expect(notes.take(minute, 10)).toEqual([
      {
        site: "A",
        from: 0,
        to: minute,
        address: "10.0.0.1",
        connections: 1,
        connectedMs: minute,
        frames: 1,
        repeats: 0,
        faults: { crc: 1 },
        lineEnds: 0,
        excerpt: "##0101QN..",
      },
    ]);
  });

  it("tell a quiet line four times an hour, and how long it was there without a gap between two notes", () => {
    const notes = createLineNotes();
    notes.connected("A", "", 0);
    expect(notes.take(minute, 10)).toHaveLength(1);
    expect(notes.take(15 * minute, 10)).toEqual([]);
    const [second] = notes.take(16 * minute, 10);
    expect(second).toMatchObject({ from: minute, to: 16 * minute, connectedMs: 15 * minute, connections: 0 });
    notes.disconnected("A", 17 * minute);
    const [third] = notes.take(18 * minute, 10);
    expect(third).toMatchObject({ connectedMs: minute });
    expect(notes.take(60 * minute, 10, true)).toEqual([]);
  });

  it("count every frame and fault once, however they are taken", () => {
    const step = fc.record({
      site: fc.constantFrom("A", "B", nameless),
      what: fc.constantFrom("frame", "crc", "take", "in", "out"),
      ms: fc.integer({ min: 0, max: 20 * minute }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const notes = createLineNotes();
        let [now, frames, faults, toldFrames, toldFaults, connected] = [0, 0, 0, 0, 0, 0];
        const add = (lines: ReturnType<typeof notes.take>): void => {
          for (const line of lines) {
            toldFrames += line.frames;
            toldFaults += line.faults.crc ?? 0;
            connected = Math.max(connected, line.connectedMs - (line.to - line.from));
          }
        };
        for (const { site, what, ms } of steps) {
          now += ms;
          if (what === "frame") {
            frames++;
            notes.frame(site, "", false, now);
          } else if (what === "crc") {
            faults++;
            notes.fault(site, "", "crc", new Uint8Array(), now);
          } else if (what === "in") notes.connected(site, "", now);
          else if (what === "out") notes.disconnected(site, now);
          else add(notes.take(now, 2));
        }
        add(notes.take(now, 10, true));
        expect([toldFrames, toldFaults]).toEqual([frames, faults]);
        // Nobody is connected for longer than the stretch is.
        expect(connected).toBeLessThanOrEqual(0);
      }),
    );
  });
});
