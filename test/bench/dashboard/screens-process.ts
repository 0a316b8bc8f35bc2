// A process of many screens: opens them on /live, counts what comes and looks into none of it, and tells its parent once a
// second. Ends with its parent.

import { WebSocket } from "ws";

export interface ScreensOrder {
  readonly address: string;
  readonly token: string;
  readonly count: number;
  readonly subscribe: object;
}

export interface ScreensAnswer {
  /** Those that have got their first message. */
  readonly open: number;
  readonly closed: number;
  readonly bytes: number;
}

const tellEveryMs = 200;

process.on("disconnect", () => process.exit(0));
process.once("message", ({ address, token, count, subscribe }: ScreensOrder) => {
  let [open, closed, bytes] = [0, 0, 0];
  const openOne = (): void => {
    const socket = new WebSocket(`ws://${address}/live`, {
      headers: { authorization: `Bearer ${token}` },
      // As a browser asks for it.
      perMessageDeflate: true,
    });
    let isFirst = true;
    socket.on("open", () => socket.send(JSON.stringify({ subscribe })));
    socket.on("message", (data) => {
      if (isFirst) open++;
      isFirst = false;
      bytes += (data as Buffer).length;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => closed++);
  };
  for (let i = 0; i < count; i++) openOne();
  setInterval(() => process.send?.({ open, closed, bytes } satisfies ScreensAnswer), tellEveryMs);
});
