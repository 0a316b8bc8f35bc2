// The records of alarms that ingest knows: the built-in ones, and what people put. For an instance the most specific record
// holds: of the site before the enterprise, the city, the kind, all; with a factor before without; then the one put last. It
// holds also when it is disabled: that is how an alarm is switched off at one place. Asked by keys, so that a hundred thousand
// records cost a series nothing. Pure.

import type { AlarmDefinition, AlarmScope, AlarmSubject } from "#domain/alarm-definition.ts";
import { builtInDefinitions } from "#domain/alarms/built-in.ts";
import { scopeFits, specificityOf } from "#domain/alarms/in-force.ts";
import type { LimitBasis } from "#domain/limit.ts";
import type { Site } from "#domain/site.ts";

/** What a record is chosen by. */
export type ScopeSite = Pick<Site, "id" | "enterprise" | "city" | "kind">;

export interface Wanted {
  readonly subject: AlarmSubject;
  readonly basis: LimitBasis | null;
  /** Null: the site as a whole, or the system. */
  readonly factor: string | null;
}

export interface Records {
  /** Another one with every change: what was looked up under an older one is not valid any more. */
  readonly edition: number;
  readonly size: number;
  get(id: string): AlarmDefinition | undefined;
  /** The most specific one, enabled or not; null: there is none. */
  inForce(wanted: Wanted, site: ScopeSite): AlarmDefinition | null;
  /** Records with numbers of their own: all that fit hold beside each other. */
  valuesOf(basis: LimitBasis, factor: string, site: ScopeSite): AlarmDefinition[];
  put(definition: AlarmDefinition): void;
  save(): SavedRecords;
}

/** What people put, in the order in which it was put last: blocks of JSON, written anew only where something changed. */
export type SavedRecords = readonly Uint8Array[];

type Place = readonly [name: "site" | "enterprise" | "city" | "kind" | "all", of: string];

function placeOf({ site, enterprise, city, kind }: AlarmScope): Place {
  if (site !== null) return ["site", site];
  if (enterprise !== null) return ["enterprise", enterprise];
  if (city !== null) return ["city", city];
  return kind === null ? ["all", ""] : ["kind", kind];
}

function placesOf({ id, enterprise, city, kind }: ScopeSite): Place[] {
  const own: Place[] = enterprise === null ? [] : [["enterprise", enterprise]];
  return [["site", id], ...own, ["city", city], ["kind", kind], ["all", ""]];
}

function keyOf(subject: AlarmSubject, basis: LimitBasis | null, [name, of]: Place): string {
  return `${subject} ${basis ?? "-"} ${name} ${of}`;
}

function fits({ scope, subject }: AlarmDefinition, { id, ...of }: ScopeSite, factor: string | null): boolean {
  return scopeFits(scope, { ...of, site: id, factor }, subject);
}

/** Records that are saved together. */
interface Block {
  readonly records: Map<string, AlarmDefinition>;
  /** Null: to be written anew. */
  bytes: Uint8Array | null;
}

const recordsPerBlock = 500;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Kept {
  readonly definition: AlarmDefinition;
  /** Place in the order in which records were put. */
  readonly put: number;
}

export function createRecords(saved: SavedRecords = []): Records {
  const byId = new Map<string, Kept>();
  const byKey = new Map<string, Kept[]>();
  const blocks: Block[] = [];
  const blockOf = new Map<string, Block>();
  let puts = 0;
  let edition = 1;

  function remove({ definition }: Kept): void {
    const key = keyOf(definition.subject, definition.basis, placeOf(definition.scope));
    const left = (byKey.get(key) ?? []).filter((each) => each.definition.id !== definition.id);
    if (left.length === 0) byKey.delete(key);
    else byKey.set(key, left);
  }

  function keep(definition: AlarmDefinition): void {
    const before = byId.get(definition.id);
    if (before !== undefined) remove(before);
    const kept: Kept = { definition, put: ++puts };
    byId.set(definition.id, kept);
    const key = keyOf(definition.subject, definition.basis, placeOf(definition.scope));
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [kept]);
    else list.push(kept);
    edition++;
  }

  for (const definition of builtInDefinitions) keep(definition);
  for (const bytes of saved) {
    const block: Block = { records: new Map(), bytes };
    blocks.push(block);
    for (const definition of JSON.parse(decoder.decode(bytes)) as AlarmDefinition[]) {
      keep(definition);
      block.records.set(definition.id, definition);
      blockOf.set(definition.id, block);
    }
  }

  function write(definition: AlarmDefinition): void {
    const before = blockOf.get(definition.id);
    if (before?.records.delete(definition.id) === true) before.bytes = null;
    let block = blocks.at(-1);
    if (block === undefined || block.records.size >= recordsPerBlock) {
      block = { records: new Map(), bytes: null };
      blocks.push(block);
    }
    block.records.set(definition.id, definition);
    block.bytes = null;
    blockOf.set(definition.id, block);
  }

  return {
    get edition() {
      return edition;
    },
    get size() {
      return byId.size;
    },
    get: (id) => byId.get(id)?.definition,
    inForce({ subject, basis, factor }, site) {
      for (const place of placesOf(site)) {
        let best: Kept | null = null;
        for (const kept of byKey.get(keyOf(subject, basis, place)) ?? [])
          if (fits(kept.definition, site, factor) && (best === null || precedes(kept, best))) best = kept;
        if (best !== null) return best.definition;
      }
      return null;
    },
    valuesOf(basis, factor, site) {
      const found: Kept[] = [];
      for (const place of placesOf(site))
        for (const kept of byKey.get(keyOf("value", basis, place)) ?? [])
          if (fits(kept.definition, site, factor)) found.push(kept);
      return found.toSorted((a, b) => a.put - b.put).map(({ definition }) => definition);
    },
    put(definition) {
      keep(definition);
      write(definition);
    },
    save() {
      return blocks.map((block) => {
        const bytes = block.bytes ?? encoder.encode(JSON.stringify([...block.records.values()]));
        block.bytes = bytes;
        return bytes;
      });
    },
  };
}

/** More specific, then enabled, then put later. */
function precedes(one: Kept, other: Kept): boolean {
  const rank = ({ definition: { scope, enabled } }: Kept): number => 2 * specificityOf(scope) + (enabled ? 1 : 0);
  const difference = rank(one) - rank(other);
  return difference === 0 ? one.put > other.put : difference > 0;
}
