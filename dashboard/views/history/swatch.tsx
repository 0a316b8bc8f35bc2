// The number of a series in its colour, with a piece of its line: the same in the picker, the statistics and the table.

import { colours } from "./styles.ts";

export function Swatch({ index }: { readonly index: number }) {
  return (
    <span className={`swatch swatch-${(index % colours) + 1}`} data-dashed={index >= colours}>
      <i aria-hidden="true" />
      {index + 1}
    </span>
  );
}
