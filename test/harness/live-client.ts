// A screen: follows /live as the contract says, keeps every frame in order, and what they add up to: newest values and alarms.

import { WebSocket } from "ws";
import type { AlarmJson, Json } from "./api-client.ts";
import { waitFor } from "./wait.ts";

export interface LiveFrame extends Json {
  readonly type: "snapshot" | "delta" | "heartbeat" | "error";
  readonly epoch: string;
  readonly seq: number;
  readonly latest: readonly (readonly [site: string, factor: string, time: number, value: number, flag: string])[];
  readonly alarms: readonly AlarmJson[];
  readonly merged?: number;
}

export interface LiveClient {
  readonly frames: readonly LiveFrame[];
  /** Every state of every alarm, as it was told: "id version". */
  readonly told: ReadonlySet<string>;
  readonly alarms: ReadonlyMap<string, AlarmJson>;
  value(site: string, factor: string): number | undefined;
  /** Where to resume from. */
  readonly place: { readonly epoch: string; readonly seq: number };
  waitForAlarm(description: string, test: (alarm: AlarmJson) => boolean, deadlineMs?: number): Promise<AlarmJson>;
  /** Stops or goes on reading from the network. */
  pause(): void;
  resume(): void;
  readonly closeCode: number | null;
  close(): Promise<void>;
}

export interface LiveOptions {
  readonly token: string;
  readonly subscribe?: Json;
  readonly resume?: { readonly epoch: string; readonly seq: number };
}

/** Resolves when the first frame is there. */
export async function openLive(address: string, options: LiveOptions): Promise<LiveClient> {
  const socket = new WebSocket(`ws://${address}/live`, {
    headers: { authorization: `Bearer ${options.token}` },
    // What a slow line holds back is measured in bytes: compression would make it a matter of luck.
    perMessageDeflate: false,
  });
  const frames: LiveFrame[] = [];
  const told = new Set<string>();
  const alarms = new Map<string, AlarmJson>();
  const values = new Map<string, number>();
  let place = { epoch: "", seq: -1 };
  let closeCode: number | null = null;
  let refused: Error | null = null;

  function take(frame: LiveFrame): void {
    frames.push(frame);
    if (frame.epoch !== undefined) place = { epoch: frame.epoch, seq: frame.seq };
    if (frame.type === "snapshot") {
      alarms.clear();
      values.clear();
    }
    for (const [site, factor, , value] of frame.latest ?? []) values.set(`${site} ${factor}`, value);
    for (const alarm of frame.alarms ?? []) {
      told.add(`${alarm.id} ${alarm.version}`);
      alarms.set(alarm.id, alarm);
    }
  }

  socket.on("message", (data) => take(JSON.parse((data as Buffer).toString("utf8")) as LiveFrame));
  socket.on("error", (error) => {
    refused = error;
  });
  socket.on("close", (code) => {
    closeCode = code;
  });
  socket.on("open", () => {
    const { subscribe = { alarms: true }, resume } = options;
    socket.send(JSON.stringify({ subscribe, ...(resume === undefined ? {} : { resume }) }));
  });
  await waitFor(
    "the first frame of /live",
    () => {
      if (refused !== null) return refused;
      return frames.length > 0;
    },
    { deadlineMs: 5_000 },
  ).then((first) => {
    if (first instanceof Error) throw first;
  });
  return {
    frames,
    told,
    alarms,
    value: (site, factor) => values.get(`${site} ${factor}`),
    get place() {
      return place;
    },
    waitForAlarm: (description, test, deadlineMs = 5_000) =>
      waitFor(`on /live: ${description}`, () => [...alarms.values()].find(test), { deadlineMs, everyMs: 5 }),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    get closeCode() {
      return closeCode;
    },
    async close() {
      socket.terminate();
      await waitFor("/live to close", () => closeCode !== null, { deadlineMs: 2_000 });
    },
  };
}
