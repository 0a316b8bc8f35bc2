// The rates as a table: transmission × validity = effective, whoever is worst first; and the sum of all of it above.

import { type GridColumn, type GridOrder, RowGrid } from "../devices/row-grid.tsx";
import { formatCount } from "../ledger-sites.tsx";
import { formatShare, levelOf, type Quality, type QualityRow, useQualityWords } from "./quality-data.ts";

interface RateProps {
  readonly share: number | null;
  readonly target: number | null;
}

/** Below the target it is bold with a sign, so that nobody needs a colour. */
export function Rate({ share, target }: RateProps) {
  const level = levelOf(share, target);
  const isBelow = target !== null && share !== null && share < target;
  return (
    <span className="quality-rate" data-level={level} data-below={isBelow}>
      {isBelow && <span aria-hidden="true">▼ </span>}
      {formatShare(share)}
    </span>
  );
}

interface TableProps {
  readonly rows: readonly QualityRow[];
  readonly target: number | null;
  readonly order: GridOrder;
  readonly choose: (order: GridOrder) => void;
  readonly openKey: string | null;
  readonly open: (row: QualityRow) => void;
}

export function QualityTable({ rows, target, order, choose, openKey, open }: TableProps) {
  const words = useQualityWords();
  const { columns } = words;
  const count = (name: "due" | "received" | "valid"): GridColumn<QualityRow> => ({
    name,
    head: columns[name],
    width: "minmax(58px, 84px)",
    isNumber: true,
    isSortable: true,
    cell: (row) => formatCount(row[name]),
  });
  const rate = (name: "transmission" | "validity"): GridColumn<QualityRow> => ({
    name,
    head: columns[name],
    width: "minmax(66px, 84px)",
    isNumber: true,
    isSortable: true,
    cell: (row) => formatShare(row[name]),
  });
  const shown: readonly GridColumn<QualityRow>[] = [
    {
      name: "name",
      head: columns.name,
      width: "minmax(110px, 4fr)",
      isSortable: true,
      title: (row) => (row.title === row.key || row.key === "" ? row.title : `${row.title} (${row.key})`),
      cell: (row) => row.title,
    },
    count("due"),
    count("received"),
    count("valid"),
    rate("transmission"),
    rate("validity"),
    {
      name: "effective",
      head: columns.effective,
      width: "minmax(92px, 110px)",
      isNumber: true,
      isSortable: true,
      cell: (row) => <Rate share={row.effective} target={target} />,
    },
  ];
  return (
    <div className="panel device-list">
      <RowGrid
        label={words.title}
        testId="quality-row"
        columns={shown}
        rows={rows}
        keyOf={(row) => row.key}
        stateOf={(row) => levelOf(row.effective, target)}
        openKey={openKey}
        open={open}
        leave={() => undefined}
        sort={{ ...order, choose }}
      />
    </div>
  );
}

/** The formula with its numbers filled in, against the target. */
export function QualitySum({ quality }: { readonly quality: Quality }) {
  const words = useQualityWords();
  const { definition, sum } = words;
  const { total, aim, target, targetSureness } = quality;
  const state = total.effective === null ? "unknown" : aim === null || total.effective >= aim ? "reached" : "below";
  return (
    <section className="panel quality-sum" aria-label={sum.label} data-testid="quality-sum" data-state={state}>
      <p className="quality-formula">
        <span>
          {words.columns.transmission} <b>{formatShare(total.transmission)}</b>
        </span>
        <span aria-hidden="true">×</span>
        <span>
          {words.columns.validity} <b>{formatShare(total.validity)}</b>
        </span>
        <span aria-hidden="true">=</span>
        <span>
          {words.columns.effective} <b className="quality-main">{formatShare(total.effective)}</b>
        </span>
        <span>
          {target === null ? definition.noTarget : definition.target(String(target))}{" "}
          {targetSureness !== null && <span className="chip">{words.surenesses[targetSureness]}</span>}{" "}
          {target !== null && <b>{sum[state]}</b>}
        </span>
      </p>
      <p className="hint">
        {(["due", "received", "valid", "stopped", "marked"] as const).map((name) => (
          <span key={name}>
            {sum[name]} <b>{formatCount(total[name])}</b>
          </span>
        ))}
        <span>{sum.hours}</span>
      </p>
      <details>
        <summary>{definition.formula}</summary>
        <p className="hint">
          {[definition.transmission, definition.validity, definition.due, definition.sum].map((text) => (
            <span key={text}>{text}</span>
          ))}
          <span>
            {definition.source([quality.definitionSource, quality.targetSource ?? ""].filter(Boolean).join("; "))}
          </span>
        </p>
      </details>
    </section>
  );
}
