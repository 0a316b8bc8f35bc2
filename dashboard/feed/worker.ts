// The worker: holds the socket, decodes, merges readings, keeps alarms in order, and hands the page a flush at most every
// 100 ms. Runs beside the page, so a busy or hidden page never delays a heartbeat.

import type { LinkFacts } from "../state/link-state.ts";
import { initialLink } from "../state/link-state.ts";
import { createCollector } from "./collector.ts";
import { createConnection, type Socket, type SocketListener } from "./connection.ts";
import type { Flush, ToWorker } from "./messages.ts";

/** The DOM library of TypeScript describes a page; in a worker the same call without an origin goes to the page. */
function post(flush: Flush, transfer: Transferable[]): void {
  postMessage(flush, { transfer });
}

const flushEveryMs = 100;
/** Flushes the page may have waiting. */
const creditMax = 2;

const collector = createCollector();
let link: LinkFacts = initialLink;
let linkChanged = false;
let credit = creditMax;
let lastFlushAt = 0;
let timer: ReturnType<typeof setTimeout> | null = null;
let url = "";

/** The browser's socket in the shape the connection wants. */
function openSocket(address: string, listener: SocketListener): Socket {
  const native = new WebSocket(address);
  native.binaryType = "arraybuffer";
  native.addEventListener("open", () => listener.opened());
  native.addEventListener("message", ({ data }: MessageEvent<unknown>) => listener.heard(data));
  native.addEventListener("close", () => listener.closed());
  return { send: (text) => native.send(text), close: () => native.close() };
}

function flushNow(): void {
  timer = null;
  if (credit === 0 || (collector.isEmpty() && !linkChanged)) return;
  if (collector.isOverflowing()) {
    // Said once in full instead of twenty thousand times in part; nothing is lost, the snapshot holds every open alarm.
    collector.forgetAlarms();
    connection.resnapshot();
  }
  credit -= 1;
  lastFlushAt = performance.now();
  linkChanged = false;
  const flush = collector.flush(link, { serial: connection.answered(), isAll: connection.isAll() });
  const { latest } = flush;
  post(
    flush,
    latest === null ? [] : [latest.index.buffer, latest.time.buffer, latest.value.buffer, latest.flag.buffer],
  );
}

function schedule(): void {
  if (timer !== null || credit === 0) return;
  timer = setTimeout(flushNow, Math.max(0, lastFlushAt + flushEveryMs - performance.now()));
}

const connection = createConnection({
  open: (listener) => openSocket(url, listener),
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, act) {
    const handle = setTimeout(act, ms);
    return () => clearTimeout(handle);
  },
  onFrame(frame, ownMs) {
    const kind = collector.take(frame, ownMs);
    schedule();
    return kind;
  },
  onLink(facts) {
    link = facts;
    linkChanged = true;
    schedule();
  },
});

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "start":
      url = data.url;
      connection.want(data.wanted, data.serial);
      connection.start();
      break;
    case "wanted":
      connection.want(data.wanted, data.serial);
      break;
    case "wake":
      connection.wake();
      break;
    case "taken":
      credit = Math.min(creditMax, credit + 1);
      schedule();
      break;
    case "stop":
      connection.stop();
      break;
  }
});
