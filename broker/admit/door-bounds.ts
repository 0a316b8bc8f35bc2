// Bounds of one connection at the MQTT door. What a frame may be is in domain/bounds.ts; the relations between both are
// asserted when the module loads.

import { bounds } from "#domain/bounds.ts";

export const doorBounds = {
  /** PUBLISH: room for the topic and the variable header beside the payload. */
  publishBytesMax: bounds.frameBytesMax + 1024,
  /** Every other packet, and whatever comes before login. */
  controlBytesMax: 16 * 1024,
  clientIdBytesMax: 256,
  /** Filters of one connection, and of one kept session. */
  subscriptionsMax: 64,
  /** Bytes that wait for one connection to read them; past it the connection is closed. */
  outgoingBytesMax: 8 * 1024 * 1024,
  /** The same for all connections together. */
  outgoingAllBytesMax: 256 * 1024 * 1024,
  /** Answers and requests that wait for a logger to read them; past it its line is ended. */
  loggerOutgoingBytesMax: 256 * 1024,
  /** As long may a connection with bytes waiting take none of them. */
  outgoingStillMs: 30_000,
  /** How long a connection that was told no may stay open, so that it can read the answer. */
  farewellMs: 1_000,
  /** What waits for a kept session, whether it is connected or not. */
  sessionMessagesMax: 1_000,
  sessionBytesMax: 4 * 1024 * 1024,
  /** The same for all sessions together. */
  sessionsBytesMax: 256 * 1024 * 1024,
  /** Kept sessions of one site; the one that was away longest is given up for a newer one. */
  sessionsPerSiteMax: 16,
  /** Lines that the door writes into the log; what is above is counted all the same. */
  logLinesPerSecondMax: 20,
} as const;

function assertBounds(condition: boolean, says: string): void {
  if (!condition) throw new Error(`door bounds: ${says}`);
}
// All of one commit reaches a subscriber before its socket can take any of it.
assertBounds(bounds.commitBytesMax < doorBounds.outgoingBytesMax, "a reader must survive what one commit brings");
assertBounds(bounds.frameBytesMax <= doorBounds.sessionBytesMax, "a frame must fit into a session");
