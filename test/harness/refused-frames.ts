// Frames in the journal before the program begins, as a broker of an earlier day left them; and people with other roles than
// admin. For tests that need what no door lets in: a frame of a site that is not registered (yet).

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { channels, doors, entryKinds } from "#domain/frame.ts";
import { createFileJournal } from "#store/journal/file-journal.ts";
import { createAccounts, type Role } from "#store/state/accounts.ts";
import { createSilentLog } from "./silent-log.ts";

export interface JournaledFrame {
  readonly site: string;
  readonly receivedAt: number;
  readonly payload: Buffer;
}

/** Appends the frames to the journal of a data folder that nobody uses now. */
export async function journalFrames(dataDir: string, frames: readonly JournaledFrame[]): Promise<void> {
  const dir = join(dataDir, "journal");
  const journal = createFileJournal({ dir, bytesMax: null, now: Date.now, log: createSilentLog() });
  await journal.start();
  const places = frames.map(
    ({ site, receivedAt, payload }) =>
      new Promise<number>((done, fail) => {
        const append = journal.append.bind(journal, entryKinds.frame, doors.mqtt, channels.readings, true);
        append(receivedAt, site, payload, (failure, seq) => (failure === null ? done(seq) : fail(failure)));
      }),
  );
  await Promise.all(places);
  await journal.stop();
}

/** A person of this role; the password is the user name with " password" behind it. */
export async function addUser(dataDir: string, username: string, role: Role): Promise<void> {
  const file = join(dataDir, "accounts.sqlite");
  const accounts = createAccounts({ file, now: Date.now, random: (bytes) => randomBytes(bytes) });
  await accounts.start();
  await accounts.putUser({ username, displayName: username, role }, `${username} password`);
  await accounts.stop();
}
