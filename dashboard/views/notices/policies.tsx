// Policies as chains along a line of time: after how long who is told, on which condition, and who that would be now.

import { Fragment, useState } from "react";
import type { NoticePolicy, NoticeTarget, PolicyStep } from "#domain/notice.ts";
import { onCallAt } from "#domain/on-call.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp, useServerNow } from "../app-context.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { Mark } from "../mark.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { classNames } from "./alarm-classes.ts";
import {
  removeSetup,
  toCalendar,
  useCalendars,
  useContacts,
  useNoticeWords,
  usePolicies,
  useSetupReload,
} from "./notice-data.ts";
import { formatSpan } from "./span.ts";
import { PolicyEditor } from "./policy-editor.tsx";
import { formatClock, targetKey } from "./policy-form.ts";

export function PoliciesPart() {
  const { policies: words } = useNoticeWords();
  const { user } = useApp();
  const found = usePolicies();
  const reload = useSetupReload();
  const [edited, setEdited] = useState<NoticePolicy | "new" | null>(null);
  const [removed, setRemoved] = useState<NoticePolicy | null>(null);
  const isAdmin = user.role === "admin";
  const rows = (found.data ?? []).toSorted((a, b) => a.order - b.order || a.id.localeCompare(b.id));
  return (
    <>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      <div className="notices-scroll" data-testid={found.data === undefined ? undefined : "policies-listed"}>
        <p className="notices-line">
          <span className="hint">{words.first}</span>
          {isAdmin && (
            <button type="button" className="primary" onClick={() => setEdited("new")}>
              {words.add}
            </button>
          )}
        </p>
        {found.data === undefined && found.error === null && <Loading lines={8} />}
        {found.data !== undefined && rows.length === 0 && <Notice title={words.empty} />}
        {rows.map((policy) => (
          <Policy
            key={policy.id}
            policy={policy}
            edit={isAdmin ? () => setEdited(policy) : null}
            remove={isAdmin ? () => setRemoved(policy) : null}
          />
        ))}
      </div>
      {edited !== null && <PolicyEditor policy={edited === "new" ? null : edited} close={() => setEdited(null)} />}
      {removed !== null && (
        <ReasonDialog
          title={words.remove}
          says={words.removeSays(removed.name)}
          submit={words.remove}
          what={words.remove}
          close={() => setRemoved(null)}
          act={async (reason) => {
            await removeSetup("policies", removed.id, removed.version, reason);
            await reload();
            setRemoved(null);
          }}
        />
      )}
    </>
  );
}

interface PolicyProps {
  readonly policy: NoticePolicy;
  readonly edit: (() => void) | null;
  readonly remove: (() => void) | null;
}

function Policy({ policy, edit, remove }: PolicyProps) {
  const { policies: words } = useNoticeWords();
  const catalogue = useWords();
  const { cities, sites } = useApp();
  const { scope, classes, priorities, groupMs, quiet } = policy;
  const city = cities.find(({ adcode }) => adcode === scope.city);
  const places = [
    city === undefined ? scope.city : pickName(catalogue, city),
    scope.enterprise,
    scope.site === null ? null : (sites.info(scope.site)?.name ?? scope.site),
    scope.kind === null ? null : catalogue.kinds[scope.kind],
  ].filter((each) => each !== null);
  return (
    <section className="panel policy" data-testid="policy" data-key={policy.id} data-enabled={policy.enabled}>
      <div className="panel-head">
        <h2>
          {policy.order}. {policy.name} {!policy.enabled && <span className="chip">{words.off}</span>}
        </h2>
        {edit !== null && (
          <button type="button" onClick={edit}>
            {words.edit}
          </button>
        )}
        {remove !== null && (
          <button type="button" onClick={remove}>
            {words.remove}
          </button>
        )}
      </div>
      <p className="policy-scope">
        <span>
          {words.scope}: {places.length === 0 ? words.all : places.join(" · ")}
        </span>
        <span>
          {words.classes}:{" "}
          {classes.length === 0 ? words.allClasses : classes.map((name) => classNames(catalogue, name)).join(", ")}
        </span>
        <span>
          {words.priorities}:{" "}
          {priorities.map((each) => (
            <span key={each} className="policy-mark">
              <Mark priority={each} />
            </span>
          ))}
        </span>
      </p>
      <ol className="policy-chain">
        <li className="policy-start">{words.alarm}</li>
        {policy.steps.map((step) => (
          <Step key={step.afterMs} step={step} />
        ))}
      </ol>
      <p className="policy-scope hint">
        <span>{groupMs === 0 ? words.noGroup : words.group(formatSpan(groupMs, catalogue.duration))}</span>
        <span>{quiet === null ? words.noQuiet : words.quiet(formatClock(quiet.from), formatClock(quiet.to))}</span>
        {policy.tellEnd && <span>{words.tellEnd}</span>}
      </p>
    </section>
  );
}

function Step({ step }: { readonly step: PolicyStep }) {
  const { policies: words } = useNoticeWords();
  const { duration } = useWords();
  const { afterMs, until, repeatMs, targets } = step;
  return (
    <li data-testid="policy-step">
      <b>{afterMs === 0 ? words.atOnce : words.at(formatSpan(afterMs, duration))}</b>{" "}
      {afterMs > 0 && (until === "ack" ? words.unacked : words.active)}
      <ul>
        {targets.map((target) => (
          <li key={targetKey(target)}>
            <Target target={target} />
          </li>
        ))}
      </ul>
      {repeatMs !== null && <span className="hint">{words.repeat(formatSpan(repeatMs, duration))}</span>}
    </li>
  );
}

const stepMs = 60_000;

function Target({ target }: { readonly target: NoticeTarget }) {
  const { policies: words } = useNoticeWords();
  const contacts = useContacts();
  const calendars = useCalendars();
  const now = Math.floor(useServerNow() / stepMs) * stepMs;
  const nameOf = (id: string): string => contacts.data?.find((each) => each.id === id)?.name ?? id;
  if (target.kind === "enterprise") return <>{words.enterprise}</>;
  if (target.kind === "contact") return <>{nameOf(target.contact)}</>;
  const calendar = calendars.data?.find(({ id }) => id === target.calendar);
  const onCall = calendar === undefined ? null : onCallAt(toCalendar(calendar), now);
  return (
    <Fragment>
      {words.onCall(calendar?.name ?? target.calendar)} (
      {onCall === null ? <b>{words.nobody}</b> : words.nowIs(nameOf(onCall.contact))})
    </Fragment>
  );
}
