// Help: keys, marks, data flags. All of it is here, nothing is fetched.

import { useContext, useEffect, useRef } from "react";
import { flags } from "#domain/reading.ts";
import { useWords } from "../i18n/i18n.ts";
import { useObservable } from "./app-context.ts";
import { formatKeys, KeyMapContext } from "./key-map.ts";
import { Mark } from "./mark.tsx";
import { preferences } from "../feed/preferences.ts";
import { screens } from "./routes.ts";
import { Value } from "./value.tsx";

export function HelpDialog({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  const words = useWords();
  const keyMap = useContext(KeyMapContext);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title" onClose={close}>
      <div className="help-head">
        <h2 id="help-title">{words.help.title}</h2>
        <button type="button" onClick={close}>
          {words.help.close}
        </button>
      </div>
      <div className="help-columns">
        <section>
          <h3>{words.help.keys}</h3>
          <dl>
            {screens
              .filter((screen) => screen.key !== null)
              .map((screen) => (
                <div key={screen.name}>
                  <dt>
                    g {words.keys.thenKey} {screen.key}
                  </dt>
                  <dd>{words.keys.goTo(words.nav.screens[screen.name])}</dd>
                </div>
              ))}
            {(isOpen ? (keyMap?.list() ?? []) : []).map(({ keys, says }) => (
              <div key={`${keys.join()} ${says}`}>
                <dt>{formatKeys(keys)}</dt>
                <dd>{says}</dd>
              </div>
            ))}
            <div>
              <dt>← → ↑ ↓ + − 0</dt>
              <dd>{words.keys.map}</dd>
            </div>
          </dl>
          <SingleKeys />
        </section>
        <section>
          <h3>{words.help.marks}</h3>
          <ul className="help-marks">
            {([1, 2, 3, 4] as const).map((priority) => (
              <li key={priority}>
                <Mark priority={priority} /> {words.priority[priority]}
              </li>
            ))}
          </ul>
          <p>{words.help.unackedNote}</p>
          <h3>{words.help.values}</h3>
          <ul className="help-values">
            <li>
              <Value value={12.5} decimals={1} unit="mg/L" staleMs={185_000} isBare /> {words.help.staleNote}
            </li>
            <li>
              <Value value={88.8} decimals={1} unit="mg/L" limit={50} isBeyond /> {words.help.beyondNote}
            </li>
            <li>
              <Value value={12.5} decimals={1} unit="mg/L" isRevised /> {words.help.revisedNote}
            </li>
            <li>
              <Value value={null} decimals={1} /> {words.help.missingNote}
            </li>
          </ul>
          <h3>{words.help.flagsTitle}</h3>
          <ul className="help-flags">
            {flags.map((flag) => (
              <li key={flag}>
                <span className="chip">{flag}</span> {words.flags[flag]}
              </li>
            ))}
          </ul>
        </section>
      </div>
      <p className="hint">{words.help.offline}</p>
    </dialog>
  );
}

function SingleKeys() {
  const words = useWords();
  const on = useObservable(preferences).singleKeys;
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => preferences.change({ singleKeys: event.target.checked })}
      />
      {words.help.singleKeys}
    </label>
  );
}
