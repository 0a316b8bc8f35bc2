// What the MQTT door does with clients that do not keep to MQTT 3.1.1, out of carelessness or on purpose: each of them is turned
// away as the standard says and counted with a reason, and after each a device that did nothing wrong is acknowledged as before.

import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Credentials } from "#test/harness/api-client.ts";
import { connectDevice, type Device, mosquittoPublish } from "#test/harness/device.ts";
import { bytesOf, connectOf, loginRaw, openRaw, packetOf, type Part, publishOf } from "#test/harness/raw-mqtt.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { drawStream } from "#test/fuzz/mqtt.ts";
import { createRandom } from "#test/torture/random.ts";
import { waitFor } from "#test/harness/wait.ts";

let system: RunningSystem;
let bystander: Device;
let hostile: Credentials;
let sites = 0;

beforeAll(async () => {
  system = await startSystem();
  bystander = await connectDevice(system.addresses.mqtt, await system.api.createSite("bystander"));
  hostile = await system.api.createSite("H-1");
}, 60_000);
afterAll(async () => {
  await bystander.end();
  await system.close();
});

let sent = 0;
/** On the short way and through the broker library. */
async function expectBystanderUnharmed(): Promise<void> {
  const startedAt = performance.now();
  await bystander.send({ w01018: ++sent });
  await bystander.send({ w01018: ++sent }, { qos: 2 });
  expect(bystander.closed).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
}
afterEach(expectBystanderUnharmed);

async function refused(reason: string): Promise<number> {
  return (await system.api.metrics()).value("plumeline_broker_refused_total", { reason });
}

async function newSite(): Promise<Credentials> {
  return system.api.createSite(`N-${++sites}`);
}

function residentMb(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${system.program.pid}/status`, "utf8"))?.[1]) / 1024;
}

describe("a login", () => {
  const head = (level: number, flags: number): Part[] => ["MQTT", level, flags, [0, 60]];
  it.each<[string, string, number | null, Part[]]>([
    ["with a will of QoS 3", "bad-connect", null, [...head(4, 0x1e), "a", "v1/H-1/status", "x"]],
    ["with flags of a will and no will", "bad-connect", null, [...head(4, 0x2a), "a"]],
    ["with a password and no user name", "bad-connect", null, [...head(4, 0x42), "a", "secret"]],
    ["with the reserved flag", "bad-connect", null, [...head(4, 0x03), "a"]],
    ["without an id for a session to be kept", "bad-client-id", 2, [...head(4, 0x00), ""]],
    ["with an id of 300 bytes", "bad-client-id", 2, [...head(4, 0x02), "x".repeat(300)]],
    ["with bytes behind its last field", "malformed", null, [...head(4, 0x02), "a", [1, 2, 3]]],
    ["that ends before its fields do", "malformed", null, [...head(4, 0x82), "a"]],
    ["of another protocol", "unsupported-version", null, ["MQTX", 4, 2, [0, 60], "a"]],
    ["of MQTT 5", "unsupported-version", 1, [...head(5, 0x02), 0, "a"]],
    ["with the level of 3.1 and the name of 3.1.1", "unsupported-version", 1, [...head(3, 0x02), "a"]],
    ["with the name of 3.1 and the level of 3.1.1", "unsupported-version", 1, ["MQIsdp", 4, 2, [0, 60], "a"]],
    ["with NUL in its client id", "bad-text", null, [...head(4, 0x02), "a\0b"]],
    ["with half a surrogate pair in its client id", "bad-text", null, [...head(4, 0x02), [0, 3, 0xed, 0xa0, 0x80]]],
    ["with a client id that is no UTF-8", "bad-text", null, [...head(4, 0x02), [0, 1, 0xff]]],
    ["with NUL in its user name", "bad-text", null, [...head(4, 0x82), "a", "H-1\0"]],
    ["with NUL in the topic of its will", "bad-text", null, [...head(4, 0x06), "a", "v1/H-1/\0", "x"]],
    ["with a wildcard in the topic of its will", "bad-topic", null, [...head(4, 0x06), "a", "v1/H-1/+", "x"]],
  ])("%s is turned away as %s, with return code %s", async (_, reason, code, parts) => {
    const before = await refused(reason);
    const raw = openRaw(system.addresses.mqtt);
    raw.write(packetOf(0x10, ...parts));
    await raw.waitForEnd();
    const codes = raw.packets.map((packet) => (packet.cmd === "connack" ? packet.returnCode : packet.cmd));
    expect(codes).toEqual(code === null ? [] : [code]);
    expect(await refused(reason)).toBe(before + 1);
  });

  it("of MQTT 5 is told by a real client what is the matter", async () => {
    const { code, says } = await mosquittoPublish(system.addresses.mqtt, hostile, {
      payload: "{}",
      qos: 1,
      version: 5,
    });
    expect(code).not.toBe(0);
    expect(says).toMatch(/protocol version/i);
  });

  it.each([false, true])(
    "of MQTT 5 is refused in a way that its own library understands (WebSocket: %s)",
    async (ws) => {
      const address = ws ? system.addresses.mqttWs : system.addresses.mqtt;
      await expect(connectDevice(address, hostile, { ws, protocolVersion: 5 })).rejects.toMatchObject({ code: 1 });
    },
  );

  it("of MQTT 3.1 is taken", async () => {
    const raw = openRaw(system.addresses.mqtt);
    raw.write(packetOf(0x10, "MQIsdp", 3, 0xc2, [0, 60], "old", hostile.username, hostile.password));
    await raw.waitForAnswers("connack", 1);
    raw.write(publishOf("H-1", 1));
    await raw.waitForAnswers("puback", 1);
    raw.end();
  });

  it("that comes second, or not first, ends the connection", async () => {
    const before = await refused("out-of-turn");
    const second = await loginRaw(system.addresses.mqtt, hostile);
    second.write(connectOf(hostile));
    await second.waitForEnd();
    const first = openRaw(system.addresses.mqtt);
    first.write(publishOf("H-1", 1), connectOf(hostile));
    await first.waitForEnd();
    const web = openRaw(system.addresses.mqtt);
    web.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
    await web.waitForEnd(2_000);
    expect([...first.packets, ...web.packets]).toEqual([]);
    expect(await refused("out-of-turn")).toBe(before + 3);
  });
});

describe("a packet", () => {
  const filter = (text: string): Part[] => [[0, 1], text, 0];
  it.each<[string, string, Buffer]>([
    ["SUBSCRIBE to a wildcard inside a level", "bad-topic", packetOf(0x82, ...filter("v1/H-1/a#"))],
    ["SUBSCRIBE to a plus inside a level", "bad-topic", packetOf(0x82, ...filter("v1/H-1/a+"))],
    ["SUBSCRIBE to an empty filter", "bad-topic", packetOf(0x82, ...filter(""))],
    ["SUBSCRIBE with NUL", "bad-text", packetOf(0x82, ...filter("v1/H-1/\0"))],
    ["SUBSCRIBE with half a surrogate pair", "bad-text", packetOf(0x82, [0, 1, 0, 3, 0xed, 0xbf, 0xbf, 0])],
    ["SUBSCRIBE without a filter", "malformed", packetOf(0x82, [0, 1])],
    ["SUBSCRIBE with identifier 0", "malformed", packetOf(0x82, [0, 0], "v1/H-1/#", 0)],
    ["SUBSCRIBE with wrong flags", "malformed", packetOf(0x80, ...filter("v1/H-1/#"))],
    ["SUBSCRIBE with QoS 3", "malformed", packetOf(0x82, [0, 1], "v1/H-1/#", 3)],
    ["UNSUBSCRIBE without a filter", "malformed", packetOf(0xa2, [0, 1])],
    ["UNSUBSCRIBE from a plus inside a level", "bad-topic", packetOf(0xa2, [0, 1], "v1/H-1/+a")],
    ["PUBLISH to a wildcard", "bad-topic", packetOf(0x32, "v1/H-1/+", [0, 1], "x")],
    ["PUBLISH to no topic", "bad-topic", packetOf(0x32, "", [0, 1], "x")],
    ["PUBLISH with NUL in its topic", "bad-text", packetOf(0x32, "v1/H-1/readings\0", [0, 1], "x")],
    ["PUBLISH with a topic that is no UTF-8", "bad-text", packetOf(0x30, [0, 2, 0xc3, 0x28])],
    ["PUBLISH with QoS 3", "malformed", packetOf(0x36, "v1/H-1/readings", [0, 1], "x")],
    ["PUBLISH again with QoS 0", "malformed", packetOf(0x38, "v1/H-1/readings")],
    ["PUBLISH with identifier 0", "malformed", packetOf(0x34, "v1/H-1/readings", [0, 0], "x")],
    ["PUBLISH to levels that lead elsewhere", "foreign-topic", packetOf(0x32, "v1/H-1/../bystander/readings", [0, 1])],
    ["PUBLISH to an empty level", "foreign-topic", packetOf(0x32, "v1//H-1/readings", [0, 1])],
    ["PUBLISH to a topic of the broker", "foreign-topic", packetOf(0x30, "$SYS/broker/load")],
    ["PUBACK of three bytes", "malformed", packetOf(0x40, [0, 1, 0])],
    ["PUBREC of one byte", "malformed", packetOf(0x50, 1)],
    ["PUBREL with wrong flags", "malformed", packetOf(0x60, [0, 1])],
    ["PUBCOMP with identifier 0", "malformed", packetOf(0x70, [0, 0])],
    ["PINGREQ with a body", "malformed", packetOf(0xc0, 0)],
    ["DISCONNECT with a body", "malformed", packetOf(0xe0, 0)],
    ["of type 0", "malformed", packetOf(0x00)],
    ["of type 15", "malformed", packetOf(0xf0)],
    ["CONNACK", "out-of-turn", packetOf(0x20, [0, 0])],
    ["SUBACK", "out-of-turn", packetOf(0x90, [0, 1, 0])],
    ["UNSUBACK", "out-of-turn", packetOf(0xb0, [0, 1])],
    ["PINGRESP", "out-of-turn", packetOf(0xd0)],
    ["with a length of five bytes", "malformed", Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01])],
  ])("%s ends the connection as %s", async (_, reason, bytes) => {
    const before = await refused(reason);
    const raw = await loginRaw(system.addresses.mqtt, hostile);
    raw.write(bytes);
    await raw.waitForEnd();
    expect(raw.packets.map(({ cmd }) => cmd)).toEqual(["connack"]);
    expect(await refused(reason)).toBe(before + 1);
  });

  it("SUBSCRIBE to levels that no topic has is told so, and the connection goes on", async () => {
    const filters = ["v1/H-1/../bystander/#", "v1/H-1//readings", "v1/H-1/$SYS", "v1/H-1/", "$SYS/#", "v1/H-1/#"];
    const raw = await loginRaw(system.addresses.mqtt, hostile);
    raw.write(packetOf(0x82, [0, 1], ...filters.flatMap((each) => [each, 1])));
    await raw.waitForAnswers("suback", 1);
    expect(raw.packets.at(-1)).toMatchObject({ granted: [128, 128, 128, 128, 128, 1] });
    raw.write(packetOf(0xc0));
    await raw.waitForAnswers("pingresp", 1);
    raw.end();
  });

  it("SUBSCRIBE to more than 64 filters is told which of them it has, and one that is given back makes room", async () => {
    const raw = await loginRaw(system.addresses.mqtt, hostile);
    const some = (from: number, to: number): Part[] =>
      Array.from({ length: to - from }, (_, i) => [`v1/H-1/${from + i}`, 0]).flat();
    raw.write(packetOf(0x82, [0, 1], ...some(0, 40)), packetOf(0x82, [0, 2], ...some(20, 70)));
    raw.write(packetOf(0xa2, [0, 3], "v1/H-1/7"));
    await raw.waitForAnswers("unsuback", 1);
    raw.write(packetOf(0x82, [0, 4], ...some(67, 70)));
    await raw.waitForAnswers("suback", 3);
    const granted = raw.packets.flatMap((packet) => (packet.cmd === "suback" ? [packet.granted] : []));
    const codes = (good: number, bad: number): number[] => [
      ...Array<number>(good).fill(0),
      ...Array<number>(bad).fill(128),
    ];
    expect(granted).toEqual([codes(40, 0), codes(44, 6), codes(1, 2)]);
    raw.end();
  });

  it("that claims hundreds of MiB is refused by its header, before and after login, and costs no memory", async () => {
    const [before, memory] = [await refused("too-large"), residentMb()];
    const claim = Buffer.from([0xff, 0xff, 0xff, 0x7f]);
    for (let round = 0; round < 8; round++) {
      for (const first of [0x10, 0x32, 0x34, 0x82]) {
        const raw = first === 0x10 ? openRaw(system.addresses.mqtt) : await loginRaw(system.addresses.mqtt, hostile);
        raw.write(Buffer.of(first), claim);
        for (let part = 0; part < 16 && !raw.closed; part++) raw.write(Buffer.alloc(256 * 1024));
        await raw.waitForEnd();
      }
    }
    expect(await refused("too-large")).toBe(before + 32);
    expect(residentMb() - memory).toBeLessThan(60);
  });

  it("that comes byte by byte is the same packet", async () => {
    const raw = openRaw(system.addresses.mqtt);
    const site = await newSite();
    for (const byte of Buffer.concat([
      connectOf(site),
      publishOf(site.username, 1),
      publishOf(site.username, 2, { qos: 2 }),
    ]))
      await new Promise((next) => raw.socket.write(Buffer.of(byte), next));
    await raw.waitForAnswers("puback", 1);
    await raw.waitForAnswers("pubrec", 1);
    raw.end();
  });
});

describe("in one write", () => {
  it("CONNECT and what is behind it are answered in order, beginning with CONNACK", async () => {
    const site = await newSite();
    const raw = openRaw(system.addresses.mqtt);
    const ids = Array.from({ length: 1_200 }, (_, i) => i + 1);
    raw.write(connectOf(site), ...ids.map((id) => publishOf(site.username, id)), packetOf(0xc0));
    await raw.waitForAnswers("puback", ids.length);
    expect(raw.packets[0]?.cmd).toBe("connack");
    expect(raw.answers("puback")).toEqual(ids);
    const ledger = await system.api.settledLedger(`site=${site.username}`, ids.length);
    expect(ledger.frames).toMatchObject({ acknowledged: ids.length, stored: ids.length, duplicate: 0 });
    raw.end();
  });

  it("a wrong password is all that is answered, and nothing behind it is taken", async () => {
    const site = await newSite();
    const raw = openRaw(system.addresses.mqtt);
    raw.write(
      connectOf({ ...site, password: "wrong" }),
      publishOf(site.username, 1),
      publishOf(site.username, 2, { qos: 0 }),
    );
    await raw.waitForEnd();
    expect(raw.packets.map((packet) => (packet.cmd === "connack" ? packet.returnCode : packet.cmd))).toEqual([4]);
    await expectBystanderUnharmed();
    expect((await system.api.ledger(`site=${site.username}`)).frames).toMatchObject({ acknowledged: 0, stored: 0 });
  });

  it("a PUBLISH with QoS 2 that comes twice is answered twice and journaled once", async () => {
    const site = await newSite();
    const raw = await loginRaw(system.addresses.mqtt, site);
    const bytes = publishOf(site.username, 7, { qos: 2 });
    const again = Buffer.from(bytes);
    again[0] = 0x3c;
    raw.write(bytes, again);
    await raw.waitForAnswers("pubrec", 2);
    raw.write(again);
    await raw.waitForAnswers("pubrec", 3);
    raw.write(packetOf(0x62, [0, 7]));
    await raw.waitForAnswers("pubcomp", 1);
    expect(raw.answers("pubrec")).toEqual([7, 7, 7]);
    // The identifier is free again: the next message with it is another one.
    raw.write(publishOf(site.username, 7, { qos: 2, time: 1_795_000_001_000 }));
    await raw.waitForAnswers("pubrec", 4);
    const ledger = await system.api.settledLedger(`site=${site.username}`, 2);
    expect(ledger.frames).toMatchObject({ acknowledged: 2, stored: 2, duplicate: 0 });
    raw.end();
  });

  it("PUBREL before its PUBREC ends the connection", async () => {
    const before = await refused("out-of-turn");
    const raw = await loginRaw(system.addresses.mqtt, hostile);
    raw.write(publishOf("H-1", 9, { qos: 2 }), packetOf(0x62, [0, 9]));
    await raw.waitForEnd();
    expect(await refused("out-of-turn")).toBe(before + 1);
  });

  it("what is behind DISCONNECT was never sent", async () => {
    const before = await refused("out-of-turn");
    const site = await newSite();
    const raw = await loginRaw(system.addresses.mqtt, site);
    raw.write(packetOf(0xe0), publishOf(site.username, 1), publishOf(site.username, 2, { qos: 0 }));
    await raw.waitForEnd();
    expect(raw.answers("puback")).toEqual([]);
    expect(await refused("out-of-turn")).toBe(before + 1);
    await expectBystanderUnharmed();
    expect((await system.api.ledger(`site=${site.username}`)).frames).toMatchObject({ acknowledged: 0, stored: 0 });
  });
});

describe("MQTT over WebSocket", () => {
  const open = async (protocols: string[]): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://${system.addresses.mqttWs}/mqtt`, protocols);
    await new Promise((done, fail) => socket.once("open", done).once("error", fail));
    return socket;
  };
  const closeCode = (socket: WebSocket): Promise<number> => new Promise((done) => socket.once("close", done));

  it("is refused when its subprotocol is not asked for", async () => {
    const before = await refused("bad-websocket");
    await expect(open([])).rejects.toThrow("400");
    await expect(open(["chat"])).rejects.toThrow("400");
    expect(await refused("bad-websocket")).toBe(before + 2);
  });

  it("ends at a text frame, which is no MQTT, even when its text is", async () => {
    const before = await refused("bad-websocket");
    const socket = await open(["mqtt"]);
    expect(socket.protocol).toBe("mqtt");
    const code = closeCode(socket);
    socket.send(packetOf(0xc0).toString("latin1"));
    expect(await code).toBe(1003);
    expect(await refused("bad-websocket")).toBe(before + 1);
  });

  it("ends at a frame that claims 512 MiB, by its header", async () => {
    const [before, memory] = [await refused("too-large"), residentMb()];
    for (let round = 0; round < 8; round++) {
      const raw = openRaw(system.addresses.mqttWs);
      raw.write(
        Buffer.from(
          `GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
            `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n`,
        ),
      );
      // A masked binary frame [RFC 6455 5.2].
      raw.write(Buffer.from("82ff000000002000000000000000", "hex"), Buffer.alloc(1_000_000));
      await raw.waitForEnd();
    }
    expect(await refused("too-large")).toBe(before + 8);
    expect(residentMb() - memory).toBeLessThan(40);
  });
});

describe("a kept session", () => {
  it("belongs to its site: another one with its client id gets nothing of it, with a wrong password neither", async () => {
    const [owner, other] = [await newSite(), await newSite()];
    const options = { id: "kept", clean: false };
    const first = await loginRaw(system.addresses.mqtt, owner, options);
    first.write(packetOf(0x82, [0, 1], `v1/${owner.username}/status`, 1));
    await first.waitForAnswers("suback", 1);
    first.write(publishOf(owner.username, 5, { qos: 2 }));
    await first.waitForAnswers("pubrec", 1);
    first.write(packetOf(0xe0));
    await first.waitForEnd();

    const sender = await loginRaw(system.addresses.mqtt, owner, { id: "sender" });
    sender.write(packetOf(0x32, `v1/${owner.username}/status`, [0, 1], bytesOf([0x6f, 0x6e])));
    await sender.waitForAnswers("puback", 1);
    const thief = await loginRaw(system.addresses.mqtt, other, options);
    expect(thief.packets[0]).toMatchObject({ sessionPresent: false });
    for (const clean of [true, false]) {
      for (const id of ["kept", `${owner.username}/kept`]) {
        const liar = openRaw(system.addresses.mqtt);
        liar.write(connectOf({ ...owner, password: "wrong" }, { id, clean }));
        await liar.waitForEnd();
      }
    }
    const again = await loginRaw(system.addresses.mqtt, owner, options);
    expect(again.packets[0]).toMatchObject({ sessionPresent: true });
    await waitFor("the message that waited", () => again.packets.some(({ cmd }) => cmd === "publish"), {
      deadlineMs: 5_000,
    });
    expect(thief.packets.map(({ cmd }) => cmd)).toEqual(["connack"]);

    // Not released yet: the same PUBLISH with QoS 2 on the next connection is answered, and journaled no second time.
    again.write(publishOf(owner.username, 5, { qos: 2 }));
    await again.waitForAnswers("pubrec", 1);
    again.write(packetOf(0x62, [0, 5]));
    await again.waitForAnswers("pubcomp", 1);
    const ledger = await system.api.settledLedger(`site=${owner.username}`, 2);
    expect(ledger.frames).toMatchObject({ acknowledged: 2, duplicate: 0 });
    for (const raw of [sender, thief, again]) raw.end();
  });

  it("hands over what waited with QoS 2 once, and forgets it", async () => {
    const site = await newSite();
    const topic = `v1/${site.username}/status`;
    const options = { id: "twice", clean: false };
    const raw = await loginRaw(system.addresses.mqtt, site, options);
    raw.write(packetOf(0x82, [0, 1], topic, 2));
    await raw.waitForAnswers("suback", 1);
    raw.end();
    const sender = await loginRaw(system.addresses.mqtt, site, { id: "sender" });
    for (let id = 1; id <= 5; id++) sender.write(packetOf(0x34, topic, [0, id], Buffer.of(0x30 + id)), packetOf(0xc0));
    await sender.waitForAnswers("pubrec", 5);
    const again = await loginRaw(system.addresses.mqtt, site, options);
    await again.waitForAnswers("publish", 5);
    const ids = again.answers("publish");
    again.write(...ids.map((id) => packetOf(0x50, id >> 8, id & 0xff)));
    await again.waitForAnswers("pubrel", 5);
    expect(again.answers("pubrel")).toEqual(ids);
    again.write(...ids.map((id) => packetOf(0x70, id >> 8, id & 0xff)), packetOf(0xc0));
    await again.waitForAnswers("pingresp", 1);
    again.end();
    const last = await loginRaw(system.addresses.mqtt, site, options);
    last.write(packetOf(0xc0));
    await last.waitForAnswers("pingresp", 1);
    expect(last.packets.map(({ cmd }) => cmd)).toEqual(["connack", "pingresp"]);
    for (const each of [sender, last]) each.end();
  });

  it("keeps no filter of another site that came beside one of its own", async () => {
    const site = await newSite();
    const options = { id: "greedy", clean: false };
    const raw = await loginRaw(system.addresses.mqtt, site, options);
    raw.write(packetOf(0x82, [0, 1], "#", 1, `v1/${site.username}/commands`, 1));
    await raw.waitForAnswers("suback", 1);
    expect(raw.packets.at(-1)).toMatchObject({ granted: [128, 1] });
    const before = await refused("foreign-subscription");
    raw.end();
    const again = await loginRaw(system.addresses.mqtt, site, options);
    // What is restored is asked about again: the foreign filter is not among it.
    expect(again.packets[0]).toMatchObject({ sessionPresent: true });
    expect(await refused("foreign-subscription")).toBe(before);
    again.end();
  });

  it("that is away lets a thousand messages wait and no more, and the newest are counted", async () => {
    const site = await newSite();
    const topic = `v1/${site.username}/status`;
    const raw = await loginRaw(system.addresses.mqtt, site, { id: "away", clean: false });
    raw.write(packetOf(0x82, [0, 1], topic, 1));
    await raw.waitForAnswers("suback", 1);
    raw.end();
    const before = await refused("session-full");
    const sender = await loginRaw(system.addresses.mqtt, site, { id: "sender" });
    for (let id = 1; id <= 1_200; id++) sender.write(packetOf(0x32, topic, [id >> 8, id & 0xff], "on"));
    await sender.waitForAnswers("puback", 1_200, 20_000);
    await waitFor("the end of counting", async () => (await refused("session-full")) === before + 200, {
      deadlineMs: 5_000,
    });
    const again = await loginRaw(system.addresses.mqtt, site, { id: "away", clean: false });
    await waitFor("what waited", () => again.packets.filter(({ cmd }) => cmd === "publish").length === 1_000, {
      deadlineMs: 10_000,
    });
    sender.end();
    again.end();
  }, 60_000);
});

describe("a subscriber that stops reading", () => {
  it("is cut off when too much waits for it, and meanwhile everybody else is served", async () => {
    const site = await newSite();
    const topic = `v1/${site.username}/status`;
    const listener = await connectDevice(system.addresses.mqtt, await newSite());
    const heard: string[] = [];
    listener.client.on("message", (_, payload) => heard.push(payload.toString()));
    await listener.client.subscribeAsync(`v1/${listener.site}/status`, { qos: 1 });
    const before = await refused("slow-reader");
    const slow = await loginRaw(system.addresses.mqtt, site, { id: "slow" });
    slow.write(packetOf(0x82, [0, 1], topic, 0));
    await slow.waitForAnswers("suback", 1);
    slow.socket.pause();

    const sender = await loginRaw(system.addresses.mqtt, site, { id: "sender" });
    const payload = Buffer.alloc(16 * 1024, 0x61);
    const slowest = { ms: 0 };
    for (let batch = 0; batch < 20; batch++) {
      for (let i = 1; i <= 100; i++) {
        const id = batch * 100 + i;
        sender.write(packetOf(0x32, topic, [id >> 8, id & 0xff], payload));
      }
      await sender.waitForAnswers("puback", (batch + 1) * 100, 20_000);
      const startedAt = performance.now();
      await listener.sendRaw(`${batch}`, { topic: `v1/${listener.site}/status` });
      await waitFor("its own message", () => heard.at(-1) === `${batch}`, { deadlineMs: 5_000 });
      slowest.ms = Math.max(slowest.ms, performance.now() - startedAt);
    }
    // 32 MB were sent: more than the sockets on the way and the bound take together.
    await waitFor("the slow one to be cut off", async () => (await refused("slow-reader")) === before + 1, {
      deadlineMs: 5_000,
    });
    expect(slowest.ms).toBeLessThan(3_000);
    slow.end();
    sender.end();
    await listener.end();
  }, 60_000);
});

describe("streams drawn at random", () => {
  it("behind a login and without one end nothing but their own connection", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = createRandom(seed);
    const { pid } = system.program;
    for (let round = 0; round < 8; round++) {
      const site = await newSite();
      const raws = await Promise.all([
        ...Array.from({ length: 6 }, (_, i) =>
          loginRaw(system.addresses.mqtt, site, { id: `random-${i}`, clean: i % 2 === 0 }),
        ),
        ...Array.from({ length: 20 }, () => openRaw(system.addresses.mqtt)),
      ]);
      for (const [i, raw] of raws.entries()) {
        const bytes = drawStream(random);
        // Behind a login the drawn one is left out: it would end every stream.
        const from = i < 6 ? 2 + (bytes[1] ?? 0) : 0;
        const cut = random.between(from, bytes.length);
        raw.write(bytes.subarray(from, cut));
        raw.write(bytes.subarray(cut));
      }
      await expectBystanderUnharmed();
      for (const raw of raws) raw.end();
    }
    expect([seed, system.program.isRunning(), system.program.pid]).toEqual([seed, true, pid]);
  }, 60_000);
});
