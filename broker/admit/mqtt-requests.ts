// Requests that go down to devices over MQTT as JSON, and their answers: what is out, what an answer says, what was not answered
// in time. A device that answers nothing may all the same have done it, so nothing is sent twice. Pure; time is an argument.

import { bounds } from "#domain/bounds.ts";
import type { RequestProgress } from "#domain/device-request.ts";
import type { WantedRequest } from "./hj212/exchanges.ts";

export interface MqttRequests {
  /** What to publish; null when this device has enough to do, or has it already. */
  begin(
    site: string,
    request: WantedRequest,
    now: number,
  ): { readonly payload: string; readonly progress: RequestProgress } | null;
  isOut(site: string, id: string): boolean;
  /** A payload on the topic of answers; null when it answers nothing that is out. */
  answer(site: string, payload: Uint8Array): RequestProgress | null;
  /** The device has left: what it did not answer waits again. */
  lose(site: string): RequestProgress[];
  /** What was not answered in time. */
  due(now: number): RequestProgress[];
}

interface Out {
  readonly id: string;
  dueAt: number;
}

/** At once, of one device. */
export const requestsOutMax = 16;
/** An answer may come so late; what a device does for longer it accepts first. */
export const answerMs = 60_000;
const answerValuesMax = 60;
const states = ["accepted", "done", "failed", "refused"] as const;

export function createMqttRequests(): MqttRequests {
  const out = new Map<string, Map<string, Out>>();

  function forget(site: string, id: string): void {
    const list = out.get(site);
    list?.delete(id);
    if (list?.size === 0) out.delete(site);
  }

  return {
    begin(site, { id, command, settings, validUntil }, now) {
      if (validUntil <= now) return null;
      const list = out.get(site) ?? new Map<string, Out>();
      if (list.has(id) || list.size >= requestsOutMax) return null;
      list.set(id, { id, dueAt: now + answerMs });
      out.set(site, list);
      const payload = JSON.stringify({ id, command, settings, validUntil: new Date(validUntil).toISOString() });
      return { payload, progress: { id, state: "sent", attempts: 1, detail: "", answer: null } };
    },
    isOut: (site, id) => out.get(site)?.has(id) === true,
    answer(site, payload) {
      const said = readAnswer(payload);
      const known = said === null ? undefined : out.get(site)?.get(said.id);
      if (said === null || known === undefined) return null;
      if (said.state === "accepted") known.dueAt += answerMs;
      else forget(site, said.id);
      return { ...said, attempts: 1 };
    },
    lose(site) {
      const lost = [...(out.get(site)?.keys() ?? [])];
      out.delete(site);
      const detail = "the device left before it answered";
      return lost.map((id) => ({ id, state: "waiting", attempts: 1, detail, answer: null }));
    },
    due(now) {
      const late: RequestProgress[] = [];
      for (const [site, list] of out) {
        for (const { id, dueAt } of list.values()) {
          if (now < dueAt) continue;
          forget(site, id);
          late.push({ id, state: "unanswered", attempts: 1, detail: "nothing was answered in time", answer: null });
        }
      }
      return late;
    },
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** `{"id", "state": accepted|done|failed|refused, "detail"?, "answer"?: {…}}`; `"ok": true|false` for done and failed. */
function readAnswer(payload: Uint8Array): Omit<RequestProgress, "attempts"> | null {
  if (payload.length > bounds.frameBytesMax) return null;
  let said: unknown;
  try {
    said = JSON.parse(utf8.decode(payload));
  } catch {
    return null;
  }
  if (!isFields(said) || typeof said["id"] !== "string") return null;
  const { id, ok, detail } = said;
  const state = states.find((each) => each === said["state"]) ?? (ok === false ? "failed" : "done");
  const answer = isFields(said["answer"]) ? readValues(said["answer"]) : null;
  return { id, state, detail: typeof detail === "string" ? detail.slice(0, bounds.textCharsMax) : "", answer };
}

function readValues(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(fields).slice(0, answerValuesMax)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    values[key.slice(0, 64)] = (text ?? "").slice(0, bounds.textCharsMax);
  }
  return values;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
