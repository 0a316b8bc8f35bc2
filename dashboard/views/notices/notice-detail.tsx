// One notice beside the list: to whom, of which alarms, and every attempt with what the other side said.

import { Link } from "wouter";
import { formatLocal } from "#domain/time.ts";
import { ApiProblem } from "../../feed/request.ts";
import { AlarmWhat } from "../cases/alarm-what.tsx";
import { Fact } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { Mark } from "../mark.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { type NoticeRow, useChannels, useNotice, useNoticeWords, usePolicies } from "./notice-data.ts";
import { NoticeState, useNoticeNames } from "./notice-parts.tsx";

export function NoticeDetail({ id, close }: { readonly id: string; readonly close: () => void }) {
  const words = useNoticeWords();
  const own = useDeviceWords();
  const found = useNotice(id);
  const isMissing = found.error instanceof ApiProblem && found.error.status === 404;
  return (
    <aside className="panel device-detail" aria-label={words.detail.title} data-testid="notice-detail">
      <div className="panel-head">
        <h2>{words.detail.title}</h2>
        <button type="button" onClick={close}>
          {own.close}
        </button>
      </div>
      {isMissing && <Notice title={words.detail.notFound} />}
      {found.error !== null && !isMissing && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data === undefined && found.error === null && <Loading />}
      {found.data !== undefined && <Details row={found.data} />}
    </aside>
  );
}

function Details({ row }: { readonly row: NoticeRow }) {
  const words = useNoticeWords();
  const names = useNoticeNames();
  const { href } = useUrl();
  const policies = usePolicies();
  const channels = useChannels();
  const { detail } = words;
  const write = (time: string): string => formatLocal(Date.parse(time)).slice(0, 19);
  const channelOf = (id: string): string => channels.data?.find((each) => each.id === id)?.name ?? id;
  return (
    <div className="detail-scroll">
      <dl className="device-facts">
        <Fact name={words.columns.state}>
          <NoticeState row={row} />
        </Fact>
        {row.detail !== null && <Fact name={detail.why}>{row.detail}</Fact>}
        <Fact name={words.columns.contact}>{names.contact(row)}</Fact>
        <Fact name={words.columns.site}>
          <Link href={href(`/sites/${encodeURIComponent(row.site)}`)}>{names.site(row)}</Link> <code>{row.site}</code>
        </Fact>
        <Fact name={words.columns.priority}>
          <Mark priority={row.priority} />
        </Fact>
        <Fact name={detail.policy}>
          {policies.data?.find(({ id }) => id === row.policy)?.name ?? row.policy}, {words.step(row.step + 1)} (
          {words.causes[row.cause]})
        </Fact>
        <Fact name={words.columns.at}>{write(row.createdAt)}</Fact>
        <Fact name={detail.due}>{write(row.dueAt)}</Fact>
        {row.endedAt !== null && <Fact name={detail.ended}>{write(row.endedAt)}</Fact>}
        <Fact name={detail.alarms}>
          <ul>
            {row.alarms.map((alarm) => (
              <li key={alarm}>
                <AlarmWhat id={alarm} />
                <Link href={href("/alarms", { sel: alarm })}>{alarm}</Link>
              </li>
            ))}
          </ul>
          {(row.more ?? 0) > 0 && words.more(row.more ?? 0)}
        </Fact>
      </dl>
      <h3>{detail.attempts}</h3>
      {row.attempts.length === 0 && <p className="hint">{detail.none}</p>}
      <ol className="notice-attempts">
        {row.attempts.map((attempt) => (
          <li key={attempt.at} data-testid="attempt" data-ok={attempt.ok}>
            {write(attempt.at)} · {channelOf(attempt.channel)} · {attempt.ok ? `✓ ${detail.ok}` : <b>✕ {detail.bad}</b>}
            <br />
            <code>{attempt.detail}</code>
          </li>
        ))}
      </ol>
    </div>
  );
}
