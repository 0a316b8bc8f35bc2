// Has the server make something that is shown once: asks first, because what was made before may be worthless then; afterwards
// only what was made, until somebody says that it is kept.

import { type ReactNode, useState } from "react";
import { Failed } from "../panels.tsx";
import { Dialog } from "./device-frame.tsx";
import { useDeviceWords } from "./device-words.ts";

interface OnceDialogProps<T> {
  readonly title: string;
  readonly says: string;
  readonly submit: string;
  /** What failed, when it failed. */
  readonly what: string;
  readonly madeTitle: string;
  readonly kept: string;
  readonly make: () => Promise<T>;
  readonly show: (made: T) => ReactNode;
  readonly close: () => void;
}

export function OnceDialog<T>(props: OnceDialogProps<T>) {
  const { title, says, submit, what, madeTitle, kept, make, show, close } = props;
  const own = useDeviceWords();
  const [made, setMade] = useState<{ readonly it: T } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  async function ask(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      setMade({ it: await make() });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  return (
    <Dialog title={made === null ? title : madeTitle} close={close}>
      {made === null ? (
        <div className="device-form">
          <p>{says}</p>
          {error !== null && <Failed what={what} error={error} retry={() => void ask()} />}
          <div className="device-end">
            <button type="button" onClick={close}>
              {own.cancel}
            </button>
            <button type="button" className="primary" disabled={isBusy} onClick={() => void ask()}>
              {isBusy ? own.busy : submit}
            </button>
          </div>
        </div>
      ) : (
        <div className="device-form" data-testid="made-once">
          {show(made.it)}
          <div className="device-end">
            <button type="button" className="primary" onClick={close}>
              {kept}
            </button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
