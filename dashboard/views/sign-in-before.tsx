// When and from where the same person signed in the time before: shown once after signing in and always in the profile, so that
// a sign-in that was not one's own is noticed.

import { useEffect } from "react";
import { formatLocal } from "#domain/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { createObservable } from "../state/observable.ts";
import { readTime, type User } from "../state/wire.ts";
import { useObservable } from "./app-context.ts";

export interface SignInBefore {
  readonly at: string;
  readonly address: string;
}

/** What the answer to signing in and the session say; null = there was none before. */
export interface SessionAnswer {
  readonly user: User & { readonly enterprise?: string | null };
  readonly lastSignIn: SignInBefore | null;
}

/** Set by the form of signing in; undefined = nobody has signed in on this page, or it was read. */
export const justSignedIn = createObservable<SignInBefore | null | undefined>(undefined);

export function useSignInWords(): (before: SignInBefore | null) => string {
  const { signIn: words } = useWords();
  return (before) => {
    const at = before === null ? null : readTime(before.at);
    return before === null || at === null ? words.firstTime : words.before(formatLocal(at), before.address);
  };
}

const shownMs = 60_000;

export function SignInBand() {
  const { link: words } = useWords();
  const write = useSignInWords();
  const before = useObservable(justSignedIn);
  useEffect(() => {
    if (before === undefined) return undefined;
    const timer = setTimeout(() => justSignedIn.set(undefined), shownMs);
    return () => clearTimeout(timer);
  }, [before]);
  if (before === undefined) return null;
  return (
    <div className="band band-note" role="status" data-testid="sign-in-before">
      {write(before)}
      <button type="button" className="quiet" onClick={() => justSignedIn.set(undefined)}>
        {words.dismiss}
      </button>
    </div>
  );
}
