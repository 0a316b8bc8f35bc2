// Notices: which people are told of which calls, step by step, while nobody acknowledges. A book of chains (one for each
// alarm that is being told of) over letters (notices that are not over). Moved by calls, steps of alarms, commands and ticks
// of the journal; sends nothing itself, so that a replay makes the same notices and tells nobody twice. Pure.
//
//   call ──▶ policy that fits ──▶ chain: step 0, step 1 after 5 min, step 2 after 15 min … ──▶ letters ──▶ rows "waiting"
//              acknowledged ──▶ steps "until ack" rest │ back to normal ──▶ steps "until clear" rest, the end is told

import type { Alarm, Annunciation } from "#domain/alarm.ts";
import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import { type Notice, type NoticePolicy, statutoryClass } from "#domain/notice.ts";
import type { Site } from "#domain/site.ts";
import { type Answer, refuse } from "../answer.ts";
import type { AlarmFollower, TickFollower } from "../followers.ts";
import type { Occasion } from "../occasion.ts";
import type { Output } from "../output.ts";
import { createLetters, type SavedLetters, type Wanted } from "./letters.ts";
import { createNoticeRules, type SavedRules } from "./rules.ts";

type NoticeCommand = Extract<Command, { readonly type: `notices.${string}` }>;

/** One alarm of which people are being told. */
interface Chain {
  /** The alarm as it is now. */
  alarm: Pick<Alarm, "id" | "site" | "factor" | "priority" | "class" | "acked" | "active" | "definition" | "ackedBy">;
  suppressed: boolean;
  annunciation: string;
  /** As it was when operators were called: a change of it concerns later calls, unless it is in force no more. */
  policy: NoticePolicy;
  /** The clock of its steps. */
  from: number;
  /** For each step, when it is told next (null: never again) and how often it was. */
  steps: { dueAt: number | null; told: number }[];
  /** Contacts that a message has reached. */
  reached: string[];
  endTold: boolean;
  /** Another policy went before this one: until when, and the first number for what is told from then on. */
  taken?: { readonly at: number; readonly number: number };
}

export interface SavedNotices {
  readonly rules: SavedRules;
  readonly letters: SavedLetters;
  readonly chains: readonly Chain[];
  /** Site and definition of chattering alarms that were told. */
  readonly chatter: readonly string[];
}

export interface NoticesBook extends AlarmFollower, TickFollower {
  apply(command: NoticeCommand, on: Occasion, output: Output): Answer;
  /** Before the first entry: what is built in becomes rows. */
  begin(output: Output): void;
  readonly open: number;
  readonly chains: number;
  readonly dropped: number;
  save(): SavedNotices;
}

export function createNotices(
  { findSite }: { readonly findSite: (id: string) => Site | undefined },
  saved?: SavedNotices,
): NoticesBook {
  const rules = createNoticeRules(saved?.rules);
  const letters = createLetters(saved?.letters);
  const chains = new Map<string, Chain>(saved?.chains.map((chain) => [chain.alarm.id, structuredCopy(chain)]));
  const chatter = new Set<string>(saved?.chatter);

  function holds(alarm: string, until: Wanted["until"]): boolean {
    if (until === "end") return true;
    const chain = chains.get(alarm);
    if (chain === undefined || chain.suppressed) return false;
    return until === "ack" ? !chain.alarm.acked : chain.alarm.active;
  }

  /** Tells the steps whose time has come. */
  function run(chain: Chain, on: Occasion, output: Output): void {
    const { policy, alarm, annunciation } = chain;
    if (!chain.steps.some(({ dueAt }) => dueAt !== null && dueAt <= on.receivedAt)) return;
    const site = findSite(alarm.site);
    policy.steps.forEach(({ targets, until, repeatMs, afterMs }, step) => {
      const place = chain.steps[step];
      if (place === undefined || place.dueAt === null || place.dueAt > on.receivedAt || !holds(alarm.id, until)) return;
      const isFirst = place.told === (chain.taken?.number ?? 0);
      const cause = isFirst ? "step" : "repeat";
      // Of a step that another policy was there for, only those who have heard nothing.
      const isMadeUp = isFirst && chain.taken !== undefined && chain.from + afterMs <= chain.taken.at;
      for (const contact of rules.resolve(targets, site, on.receivedAt)) {
        // What could not be delivered yet is not piled up.
        if (letters.isOpen(alarm.id, policy.id, step, contact)) continue;
        if (isMadeUp && chain.reached.includes(contact)) continue;
        letters.make({ annunciation, alarm, policy, step, repeat: place.told, contact, cause, until }, on, output);
      }
      place.told++;
      place.dueAt = repeatMs === null ? null : on.receivedAt + repeatMs;
    });
  }

  /** To everybody who was told that it began. */
  function tellEnd(chain: Chain, on: Occasion, output: Output): void {
    if (chain.endTold || !chain.policy.tellEnd) return;
    chain.endTold = true;
    const { policy, alarm, annunciation } = chain;
    for (const contact of chain.reached)
      letters.make(
        { annunciation, alarm, policy, step: 0, repeat: 0, contact, cause: "end", until: "end" },
        on,
        output,
      );
  }

  /** A chattering alarm is told once, until it is quiet again: noted here. */
  function isChatter({ site, definition, chattering }: Alarm): boolean {
    const name = `${site}|${definition}`;
    if (!chattering) chatter.delete(name);
    else if (chatter.has(name)) return true;
    else chatter.add(name);
    const [oldest] = chatter;
    if (chatter.size > bounds.noticeChatterMax && oldest !== undefined) chatter.delete(oldest);
    return false;
  }

  function begin(
    call: Annunciation,
    known: Chain | undefined,
    policy: NoticePolicy,
    on: Occasion,
    output: Output,
  ): void {
    // Who has been waiting for an answer waits no longer because the alarm got worse.
    const goesOn = known !== undefined && !known.alarm.acked && call.cause !== "unsuppressed";
    const from = goesOn ? known.from : call.at;
    const chain: Chain = {
      alarm: factsOf(call.alarm),
      suppressed: false,
      annunciation: call.id,
      policy,
      from,
      steps: policy.steps.map(({ afterMs }) => ({ dueAt: from + afterMs, told: 0 })),
      reached: known?.reached ?? [],
      endTold: false,
    };
    chains.delete(call.alarm.id);
    if (known !== undefined) letters.review(call.alarm.id, holds, "a later call says more", on, output);
    chains.set(call.alarm.id, chain);
    run(chain, on, output);
  }

  return {
    meet(call, on, output) {
      const { alarm } = call;
      if (alarm.suppression !== null) return;
      const known = chains.get(alarm.id);
      const isTold = isChatter(alarm);
      if ((isTold && !isGraveCall(call)) || isNothingNew(call, known)) return;
      const policy = rules.policyFor(alarm, findSite(alarm.site));
      if (policy === null) return;
      if (known === undefined && chains.size >= bounds.noticeChainsMax) {
        const why = `people are being told of ${chains.size} alarms; of more nobody is`;
        const wanted = {
          annunciation: call.id,
          alarm,
          policy,
          step: 0,
          repeat: 0,
          contact: "",
          cause: "step",
          until: "ack",
        } as const;
        letters.drop(wanted, why, on, output);
        return;
      }
      begin(call, known, policy, on, output);
    },
    follow(alarm, on, output) {
      const chain = chains.get(alarm.id);
      if (!alarm.chattering) chatter.delete(`${alarm.site}|${alarm.definition}`);
      if (chain === undefined) return;
      const [wasActive, wasSuppressed] = [chain.alarm.active, chain.suppressed];
      chain.alarm = factsOf(alarm);
      chain.suppressed = alarm.suppression !== null;
      // An end behind a suppression is told when that is over, or when no later word would come.
      const isEndDue = chain.suppressed ? alarm.state === "normal" : wasActive || wasSuppressed;
      if (!alarm.active && isEndDue) tellEnd(chain, on, output);
      if (alarm.state === "normal") chains.delete(alarm.id);
      letters.review(alarm.id, holds, reasonOf(alarm), on, output);
    },
    tick(on, output) {
      for (const chain of chains.values()) run(chain, on, output);
      letters.tick(holds, on, output);
    },
    apply(command, on, output) {
      switch (command.type) {
        case "notices.put-policies":
        case "notices.remove-policy": {
          const isPut = command.type === "notices.put-policies";
          const answer = isPut ? rules.putPolicies(command, output) : rules.removePolicy(command, output);
          moveChains(on, output);
          return answer;
        }
        case "notices.put-calendar":
          return rules.putCalendar(command, output);
        case "notices.contact":
          if (!command.there) letters.forget(command.contact, on, output);
          return rules.putContact(command);
        case "notices.test": {
          const objects = [`contact:${command.contact}`];
          if (!rules.knows(command.contact)) return refuse("not-found", `no contact ${command.contact}`, objects);
          return { ok: true, result: letters.test(command.id, command.contact, on, output), objects };
        }
        case "notices.progress":
          for (const notice of letters.progress(command.progress, on, output)) reach(notice, on, output);
          return { ok: true, result: null, objects: [] };
      }
    },
    begin: (output) => rules.tellBuiltIn(output),
    get open() {
      return letters.size;
    },
    get chains() {
      return chains.size;
    },
    get dropped() {
      return letters.dropped;
    },
    save: () => ({ rules: rules.save(), letters: letters.save(), chains: [...chains.values()], chatter: [...chatter] }),
  };

  /** A message has arrived; when its alarm is over meanwhile, that is told as well. */
  function reach({ alarms, contact, cause, policy: name, ...notice }: Notice, on: Occasion, output: Output): void {
    if (cause === "end" || cause === "test") return;
    for (const id of alarms) {
      const chain = chains.get(id);
      if (chain?.reached.includes(contact) === true) continue;
      if (chain !== undefined) chain.reached = [...chain.reached, contact];
      const policy = chain?.policy ?? rules.policy(name);
      if (policy?.tellEnd !== true || chain?.endTold === false) continue;
      const annunciation = chain?.annunciation ?? `${id}:over`;
      const alarm = chain?.alarm ?? { ...notice, id };
      letters.make(
        { annunciation, alarm, policy, step: 0, repeat: 0, contact, cause: "end", until: "end" },
        on,
        output,
      );
    }
  }

  /**
   * Chains of policies that are switched off or gone go on under the policy that fits now, with the clock that they have; when
   * none fits, nobody is told any more. All others go on as they began.
   */
  function moveChains(on: Occasion, output: Output): void {
    for (const [id, chain] of chains) {
      if (rules.policy(chain.policy.id) !== null) continue;
      chains.delete(id);
      letters.review(id, holds, "the policy is not in force any more", on, output);
      const policy = rules.policyFor(chain.alarm, findSite(chain.alarm.site));
      if (policy === null) continue;
      // Notices of the same call have their numbers already.
      const number = Math.max(chain.taken?.number ?? 0, ...chain.steps.map(({ told }) => told));
      chains.set(id, {
        ...chain,
        policy,
        steps: policy.steps.map(({ afterMs }) => ({ dueAt: chain.from + afterMs, told: number })),
        taken: { at: on.receivedAt, number },
      });
    }
  }
}

/** Things are worse than what was told, or somebody answered and it still stands: told although it chatters. */
function isGraveCall({ alarm, cause }: Annunciation): boolean {
  const isUrgent = alarm.class === statutoryClass && alarm.priority === 1;
  return cause === "level-up" || cause === "re-alarm" || isUrgent;
}

/** It came back no graver before anybody answered, and nobody was told that it had gone: the clock goes on. */
function isNothingNew({ alarm, cause }: Annunciation, known: Chain | undefined): boolean {
  if (cause !== "raise-again" || known === undefined || known.endTold) return false;
  return !known.alarm.acked && alarm.priority >= known.alarm.priority;
}

function factsOf(alarm: Alarm): Chain["alarm"] {
  const { id, site, factor, priority, class: name, acked, active, definition, ackedBy } = alarm;
  return { id, site, factor, priority, class: name, acked, active, definition, ackedBy };
}

function reasonOf(alarm: Alarm): string {
  if (alarm.suppression !== null) return `suppressed: ${alarm.suppression.kind}`;
  if (alarm.acked && alarm.ackedBy !== null) return `acknowledged by ${alarm.ackedBy}`;
  return alarm.active ? "not needed any more" : "back to normal";
}

/** A snapshot is somebody else's: its chains are changed here. */
function structuredCopy(chain: Chain): Chain {
  return { ...chain, steps: chain.steps.map((step) => ({ ...step })) };
}
