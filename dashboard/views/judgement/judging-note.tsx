// Says when there are hours that nobody has judged yet, so that a list without exceedances is not read as "none".

import { useQuery } from "@tanstack/react-query";
import { callApi } from "../../feed/request.ts";
import { formatCount } from "../ledger-sites.tsx";
import { useJudgementWords } from "./exceedance-data.ts";

interface Progress {
  /** Hours of sites, and windows that only meet another limit. */
  readonly waiting: number;
  readonly windows: number;
  readonly why: string | null;
}

const refreshMs = 10_000;
/** The hour that has just ended waits for its late minutes; that is no news. */
const quietHours = 24;

export function JudgingNote() {
  const words = useJudgementWords();
  const { data } = useQuery({
    queryKey: ["judging"],
    queryFn: ({ signal }) => callApi<Progress>("/judgement", { signal }),
    refetchInterval: refreshMs,
    retry: false,
  });
  if (data === undefined || (data.waiting + data.windows <= quietHours && data.why === null)) return null;
  return (
    <p className="band band-note" role="status" data-testid="judging">
      {words.judging(formatCount(data.waiting + data.windows))}
      {data.why === null ? "" : ` (${data.why})`}
    </p>
  );
}
