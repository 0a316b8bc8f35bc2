// Channels and contacts in the accounts file: versions, and a file that only its owner reads.

import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Accounts, createAccounts } from "#store/state/accounts.ts";
import { createTempDir } from "../harness/temp-dir.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openBook(): Promise<{ readonly file: string; readonly accounts: Accounts; again(): Promise<Accounts> }> {
  const dir = await createTempDir("accounts");
  closing.push(() => dir.remove());
  const file = join(dir.path, "accounts.sqlite");
  async function again(): Promise<Accounts> {
    const accounts = createAccounts({ file, now: () => 1_000, random: (bytes) => randomBytes(bytes) });
    await accounts.start();
    closing.push(() => accounts.stop());
    return accounts;
  }
  return { file, accounts: await again(), again };
}

const channel = {
  id: "post",
  kind: "mail",
  name: "post",
  enabled: true,
  settings: { host: "mail.example.cn" },
  secrets: { password: "p" },
  changedBy: "admin",
} as const;
const contact = {
  id: "li",
  name: "Li",
  enterprise: null,
  language: "zh",
  addresses: [{ channel: "post", to: "li@example.cn" }],
  changedBy: "admin",
} as const;

describe("channels and contacts in the accounts file", () => {
  it("are kept with their secrets over a restart, by id, in a file that nobody else may read", async () => {
    const { accounts, again, file } = await openBook();
    expect([accounts.putChannel(channel, 0), accounts.putContact(contact, 0)]).toEqual([true, true]);
    const later = await again();
    expect(later.channel("post")).toEqual({ ...channel, version: 1, changedAt: 1_000 });
    expect(later.contacts()).toEqual([{ ...contact, version: 1, changedAt: 1_000 }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("are changed and removed only from the version that was looked at", async () => {
    const { accounts } = await openBook();
    expect([accounts.putChannel(channel, 1), accounts.putChannel(channel, 0), accounts.putChannel(channel, 0)]).toEqual(
      [false, true, false],
    );
    expect(accounts.putChannel({ ...channel, enabled: false }, 1)).toBe(true);
    expect(accounts.channels().map(({ version, enabled }) => [version, enabled])).toEqual([[2, false]]);
    expect([accounts.removeChannel("post", 1), accounts.removeChannel("post", 2), accounts.channel("post")]).toEqual([
      false,
      true,
      null,
    ]);
    accounts.putContact(contact, 0);
    expect([accounts.removeContact("li", 9), accounts.removeContact("li", 1), accounts.contact("li")]).toEqual([
      false,
      true,
      null,
    ]);
  });
});
