// The state of a station in one chip: number, word, and a tone. Of air the colour is the standard's and stands nowhere else.

import { useWords } from "../../i18n/i18n.ts";
import type { StationKind } from "#domain/stations/shapes.ts";
import { formatNumber, isWater, type Said, toneOf, useStationWords } from "./station-data.ts";

const signs = { notice: "●", warning: "▲", alarm: "◆" } as const;

/** Dark words on the lighter colours of the standard, white ones on purple and maroon: 4.5:1 at least. */
function inkOn(level: number): string {
  return level >= 5 ? "#ffffff" : "#12171c";
}

interface ChipProps {
  readonly kind: StationKind;
  readonly said: Pick<Said, "value" | "unit" | "category" | "standing" | "why" | "window" | "remarks">;
  readonly isLarge?: boolean;
}

export function StationChip({ kind, said, isLarge = false }: ChipProps) {
  const words = useStationWords();
  const { locale } = useWords();
  const { value, unit, category, standing } = said;
  const tone = toneOf(said);
  const name = category === null ? null : locale === "en" ? category.nameEn : category.nameZh;
  const colour = category?.colour ?? null;
  const sign = tone === "notice" || tone === "warning" || tone === "alarm" ? signs[tone] : "";
  const style = colour === null || category === null ? undefined : { background: colour, color: inkOn(category.level) };
  const number = value === null ? "" : isWater(kind) ? "" : formatNumber(kind, value, unit);
  return (
    <span
      className={isLarge ? "station-chip is-large" : "station-chip"}
      data-testid="station-chip"
      data-standing={standing}
      data-tone={colour === null ? (tone ?? "none") : "standard"}
      style={style}
    >
      {sign !== "" && colour === null && <span aria-hidden="true">{sign}</span>}
      {number !== "" && <b>{number}</b>}
      <span>{name ?? (value === null ? words.noValue : "")}</span>
      {standing === "partial" && <span aria-hidden="true">*</span>}
    </span>
  );
}
