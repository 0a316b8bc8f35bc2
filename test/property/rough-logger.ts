// What a rough HJ 212 logger sends, drawn from a random source: live data and means, late ones, packets with deviations and
// wrong checksums, boots and parameters; and what the door notes about its line.

import { crcOf, formatCrc } from "#domain/hj212/crc.ts";
import { formatQn, formatStamp } from "#domain/hj212/hj212.ts";
import type { LoggerLine } from "#domain/logger.ts";
import { hourMs, minuteMs } from "#domain/time.ts";

const encoder = new TextEncoder();
const mn = "010000A8900016F000169DC0";

/** Bytes of one packet. `time` is that of the logger's clock. */
export function drawPacket(random: () => number, time: number): string {
  const draw = (most: number): number => Math.floor(random() * most);
  const value = Math.round(400 + random() * 400) / 10;
  const means = `w01018-Min=${value - 1},w01018-Avg=${value},w01018-Max=${value + 1},w01018-Cou=${value * 2},w01018-Flag=N`;
  const interval = (stepMs: number): string => {
    const back = random() < 0.2 ? draw(12) : 1;
    return `DataTime=${formatStamp(Math.floor(time / stepMs) * stepMs - back * stepMs)};${means}`;
  };
  const kinds: (() => readonly [cn: string, area: string])[] = [
    () => ["2011", `DataTime=${formatStamp(time)};w01018-Rtd=${value},w01018-Flag=${random() < 0.1 ? "?" : "N"}`],
    () => ["2051", interval(random() < 0.1 ? 5 * minuteMs : 2 * minuteMs)],
    () => ["2061", interval(hourMs)],
    () => ["2081", `DataTime=${formatStamp(time)};RestartTime=${formatStamp(time - draw(100_000))}`],
    () => ["3020", `DataTime=${formatStamp(time)};PolId=w01018;i13001-Info=${100 * draw(3)}`],
    () => ["1063", `MinInterval=${random() < 0.5 ? 2 : 5}`],
  ];
  const shares = [0.35, 0.75, 0.85, 0.9, 0.97, 1];
  const drawn = random();
  const [cn, area] = (kinds[shares.findIndex((share) => drawn < share)] ?? (() => ["9999", ""] as const))();
  const flag = random() < 0.1 ? "x" : 4 + draw(2);
  const segment = `QN=${formatQn(time - draw(4_000))};ST=32;CN=${cn};PW=123456;MN=${mn};Flag=${flag};CP=&&${area}&&`;
  const crc = random() < 0.05 ? "0000" : formatCrc(crcOf(encoder.encode(segment)));
  return `##${String(segment.length).padStart(4, "0")}${segment}${crc}\r\n`;
}

export function drawLine(random: () => number, site: string, now: number): LoggerLine {
  const draw = (most: number): number => Math.floor(random() * most);
  const faults = random() < 0.5 ? { crc: draw(3), garbage: draw(2) } : {};
  const counts = {
    connections: draw(2),
    connectedMs: draw(60_000),
    frames: draw(9),
    repeats: draw(2),
    lineEnds: draw(2),
  };
  return {
    site,
    from: now - minuteMs,
    to: now,
    address: "10.0.0.7",
    ...counts,
    faults,
    excerpt: random() < 0.5 ? "##" : "",
  };
}
