// By what it was judged: place, limit with its source and time, comparison, the calculation with its numbers, and whether enough
// of the parts count.

import type { JudgedBasis } from "#domain/judged.ts";
import type { Sureness } from "#domain/rules/sureness.ts";
import { formatLimit, formatUnit } from "../../format/number.ts";
import { Fact } from "../devices/device-frame.tsx";
import { useJudgementWords } from "./exceedance-data.ts";
import { formatInForce, formatMean, useNames, useWhy } from "./exceedance-parts.tsx";
import { type Explanation, type SheetLimit, type SheetValidity, sumInputs } from "./sheet-data.ts";

/** How far a rule or number of the law may be relied on. */
export function Sure({ sureness }: { readonly sureness: Sureness }) {
  const words = useJudgementWords();
  return (
    <span className="sureness" data-sureness={sureness}>
      {words.surenesses[sureness]}
    </span>
  );
}

export function SheetGrounds({ sheet }: { readonly sheet: Explanation }) {
  return (
    <div className="sheet-pair">
      <LimitPanel sheet={sheet} />
      <CalculationPanel sheet={sheet} />
    </div>
  );
}

/** "GB 13456-2012", or that the number was set for this site. */
export function useSource() {
  const { sheet } = useJudgementWords();
  return (source: string): string => (source === "site" ? sheet.sourceSite : source);
}

function LimitPanel({ sheet }: { readonly sheet: Explanation }) {
  const words = useJudgementWords();
  const names = useNames();
  const sourceOf = useSource();
  const { exceedance: row, limit, comparison } = sheet;
  const { sheet: own } = words;
  return (
    <section className="panel sheet-panel" data-testid="sheet-limit">
      <div className="panel-head">
        <h2>{own.limit}</h2>
      </div>
      <dl className="device-facts">
        <Fact name={own.where}>
          {row.siteName ?? row.site} <code>{row.site}</code> · {names.city(row.city ?? "")}
        </Fact>
        <Fact name={own.enterprise}>{row.enterprise ?? own.none}</Fact>
        <Fact name={own.limit}>
          <b>
            {row.side === "max" ? "≤" : "≥"} {formatLimit(row.limit)} {formatUnit(row.unit)}
          </b>{" "}
          ({words.means[row.basis]}, {own.limitVersion(row.limitVersion)})
        </Fact>
        <Fact name={own.source}>{sourceOf(row.source)}</Fact>
        {limit !== null && <LimitFacts limit={limit} />}
        <Fact name={own.oxygen}>{row.correctedTo === null ? own.noOxygen : `${row.correctedTo} %`}</Fact>
        <Fact name={own.comparison}>
          {own.methods[comparison?.method === "rounded" ? "rounded" : "full"]} <code>{row.rule}</code>{" "}
          {comparison?.clause} <Sure sureness={row.sureness} />
        </Fact>
      </dl>
      {limit !== null && limit.versions.length > 1 && <LimitVersions limit={limit} />}
    </section>
  );
}

function LimitFacts({ limit }: { readonly limit: SheetLimit }) {
  const { sheet: own } = useJudgementWords();
  return (
    <>
      <Fact name={own.inForce}>
        {formatInForce(Date.parse(limit.from), limit.to === null ? null : Date.parse(limit.to), own.since, own.open)}
      </Fact>
      <Fact name={own.reason}>
        {limit.reason} ({own.enteredBy} {limit.by})
      </Fact>
    </>
  );
}

function LimitVersions({ limit }: { readonly limit: SheetLimit }) {
  const { sheet: own } = useJudgementWords();
  return (
    <details className="sheet-details">
      <summary>
        {own.limitVersions} ({limit.versions.length})
      </summary>
      <ul>
        {limit.versions.map((each) => (
          <li key={each.version}>
            {own.limitVersion(String(each.version))}: {each.max === null ? "" : `≤ ${formatLimit(each.max)}`}{" "}
            {each.min === null ? "" : `≥ ${formatLimit(each.min)}`} ·{" "}
            {formatInForce(Date.parse(each.from), each.to === null ? null : Date.parse(each.to), own.since, own.open)} ·{" "}
            {each.reason} · {each.by}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** "Σ C·Q ÷ Σ Q = 512345 ÷ 11987 = 42.74 mg/L": the numbers of the page in the formula of the rule. */
function useFilled(sheet: Explanation): string | null {
  const names = useNames();
  const words = useJudgementWords();
  const { exceedance: row, inputs, formula } = sheet;
  const isWeighted = formula?.rule === "flow-mean.weighted";
  const { parts, sum, weight, mean } = sumInputs(inputs, isWeighted);
  if (mean === null) return null;
  const said = names.mean(row.factor, mean, row.unit);
  const of = words.sheet.sumOf(String(parts));
  if (weight === null) return `Σ ÷ n = ${formatMean(sum, 2)} ÷ ${parts} = ${said}`;
  return `Σ(C·Q) ÷ ΣQ = ${formatMean(sum, 1)} ÷ ${formatMean(weight, 1)} = ${said} (${of})`;
}

function CalculationPanel({ sheet }: { readonly sheet: Explanation }) {
  const words = useJudgementWords();
  const { sheet: own } = words;
  const { formula } = sheet;
  const filled = useFilled(sheet);
  return (
    <section className="panel sheet-panel" data-testid="sheet-formula">
      <div className="panel-head">
        <h2>{own.formula}</h2>
      </div>
      {formula === null && <p className="sheet-none">{own.noFormula}</p>}
      {formula !== null && (
        <p className="sheet-formula">
          {own.formulas[formula.rule]?.(String(sheet.exceedance.correctedTo)) ?? formula.text}
        </p>
      )}
      {filled !== null && (
        <p className="sheet-filled" data-testid="sheet-filled">
          {own.filled}: <b>{filled}</b>
        </p>
      )}
      {formula !== null && (
        <dl className="device-facts">
          <Fact name={own.rule}>
            <code>{formula.rule}</code> <Sure sureness={formula.sureness} />
          </Fact>
          <Fact name={own.clause}>{formula.clause}</Fact>
          <Fact name={own.source}>{formula.source}</Fact>
        </dl>
      )}
      {sheet.validity !== null && <Validity validity={sheet.validity} basis={sheet.exceedance.basis} />}
    </section>
  );
}

interface ValidityProps {
  readonly validity: SheetValidity;
  readonly basis: JudgedBasis;
}

function Validity({ validity, basis }: ValidityProps) {
  const words = useJudgementWords();
  const whyOf = useWhy();
  const { sheet: own } = words;
  const { due, received, valid, marked, missing, excluded, needed, rule, sureness } = validity;
  const share = due === 0 ? 0 : Math.min(1, valid / due);
  const left = Object.entries(excluded).filter(([, count]) => count > 0);
  return (
    <div data-testid="sheet-validity">
      <h3>
        {own.validity} ({own.parts[basis]}) {!validity.isValid && <b className="sheet-invalid">{own.invalid}</b>}
      </h3>
      <div className="validity-bar" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
        {needed !== null && due > 0 && <i style={{ left: `${Math.min(1, needed / due) * 100}%` }} />}
      </div>
      <p className="validity-counts">
        <Count name={own.due} count={due} />
        <Count name={own.received} count={received} />
        <Count name={own.valid} count={valid} isBold />
        {missing > 0 && <Count name={own.missingParts} count={missing} />}
        {marked > 0 && <Count name={own.marked} count={marked} />}
        {left.map(([flag, count]) => (
          <Count key={flag} name={whyOf(flag)} count={count} />
        ))}
      </p>
      {needed !== null && (
        <p className="hint">
          {own.needed(String(needed), rule ?? "")} {sureness !== null && <Sure sureness={sureness} />}
        </p>
      )}
    </div>
  );
}

function Count(props: { readonly name: string; readonly count: number; readonly isBold?: boolean }) {
  return (
    <span data-bold={props.isBold === true}>
      {props.name} <b>{props.count}</b>
    </span>
  );
}
