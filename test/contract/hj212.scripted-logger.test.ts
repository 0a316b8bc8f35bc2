// The scripted logger of the tests against the standard's own packet, and against a centre made of the product's codec over a
// real socket: two writers of the same text who have to understand each other.

import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  buildFrame,
  buildRequest,
  createDeframer,
  formatQn,
  type Message,
  parseSegment,
  readContent,
  readExchange,
} from "#domain/hj212/hj212.ts";
import { checksumOf, connectScriptedLogger, type Packet, stamp, wrap } from "#test/harness/scripted-logger.ts";
import { waitFor } from "#test/harness/wait.ts";

const mn = "010000A8900016F000169DC0";
const soon = { deadlineMs: 5_000 };
const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function startCentre(answers: (message: Message, place: number) => boolean = () => true) {
  const messages: Message[] = [];
  const refused: string[] = [];
  let socket: Socket | null = null;
  const server: Server = createServer({ noDelay: true }, (each) => {
    socket = each;
    const deframer = createDeframer();
    each.on("error", () => each.destroy());
    each.on("data", (chunk: Buffer) => {
      for (const event of deframer.push(chunk)) {
        if (event.kind === "refused") refused.push(event.reason);
        if (event.kind !== "frame") continue;
        const parsed = parseSegment(event.segment);
        if (!parsed.ok) throw new Error(parsed.detail);
        messages.push(parsed.message);
        const { answer } = readExchange(parsed.message);
        const built = answer === null ? null : buildFrame(answer);
        if (built?.ok === true && answers(parsed.message, messages.length)) each.write(built.frame);
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  stops.push(async () => {
    socket?.destroy();
    await new Promise((done) => server.close(done));
  });
  const ask = (cn: string, settings: Readonly<Record<string, string>> = {}): string => {
    const qn = formatQn(Date.now());
    const built = buildRequest(cn, { mn, pw: "123456", st: "32", qn, edition: "2017" }, settings);
    const frame = built.ok ? buildFrame(built.message) : null;
    if (frame?.ok !== true) throw new Error(`no request ${cn}`);
    socket?.write(frame.frame);
    return qn;
  };
  return { address: `127.0.0.1:${port}`, messages, refused, ask };
}

async function connect(address: string, obedience: "obey" | "accept" | "ignore" = "obey") {
  const logger = await connectScriptedLogger(address, { mn, obedience });
  stops.push(() => logger.cut());
  return logger;
}

describe("the scripted logger", () => {
  it("forms the checksum of the standard's own packet", () => {
    const segment =
      "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&";
    expect(checksumOf(new TextEncoder().encode(segment))).toBe("1C80");
    expect(wrap(segment)).toBe(`##0101${segment}1C80\r\n`);
    expect(checksumOf(new Uint8Array())).toBe("FFFF");
  });

  it("is understood, and understands the answer with its number", async () => {
    const centre = await startCentre();
    const logger = await connect(centre.address);
    const time = Date.UTC(2026, 10, 22, 1);
    const area = `DataTime=${stamp(time)};w01018-Rtd=32.6,w01018-Flag=N`;
    const { answer, sends } = await logger.deliver({ cn: "2011", area });
    expect(sends).toBe(1);
    const [message] = centre.messages;
    expect(answer).toMatchObject({ cn: "9014", st: "91", qn: message?.qn, flag: "4", area: "" });
    expect(message === undefined ? null : readContent(message).readings[0]).toMatchObject({ value: 32.6, time });
    expect(logger.transcript.map(({ by }) => by)).toEqual(["logger", "centre"]);
    expect(logger.strays).toEqual([]);
  });

  it("is understood in pieces of any size, split, marked as late, and without a Flag", async () => {
    const centre = await startCentre();
    const logger = await connect(centre.address);
    await logger.sendRaw(wrap(`QN=${stamp(Date.now(), 17)};ST=32;CN=1013;PW=1;MN=${mn};Flag=5;CP=&&&&`), 1);
    await waitFor("the piecemeal one", () => centre.messages.length === 1, soon);
    await logger.send({ cn: "2051", packet: { number: 2, count: 3 }, area: `DataTime=${stamp(0)}` });
    await logger.send({ cn: "2051", flag: 9, backfill: true });
    await logger.send({ cn: "2011", flag: null });
    await waitFor("all", () => centre.messages.length === 4, soon);
    expect(centre.messages[1]?.packet).toEqual({ number: 2, count: 3 });
    expect(centre.messages[2]).toMatchObject({ backfill: true, flag: { version: 2 } });
    expect(centre.messages[3]?.flag).toBeNull();
    expect(centre.refused).toEqual([]);
  });

  it("says what is broken, and it is refused", async () => {
    const centre = await startCentre();
    const logger = await connect(centre.address);
    const segment = `QN=${stamp(Date.now(), 17)};ST=32;CN=2011;PW=1;MN=${mn};Flag=5;CP=&&&&`;
    await logger.sendRaw(wrap(segment, { checksum: "FFFF" }));
    await logger.sendRaw(wrap(segment, { length: "00x1" }));
    await logger.send({ cn: "2011" });
    await waitFor("the good one", () => centre.messages.length === 1, soon);
    expect(centre.refused[0]).toBe("crc");
    expect(centre.refused.length).toBeGreaterThanOrEqual(2);
  });

  it("sends the same bytes again until it is answered, and gives up after the last resend", async () => {
    const late = await startCentre((_message, place) => place === 3);
    const logger = await connect(late.address);
    const { answer, sends } = await logger.deliver({ cn: "2011" }, { timeOutMs: 100 });
    expect(sends).toBe(3);
    expect(answer?.cn).toBe("9014");
    expect(new Set(logger.transcript.filter(({ by }) => by === "logger").map(({ text }) => text)).size).toBe(1);
    const never = await startCentre(() => false);
    const lonely = await connect(never.address);
    expect(await lonely.deliver({ cn: "2011" }, { timeOutMs: 50, resends: 2 })).toEqual({ answer: null, sends: 3 });
    expect(never.messages).toHaveLength(3);
  });

  it("obeys a request, only accepts it, or does not react, as it is told", async () => {
    const said: Record<string, string[]> = {};
    for (const obedience of ["obey", "accept", "ignore"] as const) {
      const centre = await startCentre();
      const logger = await connect(centre.address, obedience);
      const qn = centre.ask("1062", { RtdInterval: "60" });
      await waitFor("the request", () => logger.requests.length === 1, soon);
      await logger.deliver({ cn: "2011" });
      said[obedience] = centre.messages.filter((message) => message.qn === qn).map(({ cn }) => cn);
      expect(logger.requests[0]).toMatchObject({ qn, cn: "1062", area: "RtdInterval=60" });
    }
    expect(said).toEqual({ obey: ["9011", "9012"], accept: ["9011"], ignore: [] });
  });

  it("answers a notice with 9013, and does with a request whatever a function does", async () => {
    const centre = await startCentre();
    const logger = await connect(centre.address);
    const notice = centre.ask("2012");
    await waitFor("9013", () => centre.messages.some(({ qn, cn }) => qn === notice && cn === "9013"), soon);
    const seen: Packet[] = [];
    logger.obedience = (request) => void seen.push(request);
    centre.ask("1061");
    await waitFor("the request", () => seen.length === 1, soon);
    expect(seen[0]?.cn).toBe("1061");
  });

  it("notices that the centre has gone", async () => {
    const centre = await startCentre();
    const logger = await connect(centre.address);
    await logger.deliver({ cn: "2011" });
    await Promise.all(stops.splice(0, 1).map((stop) => stop()));
    await waitFor("the end of the line", () => logger.closed, soon);
    expect(await logger.deliver({ cn: "2011" }, { timeOutMs: 50 })).toMatchObject({ answer: null });
  });
});
