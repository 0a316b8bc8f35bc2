// Why the broker turns something away at its door: one closed list, counted by reason, so that an operator sees what kind of
// trouble a device makes. A refusal is a value; what is done about it is up to the door.

export type BrokerRefusal =
  | "bad-credentials"
  /** Failed too often; not looked at before its wait is over. */
  | "locked-out"
  /** Nobody can be known yet: the accounts file is not there. */
  | "not-ready"
  /** Signed by nobody who is believed, or not fit for a client. */
  | "certificate-untrusted"
  /** Ended, or not begun yet. */
  | "certificate-expired"
  | "certificate-revoked"
  /** Signed by the own authority, and not in its register. */
  | "certificate-unknown"
  /** Its name is no site id, or another than the user name. */
  | "certificate-wrong-name"
  /** No TLS came about: another protocol, an old version, or a client that does not believe this server. */
  | "tls-failed"
  | "foreign-topic"
  | "foreign-subscription"
  | "too-large"
  | "too-many-connections"
  | "too-many-subscriptions"
  /** Does not read what it is sent. */
  | "slow-reader"
  /** Bytes that are no packet: flags, lengths, identifiers, what is missing or left over. */
  | "malformed"
  /** NUL, half a surrogate pair, or what is no UTF-8 at all. */
  | "bad-text"
  /** An empty topic or filter, or a wildcard where none may be. */
  | "bad-topic"
  /** A login whose parts do not fit each other. */
  | "bad-connect"
  | "bad-client-id"
  | "unsupported-version"
  /** A packet that may not come now, or never from a device. */
  | "out-of-turn"
  /** Not the MQTT over WebSocket that was agreed on. */
  | "bad-websocket"
  /** A kept session has as much waiting as it may; the newest message is not added. */
  | "session-full";

export interface Refusal {
  readonly reason: BrokerRefusal;
  readonly detail: string;
  /** The answer to a CONNECT that is told why, before its connection is closed [MQTT-3.1.1 table 3.1]. */
  readonly returnCode?: 1 | 2;
}
