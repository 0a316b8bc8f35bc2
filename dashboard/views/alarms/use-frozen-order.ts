// Holds what a list shows still while the operator's pointer or keyboard focus is inside it. Focus that a mouse click left
// behind holds nothing once the mouse is gone. A pointer that has not moved for a minute belongs to nobody: the order is
// released then, so that a forgotten mouse never hides a night of alarms.

import { useCallback, useEffect, useRef, useState } from "react";

const idleReleaseMs = 60_000;

export interface FrozenOrder<T> {
  /** The lines to show. */
  readonly shown: T;
  readonly isFrozen: boolean;
  /** Takes the fresh order once; the list stays frozen. */
  readonly refresh: () => void;
  /** Goes to the element that is the list. */
  readonly handlers: {
    readonly onPointerEnter: () => void;
    readonly onPointerMove: () => void;
    readonly onPointerLeave: (event: React.PointerEvent<HTMLElement>) => void;
    readonly onFocus: () => void;
    readonly onBlur: (event: React.FocusEvent<HTMLElement>) => void;
    readonly onKeyDownCapture: () => void;
  };
}

/** `key` names the question the list answers (its filters): another question is answered at once. */
export function useFrozenOrder<T>(fresh: T, key: string): FrozenOrder<T> {
  const [held, setHeld] = useState<{ readonly key: string; readonly lines: T } | null>(null);
  const isPointerInside = useRef(false);
  const idle = useRef<ReturnType<typeof setTimeout> | null>(null);
  const now = useRef({ fresh, key });
  now.current = { fresh, key };

  const release = useCallback(() => {
    if (idle.current !== null) clearTimeout(idle.current);
    setHeld(null);
  }, []);
  const hold = useCallback(() => {
    if (idle.current !== null) clearTimeout(idle.current);
    idle.current = setTimeout(release, idleReleaseMs);
    setHeld((before) =>
      before?.key === now.current.key ? before : { key: now.current.key, lines: now.current.fresh },
    );
  }, [release]);
  useEffect(() => release, [release]);

  const isFrozen = held !== null && held.key === key;
  return {
    shown: isFrozen ? held.lines : fresh,
    isFrozen,
    refresh: useCallback(() => setHeld((before) => before && { key: now.current.key, lines: now.current.fresh }), []),
    handlers: {
      onPointerEnter() {
        isPointerInside.current = true;
        hold();
      },
      onPointerMove() {
        isPointerInside.current = true;
        hold();
      },
      onPointerLeave(event) {
        isPointerInside.current = false;
        const { activeElement } = document;
        const isKeyboardInside =
          event.currentTarget.contains(activeElement) && activeElement?.matches(":focus-visible") === true;
        if (!isKeyboardInside) release();
      },
      onFocus: hold,
      onBlur(event) {
        if (event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)) return;
        if (!isPointerInside.current) release();
      },
      onKeyDownCapture: hold,
    },
  };
}
