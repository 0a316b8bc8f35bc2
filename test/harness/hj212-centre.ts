// A centre for a simulated logger, without a socket: reads what the logger writes, answers it or not, and asks it things. Time is
// moved by the test.

import {
  buildFrame,
  buildRequest,
  createDeframer,
  type Edition,
  formatQn,
  type Message,
  parseSegment,
  readExchange,
  type StreamEvent,
} from "#domain/hj212/hj212.ts";

export interface SpokenTo {
  connect(wire: { write(bytes: Uint8Array): void; hangUp(): void }, nowMs: number): void;
  disconnect(): void;
  receive(chunk: Uint8Array, nowMs: number): void;
  step(nowMs: number): void;
}

export interface Centre {
  nowMs: number;
  /** False: it takes everything and says nothing. */
  isAnswering: boolean;
  readonly messages: readonly Message[];
  /** What was written, piece by piece. */
  readonly writes: readonly Uint8Array[];
  /** What the deframer refused or remarked. */
  readonly faults: readonly Exclude<StreamEvent, { kind: "frame" }>[];
  readonly hangUps: number;
  isUp: boolean;
  /** The messages of one command. */
  of(cn: string): Message[];
  up(): void;
  down(): void;
  /** Moves time on in steps of a second and lets the logger look at its clock. */
  pass(ms: number): void;
  ask(cn: string, settings?: Readonly<Record<string, string>>, pw?: string): string;
  /** As it is, also what no centre says. */
  say(message: Message): void;
}

export function createCentre(
  logger: SpokenTo,
  address: { readonly mn: string; readonly pw: string; readonly edition: Edition },
  startMs: number,
): Centre {
  const messages: Message[] = [];
  const writes: Uint8Array[] = [];
  const faults: Exclude<StreamEvent, { kind: "frame" }>[] = [];
  let deframer = createDeframer();
  let hangUps = 0;
  let asked = 0;

  function hear(bytes: Uint8Array): void {
    writes.push(bytes);
    for (const event of deframer.push(bytes)) {
      if (event.kind !== "frame") {
        faults.push(event);
        continue;
      }
      const parsed = parseSegment(event.segment);
      if (!parsed.ok) throw new Error(parsed.detail);
      messages.push(parsed.message);
      const { answer } = readExchange(parsed.message);
      const built = answer === null ? null : buildFrame(answer);
      if (built?.ok === true && centre.isAnswering) send(built.frame);
    }
  }

  /** Not at once: a line takes its time, and the logger must not be answered before it has written. */
  const outgoing: Uint8Array[] = [];
  let isSending = false;
  function send(frame: Uint8Array): void {
    outgoing.push(frame);
  }
  function flush(): void {
    if (isSending) return;
    isSending = true;
    for (let frame = outgoing.shift(); frame !== undefined; frame = outgoing.shift()) {
      if (centre.isUp) logger.receive(frame, centre.nowMs);
    }
    isSending = false;
  }

  const centre: Centre = {
    nowMs: startMs,
    isAnswering: true,
    messages,
    writes,
    faults,
    isUp: false,
    get hangUps() {
      return hangUps;
    },
    of: (cn) => messages.filter((message) => message.cn === cn),
    up() {
      deframer = createDeframer();
      centre.isUp = true;
      const hangUp = (): void => {
        hangUps++;
        centre.isUp = false;
      };
      logger.connect({ write: hear, hangUp }, centre.nowMs);
      flush();
    },
    down() {
      centre.isUp = false;
      outgoing.length = 0;
      logger.disconnect();
    },
    pass(ms) {
      const end = centre.nowMs + ms;
      while (centre.nowMs < end) {
        centre.nowMs = Math.min(end, centre.nowMs + 1_000);
        logger.step(centre.nowMs);
        flush();
      }
    },
    ask(cn, settings = {}, pw = address.pw) {
      // Unlike the numbers of the logger, which begin at the full second here.
      const qn = formatQn(centre.nowMs + 500 + ++asked);
      const built = buildRequest(cn, { ...address, pw, st: "32", qn }, settings);
      if (!built.ok) throw new Error(built.problems.join());
      centre.say(built.message);
      return qn;
    },
    say(message) {
      const built = buildFrame(message);
      if (!built.ok) throw new Error(built.problem);
      send(built.frame);
      flush();
    },
  };
  return centre;
}
