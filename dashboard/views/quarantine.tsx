// The quarantine: what was refused, why, and its bytes; an operator has frames decoded again or dismisses them. Filters and
// the frame that is open stand in the address.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { useWords } from "../i18n/i18n.ts";
import { mayAcknowledge, useApp } from "./app-context.ts";
import { DecisionDialog, DecisionReport } from "./decision-dialog.tsx";
import { Ignored } from "./ignored.tsx";
import { Failed, Loading, Notice } from "./panels.tsx";
import {
  type DecisionName,
  type DecisionResult,
  isFiltered,
  listUnreadable,
  readQuarantineFilter,
  type RefusedRow,
  useRefused,
} from "./quarantine-data.ts";
import { QuarantineFilters } from "./quarantine-filters.tsx";
import { QuarantineFrame } from "./quarantine-frame.tsx";
import { QuarantineList } from "./quarantine-list.tsx";
import { useUrl } from "./url-state.ts";
import "../style/ledger.css";
import "../style/quarantine.css";

interface Asked {
  readonly name: DecisionName;
  readonly seqs: readonly number[];
}

function readSeq(text: string | null): number | null {
  const seq = Number(text ?? "");
  return Number.isSafeInteger(seq) && seq > 0 ? seq : null;
}

export function QuarantineView() {
  const words = useWords();
  const client = useQueryClient();
  const { query, set } = useUrl();
  const filter = readQuarantineFilter(query);
  const refused = useRefused(filter);
  const rows = useMemo(() => refused.data?.pages.flatMap((page) => page.items) ?? [], [refused.data]);
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const [asked, setAsked] = useState<Asked | null>(null);
  const [result, setResult] = useState<DecisionResult | null>(null);
  const filterKey = JSON.stringify(filter);
  // What cannot be seen any more must not be decided about.
  useEffect(() => setPicked(new Set()), [filterKey]);
  const openSeq = readSeq(query.get("seq"));
  const open = (seq: number | null): void => set({ seq: seq === null ? null : String(seq) });
  const clear = (): void => set({ state: null, reason: null, site: null, day: null, from: null, to: null });

  function decided(done: DecisionResult): void {
    setAsked(null);
    setResult(done);
    setPicked(new Set());
    void client.invalidateQueries({ queryKey: ["quarantine"] });
    void client.invalidateQueries({ queryKey: ["quarantine-frame"] });
    void client.invalidateQueries({ queryKey: ["ledger"] });
  }

  const total = refused.data?.pages[0]?.total ?? null;
  return (
    <section className="view quarantine-view" aria-label={words.quarantine.title}>
      <QuarantineFilters filter={filter} clear={clear} total={total} />
      <Ignored names={listUnreadable(query)} />
      <Actions rows={rows} picked={picked} setPicked={setPicked} ask={setAsked} />
      {result !== null && <DecisionReport result={result} close={() => setResult(null)} />}
      {refused.error !== null && (
        <Failed
          what={words.quarantine.load}
          error={refused.error}
          retry={() => void refused.refetch()}
          kept={refused.data !== undefined}
        />
      )}
      <div className="quarantine-body" data-detail={openSeq !== null}>
        <div className="panel quarantine-list-panel">
          {refused.data === undefined && refused.error === null && <Loading lines={10} />}
          {refused.data !== undefined && rows.length === 0 && (
            <Notice title={isFiltered(filter) ? words.quarantine.emptyFiltered : words.quarantine.empty}>
              {filter.state !== "all" && (
                <button type="button" onClick={() => set({ state: "all" })}>
                  {words.quarantine.showAll}
                </button>
              )}
            </Notice>
          )}
          {rows.length > 0 && (
            <QuarantineList
              rows={rows}
              picked={picked}
              setPicked={setPicked}
              openSeq={openSeq}
              open={open}
              hasMore={refused.hasNextPage}
              isLoadingMore={refused.isFetchingNextPage}
              loadMore={() => void refused.fetchNextPage()}
            />
          )}
        </div>
        <QuarantineFrame seq={openSeq} close={() => open(null)} ask={(name, seq) => setAsked({ name, seqs: [seq] })} />
      </div>
      <p className="hint">{words.quarantine.keys}</p>
      {asked !== null && (
        <DecisionDialog name={asked.name} seqs={asked.seqs} done={decided} cancel={() => setAsked(null)} />
      )}
    </section>
  );
}

function Actions(props: {
  readonly rows: readonly RefusedRow[];
  readonly picked: ReadonlySet<number>;
  readonly setPicked: (picked: ReadonlySet<number>) => void;
  readonly ask: (asked: Asked) => void;
}) {
  const { rows, picked, setPicked, ask } = props;
  const words = useWords();
  const { user } = useApp();
  const mayDecide = mayAcknowledge(user);
  const loaded = useMemo(
    () =>
      [...new Set(rows.filter((row) => row.state === "open").map((row) => row.seq))].slice(0, bounds.decisionFramesMax),
    [rows],
  );
  const isTooMany = picked.size > bounds.decisionFramesMax;
  const seqs = [...picked].sort((a, b) => a - b);
  const why = mayDecide
    ? isTooMany
      ? words.quarantine.tooMany(bounds.decisionFramesMax)
      : undefined
    : words.quarantine.readOnly;
  const isOff = !mayDecide || picked.size === 0 || isTooMany;
  return (
    <div className="quarantine-actions">
      <button type="button" disabled={isOff} title={why} onClick={() => ask({ name: "reprocess", seqs })}>
        {words.quarantine.reprocess}
      </button>
      <button type="button" disabled={isOff} title={why} onClick={() => ask({ name: "dismiss", seqs })}>
        {words.quarantine.dismiss}
      </button>
      <span role="status">{picked.size > 0 && words.quarantine.picked(picked.size)}</span>
      {why !== undefined && <span className="hint">{why}</span>}
      {picked.size > 0 && (
        <button type="button" className="quiet" onClick={() => setPicked(new Set())}>
          {words.quarantine.unpick}
        </button>
      )}
      {mayDecide && picked.size === 0 && loaded.length > 0 && (
        <button type="button" className="quiet" onClick={() => setPicked(new Set(loaded))}>
          {words.quarantine.pickAll(loaded.length)}
        </button>
      )}
    </div>
  );
}
