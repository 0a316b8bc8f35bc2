// Whether alarms can be heard at this desk: on, off, muted for how long, or blocked by the browser. A click does the one thing
// that makes sense then.

import { formatDuration } from "../format/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { preferences } from "../feed/preferences.ts";
import { useApp, useObservable, useServerNow } from "./app-context.ts";
import { useKeys } from "./key-map.ts";

const symbols = { on: "♪", off: "✕", blocked: "!", muted: "◔", silent: "✕" } as const;

export function SoundChip() {
  const { sound: words, keys } = useWords();
  const { siren } = useApp();
  const { state, mutedUntil, played, last } = useObservable(siren.view);
  const now = useServerNow();
  useKeys([{ keys: ["m"], says: keys.mute, act: siren.toggleMute }]);
  const texts = {
    on: [words.on, words.onTitle],
    off: [words.off, words.offTitle],
    silent: [words.off, words.offTitle],
    blocked: [words.blocked, words.blockedTitle],
    muted: [words.muted(formatDuration((mutedUntil ?? now) - now)), words.mutedTitle],
  } as const;
  const [text, title] = texts[state];
  const act = (): void => {
    if (state === "off") preferences.change({ sound: true });
    else if (state === "blocked") siren.test(3);
    else siren.toggleMute();
  };
  return (
    <button
      type="button"
      className={`sound-chip sound-${state}`}
      data-testid="sound-state"
      data-state={state}
      data-played={played}
      data-last={last === null ? undefined : `${last.priority}${last.loud ? " loud" : ""}`}
      title={title}
      onClick={act}
    >
      <span aria-hidden="true">{symbols[state]}</span> {text}
    </button>
  );
}
