// A sheet of a handover, block by block: on the screen with boxes to tick, on paper with its signatures.

import { formatLocal } from "#domain/time.ts";
import type { SheetBlock, SheetItem, ShiftSheet } from "#domain/shift.ts";
import { sheetBlocks } from "#domain/shift.ts";
import { Link } from "wouter";
import { useWords } from "../../i18n/i18n.ts";
import { useUrl } from "../url-state.ts";
import { sayItem, type ShiftRow, useShiftWords } from "./shift-data.ts";

interface BlocksProps {
  readonly sheet: ShiftSheet;
  /** Null: nothing to tick. */
  readonly ticking: { readonly ticked: ReadonlySet<SheetBlock>; readonly toggle: (block: SheetBlock) => void } | null;
  /** Of an accepted sheet: what was ticked. */
  readonly accepted?: readonly SheetBlock[];
}

export function SheetBlocks({ sheet, ticking, accepted }: BlocksProps) {
  const words = useShiftWords();
  return (
    <div className="shift-blocks">
      {sheet.carried.length > 0 && (
        <section className="panel shift-block shift-carried" data-testid="shift-carried">
          <h2>
            {words.carried} <span className="hint">{words.items(sheet.carried.length)}</span>
          </h2>
          <ul>
            {sheet.carried.map(({ block, item }) => (
              <li key={`${block} ${item.id} ${item.zh}`}>
                <Item item={item} block={block} /> <span className="hint">{words.carriedIn(words.blocks[block])}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {sheetBlocks.map((block) => (
        <Block
          key={block}
          block={block}
          items={sheet.blocks[block]}
          ticking={ticking}
          {...(accepted === undefined ? {} : { isTicked: accepted.includes(block) })}
        />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly block: SheetBlock;
  readonly items: readonly SheetItem[];
  readonly ticking: BlocksProps["ticking"];
  readonly isTicked?: boolean;
}

function Block({ block, items, ticking, isTicked }: BlockProps) {
  const words = useShiftWords();
  const name = words.blocks[block];
  return (
    <section className="panel shift-block" data-testid="shift-block" data-block={block} data-count={items.length}>
      <h2>
        {ticking !== null && (
          <label className="shift-tick">
            <input
              type="checkbox"
              aria-label={words.tick(name)}
              checked={ticking.ticked.has(block)}
              onChange={() => ticking.toggle(block)}
            />
          </label>
        )}
        {isTicked !== undefined && (
          <span className="shift-ticked" data-ticked={isTicked}>
            {isTicked ? "☑" : "☐"}{" "}
            <span className="visually-hidden">{isTicked ? words.tickedBlocks : words.notTicked}</span>
          </span>
        )}
        {name} <span className="hint">{items.length === 0 ? words.nothing : words.items(items.length)}</span>
      </h2>
      {items.length > 0 && (
        <ul>
          {items.map((item, i) => (
            // Two numbers of one block may say the same.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={`${item.id} ${i}`}>
              <Item item={item} block={block} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const alarmBlocks: ReadonlySet<SheetBlock> = new Set([
  "open-alarms",
  "unacknowledged",
  "shelved",
  "suppressed",
  "silent-sites",
  "outages",
]);

function Item({ item, block }: { readonly item: SheetItem; readonly block: SheetBlock }) {
  const { locale } = useWords();
  const { href } = useUrl();
  const says = sayItem(item, locale);
  if (item.id === "") return says;
  if (alarmBlocks.has(block)) return <Link href={href("/alarms", { sel: item.id })}>{says}</Link>;
  if (block === "cases-due") return <Link href={href(`/cases/${encodeURIComponent(item.id)}`)}>{says}</Link>;
  return says;
}

/** Who signed, who accepted, when, and the hash over what they signed; on paper with a line for the pen. */
export function Signatures({ shift }: { readonly shift: ShiftRow }) {
  const words = useShiftWords();
  const time = (iso: string | null): string => (iso === null ? "—" : formatLocal(Date.parse(iso)));
  const signedBy =
    shift.handedOverBy === null || shift.handedOverBy === shift.person
      ? shift.personName
      : `${shift.personName} (${words.signFor(shift.personName)}: ${shift.handedOverBy})`;
  return (
    <dl className="panel shift-signatures" data-testid="shift-signatures">
      <div>
        <dt>{words.signedBy}</dt>
        <dd>{shift.handedOverAt === null ? words.unsigned : signedBy}</dd>
        <dt>{words.at}</dt>
        <dd>{time(shift.handedOverAt)}</dd>
        <dt className="print-only">{words.signature}</dt>
        <dd className="print-only shift-line" />
      </div>
      <div>
        <dt>{words.acceptedBy}</dt>
        <dd>{shift.acceptedByName ?? "—"}</dd>
        <dt>{words.at}</dt>
        <dd>{time(shift.acceptedAt)}</dd>
        <dt className="print-only">{words.signature}</dt>
        <dd className="print-only shift-line" />
      </div>
      {shift.sha256 !== null && (
        <div className="shift-hash">
          <dt>{words.hash}</dt>
          <dd className="mono">{shift.sha256}</dd>
        </div>
      )}
    </dl>
  );
}
