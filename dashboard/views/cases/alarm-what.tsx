// What an alarm was about and when, for places that know its number alone.

import { useQuery } from "@tanstack/react-query";
import { formatLocal } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { formatUnit } from "../../format/number.ts";
import { useNames } from "../judgement/exceedance-parts.tsx";
import { useCaseWords } from "./case-data.ts";

interface AlarmAnswer {
  readonly alarm?: Alarm;
}

interface Alarm {
  readonly site: string;
  readonly factor: string | null;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  readonly onset: string;
}

/** What it was and when, not only its number. */
export function AlarmWhat({ id }: { readonly id: string }) {
  const { proven: words } = useCaseWords();
  const names = useNames();
  const found = useQuery({
    queryKey: ["case-alarm", id],
    async queryFn({ signal }): Promise<Alarm> {
      const answer = await callApi<AlarmAnswer & Alarm>(`/alarms/${encodeURIComponent(id)}`, { signal });
      return answer.alarm ?? answer;
    },
    retry: false,
  });
  if (found.data === undefined) {
    return <span className="hint">{found.error === null ? words.loading : words.unknown}</span>;
  }
  const { factor, value, limit, unit, onset } = found.data;
  const measured = value === null || factor === null ? "" : names.mean(factor, value, unit);
  return (
    <>
      {factor !== null && <b>{names.factor(factor)}</b>} {formatLocal(Date.parse(onset)).slice(0, 19)} {measured}
      {limit !== null && measured !== "" && ` / ${limit} ${formatUnit(unit)}`}{" "}
    </>
  );
}
