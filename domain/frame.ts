// Frame and entry: what the journal keeps. A frame is bytes as received, with who sent it, through which door, and when.

export const entryKinds = { frame: 1, command: 2, tick: 3 } as const;
export type EntryKind = (typeof entryKinds)[keyof typeof entryKinds];

export const doors = { none: 0, mqtt: 1, mqttWs: 2, http: 3, hj212: 4, upstream: 5, mqtts: 6, hj212s: 7 } as const;
export type Door = (typeof doors)[keyof typeof doors];

/** As metrics and people name them. */
export const doorNames: Readonly<Record<Door, string>> = {
  [doors.none]: "none",
  [doors.mqtt]: "mqtt",
  [doors.mqttWs]: "mqtt-ws",
  [doors.http]: "http",
  [doors.hj212]: "hj212",
  [doors.upstream]: "upstream",
  [doors.mqtts]: "mqtts",
  [doors.hj212s]: "hj212s",
};

/** What the bytes claim to be; for MQTT this is the last part of the topic. */
export const channels = {
  none: 0,
  readings: 1,
  status: 2,
  hj212: 3,
  answers: 4,
  sparkplug: 5,
  /** HJ 212 with another password than that of its logger. */
  hj212Doubtful: 6,
} as const;
export type Channel = (typeof channels)[keyof typeof channels];

/** An entry before it has a place in the journal. */
export interface EntryDraft {
  readonly kind: EntryKind;
  readonly door: Door;
  readonly channel: Channel;
  /** True when the sender is told that it is safe (QoS 1 and 2, HTTP); QoS 0 is journaled but not promised. */
  readonly promised: boolean;
  /** Wall clock of the broker when the bytes arrived, epoch ms. */
  readonly receivedAt: number;
  /** Site id of a frame, actor of a command, "" for a tick. */
  readonly source: string;
  readonly payload: Uint8Array;
}

export interface Entry extends EntryDraft {
  /** Place in the journal: 1, 2, 3, … without holes. */
  readonly seq: number;
}
