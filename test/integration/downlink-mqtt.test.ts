// Requests to devices over MQTT, through the real program with a real client: sent to who listens, answered, recorded.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { Credentials } from "#test/harness/api-client.ts";
import { connectDevice, type Device } from "#test/harness/device.ts";
import { type RunningSystem, startSystem } from "#test/harness/system.ts";
import { waitFor } from "#test/harness/wait.ts";

const site = "D-1";
const soon = { deadlineMs: 10_000 };
let system: RunningSystem;
let credentials: Credentials;
beforeAll(async () => {
  system = await startSystem();
  credentials = await system.api.createSite(site);
}, 60_000);
afterAll(() => system?.close());

async function ask(command: string, settings: Record<string, string> = {}): Promise<string> {
  const body = { protocol: "mqtt", command, settings, reason: "test" };
  const reply = await system.api.call("POST", `/api/v1/sites/${site}/requests`, body);
  expect(reply.status).toBe(201);
  return String(reply.body["id"]);
}

async function recorded(id: string): Promise<Readonly<Record<string, unknown>>> {
  return (await system.api.call("GET", `/api/v1/requests/${id}`)).body;
}

function whenState(id: string, state: string): Promise<Readonly<Record<string, unknown>>> {
  return waitFor(
    `the request to be ${state}`,
    async () => {
      const now = await recorded(id);
      return now["state"] === state && now;
    },
    soon,
  );
}

async function listen(): Promise<{ readonly device: Device; readonly commands: Record<string, unknown>[] }> {
  const device = await connectDevice(system.addresses.mqtt, credentials);
  const commands: Record<string, unknown>[] = [];
  device.client.on("message", (_, payload) => void commands.push(JSON.parse(payload.toString("utf8"))));
  await device.client.subscribeAsync(`v1/${site}/commands`, { qos: 1 });
  return { device, commands };
}

async function answer(device: Device, payload: unknown): Promise<void> {
  await device.sendRaw(JSON.stringify(payload), { topic: `v1/${site}/commands/answers` });
}

it("a device that was away gets what is still valid when it listens again, and its answer is in the record", async () => {
  const id = await ask("sample-now", { bottle: "3" });
  await new Promise((wake) => setTimeout(wake, 1_500));
  expect((await recorded(id))["state"]).toBe("waiting");
  const { device, commands } = await listen();
  await waitFor("the command", () => commands.length === 1, soon);
  expect(commands[0]).toMatchObject({ id, command: "sample-now", settings: { bottle: "3" } });
  await answer(device, { id, state: "accepted" });
  await whenState(id, "accepted");
  await answer(device, { id, ok: true, answer: { bottle: 3, litres: 0.5 } });
  expect((await whenState(id, "done"))["answer"]).toEqual({ bottle: "3", litres: "0.5" });
  await new Promise((wake) => setTimeout(wake, 2_500));
  expect(commands).toHaveLength(1);
  await device.end();
});

it("a device that leaves without an answer gets the request again when it returns", async () => {
  const first = await listen();
  const id = await ask("restart");
  await waitFor("the command", () => first.commands.length === 1, soon);
  await whenState(id, "sent");
  await first.device.end();
  await whenState(id, "waiting");
  const second = await listen();
  await waitFor("the command again", () => second.commands.some((command) => command["id"] === id), soon);
  await answer(second.device, { id, ok: false, detail: "not while sampling" });
  expect((await whenState(id, "failed"))["detail"]).toBe("not while sampling");
  await second.device.end();
});

it("another site's device sees no command and can answer none", async () => {
  const stranger = await connectDevice(system.addresses.mqtt, await system.api.createSite("D-2"));
  const { device, commands } = await listen();
  const id = await ask("calibrate");
  await waitFor("the command", () => commands.length === 1, soon);
  await stranger.sendRaw(JSON.stringify({ id, ok: true }), { topic: "v1/D-2/commands/answers" });
  await new Promise((wake) => setTimeout(wake, 500));
  expect((await recorded(id))["state"]).toBe("sent");
  await Promise.all([stranger.end(), device.end()]);
});

it("every request and every withdrawal stands in the audit", async () => {
  const id = await ask("open-valve");
  const withdrawn = await system.api.call("POST", `/api/v1/requests/${id}/withdraw`, { reason: "wrong site" });
  expect(withdrawn.status).toBe(200);
  const audit = await system.api.call("GET", `/api/v1/audit?object=request:${id}`);
  const rows = audit.body["items"] as readonly Record<string, unknown>[];
  expect(rows.map(({ action, actor }) => [action, actor])).toEqual([
    ["device.withdraw", "admin"],
    ["device.request", "admin"],
  ]);
});
