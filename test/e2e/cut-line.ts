// A line between browser and server that can be cut: a TCP relay in front of the real server. Cutting destroys every connection
// that goes through it, as a pulled cable does; new ones pass at once.

import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface CutLine {
  /** "host:port" to reach the server through the line. */
  readonly address: string;
  /** Bytes that the server has sent through it. */
  readonly sentBytes: number;
  /** Connections that came through it so far. */
  readonly accepted: number;
  /** Destroys what is open; says how many connections that were. */
  cut(): number;
  /** Cuts it and lets nobody through until it is mended. */
  pull(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startCutLine(target: string): Promise<CutLine> {
  const [host = "127.0.0.1", port = "0"] = target.split(":");
  const open = new Set<Socket>();
  let isPulled = false;
  let sentBytes = 0;
  let accepted = 0;
  const server = createServer({ noDelay: true }, (near) => {
    if (isPulled) {
      near.destroy();
      return;
    }
    accepted++;
    const far = connect({ host, port: Number(port), noDelay: true });
    far.on("data", (chunk: Buffer) => (sentBytes += chunk.length));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      // A cut line ends in errors on both sides; the page under test has to bear them, not the relay.
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address() as AddressInfo;
  const cut = (): number => {
    const n = open.size;
    for (const socket of open) socket.destroy();
    return n;
  };
  return {
    address: `127.0.0.1:${address.port}`,
    get sentBytes() {
      return sentBytes;
    },
    get accepted() {
      return accepted;
    },
    cut,
    pull() {
      isPulled = true;
      cut();
    },
    mend() {
      isPulled = false;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        cut();
      }),
  };
}
