// Who is let in, who is not, and who has to wait: the lock-out of all doors, the list of those turned away lately, the TLS
// doors, and the ends of connections whose certificate has ended or was revoked. The api asks about it over its link.

import type { Socket } from "node:net";
import { type Door, doorNames, doors } from "#domain/frame.ts";
import { createLockOut, type LockOut, lockOutAddress } from "#domain/lock-out.ts";
import { createRefusedList } from "#domain/refused.ts";
import type { TlsSettings } from "#domain/tls.ts";
import type { Rpc } from "#store/link/link.ts";
import { judgeAgain } from "./admit/certificate.ts";
import type { BrokerRefusal } from "./admit/refusal.ts";
import type { BrokerMetrics } from "./io/metrics.ts";
import type { MqttDoor } from "./io/mqtt-door.ts";
import type { DoorCertificates } from "./io/tls.ts";
import { createTlsDoor, type TlsDoor } from "./io/tls-door.ts";

export interface NotedRefusal {
  readonly reason: BrokerRefusal;
  readonly site: string | null;
  readonly address: string;
  readonly door: Door;
  readonly detail: string;
}

export interface Identity {
  readonly lockOut: LockOut;
  /** Remembers who was turned away; counting it is up to the door. */
  note(refusal: NotedRefusal): void;
  /** Opens the TLS doors that are set up; answers where they listen. Throws Failure "listen". */
  start(doors: { readonly mqtt: MqttDoor; readonly hj212: (socket: Socket) => void }): Promise<Record<string, string>>;
  serveApi(rpc: Rpc): void;
  /** Ends what is open with a certificate that does not count any more; to be called about once a second. */
  look(): void;
  close(): void;
  destroy(): void;
}

export interface IdentityParts {
  readonly settings: Pick<TlsSettings, "mqttsListen" | "hj212sListen">;
  /** Null when no TLS door is set up. */
  readonly certificates: DoorCertificates | null;
  /** Serial numbers that were revoked since this was asked last. */
  readonly takeRevoked: () => readonly string[];
  readonly metrics: BrokerMetrics;
  readonly now: () => number;
}

export function createIdentity(parts: IdentityParts): Identity {
  const { settings, certificates, metrics, now } = parts;
  const lockOut = createLockOut();
  const refused = createRefusedList();
  const tlsDoors: TlsDoor[] = [];
  let mqtt: MqttDoor | null = null;
  metrics.lockedOut(() => lockOut.list(now()).length);

  function note({ reason, site, address, door, detail }: NotedRefusal): void {
    refused.note({ reason, site, address, door: doorNames[door], detail }, now());
  }

  function turnAway(door: Door) {
    return (reason: BrokerRefusal, detail: string, address: string): void => {
      metrics.refused(reason);
      note({ reason, site: null, address, door, detail });
    };
  }

  /** Answers how many connections were ended. */
  function look(): number {
    if (mqtt === null || certificates === null) return 0;
    const revoked = new Set(parts.takeRevoked());
    const at = now();
    return mqtt.endCertified((shown) => {
      if (shown.own && revoked.has(shown.serial))
        return { reason: "certificate-revoked", detail: `serial ${shown.serial}` };
      const again = judgeAgain(shown, at);
      return again.ok ? null : again;
    });
  }

  return {
    lockOut,
    note,
    async start({ mqtt: mqttDoor, hj212 }) {
      const addresses: Record<string, string> = {};
      if (certificates === null) return addresses;
      mqtt = mqttDoor;
      // What was revoked before the start is asked at every login.
      parts.takeRevoked();
      certificates.start();
      if (settings.mqttsListen !== null) {
        const door = createTlsDoor({
          certificates,
          onRefused: turnAway(doors.mqtts),
          onSocket: (socket, certificate) =>
            mqttDoor.handle(socket, doors.mqtts, { address: socket.remoteAddress ?? "", certificate }),
        });
        tlsDoors.push(door);
        addresses["mqtts"] = await door.start(settings.mqttsListen, "MQTTS_LISTEN");
      }
      if (settings.hj212sListen !== null) {
        const onRefused = turnAway(doors.hj212s);
        const door = createTlsDoor({
          certificates,
          onRefused,
          onSocket(socket, certificate) {
            if (certificate === null || certificate.ok) {
              hj212(socket);
              return;
            }
            // The protocol behind has no word for it.
            metrics.refused(certificate.reason);
            note({ ...certificate, address: socket.remoteAddress ?? "", door: doors.hj212s });
            socket.destroy();
          },
        });
        tlsDoors.push(door);
        addresses["hj212s"] = await door.start(settings.hj212sListen, "HJ212S_LISTEN");
      }
      return addresses;
    },
    serveApi(rpc) {
      rpc.handle("identity.refused", () => ({ items: refused.list(), forgotten: refused.forgotten }));
      rpc.handle("identity.locked", () => lockOut.list(now()));
      rpc.handle("identity.unlock", (whose) => {
        const { site, address } = whose as {
          readonly site?: string | undefined;
          readonly address?: string | undefined;
        };
        return lockOut.unlock({ site, address: address === undefined ? undefined : lockOutAddress(address) });
      });
      rpc.handle("identity.look", () => look());
      rpc.handle("identity.tls", () => certificates?.status() ?? null);
    },
    look: () => void look(),
    close() {
      certificates?.stop();
      for (const door of tlsDoors) door.close();
    },
    destroy() {
      for (const door of tlsDoors) door.destroy();
    },
  };
}
