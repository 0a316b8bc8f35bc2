// QoS 2 of one connection: which identifiers are taken, so that a PUBLISH that is sent again is answered again and journaled
// once [MQTT-4.3.3-2]. An identifier is free again with its PUBREL.
//
//   free ──PUBLISH──▶ on its way to the disk ──on disk──▶ answered ──PUBREL──▶ free

export interface ExactlyOnce {
  /** A PUBLISH came. "first": it goes on. "waits": its answer comes with the first one's. "answered": answer it again now. */
  begin(packetId: number): "first" | "waits" | "answered";
  /** The first one is on disk; tells how many more of it wait for an answer. */
  finish(packetId: number): number;
  /** A PUBREL came. False when its PUBLISH was not answered yet: no device could have a reason to send it. */
  release(packetId: number): boolean;
}

export function createExactlyOnce(): ExactlyOnce {
  /** Identifier → how many wait for their answer behind the first; null when it was answered. */
  const taken = new Map<number, number | null>();
  return {
    begin(packetId) {
      const waiting = taken.get(packetId);
      if (waiting === null) return "answered";
      taken.set(packetId, waiting === undefined ? 0 : waiting + 1);
      return waiting === undefined ? "first" : "waits";
    },
    finish(packetId) {
      const waiting = taken.get(packetId);
      if (waiting === undefined || waiting === null) return 0;
      taken.set(packetId, null);
      return waiting;
    },
    release(packetId) {
      if (typeof taken.get(packetId) === "number") return false;
      taken.delete(packetId);
      return true;
    },
  };
}
