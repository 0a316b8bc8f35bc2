// Watches the bytes of one MQTT connection and finds packets that are too large before they are gathered in memory: the
// packet parser itself would buffer up to 256 MB. Looks at fixed headers only [MQTT-3.1.1 2.2]. Pure.

export interface PacketSizeWatch {
  /** False as soon as a packet announces more than the bound, or a length that MQTT does not allow. */
  accept(chunk: Uint8Array): boolean;
}

export function createPacketSizeWatch(packetBytesMax: number): PacketSizeWatch {
  /** Bytes of the current packet that are still to come and not of interest. */
  let skip = 0;
  /** -1: the next byte is a packet type; otherwise how many length bytes were read. */
  let lengthBytes = -1;
  let length = 0;
  return {
    accept(chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (skip > 0) {
          const step = Math.min(skip, chunk.length - at);
          skip -= step;
          at += step;
          continue;
        }
        const byte = chunk[at++] ?? 0;
        if (lengthBytes < 0) {
          lengthBytes = 0;
          length = 0;
          continue;
        }
        length += (byte & 0x7f) * 128 ** lengthBytes;
        lengthBytes++;
        if (length > packetBytesMax || (lengthBytes === 4 && byte >= 0x80)) return false;
        if (byte < 0x80) {
          skip = length;
          lengthBytes = -1;
        }
      }
      return true;
    },
  };
}
