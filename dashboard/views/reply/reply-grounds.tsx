// What an enterprise is shown of the grounds: the numbers of the explanation that was frozen when the case was opened.

import { useQuery } from "@tanstack/react-query";
import { findFactor } from "#domain/factor.ts";
import { formatUnit } from "../../format/number.ts";
import { callApi } from "../../feed/request.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { casePath, type CaseRow, type EvidenceRow } from "../cases/case-data.ts";
import type { ExceedanceRow } from "../judgement/exceedance-data.ts";
import { isFields } from "../../state/wire.ts";
import { formatJudgedWindow, formatMean, formatMultiple } from "../judgement/exceedance-parts.tsx";
import { useReplyWords } from "./reply-data.ts";

function isExceedance(value: unknown): value is ExceedanceRow {
  return isFields(value) && typeof value["mean"] === "number" && Array.isArray(value["window"]);
}

/** The exceedance in a frozen answer, wherever it stands in it. */
function readFrozen(answer: unknown): ExceedanceRow | null {
  if (isExceedance(answer)) return answer;
  if (!isFields(answer)) return null;
  for (const name of ["exceedance", "explanation", "content"]) {
    const inside: unknown = answer[name];
    if (isExceedance(inside)) return inside;
    if (isFields(inside) && isExceedance(inside["exceedance"])) return inside["exceedance"];
  }
  return null;
}

export function ReplyGrounds({ row }: { readonly row: CaseRow }) {
  const words = useReplyWords();
  const frozen = row.evidence.filter(({ mediaType }) => mediaType.startsWith("application/json"));
  return (
    <>
      <h3>{words.grounds}</h3>
      {frozen.length === 0 && <p className="hint">{words.groundsNone}</p>}
      <ul className="case-links">
        {frozen.map((piece) => (
          <Frozen key={piece.id} row={row} piece={piece} />
        ))}
      </ul>
    </>
  );
}

function Frozen({ row, piece }: { readonly row: CaseRow; readonly piece: EvidenceRow }) {
  const words = useReplyWords();
  const catalogue = useWords();
  const found = useQuery({
    queryKey: ["frozen", row.id, piece.id],
    queryFn: ({ signal }) =>
      callApi<unknown>(`${casePath(row.id)}/evidence/${encodeURIComponent(piece.id)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const judged = readFrozen(found.data);
  if (judged === null) return <li>{piece.name}</li>;
  const factor = findFactor(judged.factor);
  const name = factor === undefined ? judged.factor : pickName(catalogue, factor);
  const unit = formatUnit(judged.unit);
  const times = judged.multiple === null ? "" : words.times(formatMultiple(judged.multiple));
  const mean = `${formatMean(judged.mean, factor?.decimals ?? 2)} ${unit}`.trimEnd();
  return (
    <li data-testid="reply-ground">
      {words.measured(name, formatJudgedWindow(judged.window, judged.basis), mean, `${judged.limit} ${unit}`, times)}
    </li>
  );
}
