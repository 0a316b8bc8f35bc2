// A request of the centre → what the logger does about it: its 9011, the packets it brings, its 9012 [HJ 212-2017 table 9, annex
// C]. Turns one message and the logger's settings into a plan; whoever holds the line carries it out.

import { formatStamp, type Message, parseStamp } from "#domain/hj212/hj212.ts";
import { hashText } from "../random.ts";
import { recordCommands, type FieldRecord, type RecordCommand } from "./archive.ts";
import { dataTimeOf } from "./items.ts";

export interface LoggerSettings {
  pw: string;
  overTimeSeconds: number;
  resends: number;
  realtimeSeconds: number;
  minutes: number;
  realtimeOn: boolean;
  facilitiesOn: boolean;
}

export interface Packet {
  readonly cn: string;
  readonly items: readonly string[];
  readonly backfill: boolean;
}

export interface Plan {
  /** QnRtn of 9011; anything but 1 ends the exchange. Null: a notice, answered with 9013. */
  readonly accepts: number | null;
  readonly packets: readonly Packet[];
  /** ExeRtn of 9012. */
  readonly result: number;
  /** How long the instrument takes for it. */
  readonly takesMs: number;
  /** Comes into force when the answer has gone. */
  readonly apply: () => void;
}

export interface RequestParts {
  readonly mn: string;
  readonly seed: number;
  readonly factors: readonly string[];
  readonly settings: LoggerSettings;
  /** By its own clock. */
  readonly stampMs: number;
  find(cn: RecordCommand, fromMs: number, toMs: number): readonly FieldRecord[];
  setClock(ms: number): void;
  reportNow(): void;
}

/** QnRtn. */
export const requestCodes = { ready: 1, wrongPassword: 3, wrongMn: 4, unknownCommand: 8 } as const;
/** ExeRtn. */
export const executionCodes = { done: 1, wrongCondition: 3, busy: 5, noData: 100 } as const;
const minuteIntervals: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]);
const instrumentMs = 2_000;

const idle = (): void => undefined;
const refuse = (code: number): Plan => ({ accepts: code, packets: [], result: 0, takesMs: 0, apply: idle });
const does = (apply: () => void, result: number = executionCodes.done): Plan => ({
  accepts: requestCodes.ready,
  packets: [],
  result,
  takesMs: 0,
  apply,
});
const tells = (cn: string, items: readonly string[]): Plan => ({
  ...does(idle),
  packets: [{ cn, items, backfill: false }],
});
const cannot = does(idle, executionCodes.wrongCondition);

export function planRequest(message: Message, parts: RequestParts): Plan {
  const { settings } = parts;
  if (message.mn !== parts.mn) return refuse(requestCodes.wrongMn);
  if ((message.pw ?? "") !== settings.pw) return refuse(requestCodes.wrongPassword);
  const given = new Map(message.groups.flat().map(({ key, value }) => [key.toLowerCase(), value]));
  const text = (key: string): string => given.get(key.toLowerCase()) ?? "";
  const whole = (key: string, low: number, high: number): number | null => {
    const value = text(key);
    return /^\d{1,6}$/.test(value) && Number(value) >= low && Number(value) <= high ? Number(value) : null;
  };
  const set = <T>(value: T | null, apply: (value: T) => void): Plan =>
    value === null ? cannot : does(() => apply(value));
  const now = dataTimeOf(parts.stampMs, null);
  const record = recordCommands.find((cn) => cn === message.cn);
  if (record !== undefined) return fetchRecords(record, text("BeginTime"), text("EndTime"), parts);

  switch (message.cn) {
    case "1000": {
      const seconds = whole("OverTime", 1, 99);
      const resends = whole("ReCount", 0, 99);
      if (seconds === null || resends === null) return cannot;
      return does(() => {
        settings.overTimeSeconds = seconds;
        settings.resends = resends;
      });
    }
    case "1011":
      return tells("1011", [...polIdOf(text("PolId")), `SystemTime=${formatStamp(parts.stampMs)}`]);
    case "1012": {
      const time = parseStamp(text("SystemTime"));
      if (typeof time !== "number") return cannot;
      // The clock of one analyser is not the logger's own.
      return text("PolId") === "" ? does(() => parts.setClock(time)) : does(idle);
    }
    case "1061":
      return tells("1061", [`RtdInterval=${settings.realtimeSeconds}`]);
    case "1062":
      return set(whole("RtdInterval", 30, 3600), (seconds) => (settings.realtimeSeconds = seconds));
    case "1063":
      return tells("1063", [`MinInterval=${settings.minutes}`]);
    case "1064": {
      const minutes = whole("MinInterval", 1, 30);
      return set(minutes !== null && minuteIntervals.has(minutes) ? minutes : null, (value) => {
        settings.minutes = value;
      });
    }
    case "1072":
      return set(/^[A-Za-z0-9]{1,6}$/.test(text("NewPW")) ? text("NewPW") : null, (pw) => (settings.pw = pw));
    case "2011":
      return does(() => {
        settings.realtimeOn = true;
        parts.reportNow();
      });
    case "2012":
      return { ...does(() => (settings.realtimeOn = false)), accepts: null };
    case "2021":
      return does(() => (settings.facilitiesOn = true));
    case "2022":
      return { ...does(() => (settings.facilitiesOn = false)), accepts: null };
    case "3011":
    case "3012":
      return parts.factors.includes(text("PolId")) ? { ...does(idle), takesMs: instrumentMs } : cannot;
    case "3015":
      return tells("3015", [now, `VaseNo=${1 + (Math.floor(parts.stampMs / 1000) % 24)}`]);
    case "3019":
      return parts.factors.includes(text("PolId"))
        ? tells("3019", [now, `PolId=${text("PolId")}`, `${text("PolId")}-SN=${serialOf(text("PolId"), parts.seed)}`])
        : cannot;
    case "3020":
      return tellInformation(text("PolId"), text("InfoId"), now, parts);
    default:
      return refuse(requestCodes.unknownCommand);
  }
}

function polIdOf(code: string): string[] {
  return code === "" ? [] : [`PolId=${code}`];
}

function serialOf(code: string, seed: number): string {
  const words = [1, 2, 3].map((salt) => hashText(`${code} ${salt}`, seed).toString(16).toUpperCase().padStart(8, "0"));
  return words.join("");
}

/** The past, one packet for each record. BeginTime and EndTime are DataTimes, equal ones mean one record. */
function fetchRecords(cn: RecordCommand, begin: string, end: string, parts: RequestParts): Plan {
  const [fromMs, toMs] = [parseStamp(begin), parseStamp(end)];
  if (typeof fromMs !== "number" || typeof toMs !== "number" || toMs < fromMs) return cannot;
  const packets = parts.find(cn, fromMs, toMs).map((record) => ({
    cn,
    items: [dataTimeOf(record.startMs, null), ...record.items],
    backfill: true,
  }));
  return packets.length === 0 ? does(idle, executionCodes.noData) : { ...does(idle), packets };
}

/** [HJ 212-2017 table B.10]; a code that this logger does not have is no information. */
function tellInformation(polId: string, infoId: string, now: string, { factors, seed }: RequestParts): Plan {
  if (polId !== "" && !factors.includes(polId)) return cannot;
  const digest = hashText(`${polId} ${infoId}`, seed);
  const values: Readonly<Record<string, string>> = {
    i11001: "//calibrated//",
    i12001: "0",
    i12002: "0",
    i12003: "0",
    i13001: String(100 + (digest % 4) * 100),
    i13007: ((digest % 100) / 1000).toFixed(3),
    i13008: (1 + (digest % 50) / 1000).toFixed(3),
    i22001: "0",
    i22003: "0",
  };
  const value = values[infoId];
  return value === undefined
    ? does(idle, executionCodes.noData)
    : tells("3020", [now, ...polIdOf(polId), `${infoId}-Info=${value}`]);
}
