// Which kinds of sites the map shows: one chip per layer that has sites, several at once, the choice in the address.

import { useMemo } from "react";
import { layerOf, layers, toggleLayer, type Layer } from "../../state/layers.ts";
import { useApp } from "../app-context.ts";
import { useUrl } from "../url-state.ts";
import { useOverviewWords } from "./words.ts";

export function LayerChips({ chosen }: { readonly chosen: readonly Layer[] }) {
  const { layers: words } = useOverviewWords();
  const { sites } = useApp();
  const { set } = useUrl();
  const counts = useMemo(() => {
    const found = new Map<Layer, number>();
    for (const kind of sites.columns.kind) found.set(layerOf(kind), (found.get(layerOf(kind)) ?? 0) + 1);
    return found;
  }, [sites]);
  // One that is chosen stays, so that it can be taken out again.
  const shown = layers.filter((layer) => (counts.get(layer) ?? 0) > 0 || chosen.includes(layer));
  return (
    <div className="layer-chips" role="group" aria-label={words.label}>
      <button type="button" aria-pressed={chosen.length === 0} onClick={() => set({ layer: null })}>
        {words.all}
      </button>
      {shown.map((layer) => {
        const n = counts.get(layer) ?? 0;
        return (
          <button
            key={layer}
            type="button"
            aria-pressed={chosen.includes(layer)}
            aria-label={words.title(words.names[layer], n)}
            data-layer={layer}
            onClick={() => set({ layer: toggleLayer(chosen, layer) })}
          >
            {words.names[layer]}
            <small>{n}</small>
          </button>
        );
      })}
    </div>
  );
}
