// What the broker counts, as Prometheus metrics.

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Damage, Journal } from "#store/journal/journal.ts";
import type { UpstreamState } from "#domain/upstream.ts";
import type { BrokerRefusal } from "../admit/refusal.ts";

export interface BrokerMetrics {
  acknowledged(door: string): void;
  unpromised(): void;
  refused(reason: BrokerRefusal): void;
  throttled(): void;
  birthAsked(): void;
  paced(): void;
  commitSeconds(seconds: number): void;
  connections(read: () => number): void;
  /** Who has to wait after too many failed logins. */
  lockedOut(read: () => number): void;
  damages(damages: readonly Damage[]): void;
  /** From now on the connection to an external broker is among the numbers. */
  upstream(read: () => UpstreamState): void;
  text(): Promise<string>;
}

export function createBrokerMetrics(journal: Journal): BrokerMetrics {
  const registers = [new Registry()];
  const acknowledged = new Counter({
    name: "plumeline_broker_frames_acknowledged_total",
    help: "Frames whose sender was told that they are safe on disk",
    labelNames: ["door"],
    registers,
  });
  const unpromised = new Counter({
    name: "plumeline_broker_frames_unpromised_total",
    help: "Frames that came with QoS 0: journaled, never promised",
    registers,
  });
  const refused = new Counter({
    name: "plumeline_broker_refused_total",
    help: "Connections, packets and subscriptions turned away at the door",
    labelNames: ["reason"],
    registers,
  });
  const birthsAsked = new Counter({
    name: "plumeline_broker_births_asked_total",
    help: "Edge nodes of Sparkplug B that were asked to give birth again",
    registers,
  });
  const throttled = new Counter({
    name: "plumeline_broker_throttled_total",
    help: "Frames that had to wait because their device was over its rate",
    registers,
  });
  const paced = new Counter({
    name: "plumeline_broker_paced_total",
    help: "Frames that had to wait because ingest was behind",
    registers,
  });
  const seconds = new Histogram({
    name: "plumeline_broker_ack_seconds",
    help: "From the arrival of a frame to its place on disk",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  const damaged = new Counter({
    name: "plumeline_journal_damaged_entries_total",
    help: "Acknowledged entries that were found unreadable when the journal was opened",
    registers,
  });
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  let readConnections = () => 0;
  gauge("plumeline_broker_connections", "Devices connected now", () => readConnections());
  gauge("plumeline_journal_head_seq", "Newest durable sequence number", () => journal.head().seq);
  gauge("plumeline_journal_queued_bytes", "Bytes that wait for the disk", () => journal.queuedBytes);
  gauge("plumeline_journal_writable", "1 while the journal takes entries, 0 while nothing can be acknowledged", () =>
    journal.writable ? 1 : 0,
  );
  return {
    acknowledged: (door) => acknowledged.inc({ door }),
    unpromised: () => unpromised.inc(),
    refused: (reason) => refused.inc({ reason }),
    throttled: () => throttled.inc(),
    birthAsked: () => birthsAsked.inc(),
    paced: () => paced.inc(),
    commitSeconds: (value) => seconds.observe(value),
    connections(read) {
      readConnections = read;
    },
    lockedOut(read) {
      gauge("plumeline_broker_locked_out", "Devices, addresses and sites that wait after too many failed logins", read);
    },
    damages(damages) {
      for (const damage of damages) damaged.inc(damage.toSeq - damage.fromSeq + 1);
    },
    upstream(read) {
      gauge("plumeline_upstream_connected", "1 while the external broker is subscribed to", () =>
        read().connected ? 1 : 0,
      );
      gauge(
        "plumeline_upstream_in_flight",
        "Messages of the external broker that wait for the disk",
        () => read().inFlight,
      );
      gauge("plumeline_upstream_in_flight_most", "The most of them since the start", () => read().inFlightMost);
      gauge(
        "plumeline_upstream_refused",
        "Messages of the external broker refused since the start",
        () => read().refused,
      );
    },
    text: () => registers[0]?.metrics() ?? Promise.resolve(""),
  };
}
