// Alarms in numbers: sites whose values go beyond their limits and back, evenly over time, each change one step of one alarm.
// One MQTT connection per site, QoS 1; the time of a site never goes back.

import { type MqttLine, openMqttLine } from "#test/torture/mqtt-line.ts";
import type { LoadClient } from "../load.ts";

export interface AlarmLoad {
  /** Every series of every site beyond its limit. */
  raiseAll(): void;
  /** So many alarms change every second, until it is stopped. */
  begin(perSecond: number): void;
  /** Changes per second that were sent since begin(). */
  stop(): number;
  /** Ends the connections. */
  end(): void;
}

/** Around the limit of 0.5. */
export const beyond = 0.9;
export const within = 0.1;
/** Changes in one message, when many are wanted: a logger sends its factors together. */
const changesPerMessageMax = 10;
const messagesPerSecondEnough = 400;
const everyMs = 5;

interface Source {
  readonly id: string;
  readonly line: MqttLine;
  lastTime: number;
  messageId: number;
  /** Which of its factors comes next. */
  turn: number;
  readonly isBeyond: boolean[];
}

export async function createAlarmLoad(
  mqtt: string,
  clients: readonly LoadClient[],
  codes: readonly string[],
): Promise<AlarmLoad> {
  const sources: Source[] = [];
  for (const { username, password = "" } of clients) {
    const line = await openLine(mqtt, username, password);
    const isBeyond = codes.map(() => false);
    sources.push({ id: username, line, lastTime: 0, messageId: 0, turn: 0, isBeyond });
  }
  let timer: NodeJS.Timeout | null = null;
  let begunAt = 0;
  let changes = 0;
  let turn = 0;

  function send(source: Source, values: Readonly<Record<string, number>>): void {
    source.lastTime = Math.max(Date.now(), source.lastTime + 1);
    source.messageId = (source.messageId % 60_000) + 1;
    const body = Buffer.from(JSON.stringify({ time: source.lastTime, values }));
    source.line.publish(source.messageId, `v1/${source.id}/readings`, body, 1);
  }

  function change(source: Source, count: number): void {
    const values: Record<string, number> = {};
    for (let i = 0; i < count; i++) {
      const place = source.turn++ % codes.length;
      const next = source.isBeyond[place] !== true;
      source.isBeyond[place] = next;
      values[codes[place] ?? ""] = next ? beyond : within;
    }
    send(source, values);
    changes += count;
  }

  return {
    raiseAll() {
      for (const source of sources) {
        source.isBeyond.fill(true);
        send(source, Object.fromEntries(codes.map((code) => [code, beyond])));
      }
    },
    begin(perSecond) {
      begunAt = performance.now();
      changes = 0;
      const perMessage = Math.min(changesPerMessageMax, Math.ceil(perSecond / messagesPerSecondEnough));
      timer = setInterval(() => {
        const wanted = ((performance.now() - begunAt) * perSecond) / 1000;
        while (changes < wanted) {
          const source = sources[turn++ % sources.length];
          if (source === undefined) return;
          change(source, perMessage);
        }
      }, everyMs);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      return changes / Math.max(0.001, (performance.now() - begunAt) / 1000);
    },
    end() {
      if (timer !== null) clearInterval(timer);
      for (const { line } of sources) line.end("fin");
    },
  };
}

export function openLine(mqtt: string, username: string, password: string): Promise<MqttLine> {
  return new Promise((done, fail) => {
    const line: MqttLine = openMqttLine({
      address: mqtt,
      username,
      password,
      clientId: `alarms-${username}`,
      onOpen: () => done(line),
      onAck: () => undefined,
      onDone: () => undefined,
      onClose: () => fail(new Error(`${username} could not connect`)),
    });
  });
}
