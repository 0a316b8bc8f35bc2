// MQTT topics of a device: v1/{site}/{channel}. A device lives below its own site and nowhere else.

import { bounds } from "./bounds.ts";
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

/** A topic that a message may have: not empty, no wildcard [MQTT-3.3.2-2, MQTT-4.7.3-1]. */
export function isTopicName(topic: string): boolean {
  return topic !== "" && !/[#+]/.test(topic);
}

/** A filter in which wildcards stand alone in their level, and `#` stands last [MQTT-4.7.1-2, -3]. */
export function isTopicFilter(filter: string): boolean {
  if (filter === "") return false;
  const levels = filter.split("/");
  return levels.every((level, i) => !/[#+]/.test(level) || level === "+" || (level === "#" && i === levels.length - 1));
}

/**
 * May the device of `site` subscribe to this filter? Wildcards are fine below its own site. Levels that no topic of a site
 * has, because they are empty, begin with `$`, or are `.` and `..`, are refused and not left to match nothing.
 */
export function maySubscribe(site: string, filter: string): boolean {
  const own = `v1/${site}/`;
  if (!filter.startsWith(own) || filter.length > bounds.textCharsMax || !isTopicFilter(filter)) return false;
  return filter
    .slice(own.length)
    .split("/")
    .every((level) => level !== "" && level !== "." && level !== ".." && !level.startsWith("$"));
}
