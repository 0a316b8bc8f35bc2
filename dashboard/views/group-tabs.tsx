// The line of tabs of a group of screens: leads from one to the other, with what the screen itself brings beside it.

import type { ReactNode } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/i18n.ts";
import { findScreen, type Screen, screens } from "./routes.ts";
import { useUrl } from "./url-state.ts";
import "../style/devices.css";

interface GroupTabsProps {
  readonly group: NonNullable<Screen["group"]>;
  readonly children?: ReactNode;
}

export function GroupTabs({ group, children }: GroupTabsProps) {
  const words = useWords();
  const { path, href } = useUrl();
  const here = findScreen(path);
  return (
    <div className="filters device-tabs">
      <nav className="segments" aria-label={words.nav.groups[group]}>
        {screens
          // Pages below a screen (one logger, the import) have no tab of their own.
          .filter((screen) => screen.group === group && screen.path.lastIndexOf("/") === 0)
          .map((screen) => (
            <Link
              key={screen.name}
              className="button"
              href={href(screen.path)}
              aria-current={here?.name === screen.name ? "page" : undefined}
            >
              {words.nav.screens[screen.name]}
            </Link>
          ))}
      </nav>
      {children}
    </div>
  );
}
