// What a logger keeps of its own reports: minute, hour and day data and run hours, so many of each. From here it sends what is
// due, oldest first, sends again what an outage held up, and answers requests for the past. At its bound the oldest is given up.

export const recordCommands = ["2051", "2061", "2031", "2041"] as const;
export type RecordCommand = (typeof recordCommands)[number];

export interface FieldRecord {
  readonly cn: RecordCommand;
  /** DataTime: the start of its interval by the logger's clock. */
  readonly startMs: number;
  /** Items of the data area behind DataTime, each as it is written. */
  readonly items: readonly string[];
  /** It could not be sent when it was due. */
  missed: boolean;
}

export interface Archive {
  /** `send` false: kept, and never sent unasked. Returns how many unsent records had to be given up for it. */
  add(record: FieldRecord, send?: boolean): number;
  /** The oldest that is still to be sent. */
  next(): FieldRecord | undefined;
  done(record: FieldRecord): void;
  /** The line has gone: what waits is late from now on. */
  miss(): void;
  /** DataTime from … to, both included [HJ 212-2017 6.3.3: BeginTime, EndTime]. */
  find(cn: RecordCommand, fromMs: number, toMs: number): FieldRecord[];
  readonly unsent: number;
}

/** Two days of ten minutes, half a week, a month. A real logger keeps a year; a thousand simulated ones share one memory. */
export const archiveSizes: Readonly<Record<RecordCommand, number>> = {
  "2051": 288,
  "2061": 84,
  "2031": 31,
  "2041": 31,
};

export function createArchive(sizes: Readonly<Record<RecordCommand, number>> = archiveSizes): Archive {
  const kept: Record<RecordCommand, FieldRecord[]> = { "2051": [], "2061": [], "2031": [], "2041": [] };
  const waiting = new Set<FieldRecord>();
  return {
    add(record, send = true) {
      const list = kept[record.cn];
      list.push(record);
      if (send) waiting.add(record);
      if (list.length <= sizes[record.cn]) return 0;
      const oldest = list.shift();
      return oldest !== undefined && waiting.delete(oldest) ? 1 : 0;
    },
    next: () => waiting.values().next().value,
    done: (record) => void waiting.delete(record),
    miss() {
      for (const record of waiting) record.missed = true;
    },
    find: (cn, fromMs, toMs) => kept[cn].filter(({ startMs }) => startMs >= fromMs && startMs <= toMs),
    get unsent() {
      return waiting.size;
    },
  };
}
