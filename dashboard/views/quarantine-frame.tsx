// One refused frame beside the list: why each of its refusals is one, who decided what, and its bytes as they were received,
// with nothing hidden in them.

import { formatLocal } from "#domain/time.ts";
import { showHex, showText } from "../format/raw-frame.ts";
import { useWords } from "../i18n/i18n.ts";
import { ApiProblem } from "../feed/request.ts";
import { mayAcknowledge, useApp } from "./app-context.ts";
import { formatCount } from "./ledger-sites.tsx";
import { Failed, Loading, Notice } from "./panels.tsx";
import {
  type DecisionName,
  type RawFrame,
  type RefusedFrameDetails,
  type RefusedRow,
  useRefusedFrame,
} from "./quarantine-data.ts";

/** More than this nobody reads on a screen, and no browser lays out in a moment. */
const textCharsMax = 20_000;

interface FrameProps {
  readonly seq: number | null;
  readonly close: () => void;
  readonly ask: (name: DecisionName, seq: number) => void;
}

export function QuarantineFrame({ seq, close, ask }: FrameProps) {
  const words = useWords();
  const frame = useRefusedFrame(seq);
  if (seq === null) {
    return (
      <aside className="panel quarantine-detail">
        <Notice title={words.quarantine.detail.choose} />
      </aside>
    );
  }
  const isMissing = frame.error instanceof ApiProblem && frame.error.status === 404;
  return (
    <aside
      className="panel quarantine-detail"
      aria-label={words.quarantine.detail.title(seq)}
      data-testid="refused-frame"
    >
      <div className="panel-head">
        <h2>{words.quarantine.detail.title(seq)}</h2>
        <button type="button" onClick={close}>
          {words.quarantine.detail.close}
        </button>
      </div>
      {isMissing && <Notice title={words.quarantine.result.outcomes["not-found"]} />}
      {frame.error !== null && !isMissing && (
        <Failed
          what={words.quarantine.detail.load}
          error={frame.error}
          retry={() => void frame.refetch()}
          kept={frame.data !== undefined}
        />
      )}
      {frame.isPending && <Loading />}
      {frame.data !== undefined && <Details frame={frame.data} ask={ask} />}
    </aside>
  );
}

function Details({ frame, ask }: { readonly frame: RefusedFrameDetails; readonly ask: FrameProps["ask"] }) {
  const words = useWords();
  const { sites, user } = useApp();
  const { detail } = words.quarantine;
  const { readings } = frame;
  const mayDecide = mayAcknowledge(user);
  return (
    <div className="detail-body">
      <dl className="facts">
        <Fact name={detail.site}>
          {sites.info(frame.site)?.name ?? ""} <code>{frame.site}</code>
        </Fact>
        <Fact name={detail.received}>{formatLocal(Date.parse(frame.receivedAt))} UTC+8</Fact>
        {frame.frame !== null && (
          <Fact name={detail.door}>
            {frame.frame.door} · {frame.frame.channel} · {frame.frame.promised ? detail.yes : detail.no} ·{" "}
            {detail.bytes(formatCount(frame.frame.bytes))}
          </Fact>
        )}
        {readings !== null && readings.received > 0 && (
          <Fact name={detail.readings}>
            {detail.counts(readings.received, readings.stored, readings.duplicate, readings.quarantined)}
          </Fact>
        )}
      </dl>
      {frame.open > 0 && (
        <div className="quarantine-actions">
          {(["reprocess", "dismiss"] as const).map((name) => (
            <button
              key={name}
              type="button"
              disabled={!mayDecide}
              title={mayDecide ? undefined : words.quarantine.readOnly}
              onClick={() => ask(name, frame.seq)}
            >
              {words.quarantine[name]}
            </button>
          ))}
        </div>
      )}
      <h3>{detail.refusals}</h3>
      <ul className="refusal-list">
        {frame.refusals.map((row) => (
          <RefusalItem key={row.part} row={row} />
        ))}
      </ul>
      {frame.frame === null ? (
        <>
          <p className="hint">{detail.unreadable}</p>
          <h3>{detail.excerptOnly}</h3>
          <RawText text={frame.refusals[0]?.excerpt ?? ""} name={detail.excerptOnly} />
        </>
      ) : (
        <Raw frame={frame.frame} />
      )}
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function RefusalItem({ row }: { readonly row: RefusedRow }) {
  const words = useWords();
  const { detail, states } = words.quarantine;
  const { decision, factor } = row;
  return (
    <li className={row.state === "open" ? undefined : "is-closed"} data-state={row.state}>
      <p>
        <b>{words.reasons[row.reason] ?? row.reason}</b> <code>{row.reason}</code>
      </p>
      <p>
        {factor === null ? detail.whole : detail.part(factor)}
        {row.detail !== "" && row.detail !== factor && (
          <>
            {" · "}
            <span className="mono">{row.detail}</span>
          </>
        )}
      </p>
      {decision !== null && (
        <p className="hint">
          {detail.decided(states[row.state], decision.by, formatLocal(Date.parse(decision.at)), decision.why)}
        </p>
      )}
    </li>
  );
}

function Raw({ frame }: { readonly frame: RawFrame }) {
  const { detail } = useWords().quarantine;
  const { text, hex, bytes } = frame;
  if (text !== null) {
    return (
      <>
        <h3>{detail.raw}</h3>
        <RawText text={text} name={detail.raw} />
      </>
    );
  }
  const shown = (hex ?? "").length / 2;
  return (
    <>
      <h3>{detail.rawHex}</h3>
      {/* Scrolled by the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="raw-frame raw-hex" tabIndex={0} role="region" aria-label={detail.rawHex} data-testid="raw-frame">
        {showHex(hex ?? "")}
      </pre>
      {shown < bytes && <p className="hint">{detail.hexCut(formatCount(shown), formatCount(bytes))}</p>}
    </>
  );
}

function RawText({ text, name }: { readonly text: string; readonly name: string }) {
  const { detail } = useWords().quarantine;
  const pieces = showText(text.slice(0, textCharsMax));
  return (
    <>
      {/* Scrolled by the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="raw-frame" tabIndex={0} role="region" aria-label={name} data-testid="raw-frame">
        {pieces.map((piece, i) =>
          piece.isSign ? (
            <span key={i} className="control-sign">
              {piece.text}
            </span>
          ) : (
            piece.text
          ),
        )}
      </pre>
      {text.length > textCharsMax && (
        <p className="hint">{detail.textCut(formatCount(textCharsMax), formatCount(text.length))}</p>
      )}
    </>
  );
}
