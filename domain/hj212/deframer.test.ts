// Framing: what comes out of bytes in whatever pieces and with whatever between them.

import { createCipheriv, createDecipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { concat, slowCrc, writeFrame } from "#test/fuzz/hj212-stream.ts";
import { createDeframer, type StreamEvent } from "./deframer.ts";
import { readPayload } from "./payload.ts";
import { deframerBytesMax } from "./sizes.ts";

const head = "ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=";
const segment = (area: string): Buffer => Buffer.from(`QN=20261122090030118;${head}&&${area}&&`);
const frame = (area = "DataTime=20261122090030;w01018-Rtd=32.6,w01018-Flag=N"): Buffer =>
  Buffer.from(writeFrame(segment(area)));
const line = Buffer.from("\r\n");

function tell(events: readonly StreamEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === "frame") return `frame ${event.frame.length}`;
    return event.kind === "trailer" ? `trailer ${event.fault}` : `${event.reason} ${event.size}`;
  });
}

/** All at once, and the end of the stream. */
function read(...parts: readonly Uint8Array[]): string[] {
  const deframer = createDeframer();
  return tell([...deframer.push(concat(parts)), ...deframer.flush()]);
}

const size = frame().length;

describe("frames", () => {
  it("come out one byte at a time as they do all at once", () => {
    const bytes = concat([frame(), line, Buffer.from("noise"), frame("SB1-RS=1"), line]);
    const deframer = createDeframer();
    const events = [...bytes].flatMap((byte) => [...deframer.push(Uint8Array.of(byte))]);
    expect(tell([...events, ...deframer.flush()])).toEqual(read(bytes));
    expect(tell(events)).toEqual([`frame ${size}`, "garbage 5", `frame ${frame("SB1-RS=1").length}`]);
  });

  it("come out as soon as their checksum is there, without waiting for the line end", () => {
    const deframer = createDeframer();
    expect(tell(deframer.push(frame().subarray(0, -1)))).toEqual([]);
    expect(tell(deframer.push(frame().subarray(-1)))).toEqual([`frame ${size}`]);
    expect(tell(deframer.push(line))).toEqual([]);
    expect(deframer.count()).toEqual({ received: size + 2, framed: size, refused: 0, lineEnds: 2, waiting: 0 });
  });

  it("may be glued, end with LF, with CR, with several line ends or with none; what differs from CR LF is remarked", () => {
    const own = `frame ${size}`;
    expect(read(frame(), line, frame(), line)).toEqual([own, own]);
    expect(read(frame(), frame(), line)).toEqual([own, "trailer missing", own]);
    expect(read(frame(), Buffer.from("\n"), frame(), line, line, line)).toEqual([own, "trailer lf-only", own]);
    expect(read(frame(), Buffer.from("\r"), frame(), line)).toEqual([own, "trailer cr-only", own]);
    expect(read(frame())).toEqual([own, "trailer missing"]);
    expect(read(frame(), Buffer.from("\r"))).toEqual([own, "trailer cr-only"]);
  });

  it("know where in the stream they lie", () => {
    const deframer = createDeframer();
    const first = deframer.push(concat([Buffer.from("abc"), frame(), line]));
    const second = deframer.push(frame());
    expect([...first, ...second].map((event) => ("at" in event ? event.at : null))).toEqual([0, 3, 3 + size + 2]);
  });

  it("of more than the standard's 1,024 bytes are taken up to 4,096", () => {
    const long = frame(`i11001-Info=//${"x".repeat(3900)}//`);
    expect(read(long, line)).toEqual([`frame ${long.length}`]);
    const exactly = writeFrame(segment("x".repeat(4096 - segment("").length)));
    expect(exactly.length).toBe(4106);
    expect(read(exactly, line)).toEqual(["frame 4106"]);
    const over = Buffer.from(writeFrame(segment("x".repeat(4097 - segment("").length))));
    expect(read(over, line, frame(), line)).toEqual([`too-long ${over.length + 2}`, `frame ${size}`]);
  });
});

describe("bad bytes", () => {
  const good = `frame ${size}`;

  it("are refused with a reason and their first bytes, and the good frame behind them is found at once", () => {
    const changed = frame();
    changed[120] = 0x39;
    expect(read(changed, line, frame(), line)).toEqual([`crc ${size}`, good]);
    const digits = Buffer.from(frame().toString("latin1").replace(/^##01/, "##0X"), "latin1");
    expect(read(digits, line, frame(), line)).toEqual([`length ${size + 2}`, good]);
    expect(read(Buffer.from("\0\0AT+CSQ\r\n"), frame(), line)).toEqual(["garbage 10", good]);
    expect(read(Buffer.from("##9999QN=2026"), frame(), line)).toEqual(["too-long 13", good]);
    const deframer = createDeframer();
    const [event] = deframer.push(concat([changed, frame()]));
    expect(event?.kind === "refused" && Buffer.from(event.bytes).equals(changed)).toBe(true);
  });

  it("that announce a wrong length do not swallow what follows, whatever the length is", () => {
    for (const off of [-130, -100, -30, -2, -1, 1, 2, 4, 11, 12, 100, 113, 200, 900, 3000]) {
      const bad = writeFrame(segment("w01018-Rtd=1"), slowCrc(segment("w01018-Rtd=1")), 103 + off);
      const events = read(bad, line, frame(), line, frame("SB1-RS=1"), line);
      expect([off, ...events.filter((each) => each.startsWith("frame"))]).toEqual([
        off,
        good,
        `frame ${frame("SB1-RS=1").length}`,
      ]);
    }
  });

  it("of a half frame are given up when the next frame is complete, even a short one", () => {
    const long = frame("w01018-Rtd=1.000,w01018-Flag=N;".repeat(25));
    const deframer = createDeframer();
    expect(tell(deframer.push(long.subarray(0, 200)))).toEqual([]);
    expect(tell(deframer.push(frame()))).toEqual(["cut-short 200", good]);
    expect(deframer.count().waiting).toBe(0);
  });

  it("of a half frame wait for their rest, and are refused when nothing comes", () => {
    const deframer = createDeframer();
    expect(tell(deframer.push(frame().subarray(0, 100)))).toEqual([]);
    expect(deframer.count().waiting).toBe(100);
    expect(tell(deframer.flush())).toEqual(["half 100"]);
    expect(deframer.count().waiting).toBe(0);
    expect(tell(deframer.push(concat([frame(), line])))).toEqual([good]);
  });

  it("with one mark too many do not hide the frame", () => {
    expect(read(Buffer.from("#"), frame(), line)).toEqual(["garbage 1", good]);
    expect(read(Buffer.from("####"), frame(), line)).toEqual(["garbage 4", good]);
    expect(read(Buffer.from("##01"), frame(), line)).toEqual(["garbage 4", good]);
    expect(read(Buffer.from("##0101"), frame(), line)).toEqual(["garbage 6", good]);
    expect(read(Buffer.from("##0101QN=##0101ST="), frame(), line)).toEqual(["length 9", "length 9", good]);
  });

  it("end where their frame announced it, even when marks stand right before its end", () => {
    const bad = writeFrame(segment("x-Info=a##"), 0xc0c0);
    const deframer = createDeframer();
    expect(tell(deframer.push(bad))).toEqual([]);
    expect(tell(deframer.push(concat([line, frame(), line])))).toEqual([`crc ${bad.length}`, good]);
  });

  it("with the checksum of Modbus are refused, and it is said why", () => {
    const modbus = Buffer.from(
      "##0091QN=20170516010101001;ST=22;CN=1062;PW=123456;MN=ABCDEFG1234567;Flag=3;CP=&&RtdInterval=30&&EF98\r\n",
    );
    const [event] = createDeframer().push(modbus);
    expect(event).toMatchObject({ kind: "refused", reason: "crc", hint: "modbus", size: 101 });
  });

  it("without an end are counted and told in pieces, and memory stays what it was", () => {
    const deframer = createDeframer();
    const events: StreamEvent[] = [];
    for (let times = 0; times < 10; times++) {
      events.push(...deframer.push(Buffer.alloc(10_000, "##0999QN= ")));
      expect(deframer.count().waiting).toBeLessThanOrEqual(deframerBytesMax);
    }
    events.push(...deframer.push(Buffer.alloc(200_000, 0)), ...deframer.push(concat([frame(), line])));
    expect(deframer.count()).toMatchObject({ received: 300_000 + size + 2, framed: size, refused: 300_000 });
    const refused = events.flatMap((event) => (event.kind === "refused" ? [event] : []));
    expect(Math.max(...refused.map((event) => event.size))).toBeLessThanOrEqual(65_536);
    expect(Math.max(...refused.map((event) => event.bytes.length))).toBeLessThanOrEqual(256);
    expect(tell(events).at(-1)).toBe(good);
  });

  it("that are all heads are judged once each, even one byte at a time", () => {
    const flood = Buffer.alloc(60_000, "##4000QN=//");
    const deframer = createDeframer();
    const before = process.cpuUsage();
    for (const byte of flood) deframer.push(Uint8Array.of(byte));
    const { user, system } = process.cpuUsage(before);
    // Judged anew at every byte, 360 open heads of 4,000 bytes would cost hours.
    expect((user + system) / 1e6).toBeLessThan(20);
  }, 60_000);
});

describe("a frame quoted in an instrument's log", () => {
  const quoted = frame("SB1-RS=1");
  const log = (text: Buffer): Buffer =>
    Buffer.from(
      writeFrame(concat([segment("").subarray(0, -2), Buffer.from("i11001-Info=//"), text, Buffer.from("//&&")])),
    );

  it("is part of the log and no data", () => {
    const whole = log(concat([Buffer.from("received: "), quoted, line]) as Buffer);
    expect(read(whole, line, frame(), line)).toEqual([`frame ${whole.length}`, `frame ${size}`]);
  });

  it("is found when the log around it is broken: then nobody knows that it was quoted", () => {
    const whole = log(concat([Buffer.from("received: "), quoted, line]) as Buffer);
    whole[whole.length - 1] = 0x47;
    const events = read(whole, line, frame(), line);
    expect(events).toContain(`frame ${quoted.length}`);
    expect(events.at(-1)).toBe(`frame ${size}`);
  });

  it("is none when the log is already closed, even an empty one", () => {
    for (const closed of ["////", "///", "//a//", "//http://x//", "http://x", "//a//,b=1", "//a// "]) {
      const half = Buffer.from(writeFrame(segment(`i11001-Info=${closed};${"x-Info=1;".repeat(60)}`))).subarray(0, 200);
      const deframer = createDeframer();
      deframer.push(half);
      const held = closed.endsWith(" ");
      // Behind a blank the log counts as open until the frame around it is judged: the frame is found then.
      expect([closed, tell(deframer.push(frame()))]).toEqual([closed, held ? [] : ["cut-short 200", `frame ${size}`]]);
      if (held) expect(tell(deframer.flush())).toContain(`frame ${size}`);
    }
    const cut = Buffer.from(writeFrame(segment(`i11001-Info=//a//;${"x-Info=1;".repeat(60)}`)));
    expect(read(cut.subarray(0, cut.indexOf(";x-Info")), frame(), line)).toEqual(["cut-short 108", `frame ${size}`]);
  });

  it("holds nothing up for longer than the log is: frames behind half a log are found, in their order", () => {
    const half = log(Buffer.alloc(600, "x")).subarray(0, 300);
    const events = read(half, frame(), line, Buffer.from("//"), frame("SB1-RS=1"), line, frame(), line);
    expect(events.filter((each) => each.startsWith("frame"))).toEqual([
      `frame ${size}`,
      `frame ${quoted.length}`,
      `frame ${size}`,
    ]);
  });
});

describe("a payload of whole frames", () => {
  it("is its messages and what of it is refused, in their order", () => {
    const structure = writeFrame(Buffer.from("QN=1;CN=2011;MN=M1;CP=&&DataTime=1"));
    const parts = readPayload(concat([frame(), line, Buffer.from("noise"), frame("SB1-RS=1"), line, structure]));
    expect(
      parts.map((part) => (part.kind === "message" ? part.message.cn : [part.reason, part.size, part.detail])),
    ).toEqual(["2011", ["garbage", 5, ""], "2011", ["structure", structure.length, "the closing && is missing"]]);
    expect(parts.map(({ at }) => at)).toEqual([0, size + 2, size + 7, size + 9 + frame("SB1-RS=1").length]);
    expect(readPayload(frame().subarray(0, 100))).toMatchObject([{ kind: "refused", reason: "half", size: 100 }]);
    expect(readPayload(Buffer.alloc(0))).toEqual([]);
  });
});

describe("an encrypted data area (HJ 212-2025)", () => {
  const key = Buffer.from("msbE74gsiSHSEh5e");
  const plain = Buffer.from(
    "QN=20261122090030118;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&DataTime=20261122090030;a21026-Rtd=14.20,a21026-Flag=N&&",
  );
  /** SM4-ECB over whole blocks of what stands between the && signs; the rest stays plain. */
  function crypt(bytes: Uint8Array, encrypt: boolean): Uint8Array {
    const from = Buffer.from(bytes).indexOf("CP=&&") + 5;
    const to = from + Math.floor((bytes.length - 2 - from) / 16) * 16;
    const cipher = encrypt ? createCipheriv("sm4-ecb", key, null) : createDecipheriv("sm4-ecb", key, null);
    cipher.setAutoPadding(false);
    return concat([bytes.subarray(0, from), cipher.update(bytes.subarray(from, to)), bytes.subarray(to)]);
  }
  const wire = writeFrame(crypt(plain, true), slowCrc(plain));

  it("is read with its key, and its checksum is that of the plain text", () => {
    const deframer = createDeframer({ decipher: (bytes) => crypt(bytes, false) });
    const [event] = deframer.push(wire);
    expect(event).toMatchObject({ kind: "frame", deciphered: true });
    expect(event?.kind === "frame" && Buffer.from(event.segment).toString()).toBe(plain.toString());
  });

  it("is refused without its key, and the refusal says that it may be encrypted", () => {
    const [event] = createDeframer().push(wire);
    expect(event).toMatchObject({ kind: "refused", reason: "crc", hint: "encrypted" });
  });
});
