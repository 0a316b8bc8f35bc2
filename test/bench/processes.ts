// What a running program costs: processor time and memory of it and its children, as /proc tells (Linux). Threads are in it.

import { readdirSync, readFileSync } from "node:fs";

export interface Usage {
  /** User and system time since the processes began, of children that have ended too. */
  readonly cpuSeconds: number;
  /** Of that, the database server's. */
  readonly influxdCpuSeconds: number;
  readonly rssMiB: number;
  readonly influxdRssMiB: number;
}

/** sysconf(_SC_CLK_TCK) on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface Process {
  readonly parent: number;
  readonly name: string;
  readonly ticks: number;
}

/** null when it has ended. */
function readProcess(pid: number): Process | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in parentheses and may contain anything.
    const end = text.lastIndexOf(")");
    const fields = text.slice(end + 2).split(" ");
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
    return { parent: Number(fields[1]), name: text.slice(text.indexOf("(") + 1, end), ticks };
  } catch {
    return null;
  }
}

function readRssMiB(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has ended
  }
}

/** The process, its children, theirs, and so on. */
function listTree(root: number): Map<number, Process> {
  const all = new Map<number, Process>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const found = Number.isInteger(pid) ? readProcess(pid) : null;
    if (found !== null) all.set(pid, found);
  }
  const isBelow = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  return new Map([...all].filter(([pid]) => isBelow(pid)));
}

export function readUsage(pid: number): Usage {
  let [cpu, influxdCpu, rss, influxdRss] = [0, 0, 0, 0];
  for (const [each, { name, ticks }] of listTree(pid)) {
    const mib = readRssMiB(each);
    cpu += ticks / ticksPerSecond;
    rss += mib;
    if (name.startsWith("influxd")) {
      influxdCpu += ticks / ticksPerSecond;
      influxdRss += mib;
    }
  }
  return { cpuSeconds: cpu, influxdCpuSeconds: influxdCpu, rssMiB: rss, influxdRssMiB: influxdRss };
}

export interface MemoryWatch {
  /** The most that was seen since the beginning. */
  stop(): Pick<Usage, "rssMiB" | "influxdRssMiB">;
}

/** Looks twice a second. */
export function watchMemory(pid: number): MemoryWatch {
  let most = readUsage(pid);
  const look = (): void => {
    const now = readUsage(pid);
    if (now.rssMiB > most.rssMiB) most = now;
  };
  const timer = setInterval(look, 500);
  return {
    stop() {
      clearInterval(timer);
      look();
      return { rssMiB: most.rssMiB, influxdRssMiB: most.influxdRssMiB };
    },
  };
}
