// The watch over the system: what broker and ingest say of themselves → conditions → alarms in the operator's own list.
//
//   broker ─status─┐
//                  ├─▶ judgeSystem ─▶ holds for a while? ─▶ command "system.condition" ─▶ journal ─▶ ingest ─▶ alarm
//   ingest ─status─┘                        └─▶ nobody could apply it now: shown to screens at once, journaled afterwards
//
// A condition that stops ingest or the journal itself cannot become an alarm while it lasts; the screens are told directly,
// under a provisional id, and the journal gets begin and end when it can take them again.

import type { Alarm } from "#domain/alarm.ts";
import {
  conditionDefinition,
  type ConditionName,
  conditionNames,
  conditionPriority,
  systemSite,
} from "#domain/condition.ts";
import type { UpstreamState } from "#domain/upstream.ts";
import type { Commands } from "./commands.ts";
import type { FolderFacts, Log } from "./parts.ts";

/** What the two other roles say of themselves; null when they do not answer. */
export interface SystemStatus {
  readonly broker: {
    readonly head: { readonly seq: number; readonly frames: number };
    readonly writable: boolean;
    readonly why: string | null;
    /** Entries that were found unreadable when the journal was opened. */
    readonly damaged: number;
    /** The external broker; null: there is none. */
    readonly upstream: Pick<UpstreamState, "address" | "connected" | "lastError"> | null;
  } | null;
  /** What is to be done about certificates; null: nothing. */
  readonly certificates?: string | null;
  /** What keeps notices from reaching people; null: nothing. */
  readonly notices?: string | null;
  /** The data folder; null: nobody can look at it now. */
  readonly folder?: Pick<FolderFacts, "waitingBytes" | "waitingBytesMax" | "diskBytes" | "diskFreeBytes"> | null;
  readonly ingest: {
    readonly cursor: number;
    readonly frames: number;
    readonly lagMs: number;
    readonly damaged: number;
    /** Since the newest tick of the journal was worked off; null: there was none yet. */
    readonly tickAgeMs?: number | null;
    readonly history: { readonly ok: boolean; readonly attached: boolean; readonly why: string | null };
  } | null;
}

/** How long a condition must hold before it is told. */
const holdMs = 5_000;
const lagMsMax = 10_000;
const lateMsMax = 5_000;
/** The journal gets a tick every second. */
const tickAgeMsMax = 15_000;
/** Of the journal's bound. */
const filledShareMax = 0.8;
/** Less than this, and less than a tenth of the disk, is nearly full. */
const freeBytesLeast = 2 * 2 ** 30;

/** Condition → what was seen; absent = it does not hold. */
export function judgeSystem(status: SystemStatus): Map<ConditionName, string> {
  const found = new Map<ConditionName, string>();
  const { broker, ingest } = status;
  if (broker !== null && !broker.writable) found.set("journal-blocked", broker.why ?? "the journal cannot be written");
  const upstream = broker?.upstream ?? null;
  if (upstream !== null && !upstream.connected)
    found.set("upstream-away", `${upstream.address}: ${upstream.lastError?.says ?? "no answer yet"}`);
  if (ingest === null) found.set("ingest-stalled", "ingest does not answer");
  else if (ingest.lagMs > lagMsMax)
    found.set("ingest-stalled", `ingest is ${Math.round(ingest.lagMs / 1000)} s behind`);
  else if (ingest.lagMs > lateMsMax)
    found.set("pipeline-late", `ingest is ${Math.round(ingest.lagMs / 1000)} s behind`);
  const stalled = stalledTicks(status);
  if (stalled !== null) found.set("alarm-engine-stalled", stalled);
  const filling = fillingFolder(status);
  if (filling !== null) found.set("journal-filling", filling);
  if (status.notices !== undefined && status.notices !== null) found.set("notification-failing", status.notices);
  if (ingest !== null && !(ingest.history.ok && ingest.history.attached)) {
    found.set("history-behind", ingest.history.why ?? "history catches up from the journal");
  }
  if (status.certificates !== undefined && status.certificates !== null)
    found.set("certificate-expiring", status.certificates);
  const damaged = Math.max(broker?.damaged ?? 0, ingest?.damaged ?? 0);
  if (damaged > 0) found.set("journal-damaged", `${damaged} acknowledged entries cannot be read`);
  const difference = ledgerDifference(status);
  if (difference !== 0) found.set("ledger-unbalanced", `${difference} frames are acknowledged but not accounted for`);
  return found;
}

/** While ingest is behind, or the journal takes nothing, that is what is said; here it keeps up, and time does not come. */
function stalledTicks({ broker, ingest }: SystemStatus): string | null {
  if (broker?.writable !== true || ingest === null || ingest.lagMs > lagMsMax) return null;
  const ageMs = ingest.tickAgeMs ?? 0;
  return ageMs > tickAgeMsMax ? `no tick of the journal was worked off for ${Math.round(ageMs / 1000)} s` : null;
}

function fillingFolder({ folder }: SystemStatus): string | null {
  if (folder === undefined || folder === null) return null;
  const { waitingBytes, waitingBytesMax, diskBytes, diskFreeBytes } = folder;
  if (waitingBytesMax !== null && waitingBytes > waitingBytesMax * filledShareMax)
    return `${Math.round((100 * waitingBytes) / waitingBytesMax)} % of JOURNAL_BYTES_MAX wait for ingest`;
  if (diskBytes > 0 && diskFreeBytes < Math.min(freeBytesLeast, diskBytes / 10))
    return `${Math.round(diskFreeBytes / 2 ** 20)} MiB of the disk are free`;
  return null;
}

/** Frames that were acknowledged and have no outcome although ingest has passed them. */
function ledgerDifference({ broker, ingest }: SystemStatus): number {
  if (broker === null || ingest === null) return 0;
  const missing = broker.head.frames - ingest.frames;
  if (ingest.cursor < broker.head.seq) return Math.min(0, missing); // the rest is pending
  return Math.abs(missing) <= Math.max(broker.damaged, ingest.damaged) ? 0 : missing;
}

interface Held {
  readonly since: number;
  detail: string;
  /** Shown to screens under a provisional id. */
  provisional: Alarm | null;
}

export interface Watch {
  /** One look; to be called about once a second. */
  look(status: SystemStatus): Promise<void>;
}

export interface WatchParts {
  readonly commands: Commands;
  /** Conditions whose alarm is active now: it may have been raised before this api began. */
  readonly open: () => ReadonlySet<ConditionName>;
  readonly show: (alarm: Alarm) => void;
  readonly now: () => number;
  readonly log: Log;
}

export function createWatch(parts: WatchParts): Watch {
  const { commands, log, now, open, show } = parts;
  const held = new Map<ConditionName, Held>();
  /** Conditions that ended before ingest could be told that they had begun. */
  const missed = new Map<ConditionName, string>();

  async function tell(condition: ConditionName, active: boolean, detail: string): Promise<boolean> {
    try {
      await commands.send("system", { type: "system.condition", condition, active, detail });
      return true;
    } catch (error) {
      log.warn({ err: error, condition, active }, "a condition of the system could not be journaled yet");
      return false;
    }
  }

  function provisional(condition: ConditionName, detail: string, since: number): Alarm {
    const definition = conditionDefinition(condition);
    return {
      id: `${definition}:${since}`,
      version: 1,
      site: systemSite,
      factor: null,
      definition,
      priority: conditionPriority(condition),
      state: "unack-active",
      active: true,
      acked: false,
      latched: false,
      suppression: null,
      validity: "good",
      value: null,
      limit: null,
      unit: "",
      onset: since,
      cleared: null,
      ackedBy: null,
      ackedAt: null,
      journalSeq: 0,
      comments: [{ at: since, by: "system", text: detail }],
      case: null,
      record: "",
      recordVersion: 0,
      class: "system",
      level: 1,
      assignee: null,
      annunciations: 1,
      annunciatedAt: since,
      reraises: 0,
      chattering: false,
      retrospective: false,
    };
  }

  async function hold(condition: ConditionName, detail: string, canTell: boolean): Promise<void> {
    const known = held.get(condition);
    if (known === undefined) {
      held.set(condition, { since: now(), detail, provisional: null });
      return;
    }
    known.detail = detail;
    if (open().has(condition) || now() - known.since < holdMs) return;
    if (canTell && (await tell(condition, true, detail))) {
      hide(known);
    } else if (known.provisional === null) {
      known.provisional = provisional(condition, detail, known.since);
      show(known.provisional);
    }
  }

  function hide(known: Held): void {
    if (known.provisional === null) return;
    show({ ...known.provisional, version: 2, state: "normal", active: false, cleared: now() });
    known.provisional = null;
  }

  function release(condition: ConditionName, known: Held): void {
    held.delete(condition);
    // It was shown, and nobody could write it down: the journal hears of both its ends.
    if (known.provisional !== null) missed.set(condition, known.detail);
    hide(known);
  }

  async function tellMissed(): Promise<void> {
    for (const [condition, detail] of missed) {
      if (open().has(condition) || (await tell(condition, true, detail))) missed.delete(condition);
    }
  }

  async function tellEnded(found: ReadonlyMap<ConditionName, string>): Promise<void> {
    for (const condition of open()) if (!found.has(condition)) await tell(condition, false, "over");
  }

  return {
    async look(status) {
      const found = judgeSystem(status);
      const canTell = status.broker?.writable === true && status.ingest !== null && !found.has("ingest-stalled");
      for (const condition of conditionNames) {
        const detail = found.get(condition);
        const known = held.get(condition);
        if (detail !== undefined) await hold(condition, detail, canTell);
        else if (known !== undefined) release(condition, known);
      }
      if (!canTell) return;
      await tellMissed();
      await tellEnded(found);
    },
  };
}
