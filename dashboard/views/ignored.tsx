// Says what of the address cannot be read and is not in force: a mistyped link must not pass for what somebody meant to show.

import { useWords } from "../i18n/i18n.ts";
import { useUrl } from "./url-state.ts";

/** `names`: of the query, those whose text means nothing here. */
export function Ignored({ names }: { readonly names: readonly string[] }) {
  const words = useWords();
  const { query } = useUrl();
  if (names.length === 0) return null;
  const parts = names.map((name) => `${name}=${query.get(name) ?? ""}`);
  return (
    <p className="band band-note" role="status">
      {words.state.ignored(parts.join(", "))}
    </p>
  );
}
