// What limits would have changed in the last days, asked for before anybody decides: "14 instead of 41", and which windows.

import { useEffect, useState } from "react";
import { formatLimit, formatUnit } from "../../format/number.ts";
import { useApp } from "../app-context.ts";
import { formatJudgedWindow, useNames } from "../judgement/exceedance-parts.tsx";
import { Failed } from "../panels.tsx";
import {
  type LimitDraft,
  type Preview,
  previewDays,
  type PreviewedSeries,
  previewLimits,
  type PreviewWindow,
  useRuleWords,
} from "./rule-data.ts";

export function PreviewPart({ drafts }: { readonly drafts: readonly LimitDraft[] }) {
  const words = useRuleWords();
  const { ticker } = useApp();
  const [found, setFound] = useState<Preview | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const asked = JSON.stringify(drafts.map((draft) => ({ ...draft, reason: "" })));
  // Another number: what was found says nothing about it.
  useEffect(() => {
    setFound(null);
    setError(null);
  }, [asked]);

  async function ask(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      setFound(await previewLimits(drafts, ticker.now.get()));
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  }

  return (
    <div className="rule-preview">
      <p className="device-buttons">
        <button type="button" disabled={isBusy} onClick={() => void ask()} data-testid="preview-limit">
          {isBusy ? words.form.previewing : words.form.preview}
        </button>
        <span className="hint">{words.form.days(String(previewDays))}</span>
      </p>
      {error !== null && <Failed what={words.form.previewFailed} error={error} retry={() => void ask()} />}
      {found !== null && <Found preview={found} />}
    </div>
  );
}

function Found({ preview }: { readonly preview: Preview }) {
  const { preview: words } = useRuleWords();
  const { before, after, appearing, disappearing, windows } = preview.total;
  const changes = [
    ...(appearing > 0 ? [words.more(String(appearing))] : []),
    ...(disappearing > 0 ? [words.less(String(disappearing))] : []),
  ];
  return (
    <div data-testid="limit-preview" data-before={before} data-after={after} role="status">
      {preview.series.length > preview.unanswered && (
        <p>
          <b>{words.says(String(after ?? "—"), String(before))}</b>{" "}
          {changes.length === 0 ? words.same : changes.join(", ")} · {words.windows(String(windows))}
        </p>
      )}
      {preview.series.map((series) => (
        <Series key={`${series.site} ${series.factor} ${series.basis}`} series={series} />
      ))}
    </div>
  );
}

function Series({ series }: { readonly series: PreviewedSeries }) {
  const { preview: words } = useRuleWords();
  if (series.note !== null) return <p className="request-says">{words.notes[series.note] ?? series.note}</p>;
  return (
    <>
      <Windows title={words.appears} series={series} windows={series.appears} count={series.appearing} />
      <Windows title={words.disappears} series={series} windows={series.disappears} count={series.disappearing} />
    </>
  );
}

interface WindowsProps {
  readonly title: string;
  readonly series: PreviewedSeries;
  readonly windows: readonly PreviewWindow[];
  readonly count: number;
}

const windowMs = { hour: 3_600_000, day: 86_400_000 } as const;

function Windows({ title, series, windows, count }: WindowsProps) {
  const { preview: words } = useRuleWords();
  const names = useNames();
  if (count === 0) return null;
  return (
    <details>
      <summary>
        {title} ({count})
      </summary>
      <ul className="rule-windows">
        {windows.map(({ start, compared, limit }) => {
          const end = new Date(Date.parse(start) + windowMs[series.basis]).toISOString();
          return (
            <li key={start}>
              {formatJudgedWindow([start, end], series.basis)} · {names.bare(series.factor, compared)} /{" "}
              {formatLimit(limit)} {formatUnit(series.unit)}
            </li>
          );
        })}
      </ul>
      {count > windows.length && <p className="hint">{words.cut}</p>}
    </details>
  );
}
