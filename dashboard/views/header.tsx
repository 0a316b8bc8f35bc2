// The line that never scrolls away: where one is, whether the screen is live, what time it is at the server, how many alarms
// nobody has acknowledged, who one is.

import { Link } from "wouter";
import { formatLocal } from "#domain/time.ts";
import { useWords } from "../i18n/i18n.ts";
import { countUnacked } from "../state/alarm-book.ts";
import { useApp, useObservable, useServerNow } from "./app-context.ts";
import { LanguageToggle } from "./language-toggle.tsx";
import { LinkChip } from "./link-status.tsx";
import { Mark } from "./mark.tsx";
import { findScreen, screens } from "./routes.ts";
import { themes, useUrl } from "./url-state.ts";

const priorities = [1, 2, 3, 4] as const;

/** Unacknowledged alarms by priority: the server's counts when it has sent some, else those of the alarms known here. */
export function useUnacked(): Readonly<Record<1 | 2 | 3 | 4, number>> {
  const { live } = useApp();
  const counts = useObservable(live.counts);
  const book = useObservable(live.book);
  if (counts === null) return countUnacked(book);
  const { unack } = counts;
  return { 1: unack["1"] ?? 0, 2: unack["2"] ?? 0, 3: unack["3"] ?? 0, 4: unack["4"] ?? 0 };
}

export function Header({ openHelp }: { readonly openHelp: () => void }) {
  const words = useWords();
  const { path, href } = useUrl();
  const unacked = useUnacked();
  const total = unacked[1] + unacked[2] + unacked[3] + unacked[4];
  const current = findScreen(path) ?? screens[0];
  return (
    <header className="header">
      <a className="skip" href="#content">
        {words.nav.skip}
      </a>
      <span className="brand" title={`Plumeline · ${words.product}`}>
        {words.productShort}
      </span>
      <nav aria-label={words.nav.label}>
        {screens
          .filter((screen) => screen.place === "header")
          .map((screen) => (
            <Link key={screen.name} href={href(screen.path)} aria-current={current === screen ? "page" : undefined}>
              {words.nav.screens[screen.name]}
              {screen.name === "alarms" && <span className="nav-count">{total}</span>}
            </Link>
          ))}
      </nav>
      <LinkChip />
      <Clock />
      <span className="header-gap" />
      <span className="counts" role="group" aria-label={words.counts.label}>
        {priorities.map((priority) => (
          <Link
            key={priority}
            href={href("/alarms", { state: "unack", p: String(priority) })}
            className="count"
            title={words.counts.title(priority, unacked[priority])}
            aria-label={words.counts.title(priority, unacked[priority])}
            data-zero={unacked[priority] === 0}
          >
            <Mark priority={priority} />
            <b>{unacked[priority]}</b>
          </Link>
        ))}
      </span>
      <LanguageToggle />
      <UserMenu />
      <button type="button" className="quiet" onClick={openHelp} aria-label={words.help.open} title={words.help.open}>
        ?
      </button>
    </header>
  );
}

function Clock() {
  const words = useWords();
  const now = useServerNow();
  return (
    <time
      className="clock"
      dateTime={new Date(now).toISOString()}
      title={`${words.zone} · ${new Date(now).toISOString()}`}
    >
      {formatLocal(now)} <span className="clock-zone">UTC+8</span>
    </time>
  );
}

function UserMenu() {
  const words = useWords();
  const { user, signOut } = useApp();
  const { theme, set } = useUrl();
  return (
    <>
      <button
        type="button"
        className="quiet user-button"
        popoverTarget="user-menu"
        aria-label={`${words.user.menu}: ${user.displayName}`}
      >
        {user.displayName} ▾
      </button>
      <div id="user-menu" popover="auto" className="user-menu">
        <p>
          <b>{user.displayName}</b> ({user.username})<br />
          {words.user.role[user.role] ?? user.role}
        </p>
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
        <button type="button" onClick={signOut}>
          {words.user.signOut}
        </button>
      </div>
    </>
  );
}
