// Changes one's own password. What was typed is forgotten as soon as it was taken.

import { useState } from "react";
import { callApi } from "../../feed/request.ts";
import type { profileZh } from "../../i18n/system-wall-zh.ts";
import { Failed } from "../panels.tsx";

/** As the server wants it. */
const charsMin = 10;
const nothing = { current: "", password: "", again: "" };

export function PasswordForm({ words, username }: { readonly words: typeof profileZh; readonly username: string }) {
  const [typed, setTyped] = useState(nothing);
  const [step, setStep] = useState<"typing" | "sending" | "done">("typing");
  const [error, setError] = useState<unknown>(null);
  const differs = typed.again !== "" && typed.again !== typed.password;
  const isReady =
    step !== "sending" && typed.current !== "" && typed.password.length >= charsMin && typed.again === typed.password;

  async function send(): Promise<void> {
    setStep("sending");
    setError(null);
    try {
      const { current, password } = typed;
      await callApi("/session/password", { method: "POST", body: { current, password } });
      setTyped(nothing);
      setStep("done");
    } catch (failure) {
      setError(failure);
      setStep("typing");
    }
  }

  const field = (name: keyof typeof nothing, label: string, autoComplete: string) => (
    <label className="profile-field">
      {label}
      <input
        type="password"
        name={name}
        autoComplete={autoComplete}
        maxLength={1000}
        value={typed[name]}
        onChange={(event) => {
          setTyped({ ...typed, [name]: event.target.value });
          setStep("typing");
        }}
      />
    </label>
  );

  return (
    <form
      className="profile-password"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void send();
      }}
    >
      {/* Without it a password manager does not know whose password this is. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      {field("current", words.passwordCurrent, "current-password")}
      {field("password", words.passwordNew, "new-password")}
      {field("again", words.passwordAgain, "new-password")}
      {differs && <p role="alert">{words.passwordDiffers}</p>}
      <button type="submit" disabled={!isReady}>
        {words.passwordChange}
      </button>
      {step === "done" && <p role="status">{words.passwordChanged}</p>}
      {error !== null && <Failed what={words.password} error={error} retry={() => void send()} />}
    </form>
  );
}
