// What one logger owes: hours over days as a picture, and below it span by span with what was asked for and the way to ask now.

import { Link } from "wouter";
import { formatDay, formatLocal } from "#domain/time.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { formatCount } from "../ledger-sites.tsx";
import { Notice } from "../panels.tsx";
import { newRequestQuery } from "../requests/request-data.ts";
import { useRequestWords } from "../requests/request-words.ts";
import { useUrl } from "../url-state.ts";
import { type Gap, type GapRow, requestFor, useGapWords } from "./gap-data.ts";
import { GapPicture } from "./gap-picture.tsx";

/** More spans nobody reads one by one; the file has them all. */
const spansShown = 200;

interface GapDetailProps {
  readonly site: string;
  /** Null: nothing of it is missing in the window. */
  readonly row: GapRow | null;
  readonly from: number;
  readonly close: () => void;
}

export function GapDetail({ site, row, from, close }: GapDetailProps) {
  const { detail } = useGapWords();
  const own = useDeviceWords();
  const { sites } = useApp();
  const { href } = useUrl();
  const now = useServerNow();
  const id = encodeURIComponent(site);
  return (
    <aside className="panel device-detail" aria-label={detail.title} data-testid="gap-detail">
      <div className="panel-head">
        <h2>{row?.name ?? sites.info(site)?.name ?? site}</h2>
        <Link className="button" href={href(`/loggers/${id}`)}>
          {detail.card}
        </Link>
        <button type="button" onClick={close}>
          {own.close}
        </button>
      </div>
      {row === null ? (
        <Notice title={detail.none} />
      ) : (
        <div className="detail-scroll">
          <GapPicture gaps={row.gaps} from={from} now={now} />
          <h3>{detail.spans(formatCount(row.gaps.length))}</h3>
          <ul className="gap-spans">
            {row.gaps.slice(0, spansShown).map((gap) => (
              <Span key={`${gap.kind} ${gap.from}`} gap={gap} />
            ))}
          </ul>
        </div>
      )}
    </aside>
  );
}

/** A day's data by its day, anything shorter to the minute; the end as people say it: what comes after the last one. */
function formatSpan({ kind, from, to }: Gap, until: string): string {
  if (kind === "day") return `${formatDay(from)} ${until} ${formatDay(to - 1)}`;
  const [a, b] = [formatLocal(from).slice(0, 16), formatLocal(to).slice(0, 16)];
  return `${a} ${until} ${a.slice(0, 10) === b.slice(0, 10) ? b.slice(11) : b}`;
}

function Span({ gap }: { readonly gap: Gap }) {
  const words = useGapWords();
  const own = useDeviceWords();
  const requests = useRequestWords();
  const { user } = useApp();
  const { href } = useUrl();
  const { detail } = words;
  const { command, settings } = requestFor(gap);
  return (
    <li data-testid="gap-span" data-kind={gap.kind}>
      <span className="chip">{own.kinds[gap.kind]}</span>
      <span>
        {formatSpan(gap, detail.until)}
        <br />
        <span className="hint">
          {detail.count(formatCount(gap.missing), own.kinds[gap.kind])}
          {gap.kind === "minute" && ` · ${detail.every(gap.intervalSeconds / 60)}`} ·{" "}
          {gap.request === null ? (
            words.notAsked
          ) : (
            <Link href={href("/requests", { id: gap.request.id, site: gap.site })}>
              {requests.states[gap.request.state]}
              {gap.request.detail === "" ? "" : `: ${requests.sayDetail(gap.request.detail)}`}
            </Link>
          )}
        </span>
      </span>
      {mayAcknowledge(user) && (
        <Link
          className="button"
          href={href("/requests", { site: gap.site, ...newRequestQuery(gap.site, command, settings) })}
        >
          {detail.ask}
        </Link>
      )}
    </li>
  );
}
