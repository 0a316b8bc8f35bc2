// Columns of numbers that grow: the same values, with room for more.

export type Column = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array;

/** Puts what `from` holds into `into`, which is longer. */
export function grown<T extends Column>(from: T, into: T): T {
  into.set(from);
  return into;
}
