// Dear answers that many screens ask for at once: the same question within a few seconds gets the same answer, and while one is
// being worked out nobody works it out again. Bounded; a failure is not kept.

export interface RecentAnswers<T> {
  get(question: string, now: number, make: () => Promise<T>): Promise<T>;
}

export function createRecentAnswers<T>(keptMs: number, most: number): RecentAnswers<T> {
  const answers = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return {
    get(question, now, make) {
      const known = answers.get(question);
      if (known !== undefined && now - known.at >= 0 && now - known.at < keptMs) return known.answer;
      const answer = make();
      answers.delete(question);
      const [oldest] = answers.keys();
      if (answers.size >= most && oldest !== undefined) answers.delete(oldest);
      answers.set(question, { at: now, answer });
      answer.catch(() => {
        if (answers.get(question)?.answer === answer) answers.delete(question);
      });
      return answer;
    },
  };
}
