// What the api is built of and what its routes may reach for. The clock, the dice and both other roles are arguments.

import type { Entry } from "#domain/frame.ts";
import type { Rpc } from "#store/link/link.ts";
import type { HistoryReader } from "#store/history/history.ts";
import type { Accounts } from "#store/state/accounts.ts";
import type { Authority } from "#store/state/authority.ts";
import type { StateReader } from "#store/state/state.ts";
import type { Commands, Journal } from "./commands.ts";
import type { EvidenceFiles } from "./io/evidence-files.ts";
import type { DeviceIdentity } from "./identity.ts";
import type { NoticeCarrier } from "./notices/carrier.ts";
import type { Carrier } from "./request-carrier.ts";
import type { Memory } from "./live/memory.ts";
import type { Throughput } from "./throughput.ts";

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface FrameReader {
  /** The frames with these journal numbers, as received, ascending; what cannot be read (any more) is left out. */
  read(seqs: readonly number[]): AsyncIterable<Entry>;
  /** The first entry that retention has left. */
  beginsAt?(): number;
}

/** The folder everything lies in, for whoever watches over it. */
export interface FolderFacts {
  /** All segments of the journal: the archive of raw frames included. */
  readonly journalBytes: number;
  /** Segments that ingest may still have to read: what counts against the bound. */
  readonly waitingBytes: number;
  /** Null: the disk is the bound. */
  readonly waitingBytesMax: number | null;
  /** Everything below the folder. */
  readonly dataBytes: number;
  readonly diskBytes: number;
  readonly diskFreeBytes: number;
  /** Of the whole folder, over `watchedMs`; null while that is too short to tell. */
  readonly growthBytesPerDay: number | null;
  readonly watchedMs: number;
}

export interface ApiSettings {
  /** "127.0.0.1:8080"; port 0 means any free port. */
  readonly httpListen: string;
  /** The built dashboard; may be missing. */
  readonly dashboardDir: string;
  /** Which requests a logger gets that is there for the first time. */
  readonly hj212SetUp: "full" | "time" | "off";
  /** Loggers are asked for what did not come. */
  readonly gapFilling: boolean;
  /** A limit waits for a second administrator. */
  readonly twoPersonLimits?: boolean;
  /** Where people reach the dashboard; links in notices begin with it. */
  readonly publicUrl?: string | null;
}

export interface ApiParts {
  readonly settings: ApiSettings;
  readonly broker: Rpc;
  readonly ingest: Rpc;
  readonly state: StateReader;
  readonly accounts: Accounts;
  /** Of this data folder; made when it is asked for the first time. */
  readonly authority: () => Authority;
  readonly history: HistoryReader;
  readonly frames: FrameReader;
  readonly folder: {
    look(): FolderFacts;
    /** A small text of the api's own, kept below the folder; null when there is none. */
    readNote(name: string): string | null;
    /** Replaces it as a whole. */
    keepNote(name: string, text: string): void;
  };
  readonly evidence: EvidenceFiles;
  /** Of this program, e.g. "0.1.0". */
  readonly version: string;
  readonly log: Log;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Compares every JSON answer with its declared form; for tests. */
  readonly checkReplies?: boolean;
}

/** What routes see. */
export interface Rooms extends Omit<ApiParts, "settings" | "checkReplies"> {
  readonly twoPersonLimits: boolean;
  readonly memory: Memory;
  readonly journal: Journal;
  readonly commands: Commands;
  readonly throughput: Throughput;
  readonly identity: DeviceIdentity;
  readonly carrier: Pick<Carrier, "hurry" | "drop">;
  readonly notices: Omit<NoticeCarrier, "start" | "stop">;
}
