// Orders about cases in a rough run: opened by hand and by rules that find the same again, acted on by people who are not always
// right about the stage or the version, merged into each other.

import { type Case, type CaseAct, type CaseEvidence, caseStages } from "#domain/case.ts";
import type { Command } from "#domain/command.ts";

export interface RoughCases {
  next(): Command;
}

const people = ["li", "wang"] as const;

export function createRoughCases(random: () => number, sites: readonly string[]): RoughCases {
  const known: { readonly id: string; version: number; stage: number }[] = [];
  /** The way that most of them go. */
  const way: readonly Case["stage"][] = [
    "opened",
    "triage",
    "dispatched",
    "on-site",
    "evidence",
    "confirmed",
    "rectifying",
    "recheck",
    "closed",
  ];
  let drawn = 0;

  function pick<T>(items: readonly T[], otherwise: T): T {
    return items[Math.floor(random() * items.length)] ?? otherwise;
  }

  function open(): Command {
    const id = `case-${++drawn}`;
    const key = random() < 0.5 ? null : `rule:${Math.floor(random() * 3)}`;
    known.push({ id, version: 1, stage: 0 });
    const links = [{ kind: "exceedance", id: `x${drawn}` } as const];
    const about = { site: pick(sites, ""), title: `case ${drawn}`, origin: "hand", links, reason: "found" } as const;
    return { type: "case.open", draft: { id, ...about, key } };
  }

  function drawEvidence(): CaseEvidence {
    const file = { name: "photo.jpg", mediaType: "image/jpeg", bytes: 3, sha256: "ab".repeat(32) };
    return { id: `e${++drawn}`, ...file, by: pick(people, "li"), at: 0, takenAt: null, place: null, note: "" };
  }

  function drawAct(stage: number): CaseAct {
    const reason = "as seen";
    const kind = random();
    if (kind < 0.45) {
      const to = way[stage + 1] ?? "closed";
      if (to === "dispatched") return { kind: "dispatch", officer: "wang", vehicle: "", checklist: [], reason };
      return { kind: "move", to, reason };
    }
    if (kind < 0.55) return { kind: "move", to: pick(caseStages, "closed"), reason };
    if (kind < 0.7) return { kind: "evidence", evidence: drawEvidence(), reason };
    if (kind < 0.76) return { kind: "ask-reply", workingDays: 1, reason };
    if (kind < 0.82) return { kind: "reply", text: "a valve", evidence: [drawEvidence()] };
    if (kind < 0.88) return { kind: "decide-reply", accept: random() < 0.5, reason };
    if (kind < 0.92) return { kind: "merge", into: pick(known, { id: "none", version: 0, stage: 0 }).id, reason };
    if (kind < 0.96) return { kind: "reopen", reason };
    return { kind: "remind", reason };
  }

  function act(): Command {
    const each = pick(known, { id: "none", version: 1, stage: 0 });
    const chosen = drawAct(each.stage);
    const order = { type: "case.act", case: each.id, expectedVersion: each.version, act: chosen } as const;
    // A guess: what was refused leaves it behind, and the next order about it may be on a wrong version.
    if (random() < 0.9) each.version += 1;
    if (chosen.kind === "dispatch" || (chosen.kind === "move" && chosen.to === way[each.stage + 1])) each.stage += 1;
    return order;
  }

  return { next: () => (known.length === 0 || random() < 0.2 ? open() : act()) };
}
