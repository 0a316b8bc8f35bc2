// The HJ 212 door: data loggers over TCP, all three editions on one port. There is no login: a logger connects and sends, and
// is known by its MN. What it sends goes into the journal as it is, and is answered when it is there. Who is not known, or comes
// with another password than its own, is answered as well, since it would stand still otherwise: its frames wait for an operator.
//
//   line ─▶ frame ─▶ whose MN? ─┬─ a site's, PW right ─▶ journal (source = site) ──────────────▶ answer
//             │                 ├─ a site's, PW wrong ─▶ journal (site, doubtful) ─▶ quarantine ▶ answer
//             │                 └─ nobody's ───────────▶ journal (hj212:MN) ───────▶ quarantine ▶ answer
//             └─ wrong checksum, length, structure: counted and noted, not answered

import { createServer, type Socket } from "node:net";
import { bounds } from "#domain/bounds.ts";
import type { RequestProgress } from "#domain/device-request.ts";
import { channels, doors } from "#domain/frame.ts";
import {
  buildFrame,
  editionOf,
  exchangeTimes,
  type Message,
  parseSegment,
  parseStamp,
  readExchange,
  type StreamEvent,
} from "#domain/hj212/hj212.ts";
import type { LoggerLine } from "#domain/logger.ts";
import type { Address } from "#domain/settings.ts";
import type { Action, WantedRequest } from "../../admit/hj212/exchanges.ts";
import { createLineNotes } from "../../admit/hj212/lines.ts";
import type { BrokerRefusal } from "../../admit/refusal.ts";
import type { NotedRefusal } from "../../identity.ts";
import type { Admission, Device } from "../admission.ts";
import { listen } from "../listeners.ts";
import type { BrokerMetrics } from "../metrics.ts";
import { createQuietLog } from "../quiet-log.ts";
import { type Line, openLine } from "./line.ts";
import { createLoggers, type Logger, type LoggerDirectory } from "./logger.ts";

export interface ConnectedLogger {
  readonly site: string;
  readonly mn: string;
  readonly edition: string;
  readonly st: string;
  readonly address: string;
  readonly since: number;
  readonly heardAt: number;
  readonly driftMs: number | null;
  readonly requests: number;
}

export interface Hj212Door {
  start(address: Address): Promise<string>;
  /** Takes over a connected stream, e.g. one of TLS. */
  handle(socket: Socket): void;
  connections(): number;
  loggers(): ConnectedLogger[];
  /** Takes a request for the logger of a site; false when that is not there or has enough to do. */
  offer(site: string, request: WantedRequest): boolean;
  /** True when the request was not begun and will not be. */
  drop(site: string, id: string): boolean;
  /** Takes no new connection. */
  close(): void;
  /** Waits until what was read is answered, at most `deadlineMs`. */
  drain(deadlineMs: number): Promise<void>;
  /** Ends every connection. */
  destroy(): void;
}

export interface Hj212DoorParts {
  readonly admission: Admission;
  readonly directory: LoggerDirectory;
  readonly metrics: BrokerMetrics;
  readonly onProgress: (progress: RequestProgress) => void;
  readonly onLines: (lines: readonly LoggerLine[]) => void;
  readonly onRefused: (refusal: NotedRefusal) => void;
  /** The centre itself wants something of a logger. */
  readonly onOwnRequest: (site: string, command: string, reason: string) => void;
  readonly now: () => number;
  readonly log: { info(object: object, message: string): void };
}

const stepMs = 250;
const notesEveryMs = 5_000;
const notesAtOnce = 200;

export function createHj212Door(parts: Hj212DoorParts): Hj212Door {
  const { admission, metrics, now } = parts;
  const sayInfo = createQuietLog(parts.log, now);
  const lines = new Map<Line, Socket>();
  const loggers = createLoggers(parts.directory);
  const notes = createLineNotes();
  /** Loggers with requests, so that the clock need not ask them all. */
  const asked = new Set<Logger>();
  let notedAt = now();

  function refuse(reason: BrokerRefusal, line: Line | null, detail: string): void {
    metrics.refused(reason);
    const site = line === null || line.lastMn === "" ? null : line.name;
    sayInfo({ reason, site, detail: detail.slice(0, bounds.textCharsMax) }, "refused at the HJ 212 door");
    parts.onRefused({ reason, site, address: line?.address ?? "", door: doors.hj212, detail });
  }

  /** It is answered and waits in quarantine; who has trouble with his logger looks for it here. */
  function noteDoubt(line: Line, site: string, detail: string): void {
    parts.onRefused({ reason: "bad-credentials", site, address: line.address, door: doors.hj212, detail });
  }

  function fault(line: Line, event: Exclude<StreamEvent, { kind: "frame" }>): void {
    if (event.kind === "trailer") {
      notes.lineEnd(line.name, line.address, now());
      return;
    }
    const { reason, hint, bytes, size } = event;
    notes.fault(line.name, line.address, reason, bytes, now());
    if (hint !== null) notes.fault(line.name, line.address, hint, bytes, now());
    refuse("malformed", line, `${reason}${hint === null ? "" : ` (${hint})`}, ${size} bytes`);
  }

  function carry(logger: Logger, actions: readonly Action[]): void {
    for (const action of actions) {
      if (action.kind === "send") logger.line?.send(action.frame);
      else parts.onProgress(action.progress);
    }
    if (logger.exchanges.size === 0) asked.delete(logger);
  }

  function step(logger: Logger): void {
    const { exchanges, line, mn, pw, st, edition } = logger;
    if (line === null) return;
    if (line.isOpen) carry(logger, exchanges.step(now(), { mn, pw, st, edition }));
  }

  /** A logger is where it was last heard with its own password; what was begun on another line waits again. */
  function settle(logger: Logger, line: Line, message: Message): void {
    logger.pw = message.pw ?? "";
    if (message.st !== null && message.st !== "91") logger.st = message.st;
    if (message.flag !== null) logger.edition = editionOf(message);
    if (logger.line === line) return;
    if (logger.line !== null && logger.line.isOpen && logger.line.openedAt > line.openedAt) return;
    carry(logger, logger.exchanges.lose());
    logger.line = line;
    if (logger.exchanges.size > 0) asked.add(logger);
  }

  /** Only what is live says how late the clock is: what is sent again has an old DataTime, but a QN of now. */
  function watchClock(logger: Logger, message: Message, at: number): void {
    if (message.qn === null || message.backfill || message.st === "91") return;
    const sentAt = parseStamp(message.qn, true);
    if (typeof sentAt !== "number" || logger.site === null) return;
    logger.driftMs = at - sentAt;
    if (Math.abs(logger.driftMs) < exchangeTimes.driftSetMs) return;
    if (at - logger.timeSetAt < exchangeTimes.driftSetEveryMs) return;
    logger.timeSetAt = at;
    parts.onOwnRequest(logger.site, "1012", `its clock is ${Math.round(logger.driftMs / 1000)} s behind`);
  }

  function meet(line: Line, event: Extract<StreamEvent, { kind: "frame" }>): void {
    const at = now();
    const parsed = parseSegment(event.segment);
    if (!parsed.ok) {
      notes.fault(line.name, line.address, parsed.reason, event.frame, at);
      refuse("malformed", line, `${parsed.reason}: ${parsed.detail}`);
      return;
    }
    const { message } = parsed;
    const logger = loggers.find(message.mn);
    const known = logger?.device ?? loggers.crowd;
    const isKnown = logger !== null && logger.site !== null;
    const wanted = isKnown ? (parts.directory.findLogger(message.mn)?.password ?? "") : "";
    const isRight = wanted === "" || message.pw === wanted;
    const source = isRight ? known : (logger?.doubtful ?? known);
    arrive(line, logger, source, message, at);
    if (!isKnown) noteDoubt(line, source.site, "no site has this MN");
    else if (!isRight) noteDoubt(line, source.site, "PW is not that of this logger");
    if (logger !== null && isKnown && isRight) {
      settle(logger, line, message);
      watchClock(logger, message, at);
    }
    const { answer, follow } = readExchange(message);
    const reply = answer === null ? null : buildFrame(answer);
    const channel = isRight ? channels.hj212 : channels.hj212Doubtful;
    line.hold();
    admission.admit(source, doors.hj212, channel, reply !== null, event.frame, (failure) => {
      if (failure === null && reply !== null && reply.ok) line.send(reply.frame);
      line.release();
      if (failure !== null) {
        line.destroy();
        return;
      }
      if (logger === null || !isKnown || !isRight) return;
      if (follow === "set-time") parts.onOwnRequest(source.site, "1012", "the logger asked for the time");
      carry(logger, logger.exchanges.meet(message, now()));
      step(logger);
    });
  }

  function arrive(line: Line, logger: Logger | null, source: Device, message: Message, at: number): void {
    line.lastMn = message.mn;
    line.name = source.site;
    if (line.mns.size < bounds.loggersPerLineMax && !line.mns.has(message.mn)) {
      line.mns.add(message.mn);
      notes.connected(source.site, line.address, at);
    }
    if (logger === null) return;
    const name = `${message.qn ?? ""} ${message.cn} ${message.packet?.number ?? ""}`;
    notes.frame(source.site, line.address, message.qn !== null && name === logger.last, at);
    logger.last = name;
    logger.heardAt = at;
  }

  function leave(line: Line): void {
    lines.delete(line);
    for (const mn of line.mns) {
      const logger = loggers.find(mn);
      notes.disconnected(logger?.device.site ?? loggers.crowd.site, now());
      if (logger === null || logger.line !== line) continue;
      carry(logger, logger.exchanges.lose());
      logger.line = null;
    }
  }

  function tellNotes(all: boolean): void {
    for (;;) {
      const due = notes.take(now(), notesAtOnce, all);
      if (due.length > 0) parts.onLines(due);
      if (due.length < notesAtOnce) return;
    }
  }

  function handle(socket: Socket): void {
    if (lines.size >= bounds.loggerLinesMax) {
      refuse("too-many-connections", null, `more than ${bounds.loggerLinesMax} lines of loggers`);
      socket.destroy();
      return;
    }
    const line = openLine(socket, {
      now,
      onFrame: meet,
      onFault: fault,
      onClose: leave,
      onEnded: (ended, reason) =>
        reason === "silent"
          ? sayInfo({ mn: ended.lastMn, address: ended.address }, "a line of a logger was silent for too long")
          : refuse("slow-reader", ended, "answers wait to be read"),
    });
    lines.set(line, socket);
  }

  const server = createServer(
    { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 },
    handle,
  );
  let clock: NodeJS.Timeout | null = null;

  return {
    async start(address) {
      const where = await listen(server, address, "HJ212_LISTEN");
      clock = setInterval(() => {
        for (const logger of asked) if (logger.exchanges.nextAt <= now()) step(logger);
        if (now() - notedAt < notesEveryMs) return;
        notedAt = now();
        tellNotes(false);
      }, stepMs);
      return where;
    },
    handle,
    connections: () => lines.size,
    loggers() {
      const list: ConnectedLogger[] = [];
      for (const { site, mn, edition, st, line, heardAt, driftMs, exchanges } of loggers.all()) {
        if (site === null || line === null) continue;
        const { address, openedAt: since } = line;
        list.push({ site, mn, edition, st, address, since, heardAt, driftMs, requests: exchanges.size });
      }
      return list;
    },
    offer(site, request) {
      const logger = loggers.ofSite(site);
      if (logger === undefined || logger.line === null || !logger.line.isOpen) return false;
      if (!logger.exchanges.offer(request)) return false;
      asked.add(logger);
      step(logger);
      return true;
    },
    drop: (site, id) => loggers.ofSite(site)?.exchanges.drop(id) ?? true,
    close() {
      if (clock !== null) clearInterval(clock);
      server.close();
      tellNotes(true);
    },
    async drain(deadlineMs) {
      const end = now() + deadlineMs;
      while (admission.pending > 0 && now() < end) await new Promise((wake) => setTimeout(wake, 5));
    },
    destroy() {
      for (const socket of lines.values()) socket.destroy();
    },
  };
}
