// What a device says over its MQTT connection: a speech turns the frames of its outbox into messages as they leave. Which
// connection they leave on is the link's. The plain speech is the JSON of the platform, with a status beside it.

export interface MqttMessage {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface Speech {
  /** A connection is being made: what the broker says when it breaks. */
  will(): MqttMessage;
  /** It is up: what comes before all frames. */
  hello(): readonly MqttMessage[];
  /** A frame as it leaves; it counts as delivered when all of this is acknowledged. */
  say(frame: string): readonly MqttMessage[];
  /** A frame that has to wait for a connection. */
  late(frame: string): string;
  goodbye(): MqttMessage;
  /** What the device listens to. */
  readonly filters: readonly string[];
  /** What came, and what is said at once. */
  hear(topic: string, payload: Buffer): readonly MqttMessage[];
}

export function createPlainSpeech(site: string): Speech {
  const status = (payload: string, qos: 0 | 1): MqttMessage => ({
    topic: `v1/${site}/status`,
    payload,
    qos,
    retain: true,
  });
  return {
    will: () => status("offline", 1),
    hello: () => [status("online", 1)],
    say: (payload) => [{ topic: `v1/${site}/readings`, payload, qos: 1, retain: false }],
    late: (frame) => frame,
    goodbye: () => status("offline", 0),
    filters: [],
    hear: () => [],
  };
}
