// Clients that behave badly and are nobody's devices: connections that stop in the middle of a packet, wrong passwords,
// foreign topics, rubbish, and screens that do not read. None of them sends anything that may be stored.

import { connect, type Socket } from "node:net";
import { generate } from "mqtt-packet";
import { WebSocket } from "ws";
import { bounds } from "#domain/bounds.ts";
import type { Credentials } from "#test/harness/api-client.ts";
import type { Random } from "./random.ts";

export interface Nuisances {
  /** A few connections that misbehave, each in a way that is drawn. */
  rush(address: string, known: Credentials, count: number): string;
  /** A screen that subscribes to everything and then stops reading. */
  openSlowScreen(address: string, token: string): void;
  close(): void;
}

const openAtMost = 60;

export function createNuisances(random: Random): Nuisances {
  const sockets: Socket[] = [];
  const screens: WebSocket[] = [];

  function login(credentials: Credentials): Buffer {
    return generate({
      cmd: "connect",
      clientId: `nuisance-${random.between(1, 1e9)}`,
      clean: true,
      keepalive: 0,
      username: credentials.username,
      password: Buffer.from(credentials.password),
    });
  }

  function publish(topic: string, payload: Buffer): Buffer {
    return generate({ cmd: "publish", topic, payload, qos: 1, messageId: 1, dup: false, retain: false });
  }

  const ways = {
    "half a login": (known: Credentials) => [login(known).subarray(0, 9)],
    "half a publish": ({ username, password }: Credentials) => {
      const whole = publish(`v1/${username}/readings`, Buffer.alloc(5000, "never finished "));
      return [login({ username, password }), whole.subarray(0, random.between(1, whole.length - 1))];
    },
    "a wrong password": ({ username }: Credentials) => [login({ username, password: "guessed" })],
    "a foreign topic": (known: Credentials) => [login(known), publish("v1/SOMEBODY-ELSE/readings", Buffer.from("{}"))],
    "too large": (known: Credentials) => [
      login(known),
      publish(`v1/${known.username}/readings`, Buffer.alloc(bounds.frameBytesMax + 2048, 32)),
    ],
    rubbish: () => [Buffer.from(Array.from({ length: random.between(1, 3000) }, () => random.between(0, 255)))],
    nothing: () => [],
  } as const;

  return {
    rush(address, known, count) {
      const [host = "", port = ""] = address.split(":");
      const names: string[] = [];
      for (let i = 0; i < count; i++) {
        const name = random.pick(Object.keys(ways) as (keyof typeof ways)[]);
        names.push(name);
        const socket = connect({ host, port: Number(port) });
        // They come and go as they like; nobody waits for them.
        socket.on("error", () => undefined);
        socket.on("connect", () => {
          for (const bytes of ways[name](known)) socket.write(bytes);
        });
        sockets.push(socket);
      }
      while (sockets.length > openAtMost) sockets.shift()?.resetAndDestroy();
      return names.join(", ");
    },
    openSlowScreen(address, token) {
      const socket = new WebSocket(`ws://${address}/live`, { headers: { authorization: `Bearer ${token}` } });
      socket.on("error", () => undefined);
      socket.on("open", () => {
        socket.send(JSON.stringify({ subscribe: { alarms: true, cities: ["130200"] } }));
        socket.pause();
      });
      screens.push(socket);
      while (screens.length > 4) screens.shift()?.terminate();
    },
    close() {
      for (const socket of sockets.splice(0)) socket.destroy();
      for (const screen of screens.splice(0)) screen.terminate();
    },
  };
}
