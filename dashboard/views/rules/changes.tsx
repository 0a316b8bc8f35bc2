// Proposals of limits: who wants what and why, what is in force instead now, what it would have changed; another administrator
// approves or rejects, its author may take it back.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { limitChangeStatuses } from "#domain/limit-change.ts";
import { formatLocal } from "#domain/time.ts";
import { formatUnit } from "../../format/number.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { Choice, useNames } from "../judgement/exceedance-parts.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { PreviewPart } from "./preview.tsx";
import {
  type ChangeDecision,
  type ChangeRow,
  decideChange,
  groupLimits,
  inForceOn,
  readLimit,
  ruleKey,
  toDraft,
  useChanges,
  useLimits,
  useRuleWords,
} from "./rule-data.ts";
import { formatBounds, formatRange } from "./timeline.tsx";

export function Changes() {
  const { changes: words, changeStatuses } = useRuleWords();
  const { query } = useUrl();
  const asked = query.get("status");
  const status = asked === "all" ? null : (limitChangeStatuses.find((each) => each === asked) ?? "draft");
  const found = useChanges(status);
  return (
    <>
      <div className="filters rule-filters">
        <Choice
          name="status"
          label={words.status}
          none={changeStatuses.draft}
          chosen={status === "draft" ? null : (status ?? "all")}
          options={[
            ["all", words.all],
            ...limitChangeStatuses
              .filter((each) => each !== "draft")
              .map((each) => [each, changeStatuses[each]] as const),
          ]}
        />
      </div>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading lines={6} />}
      {found.data?.items.length === 0 && (
        <div className="panel">
          <Notice title={status === "draft" ? words.empty : words.emptyAll} />
        </div>
      )}
      <div className="rule-changes">
        {found.data?.items.map((change) => (
          <Change key={change.id} change={change} />
        ))}
      </div>
    </>
  );
}

function Change({ change }: { readonly change: ChangeRow }) {
  const { changes: words, changeStatuses } = useRuleWords();
  const { user } = useApp();
  const isOpen = change.status === "draft";
  const drafts = change.limits.map(toDraft).filter(({ basis }) => basis !== "realtime");
  return (
    <article className="panel rule-change" data-testid="limit-change" data-status={change.status} data-id={change.id}>
      <h2>
        {changeStatuses[change.status]} · {words.proposed(change.by, formatLocal(Date.parse(change.at)))}
      </h2>
      <p className="request-says">{change.reason}</p>
      <ul className="rule-differences">
        {change.limits.map((limit) => (
          <Difference key={limit.id} wire={limit} />
        ))}
      </ul>
      {change.decidedBy !== null && change.decidedAt !== null && (
        <p className="hint">
          {words.decided(change.decidedBy, formatLocal(Date.parse(change.decidedAt)), change.decision ?? "")}
        </p>
      )}
      {isOpen && user.role === "admin" && drafts.length > 0 && <PreviewPart drafts={drafts} />}
      {isOpen && <Decisions change={change} />}
    </article>
  );
}

/** What is in force when it would begin, and what would be. */
function Difference({ wire }: { readonly wire: ChangeRow["limits"][number] }) {
  const { changes: words } = useRuleWords();
  const { bases } = useWords();
  const { sites, factors } = useApp();
  const names = useNames();
  const limit = readLimit({ ...wire, version: 0 });
  const limits = useLimits(limit.site, limit.factor);
  const row = groupLimits(limits.data?.limits ?? []).find(({ key }) => key === ruleKey(limit));
  const now = row === undefined ? null : inForceOn(row, limit.from);
  return (
    <li>
      <b>{sites.info(limit.site)?.name ?? limit.site}</b> · {names.factor(limit.factor)} · {bases[limit.basis]}:{" "}
      {words.now} {limits.data === undefined ? "…" : now === null ? words.nothing : formatBounds(now)} →{" "}
      {words.proposedNow}{" "}
      <b>
        {formatBounds(limit)} {formatUnit(factors[limit.factor]?.unit ?? "")}
      </b>
      , {formatRange(limit)}
      {(limit.refO2 ?? null) !== null && ` · O2 ${limit.refO2} %`}
    </li>
  );
}

const says = { approve: "approveSays", reject: "rejectSays", withdraw: "withdrawSays" } as const;
const decisions = ["approve", "reject", "withdraw"] as const;

function Decisions({ change }: { readonly change: ChangeRow }) {
  const words = useRuleWords();
  const client = useQueryClient();
  const { user } = useApp();
  const [asked, setAsked] = useState<ChangeDecision | null>(null);
  /** Why this person may not, or null. */
  const barOf = (decision: ChangeDecision): string | null => {
    if (user.role !== "admin") return words.readOnly;
    const isOwn = change.by === user.username;
    if (decision === "approve") return isOwn ? words.changes.own : null;
    return decision === "withdraw" && !isOwn ? words.changes.notOwn : null;
  };
  function changed(): void {
    for (const key of ["limits", "limit-changes", "limit-versions"]) void client.invalidateQueries({ queryKey: [key] });
  }
  const bar = decisions.map(barOf).find((each) => each !== null);
  return (
    <>
      <p className="device-buttons">
        {decisions.map((decision) => {
          const why = barOf(decision);
          return (
            <button
              key={decision}
              type="button"
              className={decision === "approve" ? "primary" : undefined}
              disabled={why !== null}
              title={why ?? undefined}
              onClick={() => setAsked(decision)}
            >
              {words.changes[decision]}
            </button>
          );
        })}
        {bar !== undefined && <span className="hint">{bar}</span>}
      </p>
      {asked !== null && (
        <ReasonDialog
          title={words.changes[asked]}
          says={words.changes[says[asked]]}
          submit={words.changes[asked]}
          what={words.changes.failed}
          close={() => setAsked(null)}
          act={async (reason) => {
            await decideChange(change.id, asked, reason).finally(changed);
            setAsked(null);
          }}
        />
      )}
    </>
  );
}
