// What the alarm grid is framed by: the heads of its columns, and the pill that says how many alarms wait outside.

import { useWords } from "../../i18n/i18n.ts";
import type { Waiting } from "../../state/alarm-list.ts";
import type { RowLayout } from "./alarm-row.tsx";

export function Pill({ waiting, refresh }: { readonly waiting: Waiting; readonly refresh: () => void }) {
  const words = useWords();
  return (
    <button
      type="button"
      className="pill"
      data-testid="new-alarms"
      // The focus stays in the list: it would otherwise vanish together with the pill.
      onPointerDown={(event) => event.preventDefault()}
      onClick={refresh}
    >
      {words.alarm.newOnes(waiting.total, waiting.firstPriority)}
    </button>
  );
}

export function HeaderRow({ layout }: { readonly layout: RowLayout }) {
  const { columns } = useWords().alarm;
  const names =
    layout === "full"
      ? ([
          "priority",
          "time",
          "duration",
          "city",
          "site",
          "factor",
          "value",
          "multiple",
          "state",
          "ackedBy",
          "action",
        ] as const)
      : (["priority", "time", "site", "factor", "value", "state", "action"] as const);
  return (
    <div role="rowgroup">
      <div role="row" aria-rowindex={1} className={`alarm-head alarm-${layout}`}>
        {names.map((name) => (
          <span key={name} role="columnheader" className={`head-${name}`}>
            {columns[name]}
          </span>
        ))}
      </div>
    </div>
  );
}
