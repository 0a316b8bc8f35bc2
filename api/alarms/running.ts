// Long work that people begin: one at a time per person, and few in all. A place is taken when the work begins, not when it is asked
// for, and given back when it ends, fails, or nobody waits for it any more.

import { Problem } from "../problem.ts";

export type Running = <T>(user: string, work: () => AsyncGenerator<T>) => AsyncGenerator<T>;

export function createRunning(most: number): Running {
  const users = new Set<string>();
  return async function* run(user, work) {
    if (users.has(user)) throw new Problem("backtest-running", "you have a back-test running");
    if (users.size >= most)
      throw new Problem("backtest-running", `${most} back-tests are running: wait for one of them`);
    users.add(user);
    try {
      yield* work();
    } finally {
      users.delete(user);
    }
  };
}
