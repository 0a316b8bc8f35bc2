// The MQTT door under what devices really do: send on without a pause for pings, many frames at once, mixed with other
// packets, over TCP in any pieces; and the acknowledgements they get.

import { createConnection, type Socket } from "node:net";
import mqttPacket from "mqtt-packet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Credentials } from "#test/harness/api-client.ts";
import { connectDevice } from "#test/harness/device.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

let system: RunningSystem;

beforeAll(async () => {
  system = await startSystem();
}, 60_000);
afterAll(() => system.close());

interface Line {
  readonly socket: Socket;
  readonly packets: mqttPacket.Packet[];
}

/** A connection of which every packet is seen. */
async function openLine({ username, password }: Credentials): Promise<Line> {
  const [host = "", port = ""] = system.addresses.mqtt.split(":");
  const socket = createConnection({ host, port: Number(port) });
  const packets: mqttPacket.Packet[] = [];
  const parser = mqttPacket.parser();
  parser.on("packet", (packet) => packets.push(packet));
  socket.on("data", (chunk) => parser.parse(chunk)).on("error", () => undefined);
  const connect = { clientId: "line", protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 60 } as const;
  socket.write(mqttPacket.generate({ cmd: "connect", ...connect, username, password: Buffer.from(password) }));
  await waitFor("CONNACK", () => packets.some(({ cmd }) => cmd === "connack"), { deadlineMs: 5_000 });
  return { socket, packets };
}

function publish(site: string, messageId: number, qos: 0 | 1 | 2 = 1, topic = `v1/${site}/readings`): Buffer {
  const payload = JSON.stringify({ time: 1_795_000_000_000 + messageId, values: { w01018: messageId } });
  return mqttPacket.generate({ cmd: "publish", topic, payload, qos, messageId, dup: false, retain: false });
}

describe("a device that sends", () => {
  it("and never pings stays connected far beyond its keep-alive, and is cut off when it falls silent", async () => {
    const device = await connectDevice(system.addresses.mqtt, await system.api.createSite("K-1"), {
      keepalive: 2,
      reschedulePings: true,
    });
    for (let i = 0; i < 40; i++) {
      await device.send({ w01018: i });
      await new Promise((wake) => setTimeout(wake, 200));
    }
    expect(device.closed).toBe(false);
    await device.end();
    const line = await openLine(await system.api.createSite("K-2"));
    const connect = { clientId: "other", protocolId: "MQTT", protocolVersion: 4, clean: true, keepalive: 1 } as const;
    line.socket.destroy();
    const credentials = await system.api.createSite("K-3");
    const [host = "", port = ""] = system.addresses.mqtt.split(":");
    const silent = createConnection({ host, port: Number(port) });
    let isClosed = false;
    silent.on("close", () => (isClosed = true)).on("error", () => undefined);
    silent.resume();
    silent.write(
      mqttPacket.generate({
        cmd: "connect",
        ...connect,
        username: credentials.username,
        password: Buffer.from(credentials.password),
      }),
    );
    await waitFor("the end of a silent connection", () => isClosed, { deadlineMs: 6_000 });
  }, 30_000);

  it("many frames at once, in pieces of any size, gets one acknowledgement for each, in order", async () => {
    const { socket, packets } = await openLine(await system.api.createSite("K-4"));
    const count = 3_000;
    const bytes = Buffer.concat(Array.from({ length: count }, (_, i) => publish("K-4", i + 1)));
    for (let at = 0, step = 1; at < bytes.length; at += step, step = (step * 7 + 3) % 5_000)
      socket.write(bytes.subarray(at, at + step));
    const acknowledged = (): number[] =>
      packets.flatMap((packet) => (packet.cmd === "puback" ? [packet.messageId ?? 0] : []));
    await waitFor("all acknowledgements", () => acknowledged().length >= count, { deadlineMs: 20_000 });
    expect(acknowledged()).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    const ledger = await system.api.settledLedger("site=K-4", count);
    expect(ledger.frames).toMatchObject({ acknowledged: count, stored: count, duplicate: 0 });
    socket.destroy();
  }, 40_000);

  it("all kinds of frames mixed with pings gets its answer to each, and the ledger knows all of them", async () => {
    const { socket, packets } = await openLine(await system.api.createSite("K-5"));
    const mixed: Buffer[] = [];
    for (let i = 1; i <= 300; i++) {
      mixed.push(publish("K-5", i, i % 10 === 0 ? 2 : i % 7 === 0 ? 0 : 1));
      if (i % 25 === 0) mixed.push(mqttPacket.generate({ cmd: "pingreq" }));
      if (i % 50 === 0) mixed.push(publish("K-5", 1_000 + i, 1, "v1/K-5/status"));
    }
    socket.write(Buffer.concat(mixed));
    const answers = (cmd: string): number => packets.filter((packet) => packet.cmd === cmd).length;
    const quiet = Array.from({ length: 300 }, (_, i) => i + 1).filter((i) => i % 10 !== 0 && i % 7 === 0).length;
    await waitFor(
      "all answers",
      () => answers("puback") === 270 - quiet + 6 && answers("pubrec") === 30 && answers("pingresp") === 12,
      { deadlineMs: 10_000 },
    );
    const ledger = await system.api.settledLedger("site=K-5", 306);
    expect(ledger.readings).toMatchObject({ received: 300, stored: 300, duplicate: 0, quarantined: 0 });
    socket.destroy();
  }, 30_000);

  it("and listens to its own readings hears every one of them", async () => {
    const device = await connectDevice(system.addresses.mqtt, await system.api.createSite("K-6"));
    const heard: string[] = [];
    device.client.on("message", (_, payload) => heard.push(payload.toString()));
    await device.client.subscribeAsync("v1/K-6/#", { qos: 1 });
    for (let i = 0; i < 20; i++) await device.sendRaw(`{"time":${1_795_000_000_000 + i},"values":{"w01018":${i}}}`);
    await waitFor("everything it sent", () => heard.length === 20, { deadlineMs: 5_000 });
    await device.end();
  });

  it.each([
    ["without a topic that is its own", (site: string) => publish(site, 1, 1, "v1/K-9/readings")],
    ["with packet identifier 0", () => Buffer.from("3211000b76312f4b2d372f7265616469000000", "hex")],
    ["cut short inside its topic", () => Buffer.from("3203000b76", "hex")],
  ])("a PUBLISH %s is cut off, and others are not", async (_, bytesOf) => {
    const site = `K-7${Math.abs(Buffer.from(_).reduce((sum, byte) => sum + byte, 0))}`;
    const { socket } = await openLine(await system.api.createSite(site));
    const bystander = await connectDevice(system.addresses.mqtt, await system.api.createSite(`${site}b`));
    let isClosed = false;
    socket.on("close", () => (isClosed = true));
    socket.write(Buffer.concat([publish(site, 1), publish(site, 2)]));
    await new Promise((wake) => setTimeout(wake, 300));
    socket.write(bytesOf(site));
    await waitFor("the end of the connection", () => isClosed, { deadlineMs: 5_000 });
    await bystander.send({ w01018: 1 });
    await bystander.end();
  });
});
