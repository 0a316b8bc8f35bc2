// Files of evidence below DATA_DIR/evidence, each under its SHA-256: xx/<hash>. Written beside, hashed while it comes, made durable,
// then put in its place: a file that has its name is whole. Read back, it is hashed again before a byte of it is given out.
// Nothing here is ever removed but what never got its name.

import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#domain/failure.ts";

export interface KeptEvidence {
  readonly sha256: string;
  readonly bytes: number;
}

export interface EvidenceFiles {
  /** Throws what `pieces` throws, and Failure "evidence-write"; then nothing is kept. */
  keep(pieces: AsyncIterable<Uint8Array>): Promise<KeptEvidence>;
  /** "missing": there is no such file; "damaged": its bytes are not those that were captured. */
  read(sha256: string): Promise<Uint8Array | "missing" | "damaged">;
}

interface Parts {
  readonly dir: string;
  readonly random: (bytes: number) => Uint8Array;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function createEvidenceFiles({ dir, random }: Parts): EvidenceFiles {
  const coming = join(dir, "coming");
  let prepared: Promise<void> | null = null;

  /** What a crash left half is no evidence: nobody was told that it is kept. */
  async function prepare(): Promise<void> {
    await rm(coming, { recursive: true, force: true });
    await mkdir(coming, { recursive: true, mode: 0o750 });
  }

  async function write(path: string, pieces: AsyncIterable<Uint8Array>): Promise<KeptEvidence> {
    const hash = createHash("sha256");
    let bytes = 0;
    const handle = await open(path, "wx", 0o640);
    try {
      for await (const piece of pieces) {
        hash.update(piece);
        bytes += piece.length;
        await handle.write(piece);
      }
      await handle.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return { sha256: hash.digest("hex"), bytes };
  }

  async function putInPlace(path: string, { sha256 }: KeptEvidence): Promise<void> {
    const folder = join(dir, sha256.slice(0, 2));
    const place = join(folder, sha256);
    const isNew = (await mkdir(folder, { recursive: true, mode: 0o750 })) !== undefined;
    // The same bytes again take the place of themselves: a damaged copy is mended by it.
    await rename(path, place);
    await syncFolder(folder);
    if (isNew) await syncFolder(dir);
  }

  return {
    async keep(pieces) {
      prepared ??= prepare().catch((error: unknown) => {
        prepared = null;
        throw error;
      });
      const path = join(coming, Buffer.from(random(16)).toString("hex"));
      try {
        await prepared;
        const kept = await write(path, pieces);
        await putInPlace(path, kept);
        return kept;
      } catch (error) {
        if (!(error instanceof Error && "syscall" in error)) throw error;
        throw new Failure("evidence-write", "the evidence could not be kept", {
          retryable: true,
          hint: "check free space and the permissions of DATA_DIR/evidence, then send the file again",
          cause: error,
        });
      }
    },
    async read(sha256) {
      if (!/^[0-9a-f]{64}$/.test(sha256)) return "missing";
      const place = join(dir, sha256.slice(0, 2), sha256);
      try {
        const bytes = await readFile(place);
        return createHash("sha256").update(bytes).digest("hex") === sha256 ? bytes : "damaged";
      } catch (error) {
        if (hasCode(error, "ENOENT")) return "missing";
        throw error;
      }
    },
  };
}
