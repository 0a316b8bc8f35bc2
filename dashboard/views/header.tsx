// The two lines that never scroll away. Above: where one is and may go. Below: whether the screen is live, what time it is at
// the server, what nobody has acknowledged, whether alarms can be heard, who is on shift.

import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { formatLocal } from "#domain/time.ts";
import { callApi } from "../feed/request.ts";
import { useWords } from "../i18n/i18n.ts";
import { countUnacked } from "../state/alarm-book.ts";
import { useApp, useObservable, useServerNow } from "./app-context.ts";
import { LanguageToggle } from "./language-toggle.tsx";
import { LinkChip } from "./link-status.tsx";
import { Mark } from "./mark.tsx";
import { OnShiftChip } from "./on-shift-chip.tsx";
import { findScreen, isFor, type Screen, screens } from "./routes.ts";
import { ShareMenu } from "./share-menu.tsx";
import { SiteSearch } from "./site-search.tsx";
import { SoundChip } from "./sound-chip.tsx";
import { useUrl } from "./url-state.ts";
import { UserMenu } from "./user-menu.tsx";

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
  const { user } = useApp();
  return (
    <header className="header">
      <a className="skip" href="#content">
        {words.nav.skip}
      </a>
      <div className="header-line">
        <span className="brand" title={`Plumeline · ${words.product}`}>
          {words.productShort}
        </span>
        <Navigation />
        <span className="header-gap" />
        <SiteSearch />
        <ShareMenu />
        <button type="button" className="quiet" onClick={openHelp} aria-label={words.help.open} title={words.help.open}>
          ?
        </button>
      </div>
      <div className="header-line header-status">
        <LinkChip />
        <Clock />
        <span className="header-gap" />
        <Counts />
        <SoundChip />
        {user.role !== "enterprise" && <OnShiftChip />}
        <UserMenu />
        <LanguageToggle />
      </div>
    </header>
  );
}

function Navigation() {
  const words = useWords();
  const { path, href } = useUrl();
  const { user } = useApp();
  const unacked = useUnacked();
  const total = unacked[1] + unacked[2] + unacked[3] + unacked[4];
  const current = path === "/" ? screens[0] : findScreen(path);
  const isCurrent = (screen: Screen): boolean =>
    current === screen || (screen.group !== null && current?.group === screen.group);
  return (
    <nav aria-label={words.nav.label}>
      {screens
        .filter((screen) => screen.place === "header" && isFor(screen, user.role))
        .map((screen) => (
          <Link
            key={screen.name}
            href={href(screen.path)}
            aria-current={isCurrent(screen) ? "page" : undefined}
            // What is pointed at is likely wanted: its code is there when the click comes.
            onPointerEnter={() => void screen.load()}
            onFocus={() => void screen.load()}
          >
            {screen.group === null ? words.nav.screens[screen.name] : words.nav.groups[screen.group]}
            {screen.name === "alarms" && <span className="nav-count">{total}</span>}
            {screen.name === "cases" && <CaseCount />}
          </Link>
        ))}
    </nav>
  );
}

const casesEveryMs = 60_000;

/** Cases beyond their deadline; nothing while there are none. */
function CaseCount() {
  const words = useWords();
  const found = useQuery({
    queryKey: ["case-count"],
    queryFn: ({ signal }) => callApi<{ readonly total: number }>("/cases?overdue=true&limit=1", { signal }),
    refetchInterval: casesEveryMs,
  });
  const total = found.data?.total ?? 0;
  return total === 0 ? null : (
    <span className="nav-count" title={words.nav.overdue(total)} aria-label={words.nav.overdue(total)} role="img">
      {total}
    </span>
  );
}

function Counts() {
  const words = useWords();
  const { href } = useUrl();
  const unacked = useUnacked();
  return (
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
  );
}

function Clock() {
  const words = useWords();
  const now = useServerNow();
  const iso = new Date(now).toISOString();
  return (
    <time className="clock" dateTime={iso} title={`${words.zone} · ${iso}`}>
      {formatLocal(now)} <span className="clock-zone">UTC+8</span>
    </time>
  );
}
