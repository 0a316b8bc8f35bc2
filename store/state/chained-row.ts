// A row of a hash chain as it is read: its place, its JSON, and the hash that it says it has.

export interface ChainedRow {
  readonly place: number;
  readonly body: string;
  readonly hash: string;
}
