// Answers that cost something to make, kept for a while: fresh ones are given as they are, older ones are given and made anew
// behind the caller's back, those that are too old are waited for. So nobody waits for what many screens look at.

export interface KeptAnswers<T> {
  get(key: string): Promise<T>;
}

interface Kept<T> {
  readonly at: number;
  readonly answer: Promise<T>;
}

export interface KeptOptions<T> {
  readonly now: () => number;
  readonly make: (key: string) => Promise<T>;
  readonly freshMs: number;
  readonly keptMs: number;
  /** A renewal behind the caller's back failed; the old answer stays until it is too old. */
  readonly onFailed: (error: unknown) => void;
}

export function createKeptAnswers<T>({ now, make, freshMs, keptMs, onFailed }: KeptOptions<T>): KeptAnswers<T> {
  const kept = new Map<string, Kept<T>>();
  const renewing = new Set<string>();

  async function renew(key: string): Promise<void> {
    if (renewing.has(key)) return;
    renewing.add(key);
    const at = now();
    try {
      const answer = await make(key);
      kept.set(key, { at, answer: Promise.resolve(answer) });
    } catch (error) {
      onFailed(error);
    } finally {
      renewing.delete(key);
    }
  }

  async function makeNow(key: string): Promise<T> {
    const answer = make(key);
    kept.set(key, { at: now(), answer });
    try {
      return await answer;
    } catch (error) {
      // A failure is nothing to keep.
      if (kept.get(key)?.answer === answer) kept.delete(key);
      throw error;
    }
  }

  return {
    get(key) {
      const found = kept.get(key);
      const age = found === undefined ? Number.POSITIVE_INFINITY : Math.abs(now() - found.at);
      if (found === undefined || age >= keptMs) return makeNow(key);
      if (age >= freshMs) void renew(key);
      return found.answer;
    },
  };
}
