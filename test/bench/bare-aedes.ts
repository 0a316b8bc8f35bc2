// A broker of aedes alone, in a process of its own: what a connection costs before anything of Plumeline is added. Tells its
// parent where it listens, and how many connections it holds when it is asked.

import { createServer } from "node:net";
import { Aedes } from "aedes";

export type BareAnswer = { readonly port: number } | { readonly connections: number };

const broker = await Aedes.createBroker();
const server = createServer({ noDelay: true }, (socket) => void broker.handle(socket));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) tell({ port: address.port });
});
process.on("message", () => tell({ connections: broker.connectedClients }));
process.on("disconnect", () => process.exit(0));

function tell(answer: BareAnswer): void {
  process.send?.(answer);
}
