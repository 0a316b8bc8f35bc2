// Sign-in. Shown in place of any view while nobody is signed in, so that the address survives it.

import { useEffect, useState } from "react";
import { unlockAudio } from "../feed/audio.ts";
import { ApiProblem, callApi } from "../feed/request.ts";
import { useWords } from "../i18n/i18n.ts";
import type { Catalogue } from "../i18n/zh-CN.ts";
import { LanguageToggle } from "./language-toggle.tsx";
import { explainError } from "./panels.tsx";
import { justSignedIn, type SessionAnswer } from "./sign-in-before.tsx";

export interface SignInProps {
  /** True when a session was there and has ended. */
  readonly expired: boolean;
  readonly onSignedIn: () => void;
}

function explain(words: Catalogue, error: unknown): string {
  if (!(error instanceof ApiProblem)) return String(error);
  if (error.status === 401 || error.status === 403) return words.signIn.wrong;
  if (error.status === 429) return words.signIn.throttled;
  if (error.status === 0) return words.signIn.unreachable;
  return explainError(words, error);
}

export function SignIn({ expired, onSignedIn }: SignInProps) {
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    document.title = `${words.signIn.title} · ${words.productShort}`;
  }, [words]);

  async function signIn(form: FormData): Promise<void> {
    // The click that signs in is the one that browsers ask for before a page may be heard.
    unlockAudio();
    setBusy(true);
    setFailure(null);
    try {
      const { lastSignIn } = await callApi<SessionAnswer>("/session", {
        method: "POST",
        body: { username: form.get("username"), password: form.get("password") },
      });
      justSignedIn.set(lastSignIn);
      onSignedIn();
    } catch (error) {
      setFailure(explain(words, error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <form
        className="sign-in-form"
        data-testid="sign-in-form"
        onSubmit={(event) => {
          event.preventDefault();
          void signIn(new FormData(event.currentTarget));
        }}
      >
        <p className="sign-in-product">
          {words.product}
          <span>Plumeline</span>
        </p>
        <h1>{words.signIn.title}</h1>
        {expired && <p className="sign-in-note">{words.signIn.expired}</p>}
        <label>
          {words.signIn.username}
          <input name="username" autoComplete="username" required autoCapitalize="none" spellCheck={false} />
        </label>
        <label>
          {words.signIn.password}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <div role="alert" className="sign-in-failure">
          {failure}
        </div>
        <button type="submit" className="primary" disabled={busy}>
          {busy ? words.signIn.busy : words.signIn.submit}
        </button>
        <p className="sign-in-hint">{words.signIn.hint}</p>
        <LanguageToggle />
      </form>
    </main>
  );
}
