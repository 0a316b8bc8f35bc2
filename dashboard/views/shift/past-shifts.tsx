// Handovers of before: the list, and one sheet exactly as it was signed, checked against its hash, with what was different from the
// one before. Prints on A4 with lines for two signatures.

import { parseSheet } from "#domain/shift-sheet.ts";
import { sheetBlocks } from "#domain/shift.ts";
import { formatLocal } from "#domain/time.ts";
import { ApiProblem } from "../../feed/request.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useServerNow } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { useKeys } from "../key-map.ts";
import { Failed, Loading, NotFound, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { sayItem, type OneShift, type ShiftRow, useOneShift, usePastShifts, useShiftWords } from "./shift-data.ts";
import { SheetBlocks, Signatures } from "./sheet-blocks.tsx";

export function PastShifts({ desk }: { readonly desk: string }) {
  const { query } = useUrl();
  const id = query.get("id");
  return id === null ? <List desk={desk} /> : <One id={id} />;
}

function List({ desk }: { readonly desk: string }) {
  const words = useShiftWords();
  const { set } = useUrl();
  const found = usePastShifts(desk, true);
  const rows = found.data?.items ?? [];
  const at = (iso: string | null): string => (iso === null ? "—" : formatLocal(Date.parse(iso)).slice(0, 16));
  const columns: readonly GridColumn<ShiftRow>[] = [
    { name: "person", head: words.columns.person, width: "minmax(110px, 2fr)", cell: (row) => row.personName },
    { name: "started", head: words.columns.started, width: "minmax(130px, 1fr)", cell: (row) => at(row.startedAt) },
    { name: "handed", head: words.columns.handed, width: "minmax(130px, 1fr)", cell: (row) => at(row.handedOverAt) },
    {
      name: "accepted",
      head: words.columns.accepted,
      width: "minmax(180px, 2fr)",
      cell: (row) => (row.acceptedAt === null ? "—" : `${row.acceptedByName ?? ""} ${at(row.acceptedAt)}`),
    },
    {
      name: "ticked",
      head: words.columns.ticked,
      width: "90px",
      cell: (row) => (row.acceptedAt === null ? "—" : `${row.ticked.length}/${sheetBlocks.length}`),
    },
  ];
  return (
    <>
      {found.error !== null && (
        <Failed
          what={words.loadPast}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      <div className="panel device-list device-fill">
        {found.data === undefined && found.error === null && <Loading lines={8} />}
        {found.data !== undefined && rows.length === 0 && <Notice title={words.empty} />}
        {rows.length > 0 && (
          <RowGrid
            label={words.views.past}
            testId="shift-row"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.id}
            openKey={null}
            open={(row) => set({ id: row.id })}
            leave={() => set({ id: null })}
          />
        )}
      </div>
      <p className="hint">{words.keys}</p>
    </>
  );
}

function One({ id }: { readonly id: string }) {
  const words = useShiftWords();
  const own = useDeviceWords();
  const { set } = useUrl();
  const now = useServerNow();
  const found = useOneShift(id);
  useKeys([{ keys: ["Escape"], says: words.back, act: () => set({ id: null }) }]);
  if (found.error instanceof ApiProblem && found.error.status === 404) return <NotFound title={words.missing(id)} />;
  const sheet = found.data?.text === undefined || found.data.text === null ? null : parseSheet(found.data.text);
  return (
    <div className="shift-page" data-testid="past-sheet">
      <p className="device-buttons shift-ways">
        <button type="button" onClick={() => set({ id: null })}>
          {words.back}
        </button>
        <button type="button" onClick={() => globalThis.print()}>
          {own.print}
        </button>
      </p>
      {found.error !== null && (
        <Failed
          what={words.loadSheet}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading lines={12} />}
      {found.data !== undefined && (
        <>
          <header className="panel shift-head">
            <h2>
              {words.sheet} · {found.data.personName} · {formatLocal(Date.parse(found.data.startedAt)).slice(0, 16)}
            </h2>
            <Check shift={found.data} /> <span className="print-only">{words.printed(formatLocal(now))}</span>
          </header>
          <Signatures shift={found.data} />
          {sheet === null ? (
            <Notice title={words.unsigned} />
          ) : (
            <>
              <Differences shift={found.data} />
              <SheetBlocks
                sheet={sheet}
                ticking={null}
                {...(found.data.acceptedAt === null ? {} : { accepted: found.data.ticked })}
              />
            </>
          )}
        </>
      )}
    </div>
  );
}

/** Said in words: the sign alone is not read by everybody. */
function Check({ shift }: { readonly shift: OneShift }) {
  const words = useShiftWords();
  if (shift.intact === null) return <span>{words.unsigned}</span>;
  return (
    <span
      className={shift.intact ? "" : "shift-broken"}
      role={shift.intact ? "status" : "alert"}
      data-testid="sheet-check"
      data-intact={shift.intact}
    >
      <span aria-hidden="true">{shift.intact ? "✓" : "✕"}</span> {shift.intact ? words.intact : words.broken}
    </span>
  );
}

function Differences({ shift }: { readonly shift: OneShift }) {
  const words = useShiftWords();
  const { locale } = useWords();
  return (
    <section className="panel shift-block shift-differences" data-testid="sheet-differences">
      <h2>{words.differences}</h2>
      {shift.before === null && <p className="hint">{words.firstSheet}</p>}
      {shift.before !== null && shift.differences.length === 0 && <p className="hint">{words.noDifferences}</p>}
      <ul>
        {shift.differences.map(({ block, added, gone, stayed }) => (
          <li key={block}>
            <b>{words.blocks[block]}</b>
            <ul>
              {added.map((item) => (
                <li key={`+${item.id}${item.zh}`}>
                  + {sayItem(item, locale)} <span className="hint">{words.added}</span>
                </li>
              ))}
              {gone.map((item) => (
                <li key={`-${item.id}${item.zh}`}>
                  − <s>{sayItem(item, locale)}</s> <span className="hint">{words.gone}</span>
                </li>
              ))}
            </ul>
            {stayed > 0 && <span className="hint">{words.stayed(stayed)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
