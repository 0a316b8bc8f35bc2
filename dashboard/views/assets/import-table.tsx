// The dry run of an import as a table: filters by outcome with their numbers, each row with what would change or why it cannot
// be, all of one row beside the list, and the button that does it.

import { useMemo, useState } from "react";
import { type ImportField, type ImportOutcome, importOutcomes, type ImportRow } from "#domain/site-import.ts";
import { useApp } from "../app-context.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { siteKinds } from "#domain/site.ts";
import { type GridColumn, RowGrid } from "../devices/row-grid.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Notice } from "../panels.tsx";
import { type ImportReport, useImportWords } from "./import-data.ts";

interface Props {
  readonly file: File;
  readonly report: ImportReport;
  readonly submit: () => Promise<void>;
}

export function ImportTable({ file, report, submit }: Props) {
  const words = useImportWords();
  const { counts } = report;
  const [outcome, setOutcome] = useState<ImportOutcome | "all">(counts.refused > 0 ? "refused" : "all");
  const [open, setOpen] = useState<ImportRow | null>(null);
  const [isBusy, setBusy] = useState(false);
  const rows = useMemo(
    () => (outcome === "all" ? report.rows : report.rows.filter((row) => row.outcome === outcome)),
    [report, outcome],
  );
  const columns = useColumns();
  const count = counts.new + counts.changed;
  return (
    <>
      <div className="filters import-filters">
        <span className="import-name">{file.name}</span>
        <div className="segments" role="group" aria-label={words.columns.outcome}>
          {(["all", ...importOutcomes] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={outcome === each}
              onClick={() => {
                setOutcome(each);
                setOpen(null);
              }}
            >
              {each === "all" ? words.all : words.outcomes[each]}{" "}
              {formatCount(each === "all" ? report.rows.length : counts[each])}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="primary"
          disabled={count === 0 || isBusy}
          data-testid="import-submit"
          onClick={() => {
            setBusy(true);
            void submit().finally(() => setBusy(false));
          }}
        >
          {count === 0 ? words.nothing : words.submit(formatCount(counts.new), formatCount(counts.changed))}
        </button>
        {counts.refused > 0 && <span className="import-warning">{words.keepRefused(formatCount(counts.refused))}</span>}
      </div>
      {report.ignored.length > 0 && <p className="hint">{words.ignored(report.ignored.join("、"))}</p>}
      <div className="device-body" data-detail={open !== null}>
        <div className="panel device-list device-fill">
          {rows.length === 0 && <Notice title={words.none} />}
          {rows.length > 0 && (
            <RowGrid
              label={words.title}
              testId="import-row"
              columns={columns}
              rows={rows}
              keyOf={(row) => String(row.row)}
              stateOf={(row) => row.outcome}
              openKey={open === null ? null : String(open.row)}
              open={setOpen}
              leave={() => setOpen(null)}
              isFollowing={open !== null}
            />
          )}
        </div>
        {open !== null && <Details row={open} close={() => setOpen(null)} />}
      </div>
      <p className="hint">{words.keys}</p>
    </>
  );
}

/** Values of kind and city in the words of the screen. */
function useValues(): (field: ImportField, value: string) => string {
  const catalogue = useWords();
  const { cities } = useApp();
  return (field, value) => {
    const kind = field === "kind" ? siteKinds.find((each) => each === value) : undefined;
    const city = field === "city" ? cities.find(({ adcode }) => adcode === value) : undefined;
    return kind !== undefined ? catalogue.kinds[kind] : city !== undefined ? pickName(catalogue, city) : value;
  };
}

function useColumns(): readonly GridColumn<ImportRow>[] {
  const words = useImportWords();
  const valueOf = useValues();
  const { columns, fields, reasons } = words;
  const says = (row: ImportRow): string => {
    if (row.outcome === "refused")
      return row.faults.map(({ field, reason, detail }) => `${fields[field]} ${reasons[reason]} ${detail}`).join("; ");
    return row.changes
      .map(({ field, before, after }) => words.change(fields[field], valueOf(field, before), valueOf(field, after)))
      .join("; ");
  };
  return [
    { name: "row", head: columns.row, width: "70px", isNumber: true, cell: (row) => row.row },
    {
      name: "outcome",
      head: columns.outcome,
      width: "110px",
      cell: (row) => <span className="import-outcome">{words.outcomes[row.outcome]}</span>,
    },
    { name: "id", head: columns.id, width: "minmax(150px, 2fr)", cell: (row) => <code>{row.id}</code> },
    { name: "name", head: columns.name, width: "minmax(160px, 3fr)", cell: (row) => row.name },
    { name: "says", head: columns.says, width: "minmax(260px, 6fr)", title: says, cell: says },
  ];
}

function Details({ row, close }: { readonly row: ImportRow; readonly close: () => void }) {
  const words = useImportWords();
  const own = useDeviceWords();
  const valueOf = useValues();
  return (
    <aside className="panel asset-panel import-details" aria-label={words.detail(row.row)}>
      <div className="panel-head">
        <h2>
          {words.detail(row.row)} · {words.outcomes[row.outcome]}
        </h2>
        <button type="button" onClick={close}>
          {own.close}
        </button>
      </div>
      <p>
        <code>{row.id}</code> {row.name}
      </p>
      {row.faults.length > 0 && (
        <ul>
          {row.faults.map(({ field, reason, detail }) => (
            <li key={`${field}-${reason}`}>
              <b>{words.fields[field]}</b> {words.reasons[reason]} <code>{detail}</code>
            </li>
          ))}
        </ul>
      )}
      {row.changes.length > 0 && (
        <table>
          <thead>
            <tr>
              <th />
              <th>{words.before}</th>
              <th>{words.after}</th>
            </tr>
          </thead>
          <tbody>
            {row.changes.map(({ field, before, after }) => (
              <tr key={field}>
                <th scope="row">{words.fields[field]}</th>
                <td>{valueOf(field, before) || words.empty}</td>
                <td>{valueOf(field, after) || words.empty}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </aside>
  );
}
