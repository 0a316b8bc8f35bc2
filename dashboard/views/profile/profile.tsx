// What one person sets for this machine: language and theme (kept in the address), density, sound, single-letter keys (kept in
// the browser). Who one is, is shown and not changed here.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { callApi } from "../../feed/request.ts";
import { createWords, languages, useWords } from "../../i18n/i18n.ts";
import { profileEn } from "../../i18n/system-wall-en.ts";
import { profileZh } from "../../i18n/system-wall-zh.ts";
import { preferences, type Preferences } from "../../feed/preferences.ts";
import { useApp, useObservable } from "../app-context.ts";
import { Failed } from "../panels.tsx";
import { PasswordForm } from "./password-form.tsx";
import { useSignInWords, type SessionAnswer } from "../sign-in-before.tsx";
import { useInterest } from "../use-interest.ts";
import { themes, useUrl } from "../url-state.ts";
import "../../style/system.css";

const useProfileWords = createWords(profileZh, profileEn);
const languageNames = { "zh-CN": "中文", en: "English" } as const;
const densities = ["normal", "dense"] as const;

export function ProfileView() {
  const words = useProfileWords();
  const catalogue = useWords();
  const { user } = useApp();
  const { language, theme, set, href } = useUrl();
  const chosen = useObservable(preferences);
  useInterest("none");
  return (
    <div className="view profile-view">
      <h1 className="view-title">{words.title}</h1>
      <section className="panel" aria-labelledby="profile-who">
        <h2 id="profile-who">{words.who}</h2>
        <dl>
          <div>
            <dt>{words.name}</dt>
            <dd>{user.displayName}</dd>
          </div>
          <div>
            <dt>{words.username}</dt>
            <dd>{user.username}</dd>
          </div>
          <div>
            <dt>{words.role}</dt>
            <dd>{catalogue.user.role[user.role] ?? user.role}</dd>
          </div>
          <div>
            <dt>{words.lastSignIn}</dt>
            <dd data-testid="profile-sign-in">
              <LastSignIn />
            </dd>
          </div>
        </dl>
      </section>
      <section className="panel" aria-labelledby="profile-password">
        <h2 id="profile-password">{words.password}</h2>
        <PasswordForm words={words} username={user.username} />
      </section>
      <section className="panel" aria-labelledby="profile-look">
        <h2 id="profile-look">{words.look}</h2>
        <Choice
          name="language"
          label={words.language}
          options={languages.map((value) => ({ value, text: languageNames[value] }))}
          value={language}
          choose={(value) => set({ lang: value === "en" ? "en" : null })}
        />
        <Choice
          name="theme"
          label={words.theme}
          options={themes.map((value) => ({ value, text: catalogue.theme[value] }))}
          value={theme}
          choose={(value) => set({ theme: value === "desk" ? null : value })}
        />
        <p className="hint">{words.languageNote}</p>
        <Choice
          name="density"
          label={words.density}
          options={densities.map((value) => ({ value, text: words.densities[value] }))}
          value={chosen.density}
          choose={(density) => preferences.change({ density })}
        />
      </section>
      <section className="panel" aria-labelledby="profile-hearing">
        <h2 id="profile-hearing">{words.hearing}</h2>
        <Check name="sound" label={words.sound} note={words.soundNote} chosen={chosen} />
        <p className="hint">
          {words.wallSound} <Link href={href("/wall", { sound: "on" })}>/wall?sound=on</Link>
        </p>
      </section>
      <section className="panel" aria-labelledby="profile-keys">
        <h2 id="profile-keys">{words.keys}</h2>
        <Check name="singleKeys" label={words.singleKeys} note={words.keysNote} chosen={chosen} />
      </section>
      <p className="hint">{words.here}</p>
      <button type="button" onClick={() => preferences.change({ singleKeys: true, sound: true, density: "normal" })}>
        {words.reset}
      </button>
    </div>
  );
}

function LastSignIn() {
  const words = useProfileWords();
  const write = useSignInWords();
  const session = useQuery({
    queryKey: ["session"],
    queryFn: ({ signal }) => callApi<SessionAnswer>("/session", { signal }),
  });
  if (session.data !== undefined) return write(session.data.lastSignIn);
  if (session.error === null) return "…";
  return <Failed what={words.loadSession} error={session.error} retry={() => void session.refetch()} />;
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly value: T;
  readonly choose: (value: T) => void;
}

function Choice<T extends string>({ name, label, options, value, choose }: ChoiceProps<T>) {
  return (
    <fieldset className="profile-choice">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => choose(option.value)}
          />
          {option.text}
        </label>
      ))}
    </fieldset>
  );
}

interface CheckProps {
  readonly name: "sound" | "singleKeys";
  readonly label: string;
  readonly note: string;
  readonly chosen: Preferences;
}

function Check({ name, label, note, chosen }: CheckProps) {
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={chosen[name]}
          data-testid={`profile-${name}`}
          onChange={(event) => preferences.change({ [name]: event.target.checked })}
        />
        {label}
      </label>
      <p className="hint">{note}</p>
    </>
  );
}
