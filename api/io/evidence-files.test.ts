// Files of evidence on a real disk: whole or not there, and never given out changed.

import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTempDir, type TempDir } from "#test/harness/temp-dir.ts";
import { createEvidenceFiles } from "./evidence-files.ts";

let temp: TempDir;
beforeEach(async () => {
  temp = await createTempDir("evidence");
});
afterEach(() => temp.remove());

const files = (dir = join(temp.path, "evidence")) =>
  createEvidenceFiles({ dir, random: (bytes) => randomBytes(bytes) });
async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
const listAll = (): string[] =>
  readdirSync(temp.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe("a file of evidence", () => {
  it("is kept under the hash of all its pieces, and comes back as it was", async () => {
    const kept = await files().keep(pieces("photo ", "of an ", "outfall"));
    expect(kept).toEqual({ sha256: sha("photo of an outfall"), bytes: 19 });
    expect(Buffer.from((await files().read(kept.sha256)) as Uint8Array).toString()).toBe("photo of an outfall");
    expect(listAll()).toEqual([kept.sha256]);
  });

  it("that breaks off on its way leaves nothing, also nothing from a run that was killed", async () => {
    const store = files();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("half");
      throw new Error("the line went down");
    }
    await expect(store.keep(broken())).rejects.toThrow("the line went down");
    expect(listAll()).toEqual([]);
    mkdirSync(join(temp.path, "evidence", "coming"), { recursive: true });
    writeFileSync(join(temp.path, "evidence", "coming", "left"), "half");
    await files().keep(pieces("whole"));
    expect(listAll()).toEqual([sha("whole")]);
  });

  it("that somebody changed on disk is not given out, and sending it again mends it", async () => {
    const store = files();
    const { sha256 } = await store.keep(pieces("first"));
    writeFileSync(join(temp.path, "evidence", sha256.slice(0, 2), sha256), "fIrst");
    expect(await store.read(sha256)).toBe("damaged");
    await store.keep(pieces("first"));
    expect(Buffer.from((await store.read(sha256)) as Uint8Array).toString()).toBe("first");
  });

  it("that is not there, or whose name is no hash, is missing", async () => {
    expect(await files().read(sha("never"))).toBe("missing");
    expect(await files().read("../../etc/passwd")).toBe("missing");
  });

  it("that the disk does not take is a failure that says what to look at", async () => {
    writeFileSync(join(temp.path, "file"), "");
    await expect(files(join(temp.path, "file", "below")).keep(pieces("x"))).rejects.toMatchObject({
      code: "evidence-write",
      retryable: true,
    });
  });
});
