// Puts a logger of nobody on record for a site that is registered already; a new site comes by the import of the register.

import { useState } from "react";
import { callApi } from "../../feed/request.ts";
import { changeAsset } from "../assets/asset-data.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { type PickedSite, SitePicker } from "../devices/site-picker.tsx";
import { Failed } from "../panels.tsx";
import { useLoggerWords } from "./logger-data.ts";

interface RegisterProps {
  readonly mn: string;
  readonly close: () => void;
  readonly done: () => void;
}

export function RegisterDialog({ mn, close, done }: RegisterProps) {
  const { registering: words } = useLoggerWords();
  const own = useDeviceWords();
  const [site, setSite] = useState<PickedSite | null>(null);
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function save(): Promise<void> {
    if (site === null) return;
    setBusy(true);
    setError(null);
    try {
      // The version of now: the list one chose from may be older.
      const { version } = await callApi<{ readonly version: number }>(`/sites/${encodeURIComponent(site.id)}`);
      await changeAsset(site.id, { mn, ...(password === "" ? {} : { pw: password }) }, version);
      done();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <Dialog title={words.title} close={close}>
      <form
        className="device-form"
        data-testid="register-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (site !== null && !isBusy) void save();
        }}
      >
        <p>{words.says(mn)}</p>
        <div className="form-field">
          <span>{words.site}</span>
          <SitePicker label={words.site} hint={words.hint} none={words.none} picked={site} pick={setSite} />
          {site !== null && site.mn !== null && <span className="wrong">{words.replaces(site.mn)}</span>}
        </div>
        <label>
          {words.password}
          <input
            type="password"
            value={password}
            maxLength={40}
            autoComplete="new-password"
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        {error !== null && <Failed what={words.failed} error={error} retry={() => void save()} />}
        <div className="device-end">
          <button type="button" onClick={close}>
            {own.cancel}
          </button>
          <button type="submit" className="primary" disabled={site === null || isBusy}>
            {isBusy ? own.busy : words.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
