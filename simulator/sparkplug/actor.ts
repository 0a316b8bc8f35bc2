// An edge node as the runner sees it: the same model and episodes as any other device, and frames that are kept for its own
// speech. What it measures while its line is down is told afterwards, oldest first, as historical metrics.

import type { Actor } from "../device.ts";
import type { FrameDraft } from "../payload.ts";
import { keepFrame } from "./frame.ts";

/** Moments in one message of what was measured without a line. */
const momentsPerFrame = 20;

export function createEdgeNodeActor(actor: Actor): Actor {
  let backlog: FrameDraft[] = [];
  let held: string | null = null;

  function tellBacklog(): string[] {
    const frames: string[] = [];
    for (let from = 0; from < backlog.length; from += momentsPerFrame)
      frames.push(keepFrame(backlog.slice(from, from + momentsPerFrame), true, null));
    backlog = [];
    return frames;
  }

  return {
    ...actor,
    step(eventMs) {
      const { draft, online, nonsense, duplicate, disorder } = actor.observe(eventMs, eventMs);
      if (draft === null) return { frames: [], online };
      if (!online) {
        backlog.push(draft);
        return { frames: [], online };
      }
      const frame = keepFrame([draft], false, nonsense);
      if (disorder && held === null && backlog.length === 0) {
        held = frame;
        return { frames: [], online };
      }
      const frames = [...tellBacklog(), frame, ...(duplicate ? [frame] : []), ...(held === null ? [] : [held])];
      held = null;
      return { frames, online };
    },
  };
}
