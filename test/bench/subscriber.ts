// A screen that follows everything on /live for as long as a benchmark takes: counts what arrives and keeps nothing, and
// tells of alarms the moment they are there.

import { WebSocket } from "ws";
import type { AlarmJson } from "#test/harness/api-client.ts";
import type { LiveFrame } from "#test/harness/live-client.ts";

export interface Subscriber {
  readonly deltas: number;
  /** Readings in deltas. */
  readonly readings: number;
  /** Readings that the server replaced by newer ones because this screen was slow. */
  readonly merged: number;
  /** True once the server has closed it. */
  readonly closed: boolean;
  close(): void;
}

export async function openSubscriber(
  address: string,
  token: string,
  onAlarm: (alarm: AlarmJson, at: number) => void = () => undefined,
): Promise<Subscriber> {
  const socket = new WebSocket(`ws://${address}/live`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  let [deltas, readings, merged, closed, ending] = [0, 0, 0, false, false];
  const first = Promise.withResolvers<void>();
  socket.on("open", () => socket.send(JSON.stringify({ subscribe: { alarms: true } })));
  socket.on("message", (data) => {
    const at = performance.now();
    const frame = JSON.parse((data as Buffer).toString("utf8")) as LiveFrame;
    first.resolve();
    if (frame.type !== "delta") return;
    deltas++;
    readings += frame.latest.length;
    merged += frame.merged ?? 0;
    for (const alarm of frame.alarms) onAlarm(alarm, at);
  });
  socket.on("error", (error) => first.reject(error));
  socket.on("close", () => {
    closed = !ending;
    first.reject(new Error("/live closed before its first frame"));
  });
  await first.promise;
  return {
    get deltas() {
      return deltas;
    },
    get readings() {
      return readings;
    },
    get merged() {
      return merged;
    },
    get closed() {
      return closed;
    },
    close() {
      ending = true;
      socket.terminate();
    },
  };
}
