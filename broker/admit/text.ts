// Text in MQTT packets: bytes into a string, or into null when they are no text that MQTT allows [MQTT-1.5.3-1, -2, -3].
// A lenient decoder would turn different broken names into the same one.

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function readText(bytes: Uint8Array): string | null {
  try {
    const text = strict.decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    // The decoder says by throwing that this is no UTF-8; encoded surrogates are none.
    return null;
  }
}

/** Reads the fields of a packet's body one behind the other; every answer is null when the body ends before the field. */
export interface FieldReader {
  byte(): number | null;
  uint16(): number | null;
  /** Bytes with their length in front. */
  field(): Uint8Array | null;
  readonly left: number;
}

export function createFieldReader(body: Uint8Array): FieldReader {
  let at = 0;
  const uint16 = (): number | null => {
    if (at + 2 > body.length) return null;
    at += 2;
    return ((body[at - 2] ?? 0) << 8) | (body[at - 1] ?? 0);
  };
  return {
    byte: () => (at < body.length ? (body[at++] ?? null) : null),
    uint16,
    field() {
      const length = uint16();
      if (length === null || at + length > body.length) return null;
      at += length;
      return body.subarray(at - length, at);
    },
    get left() {
      return body.length - at;
    },
  };
}
