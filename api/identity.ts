// Devices' identity as the api serves it: the authority, decisions about it in the journal, and what the broker says of those
// whom it turned away. No secret of it enters the journal: serial numbers and names do.

import * as z from "zod";
import type { CommandEnvelope, IdentityEvent } from "#domain/command.ts";
import { Failure } from "#domain/failure.ts";
import { channels, doors, entryKinds } from "#domain/frame.ts";
import { createLockOut, type LockOut, lockOutAddress } from "#domain/lock-out.ts";
import { createRefusedList, type RefusedList } from "#domain/refused.ts";
import type { Authority } from "#store/state/authority.ts";
import { type CertificateWatch, createCertificateWatch } from "./certificate-watch.ts";
import type { ApiParts } from "./parts.ts";
import type { Journal } from "./commands.ts";

const askTimeoutMs = 2_000;

const refusedRow = z.object({
  reason: z.string(),
  site: z.string().nullable(),
  address: z.string(),
  door: z.string(),
  count: z.number(),
  firstAt: z.number(),
  lastAt: z.number(),
  detail: z.string(),
});
const refusedAnswer = z.object({ items: z.array(refusedRow), forgotten: z.number() });

const lockedAnswer = z.array(
  z.object({
    kind: z.enum(["device", "address", "site"]),
    site: z.string(),
    address: z.string(),
    failures: z.number(),
    until: z.number(),
  }),
);

export interface DeviceIdentity {
  readonly authority: () => Authority;
  readonly certificates: CertificateWatch;
  /** Of provisioning: the broker has its own. */
  readonly lockOut: LockOut;
  readonly refusedHere: RefusedList;
  /** Who was turned away lately, at the broker. Throws Failure when it does not answer. */
  refused(): Promise<z.output<typeof refusedAnswer>>;
  locked(): Promise<z.output<typeof lockedAnswer>>;
  /** Answers how many counts were forgotten, here and at the broker. */
  unlock(whose: { readonly site?: string; readonly address?: string }): Promise<number>;
  /** The same for a site that got a new secret; a broker that is away has nothing to forget. */
  forgive(site: string): Promise<void>;
  /** Tells the broker that something was revoked; answers how many connections it has ended, null when it is away. */
  endRevoked(): Promise<number | null>;
  /** Into the journal, for the audit. Throws Problem "journal-unavailable". */
  note(actor: string, site: string, event: IdentityEvent, detail: string): Promise<void>;
}

export function createDeviceIdentity(
  parts: Pick<ApiParts, "broker" | "accounts" | "authority" | "now" | "random"> & { readonly journal: Journal },
): DeviceIdentity {
  const { accounts, authority, broker, journal, now, random } = parts;
  const lockOut = createLockOut();

  async function ask<T>(method: string, argument: unknown, schema: z.ZodType<T>): Promise<T> {
    const parsed = schema.safeParse(await broker.call(method, argument, askTimeoutMs));
    if (parsed.success) return parsed.data;
    throw new Failure("broker-answer", `the broker role answers ${method} in another form`, { retryable: true });
  }

  async function askOrNull<T>(method: string, argument: unknown, schema: z.ZodType<T>): Promise<T | null> {
    try {
      return await ask(method, argument, schema);
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  return {
    authority,
    certificates: createCertificateWatch({ broker, accounts, now }),
    lockOut,
    refusedHere: createRefusedList(),
    refused: () => ask("identity.refused", null, refusedAnswer),
    locked: () => ask("identity.locked", null, lockedAnswer),
    unlock: async ({ site, address }) =>
      lockOut.unlock({ site, address: address === undefined ? undefined : lockOutAddress(address) }) +
      (await ask("identity.unlock", { site, address }, z.number())),
    async forgive(site) {
      await askOrNull("identity.unlock", { site }, z.number());
    },
    endRevoked: () => askOrNull("identity.look", null, z.number()),
    async note(actor, site, event, detail) {
      const id = Buffer.from(random(16)).toString("base64url");
      const envelope: CommandEnvelope = { id, actor, command: { type: "identity.note", site, event, detail } };
      const payload = new TextEncoder().encode(JSON.stringify(envelope));
      const place = { kind: entryKinds.command, door: doors.none, channel: channels.none, promised: true } as const;
      await journal.append({ ...place, receivedAt: now(), source: actor, payload });
    },
  };
}
