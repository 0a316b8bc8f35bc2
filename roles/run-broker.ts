// The broker role with its real parts: journal files, the accounts file for logins, sockets.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Settings } from "#domain/settings.ts";
import { dayMs } from "#domain/time.ts";
import { type BrokerParts, createBroker } from "#broker/broker.ts";
import { openUpstreamSession } from "#broker/io/upstream-session.ts";
import { createDoorCertificates } from "#broker/io/tls.ts";
import { readConsumed } from "#store/journal/consumed.ts";
import { readPosition } from "#store/journal/position.ts";
import { createFileJournal } from "#store/journal/file-journal.ts";
import type { Rpc } from "#store/link/link.ts";
import { openAuthority } from "#store/state/authority.ts";
import { createDeviceDoor } from "#store/state/device-door.ts";
import type { RoleParts, RunningRole } from "./role.ts";

export async function runBroker(
  parts: RoleParts & { readonly settings: Settings; readonly rpc: Rpc },
): Promise<RunningRole> {
  const { settings, log, rpc } = parts;
  const door = createDeviceDoor({ file: join(settings.dataDir, "accounts.sqlite") });
  const broker = createBroker({
    settings,
    journal: createFileJournal({
      dir: join(settings.dataDir, "journal"),
      bytesMax: settings.journalBytesMax,
      consumedSeq: () => readConsumed(settings.dataDir),
      archiveMsMax: settings.journalArchiveDays === null ? null : settings.journalArchiveDays * dayMs,
      now: Date.now,
      log,
    }),
    loggers: { findLogger: (mn) => door.findLogger(mn) },
    login: {
      verify: (site, password) => door.verifyDevice(site, password),
      isReady: () => door.isReady(),
      findCertificate: (serial) => door.findCertificate(serial),
    },
    certificates: certificatesOf(settings, log),
    takeRevoked: () => door.takeRevoked(),
    edgeNodes: { findEdgeNode: (site) => door.findEdgeNode(site) },
    upstream: upstreamOf(settings),
    position: () => readPosition(settings.dataDir),
    rpc,
    now: Date.now,
    random: randomBytes,
    log,
  });
  const addresses = await broker.start();
  return {
    addresses,
    notes: {},
    async stop() {
      await broker.stop();
      door.close();
    },
  };
}

/** Without a TLS door there is no authority either, until the api needs one. */
function certificatesOf({ tls, dataDir }: Settings, log: RoleParts["log"]): BrokerParts["certificates"] {
  if (tls.mqttsListen === null && tls.hj212sListen === null) return null;
  const authority = openAuthority({ dir: join(dataDir, "ca"), now: Date.now, random: randomBytes });
  return createDoorCertificates({ settings: tls, authority, now: Date.now, log });
}

function upstreamOf({ upstream, dataDir }: Settings): BrokerParts["upstream"] {
  if (upstream === null) return null;
  const file = join(dataDir, "upstream.json");
  return { settings: upstream, session: openUpstreamSession(file, upstream.clientId, randomBytes) };
}
