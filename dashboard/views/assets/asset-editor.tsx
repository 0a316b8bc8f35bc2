// The form that changes a site. It is sent with the version it began from; when somebody else was faster, it says what they
// changed and keeps what was written here.

import { useState } from "react";
import { siteKinds } from "#domain/site.ts";
import { ApiProblem } from "../../feed/request.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { Failed } from "../panels.tsx";
import { type Asset, type AssetDetails, changeAsset, useAssetWords } from "./asset-data.ts";
import {
  type AssetField,
  assetFields,
  type AssetTexts,
  findAssetFaults,
  listChanges,
  listConflicts,
  toTexts,
} from "./asset-form.ts";

interface EditorProps {
  readonly asset: AssetDetails;
  readonly close: () => void;
  readonly saved: () => void;
}

/** What the server holds, out of its refusal of an older version. */
function readCurrent(error: unknown): Asset | null {
  if (!(error instanceof ApiProblem) || error.code !== "stale-version") return null;
  const { current } = error;
  return typeof current === "object" && current !== null && "version" in current ? (current as Asset) : null;
}

export function AssetEditor({ asset, close, saved }: EditorProps) {
  const words = useAssetWords();
  const own = useDeviceWords();
  const [base, setBase] = useState<Asset>(asset);
  const [texts, setTexts] = useState<AssetTexts>(() => toTexts(asset));
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const faults = findAssetFaults(texts);
  const changes = listChanges(toTexts(base), texts);
  const isReady = Object.keys(faults).length === 0 && Object.keys(changes).length > 0 && !isBusy;
  const current = readCurrent(error);

  async function save(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await changeAsset(asset.id, changes, base.version);
      saved();
      close();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <section className="panel asset-panel" aria-labelledby="asset-edit">
      <div className="panel-head">
        <h2 id="asset-edit">{words.page.edit}</h2>
        <code>{asset.id}</code>
      </div>
      <form
        className="device-form asset-form"
        data-testid="asset-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void save();
        }}
      >
        {assetFields.map((field) => (
          <label key={field}>
            {words.page.fields[field]}
            <Field field={field} text={texts[field]} write={(text) => setTexts({ ...texts, [field]: text })} />
            {field === "pw" && <span className="hint">{words.page.pwHint}</span>}
            {faults[field] !== undefined && <span className="wrong">{words.page.wrong[faults[field]]}</span>}
          </label>
        ))}
        {current !== null && (
          <Conflict
            base={base}
            current={current}
            accept={() => {
              // What was written here stays; it is now meant as a change of what is there.
              setTexts({ ...toTexts(current), ...onlyChanged(toTexts(base), texts) });
              setBase(current);
              setError(null);
            }}
          />
        )}
        {error !== null && current === null && (
          <Failed what={words.page.saving} error={error} retry={() => void save()} />
        )}
        <div className="device-end">
          {Object.keys(changes).length === 0 && <span className="hint">{words.page.nothing}</span>}
          <button type="button" onClick={close}>
            {own.cancel}
          </button>
          <button type="submit" className="primary" disabled={!isReady || current !== null}>
            {isBusy ? own.busy : words.page.save}
          </button>
        </div>
      </form>
    </section>
  );
}

function onlyChanged(before: AssetTexts, after: AssetTexts): Partial<AssetTexts> {
  return Object.fromEntries(assetFields.filter((field) => before[field] !== after[field]).map((f) => [f, after[f]]));
}

interface ConflictProps {
  readonly base: Asset;
  readonly current: Asset;
  readonly accept: () => void;
}

function Conflict({ base, current, accept }: ConflictProps) {
  const { page } = useAssetWords();
  const own = useDeviceWords();
  const [before, now] = [toTexts(base), toTexts(current)];
  return (
    <div className="asset-conflict" role="alert" data-testid="asset-conflict">
      <p>
        <b>{page.conflict(current.version)}</b>
      </p>
      <ul>
        {listConflicts(before, now).map((field) => (
          <li key={field}>
            {page.fields[field]}: {before[field] === "" ? own.none : before[field]} → {page.now}{" "}
            <b>{now[field] === "" ? own.none : now[field]}</b>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" onClick={accept}>
          {page.takeNew}
        </button>
      </p>
    </div>
  );
}

interface FieldProps {
  readonly field: AssetField;
  readonly text: string;
  readonly write: (text: string) => void;
}

function Field({ field, text, write }: FieldProps) {
  const catalogue = useWords();
  const { cities } = useApp();
  if (field === "kind" || field === "city") {
    const options =
      field === "kind"
        ? siteKinds.map((kind) => [kind, catalogue.kinds[kind]] as const)
        : cities.map((city) => [city.adcode, pickName(catalogue, city)] as const);
    return (
      <select value={text} onChange={(event) => write(event.target.value)}>
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    );
  }
  if (field === "factors")
    return <textarea rows={2} value={text} spellCheck={false} onChange={(event) => write(event.target.value)} />;
  return (
    <input
      value={text}
      type={field === "pw" ? "password" : "text"}
      maxLength={200}
      spellCheck={false}
      autoComplete={field === "pw" ? "new-password" : "off"}
      onChange={(event) => write(event.target.value)}
    />
  );
}
