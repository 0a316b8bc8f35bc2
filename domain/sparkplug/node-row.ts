// What is known of an edge node of Sparkplug B, for people: its life, how far its messages are counted, what it announced.

export const nodeStates = ["unborn", "born", "dead"] as const;
export type NodeState = (typeof nodeStates)[number];

export interface EdgeNodeRow {
  readonly site: string;
  readonly group: string;
  readonly node: string;
  /** `unborn`: it sent something before any birth. */
  readonly state: NodeState;
  /** Life count of its birth. */
  readonly bdSeq: number | null;
  /** Of its newest message. */
  readonly seq: number;
  /** How often messages were missing since its birth; above 0 its aliases do not count. */
  readonly gaps: number;
  /** That its births announced, its own and those of its devices. */
  readonly metrics: number;
  readonly devices: readonly string[];
  /** Receive time of its newest message. */
  readonly heardAt: number;
  /** When it was asked for its birth; null = never. */
  readonly askedAt: number | null;
}
