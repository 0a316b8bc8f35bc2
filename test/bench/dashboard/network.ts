// What a screen costs on the line and at the server: bytes to one desk by a relay that counts them, the first state compressed,
// what a slow client holds back, two hundred screens at once. The relay counts what TCP carries, frames and compression included.

import { request } from "node:http";
import { deflateRawSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { WebSocket } from "ws";
import { startCutLine } from "#test/e2e/cut-line.ts";
import type { LiveFrame } from "#test/harness/live-client.ts";
import { waitFor } from "#test/harness/wait.ts";
import type { Finding } from "./budget.ts";
import { openPage, pause } from "./page.ts";
import { nominal, type Province } from "./province.ts";

const seconds = 10;
/** The page fetches the code of its other screens four seconds after it stands. */
const standsMs = 8_000;
const siteReadingsPerSecond = 10_000;
const siteFactors = 8;
const loadSays = `${nominal.readingsPerSecond} readings/s and ${nominal.alarmsPerSecond} changes of alarms/s`;

function kb(bytes: number): number {
  return Math.round(bytes / 100) / 10;
}

async function measureBytes(browser: Browser, province: Province, path: string): Promise<number> {
  const line = await startCutLine(province.address);
  const opened = await openPage(browser, { address: line.address, token: province.token, path });
  try {
    await pause(standsMs);
    const [before, begunAt] = [line.sentBytes, performance.now()];
    await pause(seconds * 1000);
    return (line.sentBytes - before) / ((performance.now() - begunAt) / 1000);
  } finally {
    await opened.close();
    await line.close();
  }
}

export interface Shares {
  readonly readings: number;
  readonly alarms: number;
  readonly rest: number;
  readonly frames: number;
  /** What the same frames would be if each were deflated by itself. */
  readonly ifDeflated: number;
  /** The same without the readings. */
  readonly ifDeflatedWithoutReadings: number;
}

/** Of what the bytes of a subscription consist, per second. */
async function measureShares({ address, token }: Province, subscribe: object): Promise<Shares> {
  const socket = new WebSocket(`ws://${address}/live`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  let texts: string[] = [];
  socket.on("open", () => socket.send(JSON.stringify({ subscribe })));
  socket.on("message", (data) => {
    const text = (data as Buffer).toString("utf8");
    if (text.startsWith('{"type":"delta"')) texts.push(text);
  });
  await waitFor("deltas", () => texts.length > 0, { deadlineMs: 20_000 });
  texts = [];
  const begunAt = performance.now();
  await pause(seconds * 1000);
  const span = (performance.now() - begunAt) / 1000;
  socket.terminate();
  return sumShares(texts, span);
}

function sumShares(texts: readonly string[], span: number): Shares {
  const sum = { all: 0, alarms: 0, readings: 0, deflated: 0, quiet: 0 };
  for (const text of texts) {
    const frame = JSON.parse(text) as LiveFrame;
    sum.all += Buffer.byteLength(text);
    sum.alarms += Buffer.byteLength(JSON.stringify(frame.alarms));
    sum.readings += Buffer.byteLength(JSON.stringify(frame.latest));
    sum.deflated += deflateRawSync(text, { level: 4 }).length;
    if (frame.alarms.length > 0)
      sum.quiet += deflateRawSync(JSON.stringify({ ...frame, latest: [] }), { level: 4 }).length;
  }
  return {
    readings: kb(sum.readings / span),
    alarms: kb(sum.alarms / span),
    rest: kb((sum.all - sum.alarms - sum.readings) / span),
    frames: Math.round(texts.length / span),
    ifDeflated: kb(sum.deflated / span),
    ifDeflatedWithoutReadings: kb(sum.quiet / span),
  };
}

export async function measureDesk(browser: Browser, province: Province): Promise<Record<"E1", Finding>> {
  const load = await province.load(nominal);
  try {
    const overview = await measureBytes(browser, province, "/overview");
    const shares = await measureShares(province, { alarms: true });
    const console = await measureBytes(browser, province, "/alarms?group=none");
    const consoleShares = await measureShares(province, { sites: [], alarms: "all" });
    const held = await load.stop();
    return {
      E1: {
        value: kb(overview),
        how: `all that the server sent to an open /overview through a counting relay, ${seconds} s under ${loadSays}; kB of 1000`,
        details: {
          ofDeltas: shares,
          alarmsScreen: kb(console),
          ofDeltasAlarmsScreen: consoleShares,
          heldReadingsPerSecond: Math.round(held.readingsPerSecond),
          heldAlarmsPerSecond: Math.round(held.alarmsPerSecond),
        },
      },
    };
  } finally {
    await load.stop();
  }
}

export async function measureSitePage(browser: Browser, province: Province): Promise<Record<"E2", Finding>> {
  const [client] = province.quiet.slice(1);
  if (client === undefined) throw new Error("there is no site to send");
  const load = await province.loadSite(client, siteReadingsPerSecond, siteFactors);
  try {
    const bytes = await measureBytes(browser, province, `/sites/${client.username}`);
    const held = await load.stop();
    return {
      E2: {
        value: kb(bytes),
        how: `all that the server sent to the open page of a site whose ${siteFactors} series get ${siteReadingsPerSecond} readings/s together, relay as above`,
        details: { heldReadingsPerSecond: Math.round(held.readingsPerSecond) },
      },
    };
  } finally {
    await load.stop();
  }
}

/** Bytes on the line until the snapshot is there. */
async function fetchSnapshot(
  address: string,
  token: string,
  subscribe: object,
): Promise<{ wire: number; text: number }> {
  const line = await startCutLine(address);
  const socket = new WebSocket(`ws://${line.address}/live`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: true,
  });
  try {
    const text = await new Promise<number>((done, fail) => {
      socket.on("open", () => socket.send(JSON.stringify({ subscribe })));
      socket.once("message", (data) => done((data as Buffer).length));
      socket.once("error", fail);
    });
    return { wire: line.sentBytes, text };
  } finally {
    socket.terminate();
    await line.close();
  }
}

/** Bytes of the body as a browser gets it. */
function fetchCompressed(address: string, token: string, path: string): Promise<number> {
  return new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${token}`, "accept-encoding": "gzip, deflate, br" };
    const asking = request(`http://${address}${path}`, { headers }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.once("end", () => done(bytes));
      response.once("error", fail);
    });
    asking.once("error", fail);
    asking.end();
  });
}

export async function measureFirstState(_: Browser, province: Province): Promise<Record<"E3", Finding>> {
  const { address, token } = province;
  const bootstrap = await fetchCompressed(address, token, "/api/v1/bootstrap");
  const all = await fetchSnapshot(address, token, { alarms: true });
  const alarms = await fetchSnapshot(address, token, { sites: [], alarms: "all" });
  return {
    E3: {
      value: kb(bootstrap + all.wire),
      how: `GET /api/v1/bootstrap as a browser asks for it, and the first message of /live to an overview through a counting relay; 1,211 sites, ${province.openAlarms} open alarms, no other load`,
      details: {
        bootstrap: kb(bootstrap),
        snapshotOfOverview: kb(all.wire),
        snapshotUncompressed: kb(all.text),
        snapshotOfAlarmsScreen: kb(alarms.wire),
      },
    },
  };
}
