// The log: JSON lines for machines, readable lines for a terminal. Every thread writes to the same file descriptor at once
// and in whole lines.

import { pino, type Logger } from "pino";
import pretty from "pino-pretty";
import type { LogLevel } from "#domain/settings.ts";

export function createLog(level: LogLevel, role: string): Logger {
  const options = {
    level,
    base: { role },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (!process.stdout.isTTY && process.env["PLUMELINE_TTY"] !== "1")
    return pino(options, pino.destination({ dest: 1, sync: true }));
  // Threads do not see the terminal; the main thread tells them.
  process.env["PLUMELINE_TTY"] = "1";
  return pino(
    options,
    pretty({ destination: 1, sync: true, ignore: "pid,hostname,role", translateTime: "SYS:HH:MM:ss" }),
  );
}
