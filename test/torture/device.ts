// A device that never gives up: it keeps every frame until it is acknowledged, connects again after every loss, and sends
// again what was not answered, oldest first. One by MQTT, one by HTTP.

import type { Credentials } from "#test/harness/api-client.ts";
import { createGenerator, encodeFrame, type Frame, topicOf } from "./frames.ts";
import { type MqttLine, openMqttLine } from "./mqtt-line.ts";
import type { Random } from "./random.ts";
import type { Records } from "./records.ts";

export interface Device {
  readonly site: string;
  start(): void;
  /** Makes no new frames; goes on sending what is not acknowledged. */
  rest(): void;
  resume(): void;
  /** The frame that decides about its alarm. */
  sendLast(): void;
  burst(frames: number, bytes: number): void;
  /** Breaks its connection. */
  cut(how: "fin" | "reset"): void;
  readonly unanswered: number;
  stop(): void;
}

export interface DeviceParts {
  readonly index: number;
  readonly credentials: Credentials;
  readonly random: Random;
  readonly records: Records;
  readonly nextId: () => number;
  readonly address: () => string;
  readonly framesPerSecond: number;
}

const inFlightMax = 16;
const waitingMax = 200;
const beatMs = 50;
/** A promise that does not come for so long: the device takes the line for dead. */
const deadLineMs = 10_000;

/** The part that both kinds share: makes frames in its own rhythm and keeps them until they are promised. */
function createOutbox(parts: DeviceParts, http: boolean, send: () => void) {
  const { random, index, credentials, nextId } = parts;
  const generator = createGenerator({ site: credentials.username, device: index, random, nextId, http });
  const waiting: Frame[] = [];
  let going = false;
  let due = 0;
  let timer: NodeJS.Timeout | null = null;

  function beat(): void {
    if (going && waiting.length < waitingMax) {
      // Uneven on purpose: now a rush, now nothing.
      due += ((parts.framesPerSecond * beatMs) / 1000) * (random.chance(0.05) ? 10 * random.next() : 2 * random.next());
      for (; due >= 1; due--) waiting.push(generator.next(Date.now()));
    }
    send();
  }

  return {
    waiting,
    start() {
      going = true;
      timer ??= setInterval(beat, beatMs);
    },
    rest() {
      going = false;
    },
    last: () => waiting.push(generator.last(Date.now())),
    burst(frames: number, bytes: number) {
      for (let i = 0; i < frames; i++) waiting.push(generator.padded(Date.now(), bytes));
    },
    putBack(frames: Iterable<Frame>) {
      waiting.unshift(...frames);
      waiting.sort((a, b) => a.id - b.id);
    },
    acked(frame: Frame, how: "puback" | "pubrec" | "202", seq?: number) {
      parts.records.onAck(frame, how, seq);
      generator.onAcked(frame);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}

export function createMqttDevice(parts: DeviceParts): Device {
  const { credentials, random, records } = parts;
  const outbox = createOutbox(parts, false, send);
  const inFlight = new Map<number, Frame>();
  const promised = new Set<number>();
  let line: MqttLine | null = null;
  let nextMessageId = 1;
  let heardAt = 0;
  let stopped = false;
  let reconnect: NodeJS.Timeout | null = null;

  function open(): void {
    reconnect = null;
    if (stopped) return;
    heardAt = performance.now();
    line = openMqttLine({
      address: parts.address(),
      username: credentials.username,
      password: credentials.password,
      clientId: `torture-${parts.index}`,
      onOpen: send,
      onAck(messageId, how) {
        heardAt = performance.now();
        const frame = inFlight.get(messageId);
        if (frame === undefined) return;
        outbox.acked(frame, how);
        promised.add(messageId);
      },
      onDone(messageId) {
        inFlight.delete(messageId);
        promised.delete(messageId);
        send();
      },
      onClose() {
        line = null;
        outbox.putBack([...inFlight].filter(([id]) => !promised.has(id)).map(([, frame]) => frame));
        inFlight.clear();
        promised.clear();
        if (!stopped) reconnect ??= setTimeout(open, random.between(30, 400));
      },
    });
  }

  function send(): void {
    if (line === null || !line.open) return;
    if (inFlight.size === 0) heardAt = performance.now();
    if (performance.now() - heardAt > deadLineMs) {
      line.end("fin");
      return;
    }
    while (inFlight.size < inFlightMax) {
      const frame = outbox.waiting.shift();
      if (frame === undefined) return;
      records.onSend(frame);
      const messageId = nextMessageId;
      nextMessageId = (nextMessageId % 60_000) + 1;
      if (frame.qos > 0) inFlight.set(messageId, frame);
      line.publish(messageId, topicOf(frame), encodeFrame(frame), frame.qos);
    }
  }

  return {
    site: credentials.username,
    start() {
      outbox.start();
      if (line === null && reconnect === null) open();
    },
    rest: () => outbox.rest(),
    resume: () => outbox.start(),
    sendLast: () => outbox.last(),
    burst: (frames, bytes) => outbox.burst(frames, bytes),
    cut: (how) => line?.end(how),
    get unanswered() {
      return outbox.waiting.length + inFlight.size;
    },
    stop() {
      stopped = true;
      if (reconnect !== null) clearTimeout(reconnect);
      outbox.stop();
      line?.end("fin");
    },
  };
}

const httpAtOnce = 4;

export function createHttpDevice(parts: DeviceParts): Device {
  const { credentials, records } = parts;
  const outbox = createOutbox(parts, true, () => void send());
  const authorization = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  let under = 0;

  async function post(frame: Frame): Promise<void> {
    records.onSend(frame);
    const response = await fetch(`http://${parts.address()}/api/v1/sites/${credentials.username}/readings`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: encodeFrame(frame),
      signal: AbortSignal.timeout(deadLineMs),
    });
    const text = await response.text();
    if (response.status !== 202) throw new Error(`${response.status} ${text.slice(0, 200)}`);
    outbox.acked(frame, "202", (JSON.parse(text) as { seq: number }).seq);
  }

  async function send(): Promise<void> {
    if (under >= httpAtOnce) return;
    const frame = outbox.waiting.shift();
    if (frame === undefined) return;
    under++;
    try {
      await post(frame);
    } catch {
      // No promise was given, whatever the reason: it is sent again.
      outbox.putBack([frame]);
    }
    under--;
  }

  return {
    site: credentials.username,
    start: () => outbox.start(),
    rest: () => outbox.rest(),
    resume: () => outbox.start(),
    sendLast: () => outbox.last(),
    burst: (frames, bytes) => outbox.burst(frames, bytes),
    cut: () => undefined,
    get unanswered() {
      return outbox.waiting.length + under;
    },
    stop: () => outbox.stop(),
  };
}
