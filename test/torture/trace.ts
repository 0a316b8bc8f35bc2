// Reads what strace saw of the running system and finds every acknowledgement that left before its frame was on disk.
//
//   openat(…segment, O_DSYNC) = fd      pwrite64(fd, …"t-7-"…) = n   ◀── on disk when this call has returned
//                                        write(socket, PUBACK 7)      ◀── may begin only after that
//
// Assumes strace -f -y with whole strings, and devices whose frame numbers are their message ids. Pure: text in, findings out.

export interface TraceReport {
  /** Acknowledgements seen: message ids, in order. */
  readonly acknowledged: readonly number[];
  readonly early: readonly string[];
  /** Journal writes seen. */
  readonly writes: number;
}

interface Call {
  readonly name: string;
  /** Everything between the brackets. */
  readonly text: string;
}

const started = /^(\d+)\s+(\w+)\((.*?)(?: <unfinished \.\.\.>|\)\s+= (-?\d+|\?).*)$/;
const resumed = /^(\d+)\s+<\.\.\. (\w+) resumed>(.*)\)\s+= (-?\d+|\?).*$/;
const segment = /^(\d+)<[^>]*\/journal\/(?:\d{16}\.plj|spare)>/;
const frameId = /t-(\d+)-/g;

/** strace's "\x40\x02" or "@\2\0\7" as bytes. */
function unescape(text: string): Buffer {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c !== "\\") {
      bytes.push(c.charCodeAt(0));
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1, i + 4))?.[0];
    if (octal === undefined) {
      const next = text[++i] ?? "";
      bytes.push({ n: 10, t: 9, r: 13, v: 11, f: 12 }[next] ?? next.charCodeAt(0));
    } else {
      bytes.push(Number.parseInt(octal, 8));
      i += octal.length;
    }
  }
  return Buffer.from(bytes);
}

/** The bytes of every string in the arguments, one after the other (writev has several). */
function dataOf(call: Call): Buffer {
  return Buffer.concat([...call.text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => unescape(text)));
}

/** Message ids of the PUBACK and PUBREC packets in what is written to an MQTT connection. */
function readAcknowledgements(bytes: Buffer): number[] {
  const ids: number[] = [];
  for (let at = 0; at + 2 <= bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
    const type = (bytes[at] ?? 0) >> 4;
    if ((type === 4 || type === 5) && bytes[at + 1] === 2) ids.push(bytes.readUInt16BE(at + 2));
  }
  return ids;
}

/** `mqttPort`: connections from this port on are the devices' own. HTTP acknowledgements carry their frame's number. */
export function checkTrace(trace: string, mqttPort: number): TraceReport {
  const unfinished = new Map<string, Call>();
  /** Descriptors of segments that were opened so that a write returns when the bytes are on disk. */
  const synced = new Set<string>();
  /** Frames on disk; frames that were written and wait for a sync of their descriptor. */
  const durable = new Set<number>();
  const waiting = new Map<string, number[]>();
  const acknowledged: number[] = [];
  const early: string[] = [];
  let writes = 0;

  function begin(call: Call): void {
    if (call.name !== "write" && call.name !== "writev" && call.name !== "sendto" && call.name !== "sendmsg") return;
    if (!call.text.includes(`127.0.0.1:${mqttPort}->`)) return;
    for (const id of readAcknowledgements(dataOf(call))) {
      acknowledged.push(id);
      if (!durable.has(id)) early.push(`frame ${id} was acknowledged before it was on disk`);
    }
  }

  function end(call: Call, result: number): void {
    if (result < 0) return;
    if (call.name === "openat" && /\/journal\/(?:\d{16}\.plj|spare)"/.test(call.text)) {
      if (/O_D?SYNC/.test(call.text)) synced.add(String(result));
      else synced.delete(String(result));
      return;
    }
    const fd = segment.exec(call.text)?.[1];
    if (fd === undefined) return;
    if (call.name === "pwrite64" || call.name === "write" || call.name === "writev") {
      const ids = [...dataOf(call).toString("latin1").matchAll(frameId)].map(([, id]) => Number(id));
      if (ids.length > 0) writes++;
      if (synced.has(fd)) for (const id of ids) durable.add(id);
      else waiting.set(fd, [...(waiting.get(fd) ?? []), ...ids]);
    } else if (call.name === "fdatasync" || call.name === "fsync") {
      for (const id of waiting.get(fd) ?? []) durable.add(id);
      waiting.delete(fd);
    }
  }

  for (const line of trace.split("\n")) {
    const again = resumed.exec(line);
    if (again !== null) {
      const [, thread = "", name = "", rest = "", result = ""] = again;
      const first = unfinished.get(thread);
      unfinished.delete(thread);
      if (first?.name === name) end({ name, text: first.text + rest }, Number(result));
      continue;
    }
    const found = started.exec(line);
    if (found === null) continue;
    const [, thread = "", name = "", text = "", result] = found;
    begin({ name, text });
    if (result === undefined) unfinished.set(thread, { name, text });
    else end({ name, text }, Number(result));
  }
  return { acknowledged, early, writes };
}
