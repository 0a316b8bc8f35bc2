// What the screens of devices have in common: the line that leads from one to the other, with what the screen itself brings; a
// fact with its name; a question before something that cannot be taken back.

import { type ReactNode, useEffect, useRef } from "react";
import { GroupTabs } from "../group-tabs.tsx";
import "../../style/devices.css";

export function DeviceTabs({ children }: { readonly children?: ReactNode }) {
  return <GroupTabs group="devices">{children}</GroupTabs>;
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
