// What is done with sheets of a handover: the text that is signed back into a sheet, what goes on to the next one because it was
// not ticked, and what is different from the sheet before. Pure; the same for ingest, api and screens.

import { bounds } from "./bounds.ts";
import { type CarriedItem, type SheetBlock, sheetBlocks, type SheetItem, type ShiftSheet } from "./shift.ts";

function isItem(value: unknown): value is SheetItem {
  if (typeof value !== "object" || value === null) return false;
  const { id, zh, en } = value as Partial<Record<"id" | "zh" | "en", unknown>>;
  return typeof id === "string" && typeof zh === "string" && typeof en === "string";
}

function isBlock(value: unknown): value is SheetBlock {
  return sheetBlocks.some((block) => block === value);
}

function isCarried(value: unknown): value is CarriedItem {
  if (typeof value !== "object" || value === null) return false;
  const { block, item } = value as Partial<Record<"block" | "item", unknown>>;
  return isBlock(block) && isItem(item);
}

/** Null: it is no sheet. */
export function parseSheet(text: string): ShiftSheet | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { desk, from, to, blocks, carried } = value as Partial<Record<keyof ShiftSheet, unknown>>;
  if (typeof desk !== "string" || typeof from !== "number" || typeof to !== "number") return null;
  if (typeof blocks !== "object" || blocks === null || !Array.isArray(carried) || !carried.every(isCarried))
    return null;
  const rows = blocks as Partial<Record<SheetBlock, unknown>>;
  const isWhole = sheetBlocks.every((block) => {
    const items = rows[block];
    return Array.isArray(items) && items.every(isItem);
  });
  return isWhole ? (value as ShiftSheet) : null;
}

/** Items of numbers have no id: they are told apart by what they say. */
export function itemKey(block: SheetBlock, { id, zh }: SheetItem): string {
  return `${block}\n${id === "" ? zh : id}`;
}

/** What stands again on the next sheet: everything in blocks that were not ticked, the older first, once. */
export function carryOn(sheet: ShiftSheet, ticked: readonly SheetBlock[]): CarriedItem[] {
  const found = new Map<string, CarriedItem>();
  const add = (block: SheetBlock, item: SheetItem): void => {
    const key = itemKey(block, item);
    if (!ticked.includes(block) && !found.has(key)) found.set(key, { block, item });
  };
  for (const { block, item } of sheet.carried) add(block, item);
  for (const block of sheetBlocks) for (const item of sheet.blocks[block]) add(block, item);
  const all = [...found.values()];
  if (all.length <= bounds.sheetCarriedMax) return all;
  const more = all.length - bounds.sheetCarriedMax + 1;
  const says = { id: "", zh: `另有 ${more} 项未勾选，见上一份交接单`, en: `and ${more} more, on the sheet before` };
  return [...all.slice(0, bounds.sheetCarriedMax - 1), { block: "notes", item: says }];
}

/** A block at its bound says how many more there are. */
export function boundItems(items: readonly SheetItem[], total = items.length): SheetItem[] {
  if (total <= bounds.sheetItemsMax) return [...items];
  const shown = items.slice(0, bounds.sheetItemsMax - 1);
  const more = total - shown.length;
  return [...shown, { id: "", zh: `另有 ${more} 项未列出`, en: `and ${more} more that are not listed` }];
}

export interface SheetDifference {
  readonly block: SheetBlock;
  /** On the newer sheet alone, and on the older one alone. */
  readonly added: readonly SheetItem[];
  readonly gone: readonly SheetItem[];
  /** On both: how many. */
  readonly stayed: number;
}

/** Blocks in which something is different, in the order of the sheet. */
export function diffSheets(before: ShiftSheet, after: ShiftSheet): SheetDifference[] {
  return sheetBlocks.flatMap((block) => {
    const [old, young] = [before, after].map(
      (sheet) => new Map(sheet.blocks[block].map((item) => [itemKey(block, item), item])),
    );
    if (old === undefined || young === undefined) return [];
    const added = [...young].filter(([key]) => !old.has(key)).map(([, item]) => item);
    const gone = [...old].filter(([key]) => !young.has(key)).map(([, item]) => item);
    return added.length + gone.length === 0 ? [] : [{ block, added, gone, stayed: young.size - added.length }];
  });
}
