// The keyboard of the alarm list: j, k and arrows move the current row, a acknowledges it, Enter opens its site, Esc leaves.
// Letters work anywhere on the page unless the person types into something or has switched them off.

import { useEffect, useRef } from "react";
import { singleKeysOn } from "./preferences.ts";

export interface AlarmKeyActions {
  move(step: 1 | -1): void;
  jump(to: "first" | "last"): void;
  acknowledge(): void;
  open(): void;
  leave(): void;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest("input, select, textarea, dialog, [contenteditable], [role=application]") !== null;
}

export function useAlarmKeys(grid: React.RefObject<HTMLElement | null>, actions: AlarmKeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isInside = event.target instanceof Node && grid.current?.contains(event.target) === true;
      const act = findAction(event, isInside, latest.current);
      if (act === null) return;
      event.preventDefault();
      act();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [grid]);
}

function findAction(event: KeyboardEvent, isInside: boolean, actions: AlarmKeyActions): (() => void) | null {
  if (singleKeysOn()) {
    if (event.key === "j") return () => actions.move(1);
    if (event.key === "k") return () => actions.move(-1);
    if (event.key === "a" && isInside) return () => actions.acknowledge();
  }
  if (!isInside) return null;
  // Enter on a button is the button's own.
  const isButton = event.target instanceof HTMLElement && event.target.closest("button, a") !== null;
  switch (event.key) {
    case "ArrowDown":
      return () => actions.move(1);
    case "ArrowUp":
      return () => actions.move(-1);
    case "Home":
      return () => actions.jump("first");
    case "End":
      return () => actions.jump("last");
    case "Enter":
      return isButton ? null : () => actions.open();
    case "Escape":
      return () => actions.leave();
    default:
      return null;
  }
}
