// What a station's number was made of: each item with its value, its index or class, a bar beside its limit, how much of it was
// valid, and why it does not count where it does not.

import { formatLocal } from "#domain/time.ts";
import { formatLimit, formatUnit, formatValue } from "../../format/number.ts";
import { useWords } from "../../i18n/i18n.ts";
import {
  decimalsOf,
  type FactorName,
  isWater,
  type Said,
  type SaidItem,
  shareOfLimit,
  type Station,
  useStationWords,
} from "./station-data.ts";

interface ItemsProps {
  readonly station: Station;
  readonly said: Said;
  readonly factors: readonly FactorName[];
}

export function StationItems({ station, said, factors }: ItemsProps) {
  const { page } = useStationWords();
  const { columns } = page;
  const byCode = new Map(factors.map((factor) => [factor.code, factor]));
  return (
    <section className="panel" aria-label={page.items}>
      <div className="panel-head">
        <h2>{page.items}</h2>
      </div>
      <div className="station-scroll">
        <table className="station-table">
          <thead>
            <tr>
              {[columns.item, columns.value, columns.index, columns.bar, columns.limit, columns.valid, columns.why].map(
                (head) => (
                  <th
                    key={head}
                    scope="col"
                    className={head === columns.value || head === columns.limit ? "is-number" : undefined}
                  >
                    {head}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {said.items.map((item) => (
              <ItemRow
                key={item.factor}
                station={station}
                item={item}
                hour={said.from}
                factor={byCode.get(item.factor)}
                isDeciding={said.deciding.includes(item.factor)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface ItemRowProps {
  readonly station: Station;
  readonly item: SaidItem;
  readonly hour: string;
  readonly factor: FactorName | undefined;
  readonly isDeciding: boolean;
}

function ItemRow({ station, item, hour, factor, isDeciding }: ItemRowProps) {
  const words = useStationWords();
  const { page } = words;
  const { locale } = useWords();
  const { value, unit, index, limit, side, saturation, multiple, why, category } = item;
  const decimals = decimalsOf(station.kind, factor);
  const notes = [
    ...(why === null ? [] : [words.whys[why]]),
    ...(multiple === null ? [] : [page.multiple(formatValue(multiple, 2))]),
    ...(saturation === null ? [] : [page.saturation(formatValue(saturation, 0))]),
    ...(item.at === hour || value === null ? [] : [page.newestAt(formatLocal(Date.parse(item.at)).slice(5, 16))]),
  ];
  // The limit of radiation is computed; the others are printed as their standards have them.
  const writeLimit = (number: number): string =>
    station.kind === "radiation" ? formatValue(number, decimals) : formatLimit(number);
  const name = locale === "en" ? factor?.nameEn : factor?.nameZh;
  const className = locale === "en" ? category?.nameEn : category?.nameZh;
  return (
    <tr data-testid="station-item" data-factor={item.factor} data-valid={why === null}>
      <th scope="row">
        {isDeciding ? <b>{name ?? item.factor}</b> : (name ?? item.factor)} <code>{item.factor}</code>
      </th>
      <td className="is-number">
        {value === null ? "—" : formatValue(value, decimals)} <span className="unit">{formatUnit(unit)}</span>
      </td>
      <td>{index === null ? (className ?? "—") : isWater(station.kind) ? className : `${index} ${className ?? ""}`}</td>
      <td>
        <Bar item={item} />
      </td>
      <td className="is-number">
        {limit === null ? "—" : `${side === "min" ? page.atLeast : page.atMost} ${writeLimit(limit)}`}
      </td>
      <td>{page.parts(item.valid, item.due, item.needed, page.partsOf[item.of])}</td>
      <td>{notes.join(words.joints.part)}</td>
    </tr>
  );
}

/** Ends at twice the limit, which is the tick in the middle; beyond it the bar is hatched, so that it is seen in grey too. */
function Bar({ item }: { readonly item: SaidItem }) {
  const { value, limit, side } = item;
  const share = shareOfLimit(value, limit);
  if (share === null || value === null || limit === null) return null;
  const isBeyond = side === "max" ? value > limit : value < limit;
  return (
    <span className="station-bar" aria-hidden="true" data-beyond={isBeyond}>
      <i style={{ width: `${share * 100}%` }} />
    </span>
  );
}
