// Which loss makes the command fail. What a peer loses is a figure of the comparison; only our own loss is a failure. Pure.

/** Readings that we acknowledged and lost, of one result line. */
export function ownLossOf(line: Readonly<Record<string, unknown>>): number {
  const { lost, peer } = line;
  return peer === undefined && typeof lost === "number" ? lost : 0;
}
