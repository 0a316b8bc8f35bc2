// One request beside the list: where it is on its way, what was asked for, what the device answered, who wanted it and why; the
// ways to withdraw it and to ask the same again.

import { useState } from "react";
import { Link } from "wouter";
import type { RequestState } from "#domain/device-request.ts";
import { formatLocal } from "#domain/time.ts";
import { ApiProblem } from "../../feed/request.ts";
import { formatAge } from "../../format/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { Fact } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { hideSecret } from "../devices/hide-passwords.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { isOver, newRequestQuery, type RequestRow, useRequest, withdrawRequest } from "./request-data.ts";
import { nameCommand, nameSetting, useRequestWords } from "./request-words.ts";

interface DetailProps {
  readonly id: string;
  readonly close: () => void;
  readonly changed: (request: RequestRow) => void;
}

export function RequestDetail({ id, close, changed }: DetailProps) {
  const words = useRequestWords();
  const own = useDeviceWords();
  const request = useRequest(id);
  const isMissing = request.error instanceof ApiProblem && request.error.status === 404;
  return (
    <aside className="panel device-detail" aria-label={words.detail.title} data-testid="request-detail">
      <div className="panel-head">
        <h2>{words.detail.title}</h2>
        {request.data !== undefined && !isOver(request.data) && <span className="hint">{words.detail.quiet}</span>}
        <button type="button" onClick={close}>
          {own.close}
        </button>
      </div>
      {isMissing && <Notice title={words.detail.missing} />}
      {request.error !== null && !isMissing && (
        <Failed
          what={words.detail.load}
          error={request.error}
          retry={() => void request.refetch()}
          kept={request.data !== undefined}
        />
      )}
      {request.isPending && <Loading />}
      {request.data !== undefined && !isMissing && <Details request={request.data} changed={changed} />}
    </aside>
  );
}

/** The way of a request: what it has behind it, where it is, what lies ahead; an end other than "done" takes its place. */
function listSteps(request: RequestRow): readonly RequestState[] {
  const { state, attempts } = request;
  if (state === "withdrawn" || state === "expired") return ["waiting", state];
  if (state === "refused") return ["waiting", "sent", state];
  if (state === "unanswered") return attempts === 0 ? ["waiting", state] : ["waiting", "sent", state];
  return ["waiting", "sent", "accepted", state === "failed" ? state : "done"];
}

function Progress({ request }: { readonly request: RequestRow }) {
  const words = useRequestWords();
  const steps = listSteps(request);
  const at = steps.indexOf(request.state);
  return (
    <ol
      className="request-steps"
      aria-label={words.detail.progress}
      data-testid="request-steps"
      data-state={request.state}
    >
      {steps.map((step, i) => (
        <li
          key={step}
          data-place={i < at ? "behind" : i === at ? "here" : "ahead"}
          data-bad={["failed", "refused", "unanswered", "expired"].includes(step)}
          aria-current={i === at ? "step" : undefined}
        >
          {words.states[step]}
        </li>
      ))}
    </ol>
  );
}

function Details({ request, changed }: { readonly request: RequestRow; readonly changed: DetailProps["changed"] }) {
  const words = useRequestWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const { sites } = useApp();
  const { href } = useUrl();
  const now = useServerNow();
  const { detail } = words;
  const until = Date.parse(request.validUntil);
  const isWaiting = request.state === "waiting";
  return (
    <div className="detail-scroll">
      <h3>
        <code>{request.command}</code> {nameCommand(words, request.command, request.name)}
      </h3>
      <Progress request={request} />
      {request.detail !== "" && (
        <p className="request-says" data-testid="request-says">
          {words.sayDetail(request.detail)}
        </p>
      )}
      <dl className="device-facts">
        <Fact name={detail.site}>
          <Link href={href(`/sites/${encodeURIComponent(request.site)}`)}>
            {sites.info(request.site)?.name ?? request.site}
          </Link>{" "}
          <code>{request.site}</code> · {own.protocols[request.protocol]}
        </Fact>
        <Fact name={detail.who}>
          {request.actor} · {words.origins[request.origin]}
        </Fact>
        <Fact name={detail.why}>{words.sayReason(request.reason)}</Fact>
        <Fact name={detail.created}>{formatLocal(Date.parse(request.createdAt))}</Fact>
        <Fact name={detail.changed}>{formatLocal(Date.parse(request.changedAt))}</Fact>
        <Fact name={detail.validUntil}>
          {formatLocal(until)}{" "}
          {isWaiting && until > now && <b>{detail.left(formatAge(until - now, catalogue.duration))}</b>}
        </Fact>
        <Fact name={detail.attempts}>{request.attempts === 0 ? own.none : detail.times(request.attempts)}</Fact>
        <Fact name={detail.id}>
          <code>{request.id}</code>
        </Fact>
      </dl>
      <h3>{detail.settings}</h3>
      <Pairs pairs={request.settings} none={detail.noSettings} />
      <h3>{detail.answer}</h3>
      <Pairs pairs={request.answer ?? {}} none={detail.noAnswer} />
      <Buttons request={request} changed={changed} />
    </div>
  );
}

function Pairs({ pairs, none }: { readonly pairs: Readonly<Record<string, string>>; readonly none: string }) {
  const words = useRequestWords();
  const entries = Object.entries(pairs);
  if (entries.length === 0) return <p className="hint">{none}</p>;
  return (
    <table className="request-pairs">
      <tbody>
        {entries.map(([key, value]) => (
          <tr key={key}>
            <th scope="row">{nameSetting(words, key)}</th>
            <td>
              <code>{key}</code>
            </td>
            <td className="mono">{hideSecret(key, sayStamp(value))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Fourteen digits are a time of UTC+8; people read it with its signs. */
function sayStamp(value: string): string {
  const parts = /^(20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(value);
  if (parts === null) return value;
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

function Buttons({ request, changed }: { readonly request: RequestRow; readonly changed: DetailProps["changed"] }) {
  const { detail } = useRequestWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const { set } = useUrl();
  const [isAsking, setAsking] = useState(false);
  const mayAsk = mayAcknowledge(user);
  const isWaiting = request.state === "waiting";
  return (
    <div className="device-buttons">
      {!isOver(request) && (
        <button
          type="button"
          disabled={!mayAsk || !isWaiting}
          title={mayAsk ? (isWaiting ? undefined : detail.onlyWaiting) : own.readOnly}
          onClick={() => setAsking(true)}
        >
          {detail.withdraw}
        </button>
      )}
      {request.protocol === "hj212" && (
        <button
          type="button"
          disabled={!mayAsk}
          title={mayAsk ? undefined : own.readOnly}
          onClick={() => set(newRequestQuery(request.site, request.command, request.settings))}
        >
          {detail.again}
        </button>
      )}
      {!mayAsk && <span className="hint">{own.readOnly}</span>}
      {isAsking && (
        <ReasonDialog
          title={detail.withdrawing}
          says={detail.withdrawSays}
          submit={detail.withdraw}
          what={detail.withdrawing}
          close={() => setAsking(false)}
          act={async (reason) => {
            changed(await withdrawRequest(request.id, reason));
            setAsking(false);
          }}
        />
      )}
    </div>
  );
}
