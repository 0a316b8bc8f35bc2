// What the door saw of its loggers' lines, gathered until it is written into the journal: what is refused at the door never
// becomes a frame and would be told nowhere else. A line with faults is told within a minute, a quiet one four times an hour.
// Pure; time is an argument.

import { type LineFault, type LoggerLine } from "#domain/logger.ts";

export interface LineNotes {
  connected(site: string, address: string, now: number): void;
  disconnected(site: string, now: number): void;
  frame(site: string, address: string, isRepeat: boolean, now: number): void;
  fault(site: string, address: string, fault: LineFault, bytes: Uint8Array, now: number): void;
  lineEnd(site: string, address: string, now: number): void;
  /** What is due to be told, at most `most`; with `all` everything. */
  take(now: number, most: number, all?: boolean): LoggerLine[];
}

interface Note {
  from: number;
  address: string;
  connections: number;
  connectedMs: number;
  /** Open lines now, and since when there is one. */
  lines: number;
  since: number;
  frames: number;
  repeats: number;
  faults: Partial<Record<LineFault, number>>;
  lineEnds: number;
  excerpt: string;
  isUrgent: boolean;
}

const urgentMs = 60_000;
const quietMs = 15 * 60_000;
/** Loggers that are noted one by one; others that come are counted with the nameless ones. */
export const notedMax = 20_000;
const excerptBytes = 80;

/** Bytes before any MN was known. */
export const nameless = "hj212:";

export function createLineNotes(): LineNotes {
  const notes = new Map<string, Note>();

  function noteOf(site: string, address: string, now: number): Note {
    const key = notes.has(site) || notes.size < notedMax ? site : nameless;
    let note = notes.get(key);
    if (note === undefined) {
      note = emptyNote(now);
      notes.set(key, note);
    }
    if (address !== "") note.address = address;
    return note;
  }

  return {
    connected(site, address, now) {
      const note = noteOf(site, address, now);
      note.connections++;
      note.isUrgent = true;
      if (note.lines++ === 0) note.since = now;
    },
    disconnected(site, now) {
      const note = noteOf(site, "", now);
      note.isUrgent = true;
      if (note.lines === 0) return;
      note.lines--;
      if (note.lines === 0) note.connectedMs += Math.max(0, now - note.since);
    },
    frame(site, address, isRepeat, now) {
      const note = noteOf(site, address, now);
      note.frames++;
      if (isRepeat) note.repeats++;
    },
    fault(site, address, fault, bytes, now) {
      const note = noteOf(site, address, now);
      note.faults[fault] = (note.faults[fault] ?? 0) + 1;
      note.isUrgent = true;
      if (bytes.length > 0) note.excerpt = showBytes(bytes);
    },
    lineEnd(site, address, now) {
      noteOf(site, address, now).lineEnds++;
    },
    take(now, most, all = false) {
      const taken: LoggerLine[] = [];
      for (const [site, note] of notes) {
        if (taken.length >= most) break;
        const age = now - note.from;
        if (!all && age < (note.isUrgent ? urgentMs : quietMs)) continue;
        const connectedMs = note.connectedMs + (note.lines > 0 ? Math.max(0, now - note.since) : 0);
        const { from, address, connections, frames, repeats, faults, lineEnds, excerpt, lines } = note;
        taken.push({
          site,
          from,
          to: now,
          address,
          connections,
          connectedMs,
          frames,
          repeats,
          faults,
          lineEnds,
          excerpt,
        });
        if (lines === 0) notes.delete(site);
        else notes.set(site, { ...emptyNote(now), address, lines });
      }
      return taken;
    },
  };
}

function emptyNote(now: number): Note {
  return {
    from: now,
    address: "",
    connections: 0,
    connectedMs: 0,
    lines: 0,
    since: now,
    frames: 0,
    repeats: 0,
    faults: {},
    lineEnds: 0,
    excerpt: "",
    isUrgent: false,
  };
}

/** As text that any screen can show: what is not printable ASCII is a dot. */
function showBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes.subarray(0, excerptBytes))
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".";
  return text;
}
