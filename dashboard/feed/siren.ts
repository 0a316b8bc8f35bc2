// Makes alarms heard: asks `state/siren.ts` once a second and with every change which tone is due, plays it, and knows whether
// the browser lets it. A mute lasts two minutes; a new group of priority 1 ends it. A screen that is only looked at (a wall) is
// silent unless somebody has chosen otherwise.

import { closeAudio, openAudio, unlockAudio } from "./audio.ts";
import { preferences } from "./preferences.ts";
import { isCalling } from "../state/alarm-book.ts";
import { chooseGrouping, type Grouping } from "../state/alarm-lines.ts";
import { createObservable, type Observable } from "../state/observable.ts";
import { decideTone, quietSiren, type Tone } from "../state/siren.ts";
import type { Live } from "./live.ts";
import type { Ticker } from "./ticker.ts";

export interface SirenView {
  readonly state: "on" | "off" | "blocked" | "muted" | "silent";
  /** End of the mute, server's clock. */
  readonly mutedUntil: number | null;
  /** Tones played since the page began. */
  readonly played: number;
  readonly last: Pick<Tone, "priority" | "loud"> | null;
}

export interface Siren {
  readonly view: Observable<SirenView>;
  /** Two minutes of silence, or their end. */
  toggleMute(): void;
  /** Has to be called by a click or a key: only then browsers let a page be heard. */
  unlock(): void;
  test(priority: 1 | 2 | 3): void;
  /** Whether the screen in front makes no sound whatever happens. */
  setSilent(silent: boolean): void;
  /** What sites belong to: in a flood the groups of the list make one sound each. */
  setOwners(owners: Owners): void;
  start(): void;
  stop(): void;
}

/** As the register says. */
export interface Owners {
  readonly cityOf: (site: string) => string | null;
  readonly enterpriseOf: (site: string) => string | null;
}

const muteMs = 120_000;
/** The groups of a flood are chosen anew no more often than this. */
const regroupMs = 2_000;

/** Frequencies of the beeps, Hz, and how long each lasts, s. */
const tones: Readonly<Record<1 | 2 | 3, { readonly beeps: readonly number[]; readonly seconds: number }>> = {
  1: { beeps: [880, 1175, 880, 1175], seconds: 0.13 },
  2: { beeps: [660, 660], seconds: 0.2 },
  3: { beeps: [440], seconds: 0.3 },
};

function play(context: AudioContext, { priority, loud }: Pick<Tone, "priority" | "loud">): void {
  const { beeps, seconds } = tones[priority];
  beeps.forEach((frequency, i) => {
    const from = context.currentTime + i * seconds * 1.4;
    const oscillator = new OscillatorNode(context, { frequency, type: "triangle" });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(loud ? 0.9 : 0.4, from + 0.015);
    gain.gain.setValueAtTime(loud ? 0.9 : 0.4, from + seconds - 0.03);
    gain.gain.linearRampToValueAtTime(0, from + seconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + seconds);
  });
}

export function createSiren(live: Live, ticker: Ticker): Siren {
  const view = createObservable<SirenView>({ state: "blocked", mutedUntil: null, played: 0, last: null });
  let context: AudioContext | null = null;
  let memory = quietSiren;
  let mutedUntil: number | null = null;
  let played = 0;
  let last: SirenView["last"] = null;
  let silent = false;
  let owners: Owners = { cityOf: () => null, enterpriseOf: () => null };
  let grouped: { readonly at: number; readonly by: Grouping } = { at: 0, by: "site" };
  let begunAt: number | null = null;
  let undo: (() => void)[] = [];

  function show(): void {
    const isRunning = context?.state === "running";
    const heard = mutedUntil !== null ? "muted" : isRunning ? "on" : "blocked";
    const state = silent ? "silent" : preferences.get().sound ? heard : "off";
    const before = view.get();
    if (before.state === state && before.mutedUntil === mutedUntil && before.played === played) return;
    view.set({ state, mutedUntil, played, last });
  }

  function sound(tone: Pick<Tone, "priority" | "loud">): void {
    if (context?.state !== "running") return;
    play(context, tone);
    played += 1;
    last = { priority: tone.priority, loud: tone.loud };
  }

  /** What makes one sound now: a site, or in a flood what the list takes together. */
  function groupIn(now: number): (site: string) => string {
    if (!live.raises.flood(now).isFlood) return (site) => site;
    if (now - grouped.at > regroupMs) {
      const calling = [...live.book.get().byId.values()].filter(isCalling);
      grouped = { at: now, by: chooseGrouping(calling, owners.enterpriseOf) };
    }
    const { cityOf, enterpriseOf } = owners;
    if (grouped.by === "city") return (site) => cityOf(site) ?? site;
    return grouped.by === "enterprise" ? (site) => enterpriseOf(site) ?? site : (site) => site;
  }

  /** How long somebody has waited is counted by a clock that nobody sets; it begins as the server's. */
  function steadyNow(): number {
    begunAt ??= ticker.now.get() - performance.now();
    return begunAt + performance.now();
  }

  function check(): void {
    const now = ticker.now.get();
    if (mutedUntil !== null && now >= mutedUntil) mutedUntil = null;
    // Before everything that is open is known, the rest of it would be "new".
    if (live.link.get().phase === "live" || memory !== quietSiren) {
      const { state, tone } = decideTone(memory, live.book.get(), steadyNow(), groupIn(now));
      memory = state;
      if (tone !== null && tone.isNew && tone.priority === 1) mutedUntil = null;
      if (tone !== null && mutedUntil === null && !silent && preferences.get().sound) sound(tone);
    }
    show();
  }

  function unlock(): void {
    unlockAudio();
    show();
  }

  return {
    view,
    toggleMute() {
      mutedUntil = mutedUntil === null ? ticker.now.get() + muteMs : null;
      show();
    },
    unlock,
    test(priority) {
      unlock();
      sound({ priority, loud: false });
      show();
    },
    setSilent(next) {
      silent = next;
      show();
    },
    setOwners(next) {
      owners = next;
    },
    start() {
      context = openAudio();
      context.addEventListener("statechange", show);
      const options = { capture: true } as const;
      document.addEventListener("pointerdown", unlock, options);
      document.addEventListener("keydown", unlock, options);
      undo = [
        live.book.subscribe(check),
        ticker.now.subscribe(check),
        preferences.subscribe(show),
        () => document.removeEventListener("pointerdown", unlock, options),
        () => document.removeEventListener("keydown", unlock, options),
      ];
      show();
    },
    stop() {
      for (const act of undo) act();
      context?.removeEventListener("statechange", show);
      context = null;
      closeAudio();
    },
  };
}
