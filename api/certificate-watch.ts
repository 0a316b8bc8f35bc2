// Whether a certificate is about to end: those of devices by the register, those of the doors by what the broker says. Asked
// for every second, looked at every minute and after every decision.

import * as z from "zod";
import { Failure } from "#domain/failure.ts";
import { dayMs, formatDay } from "#domain/time.ts";
import type { Rpc } from "#store/link/link.ts";
import type { Accounts } from "#store/state/accounts.ts";

const tlsStatus = z
  .object({
    server: z.object({ subject: z.string(), fingerprint: z.string(), endsAt: z.number() }),
    authority: z.object({ fingerprint: z.string(), endsAt: z.number() }),
    listsEndAt: z.number().nullable(),
    problem: z.string().nullable(),
  })
  .nullable();
export type TlsStatus = z.output<typeof tlsStatus>;

/** So long before its end a certificate is worth an alarm; the authority's longer, since every device needs the next one. */
export const expiringMs = 30 * dayMs;
const authorityExpiringMs = 365 * dayMs;
const lookMs = 60_000;
const askTimeoutMs = 2_000;

export interface CertificateWatch {
  /** What is to be done about certificates, for people; null: nothing. */
  says(): Promise<string | null>;
  /** Something has changed: the next answer is a fresh one. */
  lookAgain(): void;
  /** What the TLS doors show; null: there are none, or the broker does not answer. */
  tls(): Promise<TlsStatus>;
}

export function judgeCertificates(
  tls: TlsStatus,
  ending: ReturnType<Accounts["countEnding"]>,
  now: number,
): string | null {
  const found: string[] = [];
  const ends = (at: number): string => `${at <= now ? "ended" : "ends"} ${formatDay(at)}`;
  if (tls !== null) {
    const { server, authority, listsEndAt, problem } = tls;
    if (server.endsAt - now < expiringMs) found.push(`the certificate of the TLS doors ${ends(server.endsAt)}`);
    if (authority.endsAt - now < authorityExpiringMs)
      found.push(`the authority in DATA_DIR/ca ${ends(authority.endsAt)}`);
    if (listsEndAt !== null && listsEndAt <= now)
      found.push(`the revocation list in TLS_CLIENT_CRL ${ends(listsEndAt)}`);
    if (problem !== null) found.push(`changed files are not used: ${problem}`);
  }
  const { sites, example, endsAt } = ending;
  if (endsAt !== null && example !== null)
    found.push(
      `${sites} ${sites === 1 ? "site has" : "sites have"} no newer certificate than one that ${ends(endsAt)}: ${example}`,
    );
  return found.length === 0 ? null : found.join("; ");
}

export function createCertificateWatch(parts: {
  readonly broker: Rpc;
  readonly accounts: Pick<Accounts, "countEnding">;
  readonly now: () => number;
}): CertificateWatch {
  const { broker, accounts, now } = parts;
  let kept: { readonly at: number; readonly says: string | null } | null = null;

  async function tls(): Promise<TlsStatus> {
    if (!broker.connected) return null;
    try {
      const parsed = tlsStatus.safeParse(await broker.call("identity.tls", null, askTimeoutMs));
      return parsed.success ? parsed.data : null;
    } catch (error) {
      if (error instanceof Failure) return null; // the watch over the roles says that it is away
      throw error;
    }
  }

  return {
    tls,
    lookAgain() {
      kept = null;
    },
    async says() {
      const at = now();
      if (kept === null || Math.abs(at - kept.at) >= lookMs)
        kept = { at, says: judgeCertificates(await tls(), accounts.countEnding(at + expiringMs), at) };
      return kept.says;
    },
  };
}
