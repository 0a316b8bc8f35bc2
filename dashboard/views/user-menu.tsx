// Who is signed in, and what is theirs: theme, sound, the screens that are rarely opened, signing out.

import { Link } from "wouter";
import { useWords } from "../i18n/i18n.ts";
import { preferences } from "../feed/preferences.ts";
import { useApp, useObservable } from "./app-context.ts";
import { isFor, screens } from "./routes.ts";
import { themes, useUrl } from "./url-state.ts";

export function UserMenu() {
  const words = useWords();
  const { user, signOut } = useApp();
  const { theme, set, href } = useUrl();
  const { sound } = useObservable(preferences);
  const role = words.user.role[user.role] ?? user.role;
  return (
    <>
      <button
        type="button"
        className="quiet user-button"
        popoverTarget="user-menu"
        title={words.shift.title(user.displayName, role)}
      >
        <b>{user.displayName}</b> ▾
      </button>
      <div id="user-menu" popover="auto" className="menu user-menu" role="group" aria-label={words.user.menu}>
        <p>
          <b>{user.displayName}</b> ({user.username})<br />
          {role}
        </p>
        {screens
          .filter((screen) => screen.place === "menu" && isFor(screen, user.role))
          .map((screen) => (
            <Link key={screen.name} href={href(screen.path)}>
              {words.nav.screens[screen.name]}
            </Link>
          ))}
        <label>
          {words.theme.label}
          <select
            value={theme}
            onChange={(event) => set({ theme: event.target.value === "desk" ? null : event.target.value })}
          >
            {themes.map((entry) => (
              <option key={entry} value={entry}>
                {words.theme[entry]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => preferences.change({ sound: !sound })}>
          {sound ? words.sound.turnOff : words.sound.turnOn}
        </button>
        <button type="button" onClick={signOut}>
          {words.user.signOut}
        </button>
      </div>
    </>
  );
}
