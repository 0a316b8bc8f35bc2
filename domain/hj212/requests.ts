// Requests of the centre (CN 1000 to 3024) as messages: which settings each takes, and which values are possible [HJ 212-2017
// table 9, annex C]. Turns a command, an address and settings into a Message that asks for an answer, or says what is wrong.
// What follows it (9011, data, 9012) is kept track of by whoever sends it; one request per logger at a time.

import { findCommand } from "./commands.ts";
import { type Edition, type Group, type Message, versionOf } from "./message.ts";
import { parseStamp } from "./stamp.ts";

type Check = (value: string) => string | null;

function whole(min: number, max: number): Check {
  return (value) =>
    /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max
      ? null
      : `a whole number from ${min} to ${max}`;
}

function oneOf(...values: readonly number[]): Check {
  return (value) => (values.includes(Number(value)) && /^\d+$/.test(value) ? null : `one of ${values.join(", ")}`);
}

function matching(pattern: RegExp, says: string): Check {
  return (value) => (pattern.test(value) ? null : says);
}

const stamp: Check = (value) =>
  value.length === 14 && typeof parseStamp(value) === "number" ? null : "14 digits, YYYYMMDDhhmmss";
const code = matching(/^[A-Za-z0-9-]{1,20}$/, "a factor code");
const infoCode = matching(/^i\d{5}$/, "an information code, e.g. i12001");
const anything = matching(/^[^,;=&]{1,200}$/, "1 to 200 signs without , ; = &");

interface Setting {
  readonly key: string;
  readonly check: Check;
  readonly needed: boolean;
  /** In one group with the setting before it: BeginTime=…,EndTime=… */
  readonly joined?: boolean;
}

const needs = (key: string, check: Check): Setting => ({ key, check, needed: true });
const takes = (key: string, check: Check): Setting => ({ key, check, needed: false });
/** The standard joins the two with a comma. */
const span: readonly Setting[] = [
  needs("BeginTime", stamp),
  { key: "EndTime", check: stamp, needed: true, joined: true },
];
const polId = takes("PolId", code);
const minuteIntervals = oneOf(1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30);

const settingsByCn: Readonly<Record<string, readonly Setting[]>> = {
  "1000": [needs("OverTime", whole(1, 99)), needs("ReCount", whole(0, 99))],
  "1002": [needs("MN", matching(/^[0-9A-F]{24}$/, "24 signs of 0-9 and A-F")), takes("i23005-Info", anything)],
  "1011": [polId],
  "1012": [polId, needs("SystemTime", stamp)],
  "1014": [needs("SKCreateTime", stamp), needs("NewSK", anything)],
  "1061": [],
  "1062": [needs("RtdInterval", whole(30, 3600))],
  "1063": [],
  "1064": [needs("MinInterval", minuteIntervals)],
  "1072": [needs("NewPW", matching(/^[A-Za-z0-9]{1,6}$/, "1 to 6 letters or digits"))],
  "2011": [],
  "2012": [],
  "2013": span,
  "2021": [],
  "2022": [],
  "2031": span,
  "2041": span,
  "2051": span,
  "2052": span,
  "2061": span,
  "2062": span,
  "3011": [needs("PolId", code)],
  "3012": [needs("PolId", code)],
  "3013": [needs("PolId", code)],
  "3014": [needs("PolId", code)],
  "3015": [],
  "3016": [
    needs("PolId", code),
    needs("CstartTime", matching(/^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/, "hhmmss")),
    { key: "Ctime", check: whole(1, 24), needed: true, joined: true },
  ],
  "3017": [needs("PolId", code)],
  "3018": [needs("PolId", code)],
  "3019": [needs("PolId", code)],
  "3020": [polId, needs("InfoId", infoCode), takes("BeginTime", stamp), { ...takes("EndTime", stamp), joined: true }],
  "3021": [needs("PolId", code), needs("InfoId", infoCode), needs("Info", anything)],
  "3022": [],
  "3024": [needs("PolId", code)],
};

export interface RequestForm {
  readonly cn: string;
  readonly name: string;
  readonly settings: readonly {
    readonly key: string;
    readonly needed: boolean;
    /** In words: which values are possible. */
    readonly wanted: string;
  }[];
}

/** What a centre can ask for, with the settings that each request takes. */
export function listRequestForms(): RequestForm[] {
  return Object.entries(settingsByCn).flatMap(([cn, settings]) => {
    const command = findCommand(cn);
    if (command === undefined || command.fromCentre === null) return [];
    const forms = settings.map(({ key, needed, check }) => ({ key, needed, wanted: check("\u0000") ?? "" }));
    return [{ cn, name: command.name, settings: forms }];
  });
}

export interface RequestAddress {
  readonly mn: string;
  readonly pw: string;
  readonly st: string;
  /** 17 digits, see formatQn; unlike any other of this logger. */
  readonly qn: string;
  readonly edition: Edition;
}

export type RequestResult =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly problems: readonly string[] };

export function buildRequest(
  cn: string,
  address: RequestAddress,
  settings: Readonly<Record<string, string>> = {},
): RequestResult {
  const known = settingsByCn[cn];
  if (known === undefined || findCommand(cn)?.fromCentre === null)
    return { ok: false, problems: [`CN ${cn} is no request of a centre`] };
  const problems: string[] = [];
  const groups: { key: string; value: string }[][] = [];
  for (const { key, check, needed, joined } of known) {
    const value = settings[key];
    if (value === undefined) {
      if (needed) problems.push(`${key} is missing`);
      continue;
    }
    const wanted = check(value);
    if (wanted !== null) problems.push(`${key}: ${wanted}`);
    const pair = keyedPair(cn, key, value, settings);
    if (joined === true && groups.length > 0) groups.at(-1)?.push(pair);
    else groups.push([pair]);
  }
  const foreign = Object.keys(settings).filter((key) => known.every((setting) => setting.key !== key));
  problems.push(...foreign.map((key) => `CN ${cn} takes no ${key}`));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, message: wrapRequest(cn, address, groups) };
}

/** A parameter is written by its code, not by the word Info: i13004-Info=168 [HJ 212-2017 table C.45]. */
function keyedPair(
  cn: string,
  key: string,
  value: string,
  settings: Readonly<Record<string, string>>,
): { key: string; value: string } {
  return cn === "3021" && key === "Info" ? { key: `${settings["InfoId"] ?? ""}-Info`, value } : { key, value };
}

function wrapRequest(cn: string, { mn, pw, st, qn, edition }: RequestAddress, groups: readonly Group[]): Message {
  return {
    qn,
    st,
    cn,
    pw,
    mn,
    flag: { version: versionOf(edition), split: false, answer: true },
    packet: null,
    backfill: false,
    groups,
  };
}
