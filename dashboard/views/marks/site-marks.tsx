// Below the chart of a site: the marks that are drawn in it, each with its span and label, leading to all that is known of it.

import { Link } from "wouter";
import { useJudgementWords } from "../judgement/exceedance-data.ts";
import { useUrl } from "../url-state.ts";
import { formatSpan } from "./mark-state.tsx";
import type { MarkedSpan } from "./site-marks-data.ts";
import { useMarkWords } from "./mark-data.ts";

export function SiteMarks({ spans }: { readonly spans: readonly MarkedSpan[] }) {
  const words = useMarkWords();
  const { markLabels } = useJudgementWords();
  const { href } = useUrl();
  return (
    <p className="chart-legend" data-testid="site-marks">
      <span>{words.title}:</span>
      {spans.map(({ mark }) => (
        <Link key={mark.id} href={href("/marks", { site: mark.site, id: mark.id })} title={mark.reason}>
          {markLabels[mark.label]} {formatSpan(mark.from, mark.to)}
        </Link>
      ))}
    </p>
  );
}
