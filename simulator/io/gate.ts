// Lets connection attempts through at a bounded rate and number, so that a fleet that starts, or comes back after the
// broker was away, is a ramp and never a storm.

export interface Gate {
  /** Runs `attempt` when its turn comes; the attempt calls `done` when it has succeeded or failed. */
  enter(attempt: (done: () => void) => void): void;
  stop(): void;
}

const tickMs = 20;

export function createGate(perSecond: number, concurrentMax: number): Gate {
  const waiting: ((done: () => void) => void)[] = [];
  const perTick = (perSecond * tickMs) / 1000;
  let credit = 0;
  let busy = 0;
  let timer: NodeJS.Timeout | null = null;

  const onTick = (): void => {
    credit = Math.min(credit + perTick, perTick + 1);
    while (credit >= 1 && busy < concurrentMax) {
      const attempt = waiting.shift();
      if (attempt === undefined) break;
      credit--;
      busy++;
      let open = true;
      attempt(() => {
        if (!open) return;
        open = false;
        busy--;
      });
    }
    if (waiting.length === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };

  return {
    enter: (attempt) => {
      waiting.push(attempt);
      timer ??= setInterval(onTick, tickMs);
    },
    stop: () => {
      waiting.length = 0;
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
