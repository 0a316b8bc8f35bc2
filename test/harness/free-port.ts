// Asks the system for a TCP port of the loopback interface that nobody listens on at this moment.

import { createServer } from "node:net";

/** A port that was free a moment ago. Another process may take it first; servers that can should listen on port 0. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}
