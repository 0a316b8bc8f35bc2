// Brings notices that wait in the record to people, over channels that may fail, and tells the journal what came of every
// attempt. Nothing depends on a message that may be lost: what the record calls waiting is tried again, also after a kill
// (at least once, with the same id of the message).
//
//   record (state) ──once a second──▶ ways ──▶ channel 1 ──✗──▶ channel 2 ──▶ person
//                                       └──── notices.progress ──▶ journal ──▶ ingest ──▶ record

import { bounds } from "#domain/bounds.ts";
import type { Alarm } from "#domain/alarm.ts";
import { Failure } from "#domain/failure.ts";
import type { Notice, NoticeAttempt, NoticeProgress } from "#domain/notice.ts";
import type { Site } from "#domain/site.ts";
import type { Accounts } from "#store/state/accounts.ts";
import type { ChannelRow, ContactRow } from "#store/state/accounts-notices.ts";
import type { StateReader } from "#store/state/state.ts";
import type { Commands } from "../commands.ts";
import type { Log } from "../parts.ts";
import { Problem } from "../problem.ts";
import { kindFacts } from "./channel-kinds.ts";
import { composeMessage } from "./message.ts";
import {
  begin,
  type ChannelState,
  choosePlace,
  createChannelState,
  createWay,
  end,
  isFailing,
  lookAt,
  type Way,
} from "./schedule.ts";
import type { DraftParts, Outcome } from "./web-draft.ts";

export interface NoticeCarrier {
  start(): void;
  stop(): void;
  /** What fails, in one line for the alarm about it; null: nothing. */
  says(): string | null;
  channelState(id: string): Readonly<ChannelState>;
  /** Known to wait, and since when the oldest does (ms). */
  readonly waiting: { readonly count: number; readonly oldest: number | null };
  /** Sends a test over one channel at once, beside everything else. */
  test(channel: ChannelRow, to: string): Promise<Outcome>;
  /** A channel was changed or removed: what is known of it is not true any more. */
  forget(channel: string): void;
}

export interface NoticeCarrierParts {
  readonly state: Pick<StateReader, "waitingNotices" | "noticesOf" | "notices" | "alarm">;
  readonly accounts: Pick<Accounts, "channels" | "contacts">;
  readonly findSite: (id: string) => Site | undefined;
  readonly findAlarm: (id: string) => Alarm | undefined;
  readonly commands: Pick<Commands, "send">;
  readonly send: (parts: DraftParts) => Promise<Outcome>;
  readonly publicUrl: string | null;
  readonly onAttempt: (kind: string, ok: boolean, seconds: number) => void;
  readonly now: () => number;
  /** 0 … 1 */
  readonly chance: () => number;
  readonly log: Log;
}

interface Item {
  readonly notice: Notice;
  readonly way: Way;
  busy: boolean;
  /** Taken by a channel: the record will say so. */
  sent: boolean;
  /** That nobody can be reached by it was said. */
  saidNobody: boolean;
}

const everyMs = 1_000;
const loadedPerTurn = 2_000;
/** A slot that has become free is used so soon. */
const soonMs = 100;
const progressPerTurn = 500;
const progressMax = 1_000;
const parallelMax = 32;
/** A channel that failed and was not used since is not known to fail. */
const failingMsMax = 3_600_000;
const nobodyMs = 30_000;
const lostEveryMs = 30_000;
const lostMs = 3_600_000;
const testMsMax = 10 * 60_000;

export function createNoticeCarrier(parts: NoticeCarrierParts): NoticeCarrier {
  const { state, accounts, commands, findSite, send, now, chance, log } = parts;
  const items = new Map<string, Item>();
  const states = new Map<string, ChannelState>();
  let progress: NoticeProgress[] = [];
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  let looking = false;
  let telling = false;
  let stopped = false;
  let parallel = 0;
  /** Notices that failed for good in the last hour. */
  let lost = { at: Number.NEGATIVE_INFINITY, count: 0, example: "" };

  function stateOf(channel: string): ChannelState {
    const known = states.get(channel) ?? createChannelState();
    states.set(channel, known);
    return known;
  }

  /** What the record calls waiting now. */
  async function look(): Promise<void> {
    const ids = await state.waitingNotices(bounds.noticesOpenMax);
    const waiting = new Set(ids);
    for (const [id, { busy }] of items) if (!waiting.has(id) && !busy) items.delete(id);
    const fresh = ids.filter((id) => !items.has(id)).slice(0, loadedPerTurn);
    for (const notice of await state.noticesOf(fresh)) {
      items.set(notice.id, { notice, way: createWay(now()), busy: false, sent: false, saidNobody: false });
    }
  }

  async function lookForLost(): Promise<void> {
    if (now() - lost.at < lostEveryMs) return;
    const from = now() - bounds.noticeAgeMsMax - 2 * lostMs;
    const { items: failed } = await state.notices({ states: ["failed"], from, limit: 1_000 });
    const fresh = failed.filter(({ endedAt, cause }) => cause !== "test" && (endedAt ?? 0) > now() - lostMs);
    lost = { at: now(), count: fresh.length, example: fresh[0]?.detail ?? "" };
  }

  function report(item: Item, attempt: NoticeAttempt): void {
    const { id, cause, createdAt } = item.notice;
    // Whoever tests does not wait for a day.
    const last = cause === "test" && !attempt.ok && now() - createdAt > testMsMax;
    progress.push({ notice: id, attempt, last });
    void tell();
  }

  /** Grave ones first, then the oldest. */
  function inOrder(): Item[] {
    const idle = [...items.values()].filter(({ busy, sent, way }) => !busy && !sent && way.nextAt <= now());
    return idle.sort((a, b) => a.notice.priority - b.notice.priority || a.notice.dueAt - b.notice.dueAt);
  }

  function carry(): void {
    // Nothing is sent of which nobody can write down what came of it.
    if (progress.length >= progressMax) return;
    const channels = new Map(accounts.channels().map((channel) => [channel.id, channel]));
    const contacts = new Map(accounts.contacts().map((contact) => [contact.id, contact]));
    for (const item of inOrder()) {
      if (parallel >= parallelMax) return;
      const contact = contacts.get(item.notice.contact);
      const addresses = (contact?.addresses ?? []).flatMap(({ channel: id, to }) => {
        const channel = channels.get(id);
        return channel?.enabled === true ? [{ channel, to }] : [];
      });
      const looks = addresses.map(({ channel }) => lookAt(stateOf(channel.id), kindFacts(channel.kind), now()));
      const place = choosePlace(item.way, looks, now());
      const address = place === null ? undefined : addresses[place];
      if (contact === undefined || addresses.length === 0) sayNobody(item);
      else if (place !== null && address !== undefined) {
        item.way.at = place;
        void attempt(item, contact, address, addresses.length);
      }
    }
  }

  function carrySoon(): void {
    if (soon !== undefined || stopped) return;
    soon = setTimeout(() => {
      soon = undefined;
      if (!stopped) carry();
    }, soonMs);
  }

  function sayNobody(item: Item): void {
    item.way.nextAt = now() + nobodyMs;
    if (item.saidNobody) return;
    item.saidNobody = true;
    report(item, { at: now(), channel: "", ok: false, detail: "the contact has no channel that is switched on" });
  }

  async function attempt(
    item: Item,
    contact: Pick<ContactRow, "language">,
    { channel, to }: { readonly channel: ChannelRow; readonly to: string },
    addresses: number,
  ): Promise<void> {
    const known = stateOf(channel.id);
    item.busy = true;
    parallel++;
    begin(known, now());
    const outcome = await deliver(item.notice, contact.language, channel, to);
    parallel--;
    item.busy = false;
    item.sent = outcome.ok;
    end({ way: item.way, state: known, addresses, outcome, now: now(), chance: chance() });
    parts.onAttempt(channel.kind, outcome.ok, (now() - item.notice.dueAt) / 1000);
    report(item, { at: now(), channel: channel.id, ok: outcome.ok, detail: outcome.detail });
    carrySoon();
    if (outcome.ok) return;
    log.warn({ notice: item.notice.id, channel: channel.id, detail: outcome.detail }, "a notice was not taken");
  }

  async function deliver(notice: Notice, language: "zh" | "en", channel: ChannelRow, to: string): Promise<Outcome> {
    try {
      const alarms: Alarm[] = [];
      for (const id of notice.alarms) {
        const alarm = parts.findAlarm(id) ?? (await state.alarm(id));
        if (alarm !== null) alarms.push(alarm);
      }
      const { publicUrl } = parts;
      const message = composeMessage({ notice, alarms, findSite, language, publicUrl });
      return await send({ channel, to, notice, alarms, findSite, message, now: now() });
    } catch (error) {
      log.error({ err: error, notice: notice.id }, "a notice could not be written");
      return { ok: false, detail: "the message could not be written", scope: "address", retryAfterMs: null };
    }
  }

  /** What came of attempts, into the journal; kept until it is there. */
  async function tell(): Promise<void> {
    if (telling || progress.length === 0) return;
    telling = true;
    const batch = progress.slice(0, progressPerTurn);
    try {
      await commands.send("system", { type: "notices.progress", progress: batch });
      progress = progress.slice(batch.length);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const waits = error.code === "journal-unavailable";
      // Else it is on disk, and ingest will read it or has refused it: the same again would come to the same.
      if (!waits) progress = progress.slice(batch.length);
      log.warn(
        { err: error },
        waits ? "what came of notices waits for the journal" : "what came of notices is not applied",
      );
    } finally {
      telling = false;
    }
  }

  async function turn(): Promise<void> {
    if (looking || stopped) return;
    looking = true;
    try {
      await look();
      carry();
      await tell();
      await lookForLost();
    } catch (error) {
      // The record may be away for a while: it waits there.
      if (!(error instanceof Failure) && !(error instanceof Problem)) throw error;
      log.warn({ err: error }, "notices wait");
    } finally {
      looking = false;
    }
  }

  return {
    start() {
      timer = setInterval(() => void turn(), everyMs);
    },
    stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(soon);
    },
    says() {
      const failing = [...states].filter(
        ([, known]) => isFailing(known) && now() - (known.lastErrorAt ?? 0) < failingMsMax,
      );
      const channels = failing.map(
        ([id, { failures, lastError }]) => `${id}: ${failures} failures in a row, ${lastError ?? ""}`,
      );
      const gone = lost.count === 0 ? [] : [`${lost.count} notices failed in the last hour: ${lost.example}`];
      const all = [...channels, ...gone];
      return all.length === 0 ? null : all.join("; ").slice(0, 500);
    },
    channelState: (id) => states.get(id) ?? createChannelState(),
    get waiting() {
      let oldest: number | null = null;
      let count = 0;
      for (const { notice, sent } of items.values()) {
        if (sent) continue;
        count++;
        oldest = Math.min(oldest ?? notice.dueAt, notice.dueAt);
      }
      return { count, oldest };
    },
    async test(channel, to) {
      const at = now();
      const about = {
        cause: "test",
        state: "waiting",
        step: 0,
        policy: "",
        contact: "",
        alarms: [],
        annunciation: "",
      } as const;
      const when = { createdAt: at, dueAt: at, attempts: [], endedAt: null, detail: null, seq: 0, version: 1 } as const;
      const notice: Notice = { id: `test:${at}`, site: "", priority: 4, class: "", ...about, ...when };
      const outcome = await deliver(notice, "zh", channel, to);
      if (outcome.ok)
        Object.assign(stateOf(channel.id), { failures: 0, downUntil: 0, pausedUntil: 0, lastOkAt: now() });
      return outcome;
    },
    forget(channel) {
      const known = states.get(channel);
      // What is under way is still counted down.
      if (known !== undefined) Object.assign(known, { ...createChannelState(), busy: known.busy });
      for (const { way } of items.values()) way.nextAt = Math.min(way.nextAt, now());
    },
  };
}
