// Tells the api what changed. What happened goes out at once (whoever registered a site uses it in the next moment); newest
// values may gather a little, since only the newest of them counts.

import type { Rpc } from "#store/link/link.ts";
import { createLiveOutput, isEmptyLive, type Output } from "../output.ts";
import type { Pipeline } from "../pipeline.ts";
import { toLiveBatch } from "../write/rows.ts";

const gatherMs = 10;

export function createPublisher(
  rpc: Rpc,
  output: Pick<Output, "live">,
  pipeline: () => Pipeline,
): (atOnce?: boolean) => void {
  let publishedAt = 0;
  return (atOnce = false) => {
    const { births } = output.live;
    // Lost when nobody listens: what is wanted still is wanted again with the next message of that node.
    if (births.length > 0) rpc.notify("births", births.splice(0));
    if (isEmptyLive(output.live)) return;
    const at = performance.now();
    const { alarms, sites, limits } = output.live;
    const canWait = alarms.length + sites.size + limits.size === 0;
    if (!atOnce && canWait && at - publishedAt < gatherMs) return;
    publishedAt = at;
    const { latest } = output.live;
    const newest = latest.takeSome(latest.size);
    rpc.notify("live", toLiveBatch(output.live, pipeline().seq, pipeline().registry, newest));
    output.live = createLiveOutput(latest);
  };
}
