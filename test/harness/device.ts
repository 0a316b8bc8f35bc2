// A device in the field, played by real clients: MQTT.js for whatever has to be watched closely, and Debian's mosquitto_pub
// as a client nobody here has written.

import { spawn } from "node:child_process";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import type { Credentials } from "./api-client.ts";
import { requireProgram } from "./packages.ts";

export type Qos = 0 | 1 | 2;

export interface Device {
  readonly client: MqttClient;
  readonly site: string;
  /** Resolves when the broker has acknowledged (QoS 0: when it is written). */
  send(
    values: Readonly<Record<string, unknown>>,
    options?: { time?: number | string; qos?: Qos; kind?: string },
  ): Promise<void>;
  sendRaw(payload: string | Buffer, options?: { qos?: Qos; topic?: string; retain?: boolean }): Promise<void>;
  /** True once the broker has closed the connection. */
  readonly closed: boolean;
  end(): Promise<void>;
}

/** "host:port" → a connected device; `ws` takes the WebSocket door. Never reconnects by itself. */
export async function connectDevice(
  address: string,
  { username, password }: Credentials,
  options: IClientOptions & { readonly ws?: boolean } = {},
): Promise<Device> {
  const { ws, ...given } = options;
  const client = await connectAsync(ws === true ? `ws://${address}/mqtt` : `mqtt://${address}`, {
    username,
    password,
    reconnectPeriod: 0,
    connectTimeout: 10_000,
    ...given,
  });
  let closed = false;
  client.on("close", () => {
    closed = true;
  });
  // A connection that the broker closes is what some tests are about: they look at `closed`.
  client.on("error", () => undefined);
  const site = username;
  return {
    client,
    site,
    get closed() {
      return closed;
    },
    async send(values, { time = Date.now(), qos = 1, kind } = {}) {
      const payload = JSON.stringify({ time, ...(kind === undefined ? {} : { kind }), values });
      await client.publishAsync(`v1/${site}/readings`, payload, { qos });
    },
    async sendRaw(payload, { qos = 1, topic = `v1/${site}/readings`, retain = false } = {}) {
      await client.publishAsync(topic, payload, { qos, retain });
    },
    async end() {
      await client.endAsync(true);
    },
  };
}

/** One message by mosquitto_pub; resolves with its exit code and what it said. */
export function mosquittoPublish(
  address: string,
  { username, password }: Credentials,
  message: { readonly topic?: string; readonly payload: string; readonly qos: Qos; readonly version?: 3 | 4 | 5 },
): Promise<{ readonly code: number | null; readonly says: string }> {
  const [host = "", port = ""] = address.split(":");
  const topic = message.topic ?? `v1/${username}/readings`;
  const args = ["-h", host, "-p", port, "-u", username, "-P", password, "-q", String(message.qos), "-t", topic];
  const version = { 3: "mqttv31", 4: "mqttv311", 5: "mqttv5" }[message.version ?? 4];
  const child = spawn(requireProgram("mosquitto_pub"), [...args, "-V", version, "-m", message.payload]);
  let says = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (says += chunk));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done({ code, says }));
  });
}
