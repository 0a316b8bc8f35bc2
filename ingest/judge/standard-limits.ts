// The limits that a site's standard brings, in their time. Another standard counts from the day of the order on (UTC+8): what was
// judged before stands under the standard the site had then. The first standard counts from its own first day, since there was
// nothing before it. Pure.
//
//   before  ├──────── old, open ────────▶        ended  ├──── old ────┤
//   order of this day            │        ──▶    new                  ├──── new ────▶

import type { Limit } from "#domain/limit.ts";

type Wanted = Omit<Limit, "version">;

export function isOfStandard({ source }: Pick<Limit, "source">): boolean {
  return source !== "site";
}

/**
 * `known`: limits of any standard that the site has or had; `wanted`: those of the standard it has now, or none. Answers with
 * the limits that change, to be put over those with the same id.
 */
export function changeStandard(known: readonly Limit[], wanted: readonly Wanted[], day: number): Limit[] {
  const keys = new Set([...known, ...wanted].map(keyOf));
  return [...keys].flatMap((key) => {
    const had = known.filter((limit) => keyOf(limit) === key);
    const has = wanted.filter((limit) => keyOf(limit) === key);
    return had.length === 0 ? has.map((limit) => ({ ...limit, version: 1 })) : changeSeries(had, has, day);
  });
}

function keyOf({ factor, basis }: Wanted): string {
  return `${factor} ${basis}`;
}

function changeSeries(known: readonly Limit[], wanted: readonly Wanted[], day: number): Limit[] {
  const open = known.filter(({ from, to }) => to === null || to > Math.max(day, from));
  const due = wanted.filter(({ to }) => to === null || to > day);
  const stays = (limit: Limit): boolean => due.some((each) => isSame(from(limit, day), from(each, day)));
  const changed = new Map<string, Limit>();
  const put = (limit: Wanted): void => {
    const version = known.find(({ id }) => id === limit.id)?.version ?? 0;
    changed.set(limit.id, { ...limit, version: version + 1 });
  };
  // What began today already has not been in force for a whole day: it is taken back as if it had never been.
  for (const limit of open) if (!stays(limit)) put({ ...limit, to: Math.max(limit.from, day) });
  for (const each of due) {
    const next = from(each, day);
    if (open.some((limit) => isSame(from(limit, day), next))) continue;
    // Back to what it was until today: it goes on as if nothing had been.
    const ended = known.find(
      (limit) => limit.from < day && limit.to === day && isSame({ ...limit, to: next.to }, next, day),
    );
    put(ended === undefined ? { ...next, id: `${each.id}:${next.from}` } : { ...ended, to: next.to });
  }
  return [...changed.values()];
}

/** As it is from this day on. */
function from<L extends Wanted>(limit: L, day: number): L {
  return limit.from >= day ? limit : { ...limit, from: day };
}

function isSame(one: Wanted, other: Wanted, since = Number.NEGATIVE_INFINITY): boolean {
  return (
    one.max === other.max &&
    one.min === other.min &&
    Math.max(one.from, since) === Math.max(other.from, since) &&
    one.to === other.to &&
    one.source === other.source &&
    one.reason === other.reason &&
    (one.refO2 ?? null) === (other.refO2 ?? null) &&
    (one.decimals ?? null) === (other.decimals ?? null)
  );
}
