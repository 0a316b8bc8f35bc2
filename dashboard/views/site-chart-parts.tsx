// Parts around the chart of a site: the numbers of a stretch that was drawn with the pointer, and the links that take the data
// away.

import { formatIso } from "#domain/time.ts";
import type { MeanPoint } from "../charts/series.ts";
import { summarizePoints, type Stretch } from "../charts/statistics.ts";
import { formatUnit, formatValue } from "../format/number.ts";
import { useWords } from "../i18n/i18n.ts";
import { formatWindow, type TimeWindow } from "../state/time-range.ts";
import type { FactorDetails, Interval } from "./site-data.ts";

interface StretchProps {
  readonly stretch: Stretch;
  readonly points: readonly MeanPoint[];
  readonly info: FactorDetails;
  readonly zoom: () => void;
  readonly close: () => void;
}

export function StretchNumbers({ stretch, points, info, zoom, close }: StretchProps) {
  const { site: words } = useWords();
  const found = summarizePoints(points, stretch);
  const write = (value: number | null): string => (value === null ? "—" : formatValue(value, info.decimals));
  const share = found.count === 0 ? "—" : `${formatValue((found.valid / found.count) * 100, 1)}%`;
  return (
    <div className="stretch" role="status" data-testid="stretch">
      <span className="muted">{formatWindow(stretch)}</span>
      <span>
        {words.smallest} <b>{write(found.min)}</b>
      </span>
      <span>
        {words.mean} <b>{write(found.mean)}</b>
      </span>
      <span>
        {words.largest} <b>{write(found.max)}</b> <span className="unit">{formatUnit(info.unit)}</span>
      </span>
      <span>{words.validOf(found.valid, found.count, share)}</span>
      <button type="button" onClick={zoom}>
        {words.zoomIn}
      </button>
      <button type="button" className="quiet" onClick={close}>
        {words.closeStretch}
      </button>
    </div>
  );
}

interface ExportProps {
  readonly ref: React.Ref<HTMLSpanElement>;
  readonly site: string;
  readonly factor: string;
  readonly window: TimeWindow;
  readonly interval: Interval;
}

const formats = ["csv", "ndjson"] as const;

/** What is seen, as a file: made and streamed by the server. */
export function ExportLinks({ ref, site, factor, window, interval }: ExportProps) {
  const { site: words } = useWords();
  return (
    <span ref={ref} className="export-links">
      {formats.map((format) => {
        const query = new URLSearchParams({
          site,
          factor,
          from: formatIso(window.from),
          to: formatIso(window.to),
          interval,
          format,
        });
        return (
          <a key={format} className="button" href={`/api/v1/history?${query.toString()}`} download>
            {words.exportAs} {format.toUpperCase()}
          </a>
        );
      })}
    </span>
  );
}
