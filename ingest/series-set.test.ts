// The set of series that have a newer value.

import { expect, it } from "vitest";
import fc from "fast-check";
import { createSeriesSet } from "./series-set.ts";

it("holds each series once, in the order in which they were put in, like a Set that is emptied from its beginning", () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 5000 }) }),
    fc.record({ take: fc.integer({ min: 0, max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const ours = createSeriesSet();
      const model = new Set<number>();
      for (const each of steps) {
        if ("add" in each) {
          ours.add(each.add);
          model.add(each.add);
        } else {
          const expected = [...model].slice(0, each.take);
          for (const series of expected) model.delete(series);
          expect(ours.takeSome(each.take)).toEqual(expected);
        }
        expect(ours.size).toBe(model.size);
      }
      expect([...ours]).toEqual([...model]);
    }),
  );
});
