// Who is on shift, in the line that never scrolls away; leads to the handover. The province's desk, or the first one that
// somebody has taken.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { provinceDesk } from "#domain/shift.ts";
import { formatLocal } from "#domain/time.ts";
import { callApi } from "../feed/request.ts";
import { useWords } from "../i18n/i18n.ts";
import { useUrl } from "./url-state.ts";

interface OnShift {
  readonly desk: string;
  readonly personName: string;
  readonly startedAt: string;
  readonly handedOverAt: string | null;
}

const refreshMs = 60_000;

export function OnShiftChip() {
  const { shift: words } = useWords();
  const { href } = useUrl();
  const found = useQuery({
    queryKey: ["shift", "chip"],
    queryFn: ({ signal }) => callApi<{ readonly desks: readonly OnShift[] }>("/shift", { signal }),
    refetchInterval: refreshMs,
  });
  const desks = found.data?.desks;
  if (desks === undefined) return null;
  const shown = desks.find(({ desk }) => desk === provinceDesk) ?? desks[0];
  const since = shown === undefined ? "" : formatLocal(Date.parse(shown.startedAt)).slice(5, 16);
  const says =
    shown === undefined
      ? words.nobody
      : shown.handedOverAt === null
        ? words.onShift(shown.personName)
        : words.waits(shown.personName);
  const desk = shown === undefined || shown.desk === provinceDesk ? null : shown.desk;
  return (
    <Link
      className="on-shift"
      href={href("/shift", { desk })}
      title={shown === undefined ? words.openNobody : words.since(shown.personName, since)}
      data-testid="on-shift"
    >
      {says}
    </Link>
  );
}
