// The process of the load generator: takes one order from its parent, connects, waits for "begin", sends, waits for the last
// acknowledgements, answers with what came of it, and ends. Ends with its parent too.

import { createLatencies } from "./latencies.ts";
import type { LoadAnswer, LoadOrder } from "./load.ts";
import { type LoadLine, openLine } from "./load-line.ts";
import { createMessage } from "./message.ts";

/** More sign-ins at once only wait in the broker's queue of new connections. */
const connectingMax = 100;
const connectMsMax = 60_000;
const lastMax = 64;
/** Paced: how long after the end a message that was due may still go out. */
const lateMsMax = 200;

interface Client {
  line: LoadLine | null;
  open: boolean;
  lastTime: number;
  lastAck: { readonly at: number; readonly time: number } | null;
  /** How many it may still send. */
  left: number;
  /** Paced: when each waiting message should have gone out. */
  readonly due: number[];
}

function heard(word: "begin" | "end"): Promise<void> {
  return new Promise((done) => {
    process.on("message", (said: unknown) => {
      if (said === word) done();
    });
  });
}

function answer(message: LoadAnswer): void {
  process.send?.(message);
}

process.on("disconnect", () => process.exit(0));
process.once("message", (order: LoadOrder) => {
  run(order).then(
    () => process.disconnect(),
    (error: unknown) => {
      answer({ type: "failed", why: error instanceof Error ? error.message : String(error) });
      process.disconnect();
    },
  );
});

async function run(order: LoadOrder): Promise<void> {
  const latencies = createLatencies();
  const lags = createLatencies();
  const clients: Client[] = order.clients.map((_, i) => ({
    line: null,
    open: false,
    lastTime: order.times === null ? 0 : order.times.fromMs - order.times.stepMs,
    left:
      order.messages === null || order.messagesPerSecond !== null
        ? Infinity
        : share(order.messages, order.clients.length, i),
    lastAck: null,
    due: [],
  }));
  let going = false;
  let sent = 0;
  let acked = 0;
  let closed = 0;
  let lastAckAt = 0;
  let settle = (): void => undefined;

  const outstanding = (): number => sent - acked;

  function sendOne(client: Client, line: LoadLine, since: number): void {
    const present = order.times === null ? Date.now() : 0;
    const step = order.times?.stepMs ?? 1;
    client.lastTime = Math.max(present, client.lastTime + step);
    client.left--;
    sent++;
    if (order.qos === 0) acked++;
    line.send(client.lastTime, since);
  }

  /** Sends what may be sent on this connection. */
  function push(client: Client): void {
    const { line } = client;
    if (line === null || !client.open) return;
    if (order.messagesPerSecond === null) {
      if (!going) return;
      const now = performance.now();
      for (let room = line.room; room > 0 && client.left > 0; room--) sendOne(client, line, now);
    } else {
      while (line.room > 0 && client.due.length > 0 && client.left > 0) sendOne(client, line, client.due.shift() ?? 0);
    }
    line.flush();
  }

  await connectAll();
  answer({ type: "connected" });
  await heard("begin");
  let over = false;
  void heard("end").then(() => {
    over = true;
    settle();
  });

  const cpuBefore = process.cpuUsage();
  const startedAt = Date.now();
  const begunAt = performance.now();
  going = true;
  if (order.messagesPerSecond === null) await sendFreely();
  else await sendPaced(order.messagesPerSecond);
  going = false;
  const unsent = clients.reduce((sum, client) => sum + client.due.length, 0);
  for (const client of clients) client.due.length = 0;
  await drain();
  const cpu = process.cpuUsage(cpuBefore);
  answer({
    type: "done",
    result: {
      sent,
      acked,
      // Without a single answer: until now.
      seconds: ((acked > 0 ? lastAckAt : performance.now()) - begunAt) / 1000,
      ackMs: latencies.percentiles(),
      lagMs: lags.percentiles(),
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      startedAt,
      unsent,
      closed,
      last: listLast(),
    },
  });
  for (const client of clients) client.line?.end();

  function listLast(): { site: string; time: number }[] {
    return clients
      .flatMap(({ lastAck }, i) => (lastAck === null ? [] : [{ site: order.clients[i]?.username ?? "", ...lastAck }]))
      .toSorted((a, b) => b.at - a.at)
      .slice(0, lastMax)
      .map(({ site, time }) => ({ site, time }));
  }

  async function connectAll(): Promise<void> {
    let next = 0;
    let opened = 0;
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(
        () => fail(new Error(`${opened} of ${clients.length} connections after ${connectMsMax} ms`)),
        connectMsMax,
      );
      const openNext = (): void => {
        const index = next++;
        const client = clients[index];
        const given = order.clients[index];
        if (client === undefined || given === undefined) return;
        client.line = openLine({
          host: order.host,
          port: order.port,
          clientId: `load-${process.pid}-${index}`,
          username: given.username,
          password: given.password,
          message: createMessage({
            topic: given.topic,
            factors: order.factors,
            wholes: order.wholes,
            qos: order.qos,
            salt: index * 101,
          }),
          qos: order.qos,
          window: order.inFlight,
          onOpen() {
            client.open = true;
            opened++;
            if (opened < clients.length) openNext();
            else {
              clearTimeout(timer);
              done();
            }
          },
          onAck(_, since, time) {
            acked++;
            lastAckAt = performance.now();
            latencies.add(lastAckAt - since);
            client.lastAck = { at: lastAckAt, time };
          },
          onRoom() {
            push(client);
            if (outstanding() === 0 || !going) settle();
          },
          onClose(why) {
            client.open = false;
            closed++;
            if (opened < clients.length) fail(new Error(`${given.username}: ${why}`));
            settle();
          },
        });
      };
      for (let i = 0; i < Math.min(connectingMax, clients.length); i++) openNext();
    });
  }

  /** Until the time is over, or every client has sent its share. */
  async function sendFreely(): Promise<void> {
    for (const client of clients) push(client);
    await waitUntil(
      () => over || (order.seconds === null && clients.every((client) => client.left <= 0 || !client.open)),
      order.seconds === null ? Infinity : order.seconds * 1000,
    );
  }

  /** Every millisecond gives out what has become due, in turn to every connection. */
  async function sendPaced(perSecond: number): Promise<void> {
    const all = order.messages ?? Math.round(perSecond * (order.seconds ?? 0));
    let given = 0;
    let turn = 0;
    await new Promise<void>((done) => {
      const timer = setInterval(() => {
        const now = performance.now();
        const wanted = Math.min(all, Math.floor(((now - begunAt) * perSecond) / 1000));
        const touched = new Set<Client>();
        for (; given < wanted; given++) {
          const client = clients[turn++ % clients.length];
          if (client === undefined) break;
          lags.add(now - (begunAt + (given * 1000) / perSecond));
          client.due.push(now);
          touched.add(client);
        }
        for (const client of touched) push(client);
        if (given >= all || over) {
          clearInterval(timer);
          done();
        }
      }, 1);
    });
    // What was due and found no room: a number that was ordered is sent in full, a time that is over is over.
    const patienceMs = order.messages === null || over ? lateMsMax : order.drainSeconds * 1000;
    await waitUntil(() => clients.every((client) => client.due.length === 0 || !client.open), patienceMs);
  }

  /** Nothing new is sent; what is under way is waited for. */
  async function drain(): Promise<void> {
    await waitUntil(
      () => outstanding() <= clients.reduce((sum, { line, open }) => sum + (open ? 0 : (line?.unacknowledged ?? 0)), 0),
      order.drainSeconds * 1000,
    );
    if (order.qos === 0) lastAckAt = performance.now();
  }

  function waitUntil(test: () => boolean, msMax: number): Promise<void> {
    const endAt = performance.now() + msMax;
    return new Promise((done) => {
      const timer = setInterval(() => settle(), 20);
      settle = () => {
        if (!test() && performance.now() < endAt) return;
        clearInterval(timer);
        settle = () => undefined;
        done();
      };
      settle();
    });
  }
}

/** The whole in nearly equal parts that add up to it. */
function share(whole: number, parts: number, index: number): number {
  return Math.floor((whole * (index + 1)) / parts) - Math.floor((whole * index) / parts);
}
