// Link: two parts of the system that talk, as threads of one process (a message port) or as processes of one machine (a
// local socket). Messages are structured-clone values; order is kept; a closed link answers every open call with a failure.

export interface Link {
  /** Sends one message; false when the link is not open (the message is gone). */
  send(message: unknown): boolean;
  onMessage(handler: (message: unknown) => void): void;
  onClose(handler: () => void): void;
  /** Bytes not yet taken by the other side, as far as this side knows. */
  readonly bufferedBytes: number;
  close(): void;
}

/** Calls with answers, and one-way notes, over a link that may go away and come back. */
export interface Rpc {
  /** Throws Failure "link-away" (retryable) when the other side is not there, "link-timeout" when it does not answer. */
  call(method: string, argument: unknown, timeoutMs?: number): Promise<unknown>;
  notify(topic: string, message: unknown): boolean;
  handle(method: string, handler: (argument: unknown) => Promise<unknown> | unknown): void;
  on(topic: string, handler: (message: unknown) => void): void;
  readonly connected: boolean;
  onConnected(handler: () => void): void;
  onDisconnected(handler: () => void): void;
  close(): void;
}
