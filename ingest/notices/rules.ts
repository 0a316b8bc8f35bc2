// The rules by which people are told: policies, calendars, and which contacts there are. The built-in ones are data
// (domain/tables/notice-policies.json); people change them by commands, version by version. Pure.

import type { Alarm } from "#domain/alarm.ts";
import type { AlarmScope } from "#domain/alarm-definition.ts";
import { bounds } from "#domain/bounds.ts";
import type { Command } from "#domain/command.ts";
import type { KnownContact, NoticePolicy, NoticeTarget, OnCallCalendar } from "#domain/notice.ts";
import { onCallAt } from "#domain/on-call.ts";
import type { Site } from "#domain/site.ts";
import table from "#domain/tables/notice-policies.json" with { type: "json" };
import { hourMs, minuteMs, parseIsoTime } from "#domain/time.ts";
import { type Answer, refuse } from "../answer.ts";
import type { Output } from "../output.ts";

type Order<T extends Command["type"]> = Extract<Command, { readonly type: T }>;

export interface SavedRules {
  readonly policies: readonly NoticePolicy[];
  readonly calendars: readonly OnCallCalendar[];
  readonly contacts: readonly KnownContact[];
}

/** What of an alarm decides who is told. */
type Addressed = Pick<Alarm, "site" | "factor" | "priority" | "class">;

export interface NoticeRules {
  /** Said once, before anything else: what is built in. */
  tellBuiltIn(output: Output): void;
  /** The first that fits; null = nobody is told. */
  policyFor(alarm: Addressed, site: Site | undefined): NoticePolicy | null;
  /** Contacts that are there, each once. */
  resolve(targets: readonly NoticeTarget[], site: Site | undefined, at: number): string[];
  knows(contact: string): boolean;
  /** In force and not switched off. */
  policy(id: string): NoticePolicy | null;
  putPolicies(order: Order<"notices.put-policies">, output: Output): Answer;
  removePolicy(order: Order<"notices.remove-policy">, output: Output): Answer;
  putCalendar(order: Order<"notices.put-calendar">, output: Output): Answer;
  putContact(order: Order<"notices.contact">): Answer;
  save(): SavedRules;
}

const everywhere: AlarmScope = { site: null, enterprise: null, city: null, kind: null, factor: null };

function parseTarget(text: string): NoticeTarget {
  const [kind, name = ""] = text.split(":");
  if (kind === "enterprise") return { kind: "enterprise" };
  return kind === "on-call" ? { kind: "on-call", calendar: name } : { kind: "contact", contact: name };
}

function isUntil(text: string): text is "ack" | "clear" {
  return text === "ack" || text === "clear";
}

/** The table → records of version 1. */
export function builtInRules(): SavedRules {
  const policies = table.policies.map(({ groupSeconds, steps, priorities, ...policy }): NoticePolicy => ({
    ...policy,
    version: 1,
    enabled: true,
    scope: everywhere,
    priorities: priorities.filter((each) => each === 1 || each === 2 || each === 3 || each === 4),
    quiet: null,
    groupMs: groupSeconds * 1000,
    steps: steps.map(({ afterMinutes, until, targets, repeatMinutes }) => ({
      afterMs: afterMinutes * minuteMs,
      until: isUntil(until) ? until : "ack",
      targets: targets.map(parseTarget),
      repeatMs: repeatMinutes === null ? null : repeatMinutes * minuteMs,
    })),
  }));
  const [from, turnMs] = [parseIsoTime(table.turnsBegin) ?? 0, table.turnHours * hourMs];
  const calendars = table.calendars.map(({ id, name }): OnCallCalendar => ({
    id,
    version: 1,
    name,
    contacts: [],
    from,
    turnMs,
    swaps: [],
  }));
  return { policies, calendars, contacts: [] };
}

function fits(scope: AlarmScope, alarm: Addressed, site: Site | undefined): boolean {
  return (
    (scope.site === null || scope.site === alarm.site) &&
    (scope.factor === null || scope.factor === alarm.factor) &&
    (scope.enterprise === null || scope.enterprise === site?.enterprise) &&
    (scope.city === null || scope.city === site?.city) &&
    (scope.kind === null || scope.kind === site?.kind)
  );
}

function conflict(what: string, version: number, current: unknown): Answer {
  return refuse("conflict", `${what} is at version ${version}`, [what], current);
}

export function createNoticeRules(saved?: SavedRules): NoticeRules {
  const begun = saved ?? builtInRules();
  let untold = saved === undefined;
  const policies = new Map(begun.policies.map((policy) => [policy.id, policy]));
  const calendars = new Map(begun.calendars.map((calendar) => [calendar.id, calendar]));
  const contacts = new Map(begun.contacts.map((contact) => [contact.contact, contact]));
  let ordered = inOrder();

  function inOrder(): NoticePolicy[] {
    return [...policies.values()].sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  }

  function contactsOf(target: NoticeTarget, site: Site | undefined, at: number): string[] {
    switch (target.kind) {
      case "contact":
        return [target.contact];
      case "on-call": {
        const calendar = calendars.get(target.calendar);
        const onCall = calendar === undefined ? null : onCallAt(calendar, at);
        return onCall === null ? [] : [onCall.contact];
      }
      case "enterprise": {
        const firms = new Set([site?.enterprise, site?.maintainer]);
        const known = [...contacts.values()].filter(({ enterprise }) => enterprise !== null && firms.has(enterprise));
        return known.map(({ contact }) => contact);
      }
    }
  }

  return {
    tellBuiltIn(output) {
      if (!untold) return;
      untold = false;
      for (const policy of policies.values()) output.state.noticePolicies.set(policy.id, policy);
      for (const calendar of calendars.values()) output.state.calendars.set(calendar.id, calendar);
    },
    policyFor: (alarm, site) =>
      ordered.find(
        ({ enabled, scope, classes, priorities }) =>
          enabled &&
          priorities.includes(alarm.priority) &&
          (classes.length === 0 || classes.includes(alarm.class)) &&
          fits(scope, alarm, site),
      ) ?? null,
    resolve(targets, site, at) {
      const found = targets.flatMap((target) => contactsOf(target, site, at));
      return [...new Set(found)].filter((contact) => contacts.has(contact));
    },
    knows: (contact) => contacts.has(contact),
    policy: (id) => ordered.find((policy) => policy.id === id && policy.enabled) ?? null,
    putPolicies({ policies: drafts }, output) {
      const objects = drafts.map(({ id }) => `notice-policy:${id}`);
      for (const { id, expectedVersion } of drafts) {
        const known = policies.get(id);
        const version = known?.version ?? 0;
        if (version !== expectedVersion) return conflict(`notice-policy:${id}`, version, known ?? null);
      }
      const fresh = drafts.filter(({ id }) => !policies.has(id)).length;
      if (policies.size + fresh > bounds.noticePoliciesMax)
        return refuse("illegal", `more than ${bounds.noticePoliciesMax} policies are not kept`, objects);
      const done = drafts.map(({ expectedVersion, ...draft }): NoticePolicy => ({
        ...draft,
        version: expectedVersion + 1,
      }));
      for (const policy of done) {
        policies.set(policy.id, policy);
        output.state.noticePolicies.set(policy.id, policy);
      }
      ordered = inOrder();
      return { ok: true, result: done, objects };
    },
    removePolicy({ id, expectedVersion }, output) {
      const known = policies.get(id);
      const what = `notice-policy:${id}`;
      if (known === undefined) return refuse("not-found", `no policy ${id}`, [what]);
      if (known.version !== expectedVersion) return conflict(what, known.version, known);
      policies.delete(id);
      output.state.noticePolicies.set(id, null);
      ordered = inOrder();
      return { ok: true, result: null, objects: [what] };
    },
    putCalendar({ calendar: { expectedVersion, ...draft } }, output) {
      const known = calendars.get(draft.id);
      const what = `on-call-calendar:${draft.id}`;
      const version = known?.version ?? 0;
      if (version !== expectedVersion) return conflict(what, version, known ?? null);
      if (known === undefined && calendars.size >= bounds.onCallCalendarsMax)
        return refuse("illegal", `more than ${bounds.onCallCalendarsMax} calendars are not kept`, [what]);
      const calendar: OnCallCalendar = { ...draft, version: version + 1 };
      calendars.set(calendar.id, calendar);
      output.state.calendars.set(calendar.id, calendar);
      return { ok: true, result: calendar, objects: [what] };
    },
    putContact({ contact, enterprise, there }) {
      if (!there) contacts.delete(contact);
      else if (contacts.has(contact) || contacts.size < bounds.noticeContactsMax)
        contacts.set(contact, { contact, enterprise });
      else
        return refuse("illegal", `more than ${bounds.noticeContactsMax} contacts are not kept`, [`contact:${contact}`]);
      return { ok: true, result: null, objects: [] };
    },
    save: () => ({
      policies: [...policies.values()],
      calendars: [...calendars.values()],
      contacts: [...contacts.values()],
    }),
  };
}
