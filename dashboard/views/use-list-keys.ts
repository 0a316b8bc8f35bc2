// The keyboard of a list with one current row: j and k move from anywhere on the page; arrows, Home, End, Enter and Escape
// when the focus is inside.

import { useWords } from "../i18n/i18n.ts";
import { useKeys, type KeyBinding } from "./key-map.ts";

export interface ListKeyActions {
  move(step: number): void;
  jump(to: "first" | "last"): void;
  open(): void;
  leave(): void;
  /** Space. */
  pick?(): void;
}

const pageRows = 10;

export function useListKeys(
  list: React.RefObject<HTMLElement | null>,
  actions: ListKeyActions,
  more: readonly KeyBinding[] = [],
): void {
  const { keys: words } = useWords();
  const inside = list;
  useKeys([
    ...more,
    { keys: ["j"], says: words.down, act: () => actions.move(1) },
    { keys: ["k"], says: words.up, act: () => actions.move(-1) },
    { keys: ["ArrowDown"], inside, act: () => actions.move(1) },
    { keys: ["ArrowUp"], inside, act: () => actions.move(-1) },
    { keys: ["PageDown"], inside, act: () => actions.move(pageRows) },
    { keys: ["PageUp"], inside, act: () => actions.move(-pageRows) },
    { keys: ["Home"], inside, act: () => actions.jump("first") },
    { keys: ["End"], inside, act: () => actions.jump("last") },
    { keys: ["Enter"], says: words.open, inside, act: () => actions.open() },
    ...(actions.pick === undefined ? [] : [{ keys: [" "], says: words.pick, inside, act: () => actions.pick?.() }]),
    { keys: ["Escape"], says: words.leave, act: () => actions.leave() },
  ]);
}
