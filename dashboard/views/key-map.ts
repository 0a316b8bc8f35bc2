// One map of keys for the whole page. Screens add layers of bindings; the newest layer is asked first. Nothing is taken from
// somebody who types, who composes a word with an input method, or who has a dialog open; keys of a single character do
// nothing when the person has switched them off (WCAG 2.1.4); Enter and Space on a control are the control's own.

import { createContext, useContext, useEffect, useRef } from "react";
import { preferences } from "../feed/preferences.ts";

export interface KeyBinding {
  /** As `KeyboardEvent.key` says them: "j", "ArrowDown", "["; "Shift+ArrowDown" with the key held. */
  readonly keys: readonly string[];
  /** What it does, for the help; without it the help leaves it out. */
  readonly says?: string;
  /** Only while the focus is in this element. */
  readonly inside?: React.RefObject<HTMLElement | null>;
  /** Told which of the keys it was. */
  readonly act: (key: string) => void;
}

type Layer = () => readonly KeyBinding[];

export interface KeyMap {
  add(layer: Layer): () => void;
  /** Everything that has words, the oldest layer first. */
  list(): readonly KeyBinding[];
  /** True when the key was somebody's. */
  press(event: KeyboardEvent): boolean;
}

const typing =
  "input:not([type=checkbox]):not([type=radio]):not([type=button]), select, textarea, dialog, [contenteditable], [role=dialog]";
const control = "button, a, input, summary, [role=option], [role=menuitem]";
/** After `g` the next letter says where to; the pair has to come within this. */
const chordMs = 1500;

export function createKeyMap(leadTo: (letter: string) => (() => void) | null): KeyMap {
  const layers = new Set<Layer>();
  let chordUntil = Number.NEGATIVE_INFINITY;

  function find(event: KeyboardEvent, target: Element | null): KeyBinding | null {
    const isOnControl = target?.closest(control) !== null && target !== null;
    for (const layer of [...layers].reverse()) {
      for (const binding of layer()) {
        // "Shift+ArrowDown" has to stand before "ArrowDown" in its layer.
        const isShifted = event.shiftKey && binding.keys.includes(`Shift+${event.key}`);
        if (!isShifted && !binding.keys.includes(event.key)) continue;
        if (binding.inside !== undefined && binding.inside.current?.contains(target) !== true) continue;
        // An open menu closes by Escape; taking the key would keep it open.
        if (event.key === "Escape" && document.querySelector(":popover-open") !== null) continue;
        if ((event.key === "Enter" || event.key === " ") && isOnControl) continue;
        return binding;
      }
    }
    return null;
  }

  return {
    add(layer) {
      layers.add(layer);
      return () => layers.delete(layer);
    },
    list: () => [...layers].flatMap((layer) => layer().filter((binding) => binding.says !== undefined)),
    press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return false;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(typing) !== null && target !== null) return false;
      // A button that was pressed and cannot be any more has lost the focus to the page behind its dialog.
      if (document.querySelector("dialog:modal") !== null) return false;
      const isSingle = event.key.length === 1 && event.key !== " ";
      if (isSingle && !preferences.get().singleKeys) return false;
      const goTo = event.timeStamp < chordUntil ? leadTo(event.key) : null;
      chordUntil = event.key === "g" ? event.timeStamp + chordMs : Number.NEGATIVE_INFINITY;
      if (goTo !== null) {
        goTo();
        return true;
      }
      const binding = find(event, target);
      binding?.act(event.key);
      return binding !== null;
    },
  };
}

export const KeyMapContext = createContext<KeyMap | null>(null);

/** Adds bindings for as long as the component is drawn; they may be new objects in every render. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const map = useContext(KeyMapContext);
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => map?.add(() => latest.current), [map]);
}

const symbols: Readonly<Record<string, string>> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  "Shift+ArrowDown": "⇧↓",
  "Shift+ArrowUp": "⇧↑",
  Escape: "Esc",
  " ": "Space",
};

/** "j ↓": the keys of a binding as the help prints them. */
export function formatKeys(keys: readonly string[]): string {
  return keys.map((key) => symbols[key] ?? key).join(" ");
}
