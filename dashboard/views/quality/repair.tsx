// The countdown of the time in which data may still be handed in.

import { dayMs } from "#domain/time.ts";
import { formatAge } from "../../format/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useServerNow } from "../app-context.ts";
import { repairDays, repairLeft, useQualityWords } from "./quality-data.ts";

/** It is told in hours: nobody need ask the clock every second. */
const stepMs = 60_000;

/** `end`: of what is missing. */
export function Repair({ end }: { readonly end: number }) {
  const { repair } = useQualityWords();
  const { duration } = useWords();
  const now = Math.floor(useServerNow() / stepMs) * stepMs;
  const left = repairLeft(end, repairDays, now);
  return left <= 0 ? (
    <span className="muted">{repair.over}</span>
  ) : (
    <span className={left < dayMs ? "repair-soon" : undefined} title={repair.window(repairDays)}>
      {repair.open(formatAge(left, duration))}
    </span>
  );
}
