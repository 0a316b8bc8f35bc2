// What the screens want to hear of: alarms always come from everywhere, readings only from where somebody looks. Every part
// of a screen adds its wish while it is drawn; the union of the wishes is what the server is asked for. Pure.

/**
 * Of which sites and cities readings are wanted. "all": of every site; "heard": of every site when it was heard last, that is its
 * newest reading alone; "none": alarms and counts alone.
 */
export type Interest =
  | "all"
  | "heard"
  | "none"
  | { readonly sites?: readonly string[]; readonly cities?: readonly string[] };

/** The union, sorted, so that equal wishes are equal texts. */
export interface Wanted {
  readonly all: boolean;
  readonly heard: boolean;
  readonly sites: readonly string[];
  readonly cities: readonly string[];
}

export const everything: Wanted = { all: true, heard: false, sites: [], cities: [] };

/** More sites than a subscription may name: then everything is asked for. */
export const sitesMax = 5_000;

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}

export function uniteInterests(interests: readonly Interest[]): Wanted {
  if (interests.includes("all")) return everything;
  const named = interests.flatMap((interest) => (typeof interest === "string" ? [] : [interest]));
  const sites = union(named.map((interest) => interest.sites ?? []));
  const cities = union(named.map((interest) => interest.cities ?? []));
  const heard = interests.includes("heard");
  // One subscription is all of the one or all of the other.
  if (sites.length > sitesMax || (heard && sites.length + cities.length > 0)) return everything;
  return { all: false, heard, sites, cities };
}

export function sameWanted(a: Wanted, b: Wanted): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What every server understands. */
export const plainSubscription: object = { alarms: true };

/** The `subscribe` of the first message on the socket. */
export function formatSubscription(wanted: Wanted): object {
  const encoding = "deflate";
  if (wanted.all) return { alarms: true, encoding };
  if (wanted.heard) return { alarms: true, values: "newest", encoding };
  const { sites, cities } = wanted;
  return { sites, ...(cities.length > 0 ? { cities } : {}), alarms: "all", encoding };
}
