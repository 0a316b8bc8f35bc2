// Asks for a back-test and follows its progress until the answer is there. Stopping it stops the work at the server.

import { postForLines } from "../../feed/lines.ts";
import { ApiProblem } from "../../feed/request.ts";
import type { BacktestQuestion, BacktestResult } from "./backtest-data.ts";

type Line =
  | { readonly progress: { readonly done: number; readonly total: number } }
  | { readonly report: BacktestResult };

export async function runBacktest(
  { id, draft, city, site, from, to }: BacktestQuestion,
  signal: AbortSignal,
  progress: (percent: number) => void,
): Promise<BacktestResult> {
  const where = site === null ? { city } : { sites: [site] };
  const body = { definitions: [{ id, ...draft }], ...where, from, to };
  let result: BacktestResult | null = null;
  await postForLines("/alarm-definitions/backtest?format=ndjson", body, signal, (given) => {
    // The server's schemas guarantee the shape of its lines.
    const line = given as Line;
    if ("report" in line) result = line.report;
    else if (line.progress.total > 0) progress(Math.round((line.progress.done / line.progress.total) * 100));
  });
  // Cut off in the middle: that is no answer.
  if (result === null) throw new ApiProblem(0, { code: "unreachable" });
  return result;
}
