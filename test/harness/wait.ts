// Waits for a condition with a deadline, so that no test guesses how long a thing takes.

/**
 * Asks `probe` until it answers something other than undefined, null or false, and gives that answer back. Past the
 * deadline it throws with the description and with what the last probe threw.
 */
export async function waitFor<T>(
  description: string,
  probe: () => T | Promise<T>,
  options: { readonly deadlineMs: number; readonly everyMs?: number },
): Promise<NonNullable<Exclude<T, false>>> {
  const startedAt = performance.now();
  let problem: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<Exclude<T, false>>;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (performance.now() - startedAt > options.deadlineMs) {
      throw new Error(`waited ${options.deadlineMs} ms for ${description}`, { cause: problem });
    }
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 20));
  }
}
