// What main and the threads say to each other about a role.

import type { MessagePort } from "node:worker_threads";
import type { Settings } from "#domain/settings.ts";

export const roleNames = ["broker", "ingest", "api"] as const;
export type RoleName = (typeof roleNames)[number];

export interface RoleLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RoleParts {
  readonly log: RoleLog;
}

export interface RunningRole {
  /** Name of a door → host:port. */
  readonly addresses: Readonly<Record<string, string>>;
  /** What main prints or hands on, e.g. the one-time sign-in link. */
  readonly notes: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Given to a thread when it begins. */
export interface ThreadData {
  readonly role: RoleName;
  readonly settings: Settings;
  /** Is history an InfluxDB (then every role opens it), or embedded (then ingest owns it and the api asks)? */
  readonly embeddedHistory: boolean;
  /** Roles that run elsewhere and are dialled over their socket. */
  readonly remote: readonly RoleName[];
  /** Serve this role's socket for roles of other processes. */
  readonly serve: boolean;
  readonly withSimulator: boolean;
}

export type ToThread =
  | { readonly type: "link"; readonly role: RoleName; readonly port: MessagePort }
  | { readonly type: "stop"; readonly deadlineMs: number };

export type FromThread =
  | {
      readonly type: "ready";
      readonly addresses: Readonly<Record<string, string>>;
      readonly notes: Readonly<Record<string, string>>;
    }
  | { readonly type: "failed"; readonly code: string; readonly message: string; readonly hint: string }
  | { readonly type: "stopped" };
