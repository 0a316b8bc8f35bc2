// Every rule of this folder as one line: what it says, its clause, where we have it from and how sure that is. Lines with
// numbers are made from the tables that the arithmetic reads, so that they cannot say anything else. Results name these rules.

import airTable from "../tables/air-quality.json" with { type: "json" };
import comparisonTable from "../tables/comparison.json" with { type: "json" };
import noiseTable from "../tables/noise.json" with { type: "json" };
import oxygenTable from "../tables/oxygen-references.json" with { type: "json" };
import radiationTable from "../tables/radiation.json" with { type: "json" };
import ruleTable from "../tables/rules.json" with { type: "json" };
import substitutionTable from "../tables/substitution.json" with { type: "json" };
import transmissionTable from "../tables/transmission.json" with { type: "json" };
import waterTable from "../tables/surface-water.json" with { type: "json" };
import { oxygenReferences } from "./oxygen.ts";
import { evenDoseRate } from "./radiation.ts";
import { type Dated, readSureness, type Sureness } from "./sureness.ts";
import { validityRules } from "./validity.ts";

export interface RuleLine extends Dated {
  readonly rule: string;
  readonly says: string;
  readonly clause: string;
  readonly source: string;
  readonly sureness: Sureness;
  /** Of this folder. */
  readonly file: string;
}

interface Sourced {
  readonly clause: string;
  readonly source: string;
  readonly sureness: string;
  readonly from?: string | null;
  readonly until?: string | null;
}

function line(rule: string, file: string, says: string, { clause, source, sureness, from, until }: Sourced): RuleLine {
  return {
    rule,
    says,
    clause,
    source,
    sureness: readSureness(sureness),
    from: from ?? null,
    until: until ?? null,
    file,
  };
}

function oxygenLines(): RuleLine[] {
  const { edges } = oxygenTable;
  const edgeSays =
    `From ${edges.offAirPercent} % oxygen: off air, not corrected. Below ${edges.faultBelowPercent} or above ` +
    `${edges.faultAbovePercent} %: a fault of the sensor.`;
  return [
    line("oxygen.edges", "oxygen.ts", edgeSays, { ...edges, clause: "none" }),
    ...oxygenReferences.map((row) =>
      line(
        `oxygen.reference.${row.plant}`,
        "oxygen.ts",
        row.percent === null ? `${row.nameZh}: no correction.` : `${row.nameZh}: reference oxygen ${row.percent} %.`,
        row,
      ),
    ),
  ];
}

function validityLines(): RuleLine[] {
  return validityRules.map((row) => {
    const due = row.due === null ? "those due" : `${row.due}`;
    const least =
      row.percent !== null
        ? `at least ${row.percent} % of ${due}`
        : row.due === null
          ? `at least ${row.least}`
          : `at least ${row.least} of ${due}`;
    const february = row.leastFebruary === null ? "" : `, in February ${row.leastFebruary}`;
    return line(
      row.rule,
      "validity.ts",
      `${row.medium}, ${row.window}: ${least}, counted by ${row.of}${february}.`,
      row,
    );
  });
}

function transmissionLines(): RuleLine[] {
  const { assessed, targets, declaration, formula } = transmissionTable;
  return [
    line("transmission.rate", "transmission.ts", "Transmission rate × validity rate, a product.", formula),
    line(
      "transmission.declaration",
      "declared-stops.ts",
      `A stop is entered within ${declaration.daysMax} days of the hour, its evidence by day ` +
        `${declaration.evidenceDayOfNextMonth} of the next month; else it is ignored.`,
      declaration,
    ),
    ...assessed.map((row) =>
      line(`transmission.factors.${row.kind}`, "transmission.ts", `${row.kind}: ${row.factors.join(", ")}.`, {
        ...row,
        clause: formula.clause,
      }),
    ),
    ...targets.map((row) =>
      line(`transmission.target.${row.percent}`, "transmission.ts", `${row.percent} % asked for.`, row),
    ),
  ];
}

function substitutionLines(): RuleLine[] {
  const { flueGas, wasteWater2007, wasteWater2019, outOfControl } = substitutionTable;
  const file = "substitution.ts";
  const groups = flueGas.states.map(({ states, before }) => `${states.join(", ")}: before the ${before}`).join("; ");
  return [
    ...flueGas.rows.map((row) => {
      const capture =
        row.capturePercentBelow === null
          ? `capture from ${row.capturePercentFrom} %`
          : `capture from ${row.capturePercentFrom} % to below ${row.capturePercentBelow} %`;
      const hours =
        row.invalidHoursTo !== null
          ? `up to ${row.invalidHoursTo} hours`
          : row.invalidHoursAbove === 0
            ? "any hours"
            : `more than ${row.invalidHoursAbove} hours`;
      return line(
        row.rule,
        file,
        `Flue gas, ${capture}, ${hours}: the greatest kg/h of ${row.hours} valid hours.`,
        flueGas,
      );
    }),
    line(
      "substitution.flue-gas.groups",
      file,
      `${groups}. Invalid hours are counted back ${flueGas.lookBackHours} hours.`,
      flueGas,
    ),
    line(
      wasteWater2007.rule,
      file,
      "Waste water, k missing hours: the mean of k valid hours before and k after, pH their median.",
      wasteWater2007,
    ),
    line(
      wasteWater2019.rule,
      file,
      `Waste water, a day without a valid mean: its load is the mean of ${wasteWater2019.days} valid days before.`,
      wasteWater2019,
    ),
    ...outOfControl.map((row) => {
      const span = row.spanPercent === null ? "" : `, span drift beyond ±${row.spanPercent} %`;
      return line(
        `out-of-control.${row.part}`,
        "out-of-control.ts",
        `Zero drift beyond ±${row.zeroPercent} %${span}.`,
        row,
      );
    }),
  ];
}

function airLines(): RuleLine[] {
  const { rules, levels, ozone } = airTable;
  const names = levels.map(({ to, nameZh }) => `to ${to} ${nameZh}`).join(", ");
  return [
    ...rules.map((row) => {
      const points = (factor: string): string =>
        row.columns.find((column) => column.factor === factor && column.report === "day")?.points.join(" ") ?? "";
      return line(row.rule, "air-quality.ts", `PM2.5 ${points("a34004")}; PM10 ${points("a34002")}.`, row);
    }),
    line("air-quality.levels", "air-quality.ts", `Levels: ${names}.`, {
      clause: "HJ 633-2026",
      source: "levels read from a scan; colours from a public library",
      sureness: "verified",
      from: "2026-03-01",
    }),
    line(
      "ozone.day",
      "ozone.ts",
      `Ozone: eight-hour means that end from ${ozone.firstEndHour} to ${ozone.lastEndHour} o'clock.`,
      ozone,
    ),
  ];
}

function waterLines(): RuleLine[] {
  const { notAssessed, oxygen, withoutMultiple } = waterTable;
  const says =
    `The worst item makes the class. Not assessed: ${notAssessed.join(", ")}. Oxygen from ${oxygen.saturationPercent} % of ` +
    `saturation is class ${oxygen.class}. No multiple: ${withoutMultiple.join(", ")}.`;
  return [line("surface-water.class", "surface-water.ts", says, waterTable)];
}

function noiseLines(): RuleLine[] {
  const { dayFromHour, nightFromHour, nightPenaltyDb, periods, windMPerSMax, weather, nightPeaks } = noiseTable;
  const file = "noise.ts";
  return [
    line(
      "noise.periods",
      file,
      `Day from ${dayFromHour} to ${nightFromHour} o'clock; in Ldn the night counts ${nightPenaltyDb} dB more.`,
      periods,
    ),
    line("noise.weather", file, `No rain, no snow, wind up to ${windMPerSMax} m/s.`, weather),
    ...nightPeaks.map((row) =>
      line(
        `noise.peak.${row.standard.replaceAll(" ", "-")}.${row.kind}`,
        file,
        `Peaks at night, ${row.kind}: up to ${row.aboveLimitDb} dB above the limit.`,
        { ...row, clause: row.standard },
      ),
    ),
  ];
}

function radiationLines(): RuleLine[] {
  const { steps, rainMmLeast, rainHours, baselineDays, baselinePercentLeast, unit, publicLimit } = radiationTable;
  const file = "radiation.ts";
  return [
    ...steps.map(({ rule, sigmas, aboveMean, fixed, minutes, notInRain }) => {
      const above = fixed !== null ? `${fixed}` : sigmas !== null ? `mean + ${sigmas}σ` : `mean + ${aboveMean}`;
      const long = minutes === 0 ? "" : ` for ${minutes} minutes`;
      return line(rule, file, `Above ${above} ${unit}${long}${notInRain ? ", not in rain" : ""}.`, radiationTable);
    }),
    line(
      "radiation.baseline",
      file,
      `Mean and σ of the station's last ${baselineDays} days, of which ${baselinePercentLeast} % are there; rain: more than ` +
        `${rainMmLeast} mm in ${rainHours} hours.`,
      radiationTable,
    ),
    line(
      "radiation.public-limit",
      file,
      `${publicLimit.mSvPerYear} mSv a year: ${Math.round(evenDoseRate())} nSv/h when spread evenly.`,
      publicLimit,
    ),
  ];
}

function comparisonLines(): RuleLine[] {
  const { rows, shares } = comparisonTable;
  return [
    ...rows.map((row) => {
      const what = row.factors?.join(", ") ?? row.media?.join(", ") ?? "everything else";
      return line(row.rule, "exceedance.ts", `Compared by the ${row.method} value: ${what}.`, row);
    }),
    ...shares.map((row) => line(row.rule, "exceedance.ts", `At least ${row.percent} % of ${row.of}.`, row)),
  ];
}

export const ruleLines: readonly RuleLine[] = [
  ...ruleTable.map((row) => line(row.rule, row.file, row.says, row)),
  ...comparisonLines(),
  ...oxygenLines(),
  ...validityLines(),
  ...transmissionLines(),
  ...substitutionLines(),
  ...airLines(),
  ...waterLines(),
  ...noiseLines(),
  ...radiationLines(),
];

/** The lines of this rule: more than one when it changed on a day. */
export function findRuleLines(rule: string): readonly RuleLine[] {
  return ruleLines.filter((each) => each.rule === rule);
}

/** The list as a Markdown table, for `docs/rules.md`. */
export function formatRuleTable(): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const rows = ruleLines.map(({ rule, says, clause, source, sureness, from, until, file }) => {
    const dates = from === null && until === null ? "" : `${from ?? ""} – ${until ?? ""}`.trim();
    return [`\`${rule}\``, says, clause, source, sureness, dates, `\`${file}\``].map(cell).join(" | ");
  });
  const head = ["rule", "says", "clause", "source", "sureness", "in force", "file"];
  return [head.join(" | "), head.map(() => "---").join(" | "), ...rows].map((row) => `| ${row} |`).join("\n");
}
