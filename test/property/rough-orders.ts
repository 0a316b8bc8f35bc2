// Orders of people in a rough run that change what judgements rest on: marks entered in time, late or badly, and decided about,
// sometimes by the wrong person or on an older version; limits about the past; proposals of one person for another; cases.

import type { Command, MarkDraft } from "#domain/command.ts";
import type { Limit } from "#domain/limit.ts";
import { markLabels } from "#domain/mark.ts";
import { dayMs, hourMs, minuteMs } from "#domain/time.ts";
import { createRoughCases } from "./rough-cases.ts";

export interface RoughOrder {
  readonly actor: string;
  readonly command: Command;
}

export interface RoughOrders {
  /** The next order; the time is that of the devices, and limits may be at the sites and for the factors given. */
  next(now: number): RoughOrder;
}

const people = ["li", "wang"] as const;

export function createRoughOrders(random: () => number, sites: readonly string[], factor: string): RoughOrders {
  const marks: { readonly id: string; readonly version: number }[] = [];
  const changes: string[] = [];
  const cases = createRoughCases(random, sites);
  let drawn = 0;

  function pick<T>(items: readonly T[], otherwise: T): T {
    return items[Math.floor(random() * items.length)] ?? otherwise;
  }

  function wholeMinutes(least: number, most: number): number {
    return Math.floor((least + random() * (most - least)) / minuteMs) * minuteMs;
  }

  function enterMark(now: number): Command {
    const id = `mark-${++drawn}`;
    const from =
      Math.floor(now / minuteMs) * minuteMs - wholeMinutes(-10 * minuteMs, random() < 0.2 ? 3 * dayMs : 2 * hourMs);
    // Now and then one that ends before it begins, which is refused.
    const to = from + wholeMinutes(-5 * minuteMs, 40 * minuteMs);
    const factors = random() < 0.5 ? null : [factor];
    const label = pick(markLabels, "other");
    const mark: MarkDraft = { id, site: pick(sites, ""), factors, label, from, to, reason: "as found", evidence: [] };
    marks.push({ id, version: 1 });
    return { type: "marks.enter", marks: [mark] };
  }

  function decideMark(): Command {
    const { id, version } = pick(marks, { id: "mark-0", version: 1 });
    marks.push({ id, version: version + 1 });
    const decision = pick(["accept", "accept", "reject", "withdraw"] as const, "accept");
    return { type: "marks.decide", mark: id, expectedVersion: version, decision, reason: "looked at it" };
  }

  function drawLimit(now: number): Omit<Limit, "version"> {
    const [site, basis] = [pick(sites, ""), pick(["hour", "day"] as const, "hour")];
    const from = Math.floor(now / hourMs - random() * 3) * hourMs;
    const to = random() < 0.3 ? from + hourMs : null;
    const about = { site, factor, basis, from, to, reason: "permit", by: "li", source: "site" };
    return { id: `${site}:${factor}:${basis}:site:${from}`, ...about, max: 40 + Math.floor(random() * 25), min: null };
  }

  function decideChange(): Command {
    const decision = pick(["approve", "approve", "reject", "withdraw"] as const, "approve");
    return { type: "limits.decide", change: pick(changes, "none"), decision, reason: "seen" };
  }

  function propose(now: number): Command {
    const change = `change-${++drawn}`;
    changes.push(change);
    return { type: "limits.propose", change, limits: [drawLimit(now)], reason: "permit" };
  }

  function draw(now: number): Command {
    if (random() < 0.3) return cases.next();
    const kind = random();
    if (kind < 0.35) return enterMark(now);
    if (kind < 0.6) return decideMark();
    if (kind < 0.75) return { type: "limits.put", limits: [drawLimit(now)] };
    return kind < 0.88 ? propose(now) : decideChange();
  }

  return { next: (now) => ({ actor: pick(people, "li"), command: draw(now) }) };
}
