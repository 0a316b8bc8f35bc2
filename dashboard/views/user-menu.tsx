// Who is on shift at this desk, and what is theirs: theme, sound, the screens that are rarely opened, signing out. Until shifts
// are kept by the system, the name of the shift follows from the clock.

import { Link } from "wouter";
import { hourMs, zoneOffsetMs } from "#domain/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { preferences } from "../feed/preferences.ts";
import { useApp, useObservable, useServerNow } from "./app-context.ts";
import { screens } from "./routes.ts";
import { themes, useUrl } from "./url-state.ts";

const shiftHours = 8;
/** Shifts begin at 0, 8 and 16 o'clock of UTC+8. */
const shiftNames = ["night", "day", "evening"] as const;

function shiftAt(nowMs: number): (typeof shiftNames)[number] {
  const hour = Math.floor((nowMs + zoneOffsetMs) / hourMs) % 24;
  return shiftNames[Math.floor(hour / shiftHours)] ?? "night";
}

export function UserMenu() {
  const words = useWords();
  const { user, signOut } = useApp();
  const { theme, set, href } = useUrl();
  const shift = shiftAt(useServerNow());
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
        {words.shift.label}: <b>{user.displayName}</b> ({words.shift.names[shift]}) ▾
      </button>
      <div id="user-menu" popover="auto" className="menu user-menu" role="group" aria-label={words.user.menu}>
        <p>
          <b>{user.displayName}</b> ({user.username})<br />
          {role}
        </p>
        {screens
          .filter((screen) => screen.place === "menu")
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
