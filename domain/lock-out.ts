// Lock-out: who fails to log in again and again has to wait, longer each time. Pure: the time is an argument. Bounded: past
// its bounds what was longest ago is forgotten. A secret of somebody else cannot lock a device out for good:
//
//   site at address ── 5 failures ──▶ waits 5 s, 10 s … 5 min          forgotten by one a 10 minutes, or by a success
//   address ───────── 100 failures ─▶ the same for all its sites, but for those that were right there before
//   site ──────────── 50 failures ──▶ every address has one try instead of five; an address that never failed is let try
//
// A device that was right from an address is counted apart from strangers there, by its mark (on MQTT the client id).

import { bounds } from "./bounds.ts";

export interface LoginAttempt {
  /** As it was claimed; nobody has checked it. "" when nothing was claimed. */
  readonly site: string;
  readonly address: string;
  /** What tells this device from others behind the same address, e.g. its client id; "" when there is nothing. */
  readonly mark: string;
}

export interface Locked {
  readonly kind: "device" | "address" | "site";
  /** "" for an address. */
  readonly site: string;
  /** "" for a site. */
  readonly address: string;
  readonly failures: number;
  /** Epoch ms; for a site: until when it is at its bound when nothing more happens. */
  readonly until: number;
}

export interface LockOut {
  /** How long this attempt has to wait before it is looked at, ms; 0 = now. */
  waitMs(attempt: LoginAttempt, now: number): number;
  failed(attempt: LoginAttempt, now: number): void;
  succeeded(attempt: LoginAttempt): void;
  /** Who waits now, those that wait longest first. */
  list(now: number): Locked[];
  /** Forgets the failures of a site, of an address, or of one at the other; answers how many counts were forgotten. */
  unlock(whose: { readonly site?: string | undefined; readonly address?: string | undefined }): number;
}

const waitMsMin = 5_000;
export const lockOutMsMax = 5 * 60_000;

interface Kind {
  /** So many failures are free of a wait. */
  readonly free: number;
  /** One failure is forgotten in so many ms. */
  readonly leakMs: number;
}
const kinds = {
  device: { free: 5, leakMs: 10 * 60_000 },
  address: { free: 100, leakMs: 10_000 },
  site: { free: 50, leakMs: 60_000 },
} as const satisfies Record<Locked["kind"], Kind>;
/** Beyond its free ones a count does not grow: what was forgotten must come within reach again. */
const overMax = 10;

interface Count {
  readonly site: string;
  readonly address: string;
  level: number;
  at: number;
  until: number;
}

interface Counts {
  find(key: string): Count | undefined;
  level(key: string, now: number): number;
  add(key: string, site: string, address: string, now: number): void;
  forget(whose: (count: Count) => boolean): number;
  delete(key: string): void;
  all(): Iterable<Count>;
}

function createCounts({ free, leakMs }: Kind): Counts {
  const counts = new Map<string, Count>();
  const levelOf = (count: Count, now: number): number =>
    Math.max(0, count.level - Math.max(0, now - count.at) / leakMs);
  return {
    find: (key) => counts.get(key),
    level(key, now) {
      const count = counts.get(key);
      return count === undefined ? 0 : levelOf(count, now);
    },
    add(key, site, address, now) {
      const known = counts.get(key);
      const level = Math.min(free + overMax, (known === undefined ? 0 : levelOf(known, now)) + 1);
      // Whole failures beyond the free ones: what has leaked since the first one must not make the bound one higher.
      const over = Math.ceil(level) - free;
      const waitMs = over < 0 ? 0 : Math.min(lockOutMsMax, waitMsMin * 2 ** over);
      // Moved to the end: the first ones are those that failed longest ago.
      counts.delete(key);
      makeRoom(counts, bounds.loginFailuresMax);
      counts.set(key, { site, address, level, at: now, until: now + waitMs });
    },
    forget(whose) {
      let forgotten = 0;
      for (const [key, count] of counts) if (whose(count) && counts.delete(key)) forgotten += 1;
      return forgotten;
    },
    delete: (key) => void counts.delete(key),
    all: () => counts.values(),
  };
}

/** Many at once: looking for the first key of a map costs as much as was deleted in front of it. */
function makeRoom(map: Map<string, unknown>, sizeMax: number): void {
  if (map.size < sizeMax) return;
  let left = Math.ceil(sizeMax / 10);
  for (const key of map.keys()) {
    if (left === 0) return;
    map.delete(key);
    left -= 1;
  }
}

export function createLockOut(): LockOut {
  const devices = createCounts(kinds.device);
  const addresses = createCounts(kinds.address);
  const sites = createCounts(kinds.site);
  /** Who was right, from where; the value says nothing. */
  const known = new Map<string, true>();

  const placeOf = ({ site, address }: LoginAttempt): string => `${site}\n${address}`;
  const markOf = (attempt: LoginAttempt): string => `${placeOf(attempt)}\n${attempt.mark}`;
  /** Strangers share the count of their place; who was right there before has one of its own. */
  const keyOf = (attempt: LoginAttempt): string => (known.has(markOf(attempt)) ? markOf(attempt) : placeOf(attempt));

  return {
    waitMs(attempt, now) {
      const key = keyOf(attempt);
      const own = devices.find(key);
      const ownMs = Math.max(0, (own?.until ?? 0) - now);
      if (known.has(markOf(attempt))) return ownMs;
      const address = addresses.find(attempt.address);
      const addressMs = Math.max(0, (address?.until ?? 0) - now);
      const isTight = sites.level(attempt.site, now) >= kinds.site.free;
      const siteMs = isTight && own !== undefined ? Math.max(0, own.at + lockOutMsMax - now) : 0;
      return Math.max(ownMs, addressMs, siteMs);
    },
    failed(attempt, now) {
      const { site, address } = attempt;
      devices.add(keyOf(attempt), site, address, now);
      // The address and the site pay for strangers only: a device with a stale password must not lock out its neighbours.
      if (known.has(markOf(attempt))) return;
      addresses.add(address, "", address, now);
      if (site !== "") sites.add(site, site, "", now);
    },
    succeeded(attempt) {
      devices.delete(keyOf(attempt));
      const mark = markOf(attempt);
      known.delete(mark);
      makeRoom(known, bounds.loginKnownMax);
      known.set(mark, true);
    },
    list(now) {
      const found: Locked[] = [];
      const note = (kind: Locked["kind"], { site, address, level }: Count, until: number): void => {
        if (until > now) found.push({ kind, site, address, failures: Math.ceil(level), until });
      };
      for (const count of devices.all()) note("device", count, count.until);
      for (const count of addresses.all()) note("address", count, count.until);
      for (const count of sites.all())
        note("site", count, count.at + (count.level - kinds.site.free) * kinds.site.leakMs);
      return found.sort((a, b) => b.until - a.until);
    },
    unlock({ site, address }) {
      const isIts = (count: Count): boolean =>
        (site === undefined || count.site === site) && (address === undefined || count.address === address);
      if (site === undefined && address === undefined) return 0;
      const own = devices.forget(isIts);
      return (
        own + (site === undefined ? addresses.forget(isIts) : 0) + (address === undefined ? sites.forget(isIts) : 0)
      );
    },
  };
}

/** One machine may have many IPv6 addresses and one network of them: the first 64 bits tell who it is. */
export function lockOutAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1] ?? address;
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === "" ? [] : tail.split(":");
  const groups = address.includes("::")
    ? [...front, ...Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0"), ...back]
    : front;
  return `${groups.slice(0, 4).join(":")}::/64`;
}
