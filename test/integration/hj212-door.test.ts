// Loggers at the HJ 212 door of the real program: what is answered and when, what waits for an operator, what gets nothing in.

import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crcOf, formatCrc } from "#domain/hj212/crc.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const soon = { deadlineMs: 10_000 };
const mn = "010000A8900016F000169DC0";
const pw = "123456";
let system: RunningSystem;

async function register(id: string, logger: { mn: string; pw: string }): Promise<void> {
  const site = { id, name: id, kind: "water-outfall", city: "130200", factors: ["w01018", "w01001"], ...logger };
  expect((await system.api.call("POST", "/api/v1/sites", site)).status).toBe(201);
}

beforeAll(async () => {
  system = await startSystem({ env: { HJ212_SETUP: "off" } });
  await register("L-1", { mn, pw });
}, 60_000);
afterAll(() => system?.close());

/** Local time of UTC+8 in seventeen digits. */
function stamp(time: number): string {
  return new Date(time + 8 * 3_600_000).toISOString().replaceAll(/[-T:.Z]/g, "");
}

interface Sent {
  readonly cn?: string;
  readonly qn?: string;
  readonly mn?: string;
  readonly pw?: string;
  readonly flag?: number;
  readonly area?: string;
}

let last = 0;
function drawQn(): string {
  last = Math.max(last + 1, Date.now());
  return stamp(last);
}

function packet({ cn = "2011", qn = drawQn(), flag = 5, area = "", ...who }: Sent): string {
  const segment = `QN=${qn};ST=32;CN=${cn};PW=${who.pw ?? pw};MN=${who.mn ?? mn};Flag=${flag};CP=&&${area}&&`;
  const bytes = new TextEncoder().encode(segment);
  return `##${String(bytes.length).padStart(4, "0")}${segment}${formatCrc(crcOf(bytes))}\r\n`;
}

function realtime(value: number, time = Date.now()): string {
  return `DataTime=${stamp(time).slice(0, 14)};w01018-Rtd=${value},w01018-Flag=N`;
}

interface Line {
  readonly socket: Socket;
  /** Packets of the centre, without what is before the data segment and behind it. */
  readonly heard: string[];
  say(text: string): void;
  hear(part: string | RegExp): Promise<string>;
}

async function open(): Promise<Line> {
  const [host = "", port = ""] = system.addresses.hj212.split(":");
  const socket = connect(Number(port), host);
  await new Promise<void>((done, fail) => socket.once("connect", done).once("error", fail));
  const heard: string[] = [];
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    const parts = text.split("\r\n");
    text = parts.pop() ?? "";
    for (const part of parts) heard.push(part.slice(6, -4));
  });
  socket.on("error", () => undefined);
  return {
    socket,
    heard,
    say: (each) => void socket.write(each),
    hear: (part) =>
      waitFor(
        `an answer with ${part}`,
        () => heard.find((each) => (typeof part === "string" ? each.includes(part) : part.test(each))) ?? false,
        soon,
      ),
  };
}

async function quarantined(query: string): Promise<readonly Record<string, unknown>[]> {
  const reply = await system.api.call("GET", `/api/v1/quarantine?${query}`);
  return reply.body["items"] as readonly Record<string, unknown>[];
}

describe("a logger of the register", () => {
  it("is answered with the number of its own packet, and its values are stored", async () => {
    const line = await open();
    const qn = drawQn();
    line.say(packet({ qn, area: realtime(32.6) }));
    expect(await line.hear("CN=9014")).toBe(`QN=${qn};ST=91;CN=9014;PW=${pw};MN=${mn};Flag=4;CP=&&&&`);
    await waitFor("the value", async () => (await system.api.latest("L-1"))["w01018"]?.value === 32.6, soon);
    line.socket.destroy();
  });

  it("is answered again when it sends a packet again, which is counted as a duplicate", async () => {
    const line = await open();
    const sent = packet({ area: realtime(41.5) });
    line.say(sent + sent);
    await waitFor("two answers", () => line.heard.length === 2, soon);
    const day = stamp(Date.now())
      .slice(0, 8)
      .replace(/(....)(..)(..)/, "$1-$2-$3");
    await waitFor(
      "the duplicate",
      async () => {
        const ledger = await system.api.call("GET", `/api/v1/ledger?day=${day}&site=L-1`);
        const frames = ledger.body["frames"] as Record<string, number>;
        return frames["duplicate"] === 1 && ledger.body["balanced"] === true;
      },
      soon,
    );
    line.socket.destroy();
  });

  it("is not answered when it wants no answer, and is stored all the same", async () => {
    const line = await open();
    line.say(packet({ flag: 4, area: realtime(17.25) }));
    await waitFor("the value", async () => (await system.api.latest("L-1"))["w01018"]?.value === 17.25, soon);
    expect(line.heard).toEqual([]);
    line.socket.destroy();
  });

  it("that asks for the time gets 9013 and then 1012, and the record says that it was set", async () => {
    const line = await open();
    const qn = drawQn();
    line.say(packet({ cn: "1013", qn }));
    await line.hear(`QN=${qn};ST=91;CN=9013`);
    const request = await line.hear("CN=1012");
    expect(request).toMatch(/ST=32;CN=1012;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&SystemTime=\d{14}&&/);
    const set = /SystemTime=(\d{14})/.exec(request)?.[1] ?? "";
    expect(Math.abs(Number(set) - Number(stamp(Date.now()).slice(0, 14)))).toBeLessThan(100);
    const asked = /QN=(\d{17})/.exec(request)?.[1] ?? "";
    line.say(packet({ cn: "9011", qn: asked, flag: 4, area: "QnRtn=1" }));
    line.say(packet({ cn: "9012", qn: asked, flag: 4, area: "ExeRtn=1" }));
    await waitFor(
      "the record",
      async () => {
        const reply = await system.api.call("GET", "/api/v1/requests?site=L-1");
        const [request] = reply.body["items"] as readonly Record<string, unknown>[];
        return request?.["state"] === "done" && request["command"] === "1012" && request["attempts"] === 1;
      },
      soon,
    );
    line.socket.destroy();
  });

  it("gets its heartbeat answered (2025)", async () => {
    const line = await open();
    line.say(packet({ cn: "9015", flag: 9 }));
    expect(await line.hear("CN=9013")).toContain("Flag=8");
    line.socket.destroy();
  });

  it("is answered for a command that is in no table", async () => {
    const line = await open();
    line.say(packet({ cn: "2999", area: "Something=1" }));
    await line.hear("CN=9014");
    line.socket.destroy();
  });
});

describe("what nobody vouches for", () => {
  it("a wrong password is answered, and its values wait for an operator, who takes them", async () => {
    const line = await open();
    line.say(packet({ pw: "654321", area: realtime(99.9, Date.now() - 120_000) }));
    await line.hear("CN=9014");
    const [row] = await waitFor(
      "the row of quarantine",
      async () => {
        const rows = await quarantined("site=L-1&reason=wrong-password");
        return rows.length === 1 && rows;
      },
      soon,
    );
    expect((await system.api.latest("L-1"))["w01018"]?.value).not.toBe(99.9);
    const decided = await system.api.call("POST", "/api/v1/quarantine/reprocess", {
      seqs: [row?.["seq"]],
      reason: "the logger was set up with the password of its maker",
    });
    expect(decided.status).toBe(200);
    const found = await waitFor(
      "the value",
      async () => {
        const points = await system.api.history("L-1", "w01018", {
          from: Date.now() - 600_000,
          to: Date.now() + 60_000,
          interval: "raw",
        });
        return points.some((point) => point[1] === 99.9) && points;
      },
      soon,
    );
    expect(found.length).toBeGreaterThan(0);
    line.socket.destroy();
  });

  it("an unknown logger is answered, and what it sent is its site's once that is registered", async () => {
    const line = await open();
    const stranger = "JLYP01_AIR01_0001";
    const time = Date.now() - 60_000;
    line.say(packet({ mn: stranger, area: realtime(12.5, time) }));
    await line.hear("CN=9014");
    const [row] = await waitFor(
      "the row of quarantine",
      async () => {
        const rows = await quarantined("reason=unknown-logger");
        return rows.length === 1 && rows;
      },
      soon,
    );
    expect(row).toMatchObject({ site: `hj212:${stranger}`, detail: stranger });
    await register("L-2", { mn: stranger, pw });
    const decided = await system.api.call("POST", "/api/v1/quarantine/reprocess", {
      seqs: [row?.["seq"]],
      reason: "registered",
    });
    expect(decided.status).toBe(200);
    await waitFor("the value", async () => (await system.api.latest("L-2"))["w01018"]?.value === 12.5, soon);
    // From now on it is its site's at once.
    line.say(packet({ mn: stranger, area: realtime(13.5) }));
    await waitFor("the next value", async () => (await system.api.latest("L-2"))["w01018"]?.value === 13.5, soon);
    line.socket.destroy();
  });

  it("a wrong checksum gets no answer and nothing in, and the good packet behind it does", async () => {
    const line = await open();
    const good = packet({ area: realtime(21.5) });
    const bad = packet({ area: realtime(77.7) }).replace("77.7", "78.7");
    line.say(bad + good);
    await line.hear("CN=9014");
    await waitFor("the good value", async () => (await system.api.latest("L-1"))["w01018"]?.value === 21.5, soon);
    expect(line.heard).toHaveLength(1);
    const metrics = await fetch(`http://${system.addresses.http}/metrics`, {
      headers: { authorization: `Bearer ${system.api.token}` },
    });
    expect(await metrics.text()).toMatch(/plumeline_broker_refused_total\{[^}]*reason="malformed"[^}]*\} [1-9]/);
    line.socket.destroy();
  });

  it("frames cut anywhere arrive whole", async () => {
    const line = await open();
    const text = packet({ area: realtime(5.5) }) + packet({ area: realtime(6.5, Date.now() + 1_000) });
    for (let at = 0; at < text.length; at += 37) {
      line.say(text.slice(at, at + 37));
      await new Promise((wake) => setTimeout(wake, 2));
    }
    await waitFor("two answers", () => line.heard.length === 2, soon);
    line.socket.destroy();
  });
});

describe("a request of an operator", () => {
  async function ask(command: string, settings: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const reply = await system.api.call("POST", "/api/v1/sites/L-1/requests", { command, settings, reason: "test" });
    expect(reply.status).toBe(201);
    return reply.body as Record<string, unknown>;
  }

  async function recorded(id: unknown): Promise<Record<string, unknown>> {
    return (await system.api.call("GET", `/api/v1/requests/${String(id)}`)).body as Record<string, unknown>;
  }

  function qnOf(text: string): string {
    return /QN=(\d{17})/.exec(text)?.[1] ?? "";
  }

  it("waits for a logger that is away, goes to it when it returns, and its answer is in the record", async () => {
    const made = await ask("1061");
    await new Promise((wake) => setTimeout(wake, 1_500));
    expect((await recorded(made["id"]))["state"]).toBe("waiting");
    const line = await open();
    line.say(packet({ area: realtime(7.5) }));
    const request = await line.hear("CN=1061");
    const qn = qnOf(request);
    line.say(packet({ cn: "9011", qn, flag: 4, area: "QnRtn=1" }));
    line.say(packet({ cn: "1061", flag: 4, area: "RtdInterval=30" }));
    line.say(packet({ cn: "9012", qn, flag: 4, area: "ExeRtn=1" }));
    const over = await waitFor(
      "the answer",
      async () => {
        const now = await recorded(made["id"]);
        return now["state"] === "done" && now;
      },
      soon,
    );
    expect(over["answer"]).toMatchObject({ RtdInterval: "30" });
    expect(over).toMatchObject({ actor: "admin", origin: "person", attempts: 1, detail: "ExeRtn 1: done" });
    line.socket.destroy();
  });

  it("comes one at a time, and a refusal of the logger is told in its own words", async () => {
    const line = await open();
    line.say(packet({ area: realtime(8.5) }));
    await line.hear("CN=9014");
    const first = await ask("3012", { PolId: "w01018" });
    const second = await ask("3019", { PolId: "w01018" });
    const request = await line.hear("CN=3012");
    await new Promise((wake) => setTimeout(wake, 1_500));
    expect(line.heard.some((each) => each.includes("CN=3019"))).toBe(false);
    line.say(packet({ cn: "9011", qn: qnOf(request), flag: 4, area: "QnRtn=8" }));
    await line.hear("CN=3019");
    await waitFor("the refusal", async () => (await recorded(first["id"]))["state"] === "refused", soon);
    expect((await recorded(first["id"]))["detail"]).toBe("QnRtn 8: CN wrong");
    expect((await recorded(second["id"]))["state"]).toBe("sent");
    line.socket.destroy();
    await waitFor("the second to wait again", async () => (await recorded(second["id"]))["state"] === "waiting", soon);
    const withdrawn = await system.api.call("POST", `/api/v1/requests/${String(second["id"])}/withdraw`, {
      reason: "not needed any more",
    });
    expect(withdrawn.status).toBe(200);
    expect(withdrawn.body["state"]).toBe("withdrawn");
  });

  it("outlives a kill of the whole program", async () => {
    const made = await ask("1063");
    await system.kill();
    await system.start();
    const line = await open();
    line.say(packet({ area: realtime(9.5) }));
    await line.hear("CN=1063");
    expect((await recorded(made["id"]))["id"]).toBe(made["id"]);
    line.socket.destroy();
  });

  it("with a setting that no logger takes is refused with what is possible", async () => {
    const reply = await system.api.call("POST", "/api/v1/sites/L-1/requests", {
      command: "1062",
      settings: { RtdInterval: "5" },
      reason: "faster",
    });
    expect(reply.status).toBe(400);
    expect(String(reply.body["detail"])).toContain("a whole number from 30 to 3600");
  });
});

describe("a line", () => {
  // Requests that are not over may come in between.
  const answers = (line: Line): number => line.heard.filter((each) => each.includes("CN=9014")).length;

  it("that is half closed behind its packets is answered before it ends", async () => {
    const line = await open();
    line.socket.end(packet({ area: realtime(3.25) }) + packet({ area: realtime(3.5, Date.now() + 1_000) }));
    await new Promise((done) => line.socket.once("close", done));
    expect(answers(line)).toBe(2);
  });

  it("full of junk holds up no other", async () => {
    const junk = await open();
    const good = await open();
    // Pieces of two kinds in turn, so that they are not told as one.
    const bad = packet({ area: realtime(4) }).replace("w01018-Rtd=4", "w01018-Rtd=5");
    junk.say(`##12X4##99${bad}`.repeat(1_000));
    const begun = performance.now();
    for (let i = 0; i < 20; i++) {
      good.say(packet({ area: realtime(i / 4, Date.now() + i * 1_000) }));
      await waitFor("the answer", () => answers(good) === i + 1, { deadlineMs: 5_000 });
    }
    expect(performance.now() - begun).toBeLessThan(5_000);
    good.socket.destroy();
    junk.socket.destroy();
  });
});

it("who was answered and not let in is listed with its reason and address", async () => {
  const reply = await system.api.call("GET", "/api/v1/devices/refused");
  const rows = reply.body["items"] as readonly Record<string, unknown>[];
  const ofDoor = rows.filter(({ door }) => door === "hj212");
  // The program was killed and started again in between: only what came since is remembered.
  expect(ofDoor).toContainEqual(expect.objectContaining({ reason: "malformed", address: "127.0.0.1" }));
  const line = await open();
  line.say(packet({ mn: "NOBODY", area: realtime(1) }) + packet({ pw: "000000", area: realtime(2) }));
  await waitFor("two answers", () => line.heard.length >= 2, soon);
  const after = (await system.api.call("GET", "/api/v1/devices/refused")).body["items"] as typeof rows;
  const doubts = after.filter(({ reason, door }) => reason === "bad-credentials" && door === "hj212");
  expect(doubts.map(({ site, detail }) => [site, detail]).sort()).toEqual([
    ["L-1", "PW is not that of this logger"],
    ["hj212:NOBODY", "no site has this MN"],
  ]);
  line.socket.destroy();
});
