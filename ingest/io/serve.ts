// What ingest answers to other roles: everything it knows now, how it is, its metrics.

import type { LivePage, LiveState } from "#domain/live.ts";
import type { Rpc } from "#store/link/link.ts";
import type { Pipeline } from "../pipeline.ts";
import { latestOfSite } from "../write/rows.ts";
import { type PageSource, statePage, stateStart } from "../write/state-pages.ts";

export interface ServeParts {
  /** The pipeline may be exchanged while this is served. */
  readonly pipeline: () => Pipeline;
  /** Resolves when what ingest knows is not older than what screens were shown before. */
  readonly caughtUp: Promise<void>;
  /** Tells what changed so far, so that pages and notes come in the order in which things happened. */
  readonly publish: () => void;
  readonly status: () => object;
  readonly metrics: () => Promise<string> | string;
}

export function serveIngest(rpc: Rpc, { pipeline, caughtUp, publish, status, metrics }: ServeParts): void {
  const pages: PageSource = {
    get seq() {
      return pipeline().seq;
    },
    get siteCount() {
      return pipeline().registry.order.length;
    },
    siteAt: (place) => pipeline().registry.order[place]?.site,
    latestAt: (place) => latestOfSite(pipeline().registry, place),
    openAlarms: () => pipeline().openAlarms(),
  };
  rpc.handle("live.state", async (): Promise<LiveState> => {
    await caughtUp;
    publish();
    return stateStart(pages);
  });
  rpc.handle("live.state.page", (from): LivePage => {
    publish();
    return statePage(pages, typeof from === "number" ? from : 0);
  });
  rpc.handle("edge-nodes", (site) => pipeline().edgeNodes.list(typeof site === "string" ? site : null));
  rpc.handle("status", status);
  rpc.handle("metrics", metrics);
}
