// Requests of the centre being carried out, one at a time: 9011 at once, then the packets it asks for, then 9012 [HJ 212-2017
// 6.2]. A request that comes while another is on its way is told that the logger is busy.

import type { Message } from "#domain/hj212/hj212.ts";
import type { LoggerCounts } from "./counts.ts";
import { executionCodes, type Packet, type Plan, requestCodes } from "./requests.ts";
import type { Speech } from "./speech.ts";

export interface Errands {
  meet(request: Message, nowMs: number): void;
  /** The next packet that was asked for. */
  next(): Packet | undefined;
  /** Says 9012 when everything has gone and the instrument is ready. Only between two exchanges. */
  finish(nowMs: number): void;
  /** The line has gone; the centre asks again. */
  drop(): void;
  readonly open: number;
}

export interface ErrandsParts {
  readonly speech: Speech;
  readonly counts: LoggerCounts;
  plan(request: Message, nowMs: number): Plan;
  reply(bytes: Uint8Array): void;
}

interface Errand {
  readonly request: Message;
  readonly plan: Plan;
  readonly packets: Packet[];
  readonly readyMs: number;
}

export function createErrands({ speech, counts, plan, reply }: ErrandsParts): Errands {
  let errand: Errand | null = null;

  return {
    meet(request, nowMs) {
      // The same request again: our 9011 was lost.
      if (errand !== null && errand.request.qn === request.qn) {
        reply(speech.ready(request, requestCodes.ready));
        return;
      }
      const wanted = plan(request, nowMs);
      if (wanted.accepts === null) {
        wanted.apply();
        counts.requests++;
        reply(speech.notice(request));
        return;
      }
      reply(speech.ready(request, wanted.accepts));
      if (wanted.accepts !== requestCodes.ready) {
        counts.refusals++;
      } else if (errand !== null) {
        reply(speech.result(request, executionCodes.busy));
      } else {
        counts.requests++;
        errand = { request, plan: wanted, packets: [...wanted.packets], readyMs: nowMs + wanted.takesMs };
      }
    },
    next: () => errand?.packets.shift(),
    finish(nowMs) {
      if (errand === null || errand.packets.length > 0 || nowMs < errand.readyMs) return;
      const { plan: done, request } = errand;
      errand = null;
      reply(speech.result(request, done.result));
      done.apply();
    },
    drop() {
      errand = null;
    },
    get open() {
      return errand?.packets.length ?? 0;
    },
  };
}
