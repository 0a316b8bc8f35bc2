// Which factor of a site lies in which slot of its rows. A layout is a list of factors; sites that measure the same share
// one, and a site that sends a factor for the first time moves on to the layout with that factor at the end. So slots never
// change their meaning, and 400,000 sites need a few layouts. Names of sites and factors are kept once, as numbers.
//
//   layout 0 = []  ──w01018──▶  layout 1 = [w01018]  ──w01001──▶  layout 2 = [w01018, w01001]

import { INTEGER, VARCHAR, type DuckDBConnection, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";
import { ChunkFeed } from "./duckdb-chunks.ts";

/** Room for sixteen million names in one number together with a layout. */
const nameNumbers = 2 ** 24;

export class Layouts {
  readonly #numbers = new Map<string, number>();
  /** Factor → slot, by layout. */
  readonly #slots: ReadonlyMap<string, number>[] = [new Map()];
  /** By layout and number of the factor at the end. */
  readonly #children = new Map<number, number>();
  readonly #ofSite: number[] = [];
  #freshNames: [number, string][] = [];
  #freshLayouts: [number, number, number, number][] = [];
  readonly #movedSites = new Set<number>();

  static async load(connection: DuckDBConnection): Promise<Layouts> {
    const layouts = new Layouts();
    const columns = async (sql: string): Promise<readonly (readonly DuckDBValue[])[]> =>
      (await connection.runAndReadAll(sql)).getColumns();
    const [ids = [], names = []] = await columns("SELECT id, name FROM names ORDER BY id");
    const codes = new Map<number, string>();
    for (const [index, id] of ids.entries()) {
      layouts.#numbers.set(String(names[index]), Number(id));
      codes.set(Number(id), String(names[index]));
    }
    const [, parents = [], factors = []] = await columns("SELECT id, parent, factor FROM layouts ORDER BY id");
    for (const [index, parent] of parents.entries()) {
      const factor = Number(factors[index]);
      layouts.#add(Number(parent), factor, codes.get(factor) ?? "");
    }
    // A site only moves on to layouts with higher numbers.
    const [sites = [], last = []] = await columns("SELECT site, max(layout) FROM site_layouts GROUP BY site");
    for (const [index, site] of sites.entries()) layouts.#ofSite[Number(site)] = Number(last[index]);
    return layouts;
  }

  findSite(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /** Slot of the factor in rows of the site; undefined when it has never sent it. */
  findSlot(site: number, factor: string): number | undefined {
    return this.#slots[this.#ofSite[site] ?? 0]?.get(factor);
  }

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    this.#freshNames.push([number, name]);
    return number;
  }

  /** As findSlot; gives the factor the next free slot of the site when it has none. */
  slot(site: number, factor: string): number {
    const layout = this.#ofSite[site] ?? 0;
    const known = this.#slots[layout]?.get(factor);
    if (known !== undefined) return known;
    const slot = this.#slots[layout]?.size ?? 0;
    const number = this.number(factor);
    let next = this.#children.get(layout * nameNumbers + number);
    if (next === undefined) {
      next = this.#add(layout, number, factor);
      this.#freshLayouts.push([next, layout, number, slot]);
    }
    this.#ofSite[site] = next;
    this.#movedSites.add(site);
    return slot;
  }

  /** Writes what is new since the last `keep`; after a rollback the same is written again with the next batch. */
  async save(connection: DuckDBConnection): Promise<void> {
    await append(connection, "names", [INTEGER, VARCHAR], this.#freshNames);
    await append(connection, "layouts", [INTEGER, INTEGER, INTEGER, INTEGER], this.#freshLayouts);
    const moved = [...this.#movedSites].map((site): [number, number] => [site, this.#ofSite[site] ?? 0]);
    await append(connection, "site_layouts", [INTEGER, INTEGER], moved);
  }

  /** The transaction that saved it is committed. */
  keep(): void {
    if (this.#freshNames.length > 0) this.#freshNames = [];
    if (this.#freshLayouts.length > 0) this.#freshLayouts = [];
    this.#movedSites.clear();
  }

  #add(parent: number, factorNumber: number, factor: string): number {
    const id = this.#slots.length;
    const before = this.#slots[parent] ?? new Map<string, number>();
    this.#slots.push(new Map([...before, [factor, before.size]]));
    this.#children.set(parent * nameNumbers + factorNumber, id);
    return id;
  }
}

async function append(
  connection: DuckDBConnection,
  table: string,
  types: readonly DuckDBType[],
  rows: readonly (readonly DuckDBValue[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const appender = await connection.createAppender(table);
  const blanks = types.map(() => null);
  const feed = new ChunkFeed(appender, types, blanks);
  for (const row of rows) {
    feed.open();
    for (const [column, value] of row.entries()) feed.set(column, value);
  }
  feed.flush();
  appender.closeSync();
}
