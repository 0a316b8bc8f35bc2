// What a person at the desk can do to alarms, by button and by key: to the marked rows, else to the row the keyboard stands on,
// else to the alarm that is looked at. Some acts are done at once, the others ask first; nothing is done while the line is down,
// and nothing is kept for later.

import { useEffect, useRef, useState } from "react";
import type { AlarmAct } from "#domain/alarm-act.ts";
import type { ActReport, DeskAct, SecondPerson } from "../../feed/acknowledger.ts";
import { isCalling, isOpen } from "../../state/alarm-book.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp } from "../app-context.ts";
import { useKeys } from "../key-map.ts";
import { useActWords } from "./act-words.ts";
import { useAckRefusal } from "./alarm-grid.tsx";
import type { Marks } from "./marks.ts";

/** What asks before it is done. */
export type AskedKind = Exclude<AlarmAct["kind"], "link-case" | "unshelve"> | "makeCase";
export type DeskKind = AskedKind | "unshelve" | "take";

export interface Asked {
  readonly kind: AskedKind;
  /** As they were when it was asked: what comes into view meanwhile is not acted on. */
  readonly alarms: readonly AlarmView[];
  /** Marked alarms of priority 1, which are acknowledged one by one. */
  readonly leftOut: number;
}

export interface Desk {
  /** Why nothing can be done now; null = it can. */
  readonly refusal: string | null;
  readonly marks: Marks;
  readonly asked: Asked | null;
  /** What came of the last act; null = nothing to say. */
  readonly said: string | null;
  /** Set by the list: the alarm that the keyboard stands on. */
  readonly standing: React.RefObject<(() => string | null) | null>;
  /** Set by the pane: where a comment is written. */
  readonly commentField: React.RefObject<HTMLTextAreaElement | null>;
  readonly run: (kind: DeskKind) => void;
  readonly shelve: (alarm: AlarmView) => void;
  readonly send: (act: DeskAct, alarms: readonly AlarmView[], second?: SecondPerson) => Promise<ActReport>;
  readonly say: (text: string | null) => void;
  readonly close: () => void;
}

/** How long what came of an act stays to be read. */
const saidMs = 8_000;

const isReady: Readonly<Record<DeskKind, (alarm: AlarmView) => boolean>> = {
  ack: (alarm) => isOpen(alarm) && !alarm.acked,
  shelve: (alarm) => isCalling(alarm),
  unshelve: (alarm) => alarm.suppression?.kind === "shelved",
  reset: ({ state }) => state === "latch-ack",
  comment: () => true,
  assign: () => true,
  take: () => true,
  makeCase: () => true,
};

/** Those of them to which this can be done. */
export function pickReady(kind: DeskKind, alarms: readonly AlarmView[]): AlarmView[] {
  return alarms.filter(isReady[kind]);
}

export function useDesk(marks: Marks, selected: string | null): Desk {
  const words = useActWords();
  const { live, acknowledger, user } = useApp();
  const refusal = useAckRefusal();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, say] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => say(null), saidMs);
    return () => clearTimeout(timer);
  }, [said]);
  const standing = useRef<(() => string | null) | null>(null);
  const commentField = useRef<HTMLTextAreaElement>(null);

  const findTargets = (): AlarmView[] => {
    const one = standing.current?.() ?? selected;
    const ids = marks.ids.size > 0 ? [...marks.ids] : one === null ? [] : [one];
    return ids.flatMap((id) => live.book.get().byId.get(id) ?? []);
  };

  async function send(act: DeskAct, alarms: readonly AlarmView[], second?: SecondPerson): Promise<ActReport> {
    const report = await acknowledger.act(act, alarms, second);
    const isNews = alarms.length > 1 || report.refused > 0;
    say(report.problem === null && isNews ? words.report(report.done, report.refused) : null);
    // What was not done keeps its mark, so that it is seen which they were.
    if (report.problem === null && report.refused === 0) marks.clear();
    return report;
  }

  function acknowledge(targets: readonly AlarmView[]): void {
    const unacked = pickReady("ack", targets);
    const [only] = unacked;
    if (only === undefined) say(words.cannot.ack);
    else if (unacked.length === 1) {
      void acknowledger.acknowledge(only);
      marks.clear();
    } else {
      const alarms = unacked.filter(({ priority }) => priority > 1);
      setAsked({ kind: "ack", alarms, leftOut: unacked.length - alarms.length });
    }
  }

  function run(kind: DeskKind): void {
    if (refusal !== null) return say(refusal);
    say(null);
    const targets = findTargets();
    const [first] = targets;
    if (first === undefined) return say(words.nothing);
    if (kind === "ack") return acknowledge(targets);
    if (kind === "comment" && targets.length === 1 && first.id === selected && commentField.current !== null) {
      return commentField.current.focus();
    }
    if (kind === "makeCase" && targets.some(({ site }) => site !== first.site)) return say(words.onlySame);
    const alarms = pickReady(kind, targets);
    if (alarms.length === 0) return say(kind in words.cannot ? words.cannot[kind as keyof typeof words.cannot] : null);
    if (kind === "unshelve") return void send({ kind, comment: null }, alarms);
    if (kind === "take") return void send({ kind: "assign", user: user.username, comment: null }, alarms);
    setAsked({ kind, alarms, leftOut: 0 });
  }

  /** One key for both ways: what is shelved comes off, else it goes on. */
  const toggleShelf = (): void => {
    const targets = findTargets();
    const isShelved = targets.length > 0 && targets.every(isReady.unshelve);
    run(isShelved ? "unshelve" : "shelve");
  };

  useKeys([
    { keys: ["a"], says: words.keys.ack, act: () => run("ack") },
    { keys: ["s"], says: words.keys.shelve, act: toggleShelf },
    { keys: ["c"], says: words.keys.comment, act: () => run("comment") },
    { keys: ["n"], says: words.keys.makeCase, act: () => run("makeCase") },
    { keys: ["r"], says: words.keys.reset, act: () => run("reset") },
    { keys: ["i"], says: words.keys.take, act: () => run("take") },
  ]);

  return {
    refusal,
    marks,
    asked,
    said,
    standing,
    commentField,
    run,
    shelve: (alarm) => (refusal === null ? setAsked({ kind: "shelve", alarms: [alarm], leftOut: 0 }) : say(refusal)),
    send,
    say,
    close: () => setAsked(null),
  };
}
