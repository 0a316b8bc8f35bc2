// A heap snapshot of Chromium → how many elements hang about without a document, and what of which kind takes how much, so that
// two snapshots say what has grown. Pure but for the fetching.

import type { CDPSession } from "playwright-core";

export interface HeapSummary {
  /** Elements that are kept although they are in no document. */
  readonly detachedElements: number;
  /** "Detached HTMLDivElement" → how many. */
  readonly detached: Readonly<Record<string, number>>;
  readonly kinds: ReadonlyMap<string, { readonly count: number; readonly bytes: number }>;
}

interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

/** As the field `detachedness` says it. */
const isDetached = 2;

export function summarizeHeap({ snapshot, nodes, strings }: Snapshot): HeapSummary {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const place = (name: string): number => {
    const at = fields.indexOf(name);
    if (at < 0) throw new Error(`the heap snapshot has no field ${name}`);
    return at;
  };
  const [type, name, size, detachedness] = ["type", "name", "self_size", "detachedness"].map(place) as [
    number,
    number,
    number,
    number,
  ];
  const kinds = new Map<string, { count: number; bytes: number }>();
  const detached: Record<string, number> = {};
  let detachedElements = 0;
  for (let at = 0; at < nodes.length; at += fields.length) {
    const typeName = types[0][nodes[at + type] ?? -1] ?? "unknown";
    const nodeName = strings[nodes[at + name] ?? -1] ?? "";
    // Every string has a name of its own; together they are one kind.
    const kind = typeName === "object" || typeName === "native" ? `${typeName} ${nodeName.slice(0, 60)}` : typeName;
    const known = kinds.get(kind) ?? { count: 0, bytes: 0 };
    known.count++;
    known.bytes += nodes[at + size] ?? 0;
    kinds.set(kind, known);
    if (nodes[at + detachedness] === isDetached && /^(?:Detached )?(?:<|HTML\w*Element|SVG\w*Element)/.test(nodeName)) {
      detachedElements++;
      const short = nodeName.slice(0, 40);
      detached[short] = (detached[short] ?? 0) + 1;
    }
  }
  return { detachedElements, detached, kinds };
}

export async function readHeap(cdp: CDPSession): Promise<HeapSummary> {
  const chunks: string[] = [];
  const take = ({ chunk }: { readonly chunk: string }): void => void chunks.push(chunk);
  cdp.on("HeapProfiler.addHeapSnapshotChunk", take);
  await cdp.send("HeapProfiler.collectGarbage");
  await cdp.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  cdp.off("HeapProfiler.addHeapSnapshotChunk", take);
  return summarizeHeap(JSON.parse(chunks.join("")) as Snapshot);
}

/** "object Foo +1.2 kB (+3)", the largest first. */
export function listGrown(before: HeapSummary, after: HeapSummary, most = 8): string[] {
  return [...after.kinds]
    .map(([kind, now]) => {
      const then = before.kinds.get(kind) ?? { count: 0, bytes: 0 };
      return { kind, bytes: now.bytes - then.bytes, count: now.count - then.count };
    })
    .filter(({ bytes }) => bytes > 0)
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, most)
    .map(({ kind, bytes, count }) => `${kind} +${(bytes / 1000).toFixed(1)} kB (${count >= 0 ? "+" : ""}${count})`);
}
