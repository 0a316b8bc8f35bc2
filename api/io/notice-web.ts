// One request to a channel of the web: a deadline over all of it, a bounded answer, certificates verified, no redirect followed.
// The address is looked at after its name was resolved and before anything is sent: names of others must not lead to this
// machine or into its private networks, unless the channel says so.

import { lookup, type LookupAddress } from "node:dns";
import { type IncomingMessage, request as requestHttp, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP } from "node:net";
import { bounds } from "#domain/bounds.ts";
import type { WebAnswer, WebDraft } from "../notices/web-draft.ts";

const inside = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  inside.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [
  ["::", 128],
  ["::1", 128],
  // Addresses that carry one of version 4 in them.
  ["64:ff9b::", 96],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  inside.addSubnet(net, bits, "ipv6");

/** Of this machine, its networks, or nobody's: loopback, link-local, private, multicast. */
export function isInside(address: string): boolean {
  const family = isIP(address);
  return family === 0 || inside.check(address, family === 4 ? "ipv4" : "ipv6");
}

export class NotSent extends Error {
  override readonly name = "NotSent";
}

const refusal = "the address is one of this machine or of a private network; the channel does not allow that";

/** dns.lookup, which gives no addresses inside. */
const lookupOutside: RequestOptions["lookup"] = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error: Error | null, found: LookupAddress[]) => {
    if (error !== null) return done(error, "", 4);
    const [first] = found;
    // One inside is enough: who answers with both may answer with the other one next.
    if (first === undefined || found.some(({ address }) => isInside(address))) return done(new NotSent(refusal), "", 4);
    if (options.all === true) return done(null, found);
    return done(null, first.address, first.family);
  });
};

function retryAfterMs(response: IncomingMessage): number | null {
  const text = response.headers["retry-after"] ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : null;
}

/** Rejects with what went wrong; a status of any kind is an answer. */
export function sendWeb(draft: WebDraft, timeoutMs: number): Promise<WebAnswer> {
  const url = new URL(draft.url);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isSecure = url.protocol === "https:";
  if (!draft.allowPrivate && isIP(host) !== 0 && isInside(host)) return Promise.reject(new NotSent(refusal));
  const body = Buffer.from(draft.body);
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: "POST",
      headers: { ...draft.headers, "content-length": body.length, connection: "close", "user-agent": "plumeline" },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(draft.allowPrivate ? {} : { lookup: lookupOutside }),
    };
    const outgoing = (isSecure ? requestHttps : requestHttp)(url, options, (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      const end = (): void => {
        const text = Buffer.concat(pieces).subarray(0, bounds.noticeAnswerBytesMax).toString("utf8");
        resolve({ status: response.statusCode ?? 0, retryAfterMs: retryAfterMs(response), text });
      };
      response.on("data", (piece: Buffer) => {
        pieces.push(piece);
        bytes += piece.length;
        if (bytes < bounds.noticeAnswerBytesMax) return;
        // The rest is not of interest, and may have no end.
        end();
        outgoing.destroy();
      });
      response.once("end", end);
      response.once("error", reject);
    });
    outgoing.once("error", (error) => {
      reject(
        error.name === "TimeoutError" || error.name === "AbortError"
          ? new NotSent(`no answer within ${timeoutMs} ms`)
          : error,
      );
    });
    outgoing.end(body);
  });
}
