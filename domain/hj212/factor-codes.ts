// Factor codes of HJ/T 212-2005 (011, 060, B01, 02, S01 …) → codes of 2017. HJ 212-2017 annex B prints the old code beside the
// new one: factors that have a row in the factor table carry it there; the pairs below are the rest of that annex, as
// transcribed in the public repository srdgame/lua-HJ212. The forms of the codes cannot be mixed up: new ones begin with a letter
// and have six signs.

import { factors, findFactor } from "../factor.ts";

const restOfAnnexB: Readonly<Record<string, string>> = {
  "021": "w20113",
  "033": "w20126",
  "034": "w20127",
  "035": "w20128",
  "036": "w20092",
  "037": "w20023",
  "038": "w20061",
  "039": "w20012",
  "040": "w20038",
  "061": "w99001",
  "062": "w21004",
  "350": "w33001",
  "351": "w33007",
  "540": "w25043",
  "07": "a21017",
  "12": "a99051",
  "13": "a30022",
  "15": "a34040",
  "19": "a31001",
  "21": "a26001",
  "22": "a25023",
  "23": "a25010",
  "24": "a99049",
  "26": "a31002",
  "28": "a30001",
  "29": "a24046",
  "33": "a20025",
  "34": "a20091",
  "35": "a20063",
  "36": "a20016",
  "37": "a01010",
  S06: "a01015",
};

export const codesOf2005: ReadonlyMap<string, string> = new Map([
  ...Object.entries(restOfAnnexB),
  ...factors.flatMap((factor): [string, string][] =>
    factor.code2005 === null ? [] : [[factor.code2005, factor.code]],
  ),
]);

export interface FactorCode {
  /** The code of 2017, or the code as it was sent when none is known. */
  readonly factor: string;
  /** In the factor table. */
  readonly known: boolean;
  /** Looks like a code of 2017 without its letter, as printed in table C.14: which letter, nobody can tell. */
  readonly unprefixed: boolean;
}

export function findFactorCode(sent: string): FactorCode {
  const factor = findFactor(sent) === undefined ? (codesOf2005.get(sent.toUpperCase()) ?? canonicalCase(sent)) : sent;
  return { factor, known: findFactor(factor) !== undefined, unprefixed: /^\d{5}$/.test(sent) };
}

/** W01018 → w01018: codes of six signs have a small letter. The names of noise (Leq, LMx) have capitals of their own. */
function canonicalCase(sent: string): string {
  const lower = sent.toLowerCase();
  return findFactor(lower) === undefined ? sent : lower;
}
