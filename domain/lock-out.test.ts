// Lock-out: who waits, for how long, and who never waits because of somebody else.

import { describe, expect, it } from "vitest";
import { bounds } from "./bounds.ts";
import { createLockOut, lockOutAddress, type LockOut, lockOutMsMax, type LoginAttempt } from "./lock-out.ts";
import { createRefusedList } from "./refused.ts";

const begin = 1_795_000_000_000;
const from = (address: string, site = "A", mark = ""): LoginAttempt => ({ site, address, mark });

function failTimes(lock: LockOut, attempt: LoginAttempt, times: number, now = begin): void {
  for (let i = 0; i < times; i++) lock.failed(attempt, now);
}

describe("a device with a wrong password", () => {
  it("may try five times, then waits twice as long each time, five minutes at most", () => {
    const lock = createLockOut();
    failTimes(lock, from("a"), 4);
    expect(lock.waitMs(from("a"), begin)).toBe(0);
    lock.failed(from("a"), begin);
    expect(lock.waitMs(from("a"), begin)).toBe(5_000);
    const waits: number[] = [];
    let now = begin;
    for (let i = 0; i < 9; i++) {
      now += lock.waitMs(from("a"), now);
      lock.failed(from("a"), now);
      waits.push(lock.waitMs(from("a"), now) / 1000);
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300]);
    expect(lock.waitMs(from("a"), now + lockOutMsMax)).toBe(0);
  });

  it("is forgiven by a success, by time, and by an administrator", () => {
    const lock = createLockOut();
    failTimes(lock, from("a"), 5);
    lock.succeeded(from("a"));
    lock.failed(from("a"), begin + 5_000);
    expect(lock.waitMs(from("a"), begin + 5_000)).toBe(0);
    failTimes(lock, from("b"), 5);
    expect(lock.unlock({ site: "B" })).toBe(0);
    expect(lock.unlock({ site: "A", address: "b" })).toBe(1);
    expect(lock.waitMs(from("b"), begin)).toBe(0);
    failTimes(lock, from("c"), 5);
    const later = begin + 60 * 60_000;
    lock.failed(from("c"), later);
    expect(lock.waitMs(from("c"), later)).toBe(0);
    expect(lock.unlock({})).toBe(0);
  });

  it("is listed with who, from where and until when", () => {
    const lock = createLockOut();
    failTimes(lock, from("a"), 6);
    expect(lock.list(begin)).toEqual([{ kind: "device", site: "A", address: "a", failures: 6, until: begin + 10_000 }]);
    expect(lock.list(begin + 10_000)).toEqual([]);
  });
});

describe("somebody else's wrong passwords", () => {
  it("lock nobody out at another address, however many they are", () => {
    const lock = createLockOut();
    for (let i = 0; i < 5_000; i++) lock.failed(from(`attacker-${i % 500}`), begin + i);
    expect(lock.waitMs(from("attacker-1"), begin + 5_000)).toBeGreaterThan(0);
    expect(lock.waitMs(from("the device, moved to a new address"), begin + 5_000)).toBe(0);
    expect(lock.list(begin + 5_000).some(({ kind, site }) => kind === "site" && site === "A")).toBe(true);
  });

  it("leave one try to each address while many of them try one site", () => {
    const lock = createLockOut();
    for (let i = 0; i < 60; i++) lock.failed(from(`attacker-${i}`), begin);
    lock.failed(from("new"), begin);
    expect(lock.waitMs(from("new"), begin)).toBe(lockOutMsMax);
    const other = createLockOut();
    other.failed(from("new"), begin);
    expect(other.waitMs(from("new"), begin)).toBe(0);
  });

  it("do not lock out a device behind the same address that was right there before", () => {
    const lock = createLockOut();
    const device = from("nat", "A", "logger-17");
    lock.succeeded(device);
    for (let i = 0; i < 1_000; i++) lock.failed(from("nat", "A", `guess-${i}`), begin + i);
    for (let i = 0; i < 1_000; i++) lock.failed(from("nat", `S-${i}`), begin + i);
    expect(lock.waitMs(from("nat", "A", "guess-1"), begin + 1_000)).toBeGreaterThan(0);
    expect(lock.waitMs(from("nat", "Z"), begin + 1_000)).toBeGreaterThan(0);
    expect(lock.waitMs(device, begin + 1_000)).toBe(0);
  });

  it("an address that tries very many sites has to wait for all of them", () => {
    const lock = createLockOut();
    for (let i = 0; i < 99; i++) lock.failed(from("spray", `S-${i}`), begin);
    expect(lock.waitMs(from("spray", "new"), begin)).toBe(0);
    lock.failed(from("spray", "S-99"), begin);
    expect(lock.waitMs(from("spray", "new"), begin)).toBe(5_000);
    expect(lock.list(begin)).toEqual([
      { kind: "address", site: "", address: "spray", failures: 100, until: begin + 5_000 },
    ]);
    expect(lock.unlock({ address: "spray" })).toBe(101);
    expect(lock.waitMs(from("spray", "new"), begin)).toBe(0);
  });
});

describe("bounds of what is remembered", () => {
  it("failures of ever new places forget the oldest ones and nothing grows", () => {
    const lock = createLockOut();
    failTimes(lock, from("first"), 6);
    for (let i = 0; i < bounds.loginFailuresMax; i++) lock.failed(from(`x-${i}`, `S-${i}`), begin);
    expect(lock.waitMs(from("first"), begin)).toBe(0);
    const refused = createRefusedList(3);
    for (let i = 0; i < 5; i++)
      refused.note({ reason: "bad-credentials", site: `S-${i}`, address: "a", door: "mqtt", detail: "" }, begin + i);
    refused.note({ reason: "bad-credentials", site: "S-3", address: "a", door: "mqtt", detail: "again" }, begin + 9);
    expect(refused.list().map(({ site, count }) => [site, count])).toEqual([
      ["S-3", 2],
      ["S-4", 1],
      ["S-2", 1],
    ]);
    expect(refused.forgotten).toBe(2);
  });

  it("addresses of one IPv6 network are one, and IPv4 is the same in both spellings", () => {
    expect(lockOutAddress("::ffff:10.1.2.3")).toBe("10.1.2.3");
    expect(lockOutAddress("10.1.2.3")).toBe("10.1.2.3");
    expect(lockOutAddress("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
    expect(lockOutAddress("2001:db8:1:2::6")).toBe("2001:db8:1:2::/64");
    expect(lockOutAddress("::1")).toBe("0:0:0:0::/64");
  });
});
