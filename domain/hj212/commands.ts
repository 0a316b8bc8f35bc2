// Commands (CN) and systems (ST) of HJ 212: who says what, and what it carries. Table 9 and table 5 of HJ 212-2017; what is
// marked 2025 is from public implementations of HJ 212-2025, what is marked 2005 from memory and public 2005 code. A command
// that is in no table is taken all the same: its data area is kept as it is.

import type { Edition } from "./message.ts";

/** What the data area of a message from a logger holds. */
export type Content =
  /** Values at one moment. */
  | "realtime"
  /** Single measurements, with peaks and spectra. */
  | "raw"
  | "minute"
  | "hour"
  | "day"
  /** States and run hours of treatment facilities. */
  | "facility"
  /** Logs, states and parameters of instruments. */
  | "information"
  /** A check or calibration with a standard. */
  | "check"
  /** The logger's own alarms (2005). */
  | "alarm"
  /** Settings and times of the logger. */
  | "parameters"
  | "nothing";

/**
 * How the two sides talk: a request is answered with 9011 and 9012, an upload with 9014 when its Flag asks for it, a notice
 * with 9013; a reply is answered with nothing.
 */
export type CommandKind = "request" | "upload" | "notice" | "heartbeat" | "login" | "reply";

export interface Command {
  readonly cn: string;
  readonly name: string;
  /** What it is when a logger says it; null = only the centre does. */
  readonly fromLogger: CommandKind | null;
  /** What it is when the centre says it; null = only loggers do. */
  readonly fromCentre: CommandKind | null;
  readonly content: Content;
  readonly since: Edition;
  /** Gone in the editions after it. */
  readonly until?: Edition;
}

type Row = readonly [
  cn: string,
  name: string,
  fromLogger: CommandKind | null,
  fromCentre: CommandKind | null,
  content: Content,
  since?: Edition,
  until?: Edition,
];

const rows: readonly Row[] = [
  ["1000", "set timeout and number of resends", null, "request", "parameters", "2005"],
  ["1001", "hardware numbers of the logger", "upload", null, "information", "2025"],
  ["1002", "assign the MN", null, "request", "parameters", "2025"],
  ["1011", "time of the field device", "upload", "request", "parameters", "2005"],
  ["1012", "set the time of the field device", null, "request", "parameters", "2005"],
  ["1013", "ask for the time to be set", "notice", null, "parameters"],
  ["1014", "fetch or set a new key", "notice", "request", "parameters", "2025"],
  ["1021", "alarm thresholds", "upload", "request", "parameters", "2005", "2005"],
  ["1022", "set alarm thresholds", null, "request", "parameters", "2005", "2005"],
  ["1031", "address of the centre", "upload", "request", "parameters", "2005", "2005"],
  ["1032", "set the address of the centre", null, "request", "parameters", "2005", "2005"],
  ["1041", "time of the daily report", "upload", "request", "parameters", "2005", "2005"],
  ["1042", "set the time of the daily report", null, "request", "parameters", "2005", "2005"],
  ["1061", "interval of real-time data", "upload", "request", "parameters", "2005"],
  ["1062", "set the interval of real-time data", null, "request", "parameters", "2005"],
  ["1063", "interval of minute data", "upload", "request", "parameters"],
  ["1064", "set the interval of minute data", null, "request", "parameters"],
  ["1072", "set the access password", null, "request", "parameters", "2005"],
  ["2011", "real-time data", "upload", "request", "realtime", "2005"],
  ["2012", "stop real-time data", null, "notice", "nothing", "2005"],
  ["2013", "raw monitoring data", "upload", "request", "raw", "2025"],
  ["2021", "state of treatment facilities", "upload", "request", "facility", "2005"],
  ["2022", "stop the state of treatment facilities", null, "notice", "nothing", "2005"],
  ["2031", "daily data", "upload", "request", "day", "2005"],
  ["2041", "run hours of treatment facilities", "upload", "request", "facility", "2005"],
  ["2051", "minute data", "upload", "request", "minute", "2005"],
  ["2052", "single noise measurement", "upload", "request", "realtime", "2025"],
  ["2061", "hourly data", "upload", "request", "hour", "2005"],
  ["2062", "automatic check with a standard", "upload", "request", "check", "2025"],
  ["2071", "alarm records", "upload", "request", "alarm", "2005", "2005"],
  ["2072", "alarm event", "upload", null, "alarm", "2005", "2005"],
  ["2081", "boot time of the logger", "upload", null, "parameters"],
  ["2111", "five-minute mean of the furnace temperature", "upload", null, "minute", "2025"],
  ["3011", "zero and span calibration", null, "request", "parameters", "2005"],
  ["3012", "sample now", null, "request", "parameters", "2005"],
  ["3013", "clean or blow back", null, "request", "parameters"],
  ["3014", "comparison sampling", null, "request", "parameters"],
  ["3015", "kept sample of an exceedance", "upload", "request", "information"],
  ["3016", "set the sampling cycle", null, "request", "parameters"],
  ["3017", "sampling cycle", "upload", "request", "parameters"],
  ["3018", "time from sample to result", "upload", "request", "parameters"],
  ["3019", "serial number of an analyser", "upload", "request", "information"],
  ["3020", "information of the field device", "upload", "request", "information"],
  ["3021", "set a parameter of the field device", null, "request", "parameters"],
  ["3022", "keep a sample now", null, "request", "parameters", "2025"],
  ["3024", "start a check with a standard", null, "request", "parameters", "2025"],
  ["9011", "request acknowledged", "reply", "reply", "parameters", "2005"],
  ["9012", "result of the execution", "reply", "reply", "parameters", "2005"],
  ["9013", "notice acknowledged", "reply", "reply", "parameters", "2005"],
  ["9014", "data acknowledged", "reply", "reply", "parameters", "2005"],
  ["9015", "heartbeat", "heartbeat", null, "nothing", "2025"],
  ["9021", "login", "login", null, "parameters", "2005", "2005"],
  ["9022", "answer to a login", null, "reply", "parameters", "2005", "2005"],
];

export const commands: readonly Command[] = rows.map(
  ([cn, name, fromLogger, fromCentre, content, since = "2017", until]) => ({
    cn,
    name,
    fromLogger,
    fromCentre,
    content,
    since,
    ...(until === undefined ? {} : { until }),
  }),
);

const byCn: ReadonlyMap<string, Command> = new Map(commands.map((command) => [command.cn, command]));

export function findCommand(cn: string): Command | undefined {
  return byCn.get(cn);
}

/** ST → what is monitored [HJ 212-2017 table 5]; 44 and 45 are of 2025. A0 to Z9 are private. */
export const systems: Readonly<Record<string, string>> = {
  "21": "surface water",
  "22": "ambient air",
  "23": "environmental noise",
  "24": "groundwater",
  "25": "soil",
  "26": "sea water",
  "27": "volatile organic compounds",
  "31": "air pollution source",
  "32": "water pollution source",
  "33": "groundwater pollution source",
  "34": "marine pollution source",
  "35": "soil pollution source",
  "36": "noise source",
  "37": "vibration source",
  "38": "radioactive source",
  "39": "construction-site dust",
  "41": "electromagnetic source",
  "44": "electricity",
  "45": "key production conditions",
  "51": "flue-gas treatment process",
  "52": "sewage treatment process",
  "91": "system interaction",
};

/** QnRtn: what became of a request [HJ 212-2017 table 7]. */
export const requestAnswers: Readonly<Record<string, string>> = {
  "1": "ready to execute",
  "2": "refused",
  "3": "wrong PW",
  "4": "wrong MN",
  "5": "wrong ST",
  "6": "wrong Flag",
  "7": "wrong QN",
  "8": "wrong CN",
  "9": "wrong checksum",
  "100": "unknown fault",
};

/** ExeRtn: how the execution ended [HJ 212-2017 table 6]. */
export const executionResults: Readonly<Record<string, string>> = {
  "1": "done",
  "2": "failed, cause unknown",
  "3": "conditions of the request are wrong",
  "4": "communication timed out",
  "5": "busy",
  "6": "system fault",
  "100": "no data",
};
