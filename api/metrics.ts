// The api's own metrics, and those of the other roles beside them, as one Prometheus text.

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Rpc } from "#store/link/link.ts";
import { askMetrics } from "./peers.ts";

export interface Metrics {
  onRequest(method: string, route: string, status: number, seconds: number): void;
  onScreenRefused(): void;
  onGapRequests(count: number): void;
  /** `seconds`: since the notice was due. */
  onNoticeAttempt(kind: string, ok: boolean, seconds: number): void;
  format(): Promise<string>;
}

export function createMetrics(parts: {
  readonly broker: Rpc;
  readonly ingest: Rpc;
  readonly countScreens: () => number;
  readonly countSlowScreens: () => number;
  readonly countNotices: () => number;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // Every role brings the process's own metrics; without a prefix they would stand there three times.
  collectDefaultMetrics({ register: registry, prefix: "plumeline_api_" });
  const requests = new Histogram({
    name: "plumeline_api_request_seconds",
    help: "Time from the request's head to the end of its answer",
    labelNames: ["method", "route", "status"] as const,
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  const screens = new Gauge({ name: "plumeline_api_live_screens", help: "Open live connections", registers });
  const slow = new Gauge({
    name: "plumeline_api_live_slow_screens",
    help: "Open live connections that do not take what is sent: their readings are merged",
    registers,
  });
  const refused = new Counter({
    name: "plumeline_api_live_refused_total",
    help: "Live connections refused",
    registers,
  });
  const gapRequests = new Counter({
    name: "plumeline_api_gap_requests_total",
    help: "Requests to loggers for what did not come",
    registers,
  });
  const attempts = new Counter({
    name: "plumeline_notices_attempts_total",
    help: "Attempts to bring a notice to a person, by kind of channel and what came of them",
    labelNames: ["kind", "outcome"] as const,
    registers,
  });
  const delivery = new Histogram({
    name: "plumeline_notices_delivery_seconds",
    help: "Time from when a notice was due until a channel took it",
    labelNames: ["kind"] as const,
    buckets: [1, 3, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400],
    registers,
  });
  const waitingNotices = new Gauge({
    name: "plumeline_notices_waiting",
    help: "Notices that are due and that no channel has taken yet",
    registers,
  });
  const up = new Gauge({
    name: "plumeline_role_up",
    help: "1 when the role answers this one",
    labelNames: ["role"] as const,
    registers,
  });

  return {
    onRequest(method, route, status, seconds) {
      requests.observe({ method, route, status }, seconds);
    },
    onScreenRefused() {
      refused.inc();
    },
    onGapRequests(count) {
      gapRequests.inc(count);
    },
    onNoticeAttempt(kind, ok, seconds) {
      attempts.inc({ kind, outcome: ok ? "sent" : "failed" });
      if (ok) delivery.observe({ kind }, seconds);
    },
    async format() {
      const [broker, ingest] = await Promise.all([
        askMetrics("broker", parts.broker),
        askMetrics("ingest", parts.ingest),
      ]);
      up.set({ role: "broker" }, broker.ok ? 1 : 0);
      up.set({ role: "ingest" }, ingest.ok ? 1 : 0);
      screens.set(parts.countScreens());
      waitingNotices.set(parts.countNotices());
      slow.set(parts.countSlowScreens());
      const texts = [await registry.metrics(), broker.ok ? broker.value : "", ingest.ok ? ingest.value : ""];
      return texts
        .filter((text) => text !== "")
        .map((text) => (text.endsWith("\n") ? text : `${text}\n`))
        .join("");
    },
  };
}
