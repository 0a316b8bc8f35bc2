// Carries requests to devices over MQTT: publishes them to whoever listens to the commands of a site, and hears the answers. A
// device that does not listen gets nothing: the record is the journal, not the memory of a session.

import type { RequestProgress } from "#domain/device-request.ts";
import { createMqttRequests } from "../admit/mqtt-requests.ts";
import type { Carrier } from "../downlink.ts";
import type { MqttDoor, MqttDoorParts } from "./mqtt-door.ts";

export interface MqttCarrier extends Carrier {
  /** What the door is to tell. */
  readonly hears: Pick<MqttDoorParts, "onAnswer" | "onDeaf">;
  use(door: Pick<MqttDoor, "isListening" | "publish">): void;
  /** Several times a second: what was not answered in time. */
  look(): void;
}

export function createMqttCarrier(parts: {
  readonly now: () => number;
  readonly onProgress: (progress: RequestProgress) => void;
}): MqttCarrier {
  const { now, onProgress } = parts;
  const requests = createMqttRequests();
  let door: Pick<MqttDoor, "isListening" | "publish"> | null = null;

  return {
    hears: {
      onAnswer(site, payload) {
        const progress = requests.answer(site, payload);
        if (progress !== null) onProgress(progress);
      },
      onDeaf(site) {
        for (const progress of requests.lose(site)) onProgress(progress);
      },
    },
    use(opened) {
      door = opened;
    },
    offer(site, request) {
      if (door === null || !door.isListening(site)) return false;
      if (requests.isOut(site, request.id)) return true;
      const begun = requests.begin(site, request, now());
      if (begun === null) return false;
      onProgress(begun.progress);
      door.publish(`v1/${site}/commands`, begun.payload);
      return true;
    },
    drop: (site, id) => !requests.isOut(site, id),
    look() {
      for (const progress of requests.due(now())) onProgress(progress);
    },
  };
}
