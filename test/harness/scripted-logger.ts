// A data logger for tests, written from the text of HJ 212-2017 alone: framing [table 2], checksum [annex A] and header
// [table 3] of its own, so that the product's codec is not its own witness. Says whatever a test wants, also what is broken, in
// any chunks; waits for answers, resends, obeys requests of the centre or not, and keeps a transcript.

import { connect, type Socket } from "node:net";
import { waitFor } from "./wait.ts";

export interface PacketDraft {
  readonly cn: string;
  /** What stands between the && signs. */
  readonly area?: string;
  readonly qn?: string;
  readonly st?: string;
  readonly pw?: string;
  readonly mn?: string;
  /** 5 = edition of 2017, answer wanted; 9 = edition of 2025; null leaves it out. */
  readonly flag?: number | null;
  readonly packet?: { readonly number: number; readonly count: number };
  readonly backfill?: boolean;
}

export interface Packet {
  readonly qn: string;
  readonly st: string;
  readonly cn: string;
  readonly pw: string;
  readonly mn: string;
  readonly flag: string;
  readonly area: string;
  /** As it came, without the line end. */
  readonly raw: string;
}

export interface Said {
  readonly at: number;
  readonly by: "logger" | "centre";
  readonly text: string;
}

/**
 * `obey`: 9011 with QnRtn=1 and 9012 with ExeRtn=1, and 9013 to a notice. `accept`: 9011 and nothing more. `ignore`: nothing.
 * A function does as it likes.
 */
export type Obedience = "obey" | "accept" | "ignore" | ((request: Packet, logger: ScriptedLogger) => void);

export interface Delivery {
  /** Null: nothing came, not even after the last resend. */
  readonly answer: Packet | null;
  /** How often it was sent. */
  readonly sends: number;
}

export interface ScriptedLogger {
  readonly mn: string;
  readonly transcript: readonly Said[];
  /** Everything the centre sent, oldest first. */
  readonly received: readonly Packet[];
  /** What the centre sent that is no packet by the standard. */
  readonly strays: readonly string[];
  /** Requests and notices of the centre. */
  readonly requests: readonly Packet[];
  readonly closed: boolean;
  obedience: Obedience;
  /** Writes bytes as they are; `chunkBytes` cuts them, each piece in a segment of its own. */
  sendRaw(bytes: string | Uint8Array, chunkBytes?: number): Promise<void>;
  /** Sends and does not wait; gives its QN back. */
  send(draft: PacketDraft): Promise<string>;
  /** Sends, waits for the answer with the same QN, and sends the same bytes again when none comes. */
  deliver(draft: PacketDraft, options?: { readonly timeOutMs?: number; readonly resends?: number }): Promise<Delivery>;
  /** The first packet of the centre with this QN and command. */
  answerTo(qn: string, cn: string, deadlineMs?: number): Promise<Packet>;
  /** Says goodbye. */
  end(): Promise<void>;
  /** Pulls the plug: the other side gets a reset. */
  cut(): void;
}

/** [annex A]: the register is shifted right by eight, then the byte is mixed in, then eight times by the polynomial. */
export function checksumOf(segment: Uint8Array): string {
  let register = 0xffff;
  for (const byte of segment) {
    register = (register >> 8) ^ byte;
    for (let bit = 0; bit < 8; bit++) {
      const lowest = register & 1;
      register >>= 1;
      if (lowest === 1) register ^= 0xa001;
    }
  }
  return register.toString(16).toUpperCase().padStart(4, "0");
}

/** Wraps a data segment; every part can be given wrongly. */
export function wrap(
  segment: string,
  wrong: { readonly length?: string; readonly checksum?: string; readonly ending?: string } = {},
): string {
  const bytes = new TextEncoder().encode(segment);
  const length = wrong.length ?? String(bytes.length).padStart(4, "0");
  return `##${length}${segment}${wrong.checksum ?? checksumOf(bytes)}${wrong.ending ?? "\r\n"}`;
}

/** Local time of UTC+8 in `digits` digits: 14 for DataTime, 17 for QN. */
export function stamp(ms: number, digits: 14 | 17 = 14): string {
  return new Date(ms + 8 * 3_600_000).toISOString().replaceAll(/\D/g, "").slice(0, digits);
}

export interface ScriptedLoggerOptions {
  readonly mn: string;
  readonly pw?: string;
  readonly st?: string;
  readonly obedience?: Obedience;
  readonly now?: () => number;
}

/** In the order of table 3, as a centre has to write it; loggers without a password are answered without one. */
const headerPattern = /^QN=(.*?);ST=(.*?);CN=(.*?);(?:PW=(.*?);)?MN=(.*?);Flag=(\d+);CP=&&(.*)&&$/;
const notices: ReadonlySet<string> = new Set(["2012", "2022"]);
const answers: ReadonlySet<string> = new Set(["9013", "9014", "9022"]);

export async function connectScriptedLogger(address: string, options: ScriptedLoggerOptions): Promise<ScriptedLogger> {
  const { mn, pw = "123456", st = "32", now = Date.now } = options;
  const at = address.lastIndexOf(":");
  const socket: Socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), noDelay: true });
  await new Promise<void>((done, fail) => {
    socket.once("connect", () => done());
    socket.once("error", fail);
  });
  const transcript: Said[] = [];
  const received: Packet[] = [];
  const requests: Packet[] = [];
  const strays: string[] = [];
  let closed = false;
  let waiting = "";
  let lastQn = 0;

  socket.on("error", () => undefined);
  socket.once("close", () => {
    closed = true;
  });
  // Byte by byte as latin1: a length counts bytes.
  socket.setEncoding("latin1").on("data", (text: string) => {
    waiting += text;
    for (let packet = takePacket(); packet !== null; packet = takePacket()) hear(packet);
  });

  /** The first whole packet of what came; what is none goes to the strays. */
  function takePacket(): Packet | null {
    const start = waiting.indexOf("##");
    if (start < 0) return null;
    if (start > 0) strays.push(waiting.slice(0, start));
    waiting = waiting.slice(start);
    const length = Number(waiting.slice(2, 6));
    const whole = 6 + length + 6;
    if (waiting.length < whole) return null;
    const raw = waiting.slice(0, whole);
    waiting = waiting.slice(whole);
    const segment = Buffer.from(raw.slice(6, 6 + length), "latin1");
    const isGood = raw.slice(6 + length) === `${checksumOf(segment)}\r\n`;
    const found = headerPattern.exec(segment.toString("utf8"));
    if (!isGood || found === null) {
      strays.push(raw);
      return takePacket();
    }
    const [, qn = "", stIn = "", cn = "", pwIn = "", mnIn = "", flag = "", area = ""] = found;
    return { qn, st: stIn, cn, pw: pwIn, mn: mnIn, flag, area, raw: raw.trimEnd() };
  }

  function hear(packet: Packet): void {
    received.push(packet);
    transcript.push({ at: now(), by: "centre", text: packet.raw });
    if (answers.has(packet.cn)) return;
    requests.push(packet);
    const { obedience } = logger;
    if (typeof obedience === "function") return obedience(packet, logger);
    if (obedience === "ignore") return;
    const reply = { qn: packet.qn, st: "91", flag: Number(packet.flag) & ~3 };
    const replies: PacketDraft[] = notices.has(packet.cn)
      ? [{ ...reply, cn: "9013" }]
      : [
          { ...reply, cn: "9011", area: "QnRtn=1" },
          ...(obedience === "obey" ? [{ ...reply, cn: "9012", area: "ExeRtn=1" }] : []),
        ];
    for (const each of replies) void logger.send(each);
  }

  function format(draft: PacketDraft): { readonly qn: string; readonly text: string } {
    lastQn = Math.max(lastQn + 1, now());
    const qn = draft.qn ?? stamp(lastQn, 17);
    const { flag = 5, packet } = draft;
    const fields = [
      `QN=${qn}`,
      `ST=${draft.st ?? st}`,
      `CN=${draft.cn}`,
      `PW=${draft.pw ?? pw}`,
      `MN=${draft.mn ?? mn}`,
    ];
    if (flag !== null) fields.push(`Flag=${packet === undefined ? flag : flag | 2}`);
    if (packet !== undefined) fields.push(`PNUM=${packet.count}`, `PNO=${packet.number}`);
    if (draft.backfill === true) fields.push("RF=1");
    return { qn, text: wrap(`${fields.join(";")};CP=&&${draft.area ?? ""}&&`) };
  }

  const findAnswer = (qn: string): Packet | undefined =>
    received.find((packet) => packet.qn === qn && answers.has(packet.cn));

  const logger: ScriptedLogger = {
    mn,
    transcript,
    received,
    strays,
    requests,
    get closed() {
      return closed;
    },
    obedience: options.obedience ?? "obey",
    async sendRaw(bytes, chunkBytes = Infinity) {
      const all = typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes);
      transcript.push({ at: now(), by: "logger", text: all.toString("latin1").trimEnd() });
      for (let from = 0; from < all.length; from += chunkBytes) {
        const piece = all.subarray(from, Math.min(all.length, from + chunkBytes));
        await new Promise<void>((done) => socket.write(piece, () => done()));
        // The next turn of the loop: else the kernel may join the pieces to one segment.
        if (from + chunkBytes < all.length) await new Promise((done) => setImmediate(done));
      }
    },
    async send(draft) {
      const { qn, text } = format(draft);
      await logger.sendRaw(text);
      return qn;
    },
    async deliver(draft, { timeOutMs = 5_000, resends = 3 } = {}) {
      const { qn, text } = format(draft);
      for (let sends = 1; ; sends++) {
        await logger.sendRaw(text);
        const answer = await waitFor("an answer", () => findAnswer(qn) ?? (closed ? "closed" : null), {
          deadlineMs: timeOutMs,
          everyMs: 5,
        }).catch(() => null);
        if (answer === "closed") return { answer: null, sends };
        if (answer !== null || sends > resends) return { answer, sends };
      }
    },
    answerTo: (qn, cn, deadlineMs = 5_000) =>
      waitFor(`${cn} to ${qn}`, () => received.find((packet) => packet.qn === qn && packet.cn === cn), { deadlineMs }),
    async end() {
      if (closed) return;
      const gone = new Promise<void>((done) => socket.once("close", () => done()));
      socket.end();
      await gone;
    },
    cut: () => socket.resetAndDestroy(),
  };
  return logger;
}
