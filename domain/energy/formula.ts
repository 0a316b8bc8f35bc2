// Virtual meters: a meter that is counted from others by a formula of sums, differences and fixed factors. Formulas are checked
// for names that are not there and for circles before anything is computed. Pure.
//
//   formula = [sign] term { sign term }      term = [number "*"] name      sign = "+" | "-"

import { type Amount, nothing } from "./amount.ts";

export interface FormulaTerm {
  readonly factor: number;
  readonly meter: string;
}

export type FormulaResult =
  | { readonly ok: true; readonly terms: readonly FormulaTerm[] }
  | { readonly ok: false; readonly at: number; readonly says: string };

const token = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9_]|[A-Za-z])|([+\-*]))/y;

/** `at`: where it stopped being a formula, from 0. */
export function parseFormula(text: string): FormulaResult {
  const terms: FormulaTerm[] = [];
  token.lastIndex = 0;
  let sign: number | null = 1;
  let factor: number | null = null;
  let wantsName = false;
  let at = 0;
  const fail = (says: string): FormulaResult => ({ ok: false, at, says });
  while (text.slice(at).trim() !== "") {
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) return fail("neither a name, a number nor one of + - *");
    const [whole, number, name, mark] = found;
    if (mark === "*") {
      if (factor === null || wantsName) return fail("* stands between a number and a name");
      wantsName = true;
    } else if (mark !== undefined) {
      if (factor !== null || wantsName) return fail("a number is only a factor: 0.5 * name");
      if (sign !== null && terms.length + at > 0) return fail("two signs");
      sign = mark === "-" ? -1 : 1;
    } else if (sign === null) {
      return fail("+ or - is missing before it");
    } else if (number !== undefined) {
      if (factor !== null) return fail("two numbers");
      factor = Number(number);
    } else {
      if (factor !== null && !wantsName) return fail("* is missing between the number and the name");
      terms.push({ factor: sign * (factor ?? 1), meter: name ?? "" });
      [sign, factor, wantsName] = [null, null, false];
    }
    at += whole.length;
  }
  if (terms.length === 0 || sign !== null || factor !== null || wantsName) return fail("it ends too early");
  return { ok: true, terms };
}

export interface MeterFault {
  readonly meter: string;
  readonly says: string;
}

interface Virtual {
  readonly id: string;
  readonly formula: string;
}

export type MeterOrder =
  | { readonly ok: true; readonly order: readonly { readonly id: string; readonly terms: readonly FormulaTerm[] }[] }
  | { readonly ok: false; readonly faults: readonly MeterFault[] };

/** In which order virtual meters can be computed; or every fault that stands against it. */
export function orderMeters(real: Iterable<string>, virtual: readonly Virtual[]): MeterOrder {
  const known = new Set(real);
  const faults: MeterFault[] = [];
  const parsed = new Map<string, readonly FormulaTerm[]>();
  for (const { id, formula } of virtual) {
    if (known.has(id) || parsed.has(id)) faults.push({ meter: id, says: "there are two meters of this name" });
    const result = parseFormula(formula);
    if (result.ok) parsed.set(id, result.terms);
    else faults.push({ meter: id, says: `${result.says} (at ${result.at + 1})` });
  }
  for (const [id, terms] of parsed) {
    for (const { meter } of terms)
      if (!known.has(meter) && !parsed.has(meter)) faults.push({ meter: id, says: `there is no meter ${meter}` });
  }
  if (faults.length > 0) return { ok: false, faults };
  const order: { id: string; terms: readonly FormulaTerm[] }[] = [];
  const left = new Map(parsed);
  while (left.size > 0) {
    const ready = [...left].filter(([, terms]) => terms.every(({ meter }) => !left.has(meter)));
    if (ready.length === 0) {
      const circle = [...left.keys()].join(", ");
      return {
        ok: false,
        faults: [...left.keys()].map((meter) => ({ meter, says: `they go round in a circle: ${circle}` })),
      };
    }
    for (const [id, terms] of ready) {
      order.push({ id, terms });
      left.delete(id);
    }
  }
  return { ok: true, order };
}

/**
 * A virtual meter in one window. It is known where all of its parts are known: a missing part would make a difference look
 * like use. Its amount is rounded once.
 */
export function combine(terms: readonly FormulaTerm[], amountOf: (meter: string) => Amount | undefined): Amount {
  let [sum, coverage, attributed] = [0, 1, 0];
  for (const { factor, meter } of terms) {
    const part = amountOf(meter) ?? nothing;
    sum += factor * part.amount;
    coverage = Math.min(coverage, part.coverage);
    attributed = Math.max(attributed, part.attributed);
  }
  return { amount: Math.round(sum) + 0, coverage, attributed: Math.min(attributed, coverage) };
}
