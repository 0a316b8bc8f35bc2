// What a host application says under spBv1.0/STATE/{host}: JSON with `online` and a time. Edge nodes that wait for their host
// look at it. The older form, the bare words ONLINE and OFFLINE, carries no time and is not read.

export interface HostState {
  readonly online: boolean;
  /** Epoch ms. */
  readonly timestamp: number;
}

/** Null when it is no such text. */
export function parseHostState(text: string): HostState | null {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== "object" || json === null || !("online" in json) || !("timestamp" in json)) return null;
    const { online, timestamp } = json;
    return typeof online === "boolean" && typeof timestamp === "number" ? { online, timestamp } : null;
  } catch {
    // No JSON.
    return null;
  }
}

export function formatHostState({ online, timestamp }: HostState): string {
  return JSON.stringify({ online, timestamp });
}
