// MQTT topics of a device: v1/{site}/{channel}. A device lives below its own site and nowhere else.

import { channels, type Channel } from "./frame.ts";
import { isSiteId } from "./site.ts";

export interface SiteTopic {
  readonly site: string;
  readonly channel: Channel;
}

/** A map, because a device may also publish to v1/{site}/constructor. */
const publishable: ReadonlyMap<string, Channel> = new Map([
  ["readings", channels.readings],
  ["status", channels.status],
  ["hj212", channels.hj212],
  ["commands/answers", channels.answers],
]);

/** Topic → site and channel, or null when no device may publish there. */
export function parsePublishTopic(topic: string): SiteTopic | null {
  if (!topic.startsWith("v1/")) return null;
  const slash = topic.indexOf("/", 3);
  if (slash < 0) return null;
  const site = topic.slice(3, slash);
  const channel = publishable.get(topic.slice(slash + 1));
  return channel === undefined || !isSiteId(site) ? null : { site, channel };
}

/** May the device of `site` subscribe to this filter? Wildcards are fine below its own site. */
export function maySubscribe(site: string, filter: string): boolean {
  return filter.startsWith(`v1/${site}/`);
}
