// The parts of the world that a fault bends: a disk that can be made full, and a clock that can be made to jump. Where the
// machine does not allow one of them (no root, no libfaketime), it is null and the run says so.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Disk {
  /** Nothing more fits from now on, apart from what has its blocks already. */
  fill(): void;
  free(): void;
  unmount(): void;
}

const roomy = "4g";

/** A small file system in memory at `dir`; only root may do this. */
export function mountDisk(dir: string): Disk | null {
  mkdirSync(dir, { recursive: true });
  const mount = (options: string): void => {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "plumeline-torture", dir], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  };
  if (process.getuid?.() !== 0) return null;
  try {
    mount(`size=${roomy},mode=0750`);
  } catch {
    return null; // root in a container that may not mount
  }
  const unmount = (): void => {
    process.off("exit", unmount);
    execFileSync("umount", ["-l", dir], { stdio: "ignore" });
  };
  // A run that is broken off leaves no mount behind.
  process.once("exit", unmount);
  return {
    fill() {
      const { blocks, bfree, bsize } = statfsSync(dir);
      mount(`remount,size=${(blocks - bfree) * bsize}`);
    },
    free: () => mount(`remount,size=${roomy}`),
    unmount,
  };
}

export interface Clock {
  readonly env: Readonly<Record<string, string>>;
  /** Seconds between the clock of the system and ours; running programs notice within a second. */
  shift(seconds: number): void;
}

function findFaketime(): string | null {
  for (const folder of ["/usr/lib", "/usr/lib64"].filter((each) => existsSync(each))) {
    for (const name of ["", ...readdirSync(folder)]) {
      const path = join(folder, name, "faketime", "libfaketime.so.1");
      if (existsSync(path)) return path;
    }
  }
  return null;
}

/** The wall clock by libfaketime; the monotonic clock is left alone, as it is when somebody sets a real clock. */
export function createClock(folder: string): Clock | null {
  const library = findFaketime();
  if (library === null) return null;
  const file = join(folder, "clock");
  writeFileSync(file, "+0\n");
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      FAKETIME_CACHE_DURATION: "1",
      NO_FAKE_STAT: "1",
    },
    shift: (seconds) => writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds}\n`),
  };
}
