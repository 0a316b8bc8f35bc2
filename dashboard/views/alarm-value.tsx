// The value of an alarm against its limit, drawn like every other value. Nothing stands there when the alarm is about no number,
// or a dash where a column wants one.

import type { AlarmView } from "../state/wire.ts";
import { useApp } from "./app-context.ts";
import { Value } from "./value.tsx";

interface AlarmValueProps {
  readonly alarm: AlarmView;
  readonly hasUnit?: boolean;
  /** Says "beyond" while the condition is there. */
  readonly saysBeyond?: boolean;
  /** A dash when there is no number. */
  readonly hasDash?: boolean;
}

export function AlarmValue({ alarm, hasUnit = true, saysBeyond = false, hasDash = false }: AlarmValueProps) {
  const { factors } = useApp();
  const { value, limit, unit, factor, active } = alarm;
  if (value === null && !hasDash) return null;
  return (
    <Value
      value={value}
      decimals={factors[factor ?? ""]?.decimals ?? 2}
      unit={hasUnit ? unit : ""}
      limit={limit}
      isBeyond={active && limit !== null}
      isBare={!saysBeyond}
    />
  );
}
