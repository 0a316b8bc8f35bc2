// The keyboard of a list with one current row: j, k and arrows move, Space picks, Enter opens, Esc closes. Letters work anywhere
// on the page unless the person types into something or has switched them off.

import { useEffect, useRef } from "react";
import { singleKeysOn } from "./preferences.ts";

export interface ListKeyActions {
  move(step: number): void;
  jump(to: "first" | "last"): void;
  pick(): void;
  open(): void;
  close(): void;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input:not([type=checkbox]), select, textarea, dialog") !== null
  );
}

function findAction(event: KeyboardEvent, isInside: boolean, actions: ListKeyActions): (() => void) | null {
  if (singleKeysOn() && event.key === "j") return () => actions.move(1);
  if (singleKeysOn() && event.key === "k") return () => actions.move(-1);
  if (event.key === "Escape") return () => actions.close();
  if (!isInside) return null;
  // Enter and Space on a control are the control's own.
  const isControl = event.target instanceof HTMLElement && event.target.closest("button, a, input") !== null;
  switch (event.key) {
    case "ArrowDown":
      return () => actions.move(1);
    case "ArrowUp":
      return () => actions.move(-1);
    case "PageDown":
      return () => actions.move(10);
    case "PageUp":
      return () => actions.move(-10);
    case "Home":
      return () => actions.jump("first");
    case "End":
      return () => actions.jump("last");
    case " ":
      return isControl ? null : () => actions.pick();
    case "Enter":
      return isControl ? null : () => actions.open();
    default:
      return null;
  }
}

export function useListKeys(list: React.RefObject<HTMLElement | null>, actions: ListKeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isInside = event.target instanceof Node && list.current?.contains(event.target) === true;
      const act = findAction(event, isInside, latest.current);
      if (act === null) return;
      event.preventDefault();
      act();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [list]);
}
