// A link over a message port: two threads of one process. Delivery is in memory and ordered.

import type { MessagePort } from "node:worker_threads";
import type { Link } from "./link.ts";

export function createPortLink(port: MessagePort): Link {
  let open = true;
  const closeHandlers: (() => void)[] = [];
  port.on("close", () => {
    open = false;
    for (const handler of closeHandlers) handler();
  });
  return {
    send(message) {
      if (open) port.postMessage(message);
      return open;
    },
    onMessage(handler) {
      port.on("message", handler);
    },
    onClose(handler) {
      closeHandlers.push(handler);
    },
    // The other thread's inbox cannot be seen from here; both sides are ours and keep up or stop together.
    bufferedBytes: 0,
    close() {
      open = false;
      port.close();
    },
  };
}
