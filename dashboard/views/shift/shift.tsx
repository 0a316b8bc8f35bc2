// Shift and handover: who is on at a desk, what the next person must know, the sheets of before. The address says which desk, which
// of both, and which sheet.

import { cities } from "#domain/city.ts";
import { provinceDesk } from "#domain/shift.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { GroupTabs } from "../group-tabs.tsx";
import { Ignored } from "../ignored.tsx";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { OnDuty } from "./on-duty.tsx";
import { PastShifts } from "./past-shifts.tsx";
import { desks, readDesk, useShiftWords } from "./shift-data.ts";
import "../../style/shift.css";

export function ShiftView() {
  const words = useShiftWords();
  const catalogue = useWords();
  const { query, set } = useUrl();
  useInterest("none");
  const desk = readDesk(query);
  const isPast = query.get("view") === "past";
  const unreadable = [
    ...(query.has("view") && !isPast ? ["view"] : []),
    ...(query.has("desk") && query.get("desk") !== desk ? ["desk"] : []),
  ];
  const nameDesk = (id: string): string => {
    const city = cities.find(({ adcode }) => adcode === id);
    return city === undefined ? words.province : pickName(catalogue, city);
  };
  return (
    <section className="view devices-view shift-view" aria-label={words.title}>
      <GroupTabs group="alarms">
        <h1 className="visually-hidden">{words.title}</h1>
        <select
          aria-label={words.desk}
          value={desk}
          onChange={(event) => set({ desk: event.target.value === provinceDesk ? null : event.target.value, id: null })}
        >
          {desks.map((id) => (
            <option key={id} value={id}>
              {nameDesk(id)}
            </option>
          ))}
        </select>
        <div className="segments" role="group" aria-label={words.view}>
          {(["now", "past"] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={isPast === (each === "past")}
              onClick={() => set({ view: each === "past" ? each : null, id: null })}
            >
              {words.views[each]}
            </button>
          ))}
        </div>
      </GroupTabs>
      <Ignored names={unreadable} />
      {isPast ? <PastShifts desk={desk} /> : <OnDuty key={desk} desk={desk} />}
    </section>
  );
}
