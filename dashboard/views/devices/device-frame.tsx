// What the screens of devices have in common: the line that leads from one to the other, with what the screen itself brings; a
// fact with its name; a question before something that cannot be taken back.

import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { useWords } from "../../i18n/i18n.ts";
import { findScreen, screens } from "../routes.ts";
import { useUrl } from "../url-state.ts";
import { useDeviceWords } from "./device-words.ts";
import "../../style/devices.css";

export function DeviceTabs({ children }: { readonly children?: ReactNode }) {
  const words = useWords();
  const own = useDeviceWords();
  const { path, href } = useUrl();
  const here = findScreen(path);
  return (
    <div className="filters device-tabs">
      <nav className="segments" aria-label={own.group}>
        {screens
          // Pages below a screen (one logger, the import) have no tab of their own.
          .filter(({ group, path: pattern }) => group === "devices" && pattern.lastIndexOf("/") === 0)
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

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
  readonly isWide?: boolean;
}

/** Escape closes it, and the page behind it waits. */
export function Dialog({ title, close, children, isWide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className={`device-dialog${isWide ? " is-wide" : ""}`}
      aria-labelledby="device-dialog-title"
      onClose={close}
    >
      <h2 id="device-dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}
