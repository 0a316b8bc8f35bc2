// The form of a channel. A secret is typed and never shown again; left empty, the one that is kept stays.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { type ChannelKind, channelKinds } from "#domain/notice.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { Failed } from "../panels.tsx";
import { type Field, kindForms, type Secret, startOf, toSettings, type Typed, wrongFields } from "./channel-form.ts";
import { type ChannelRow, idPattern, putSetup, useNoticeWords, useSetupReload } from "./notice-data.ts";

export function ChannelDialog({ row, close }: { readonly row: ChannelRow | null; readonly close: () => void }) {
  const { channels: words, kinds } = useNoticeWords();
  const own = useDeviceWords();
  const reload = useSetupReload();
  const [kind, setKind] = useState<ChannelKind>(row?.kind ?? "mail");
  const [id, setId] = useState(row?.id ?? "");
  const [name, setName] = useState(row?.name ?? "");
  const [isEnabled, setEnabled] = useState(row?.enabled ?? true);
  const [typed, setTyped] = useState<Typed>(() => startOf(kind, row?.settings ?? {}));
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = kindForms[kind];
  const isSet = (secret: string): boolean => row?.kind === kind && row.settings[secret] === true;
  const wrong = wrongFields(kind, typed);
  const isMissing = form.secrets.some(
    (secret) => !secret.isOptional && !isSet(secret.name) && (secrets[secret.name] ?? "") === "",
  );
  const isWhole = idPattern.test(id) && name.trim() !== "" && wrong.length === 0 && !isMissing;
  const may = !isBusy && isWhole && reason.trim() !== "";

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    const given = Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ""));
    try {
      await putSetup("channels", id, {
        expectedVersion: row?.version ?? 0,
        kind,
        name: name.trim(),
        enabled: isEnabled,
        settings: { ...toSettings(kind, typed), ...given },
        reason: reason.trim(),
      });
      await reload();
      close();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <Dialog title={row === null ? words.add : `${words.edit}: ${row.name}`} close={close} isWide>
      <form
        className="device-form"
        data-testid="channel-form"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (may) void send();
        }}
      >
        <label>
          {words.kind}
          <select
            value={kind}
            disabled={row !== null}
            onChange={(event) => {
              const chosen = channelKinds.find((each) => each === event.target.value) ?? kind;
              setKind(chosen);
              setTyped(startOf(chosen, {}));
              setSecrets({});
            }}
          >
            {channelKinds.map((each) => (
              <option key={each} value={each}>
                {kinds[each]}
              </option>
            ))}
          </select>
          <span className="hint">{words.kindSays[kind]}</span>
        </label>
        <div className="form-pair">
          <label>
            {words.name}
            <input
              value={name}
              maxLength={bounds.textCharsMax}
              required
              onChange={(event) => setName(event.target.value)}
            />
          </label>
          <label>
            {words.id}
            <input
              value={id}
              readOnly={row !== null}
              maxLength={64}
              required
              onChange={(event) => setId(event.target.value)}
            />
          </label>
        </div>
        <div className="channel-fields">
          {form.fields.map((field) => (
            <FieldInput
              key={field.name}
              field={field}
              value={typed[field.name] ?? ""}
              isWrong={wrong.includes(field.name)}
              change={(value) => setTyped({ ...typed, [field.name]: value })}
            />
          ))}
          {form.secrets.map((secret) => (
            <SecretInput
              key={secret.name}
              secret={secret}
              isSet={isSet(secret.name)}
              value={secrets[secret.name] ?? ""}
              change={(value) => setSecrets({ ...secrets, [secret.name]: value })}
            />
          ))}
        </div>
        {row !== null && <p className="hint">{words.secretAgain}</p>}
        <label className="check">
          <input type="checkbox" checked={isEnabled} onChange={(event) => setEnabled(event.target.checked)} />
          {words.enabled}
        </label>
        <label>
          {own.reason}
          <input
            value={reason}
            maxLength={bounds.textCharsMax}
            required
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {error !== null && <Failed what={words.failed} error={error} retry={() => void send()} />}
        <div className="device-end">
          <button type="button" onClick={close}>
            {own.cancel}
          </button>
          <button type="submit" className="primary" disabled={!may}>
            {isBusy ? own.busy : words.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  readonly field: Field;
  readonly value: string | boolean;
  readonly isWrong: boolean;
  readonly change: (value: string | boolean) => void;
}

function FieldInput({ field, value, isWrong, change }: FieldProps) {
  const { channels: words } = useNoticeWords();
  const label = `${words.fields[field.name] ?? field.name}${field.isOptional === true ? ` (${words.optional})` : ""}`;
  if (typeof value === "boolean") {
    return (
      <label className="check">
        <input type="checkbox" checked={value} onChange={(event) => change(event.target.checked)} />
        {label}
      </label>
    );
  }
  const isLong = field.type === "lines" || field.type === "json";
  const shared = {
    value,
    "aria-invalid": isWrong && value !== "",
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) =>
      change(event.target.value),
  };
  return (
    <label>
      {label}
      {field.type === "choice" ? (
        <select {...shared}>
          {(field.choices ?? []).map((each) => (
            <option key={each} value={each}>
              {words.securities[each] ?? each}
            </option>
          ))}
        </select>
      ) : isLong ? (
        <textarea rows={3} spellCheck={false} {...shared} />
      ) : (
        <input spellCheck={false} inputMode={field.type === "number" ? "numeric" : undefined} {...shared} />
      )}
      {isWrong && field.type === "json" && value !== "" && <span className="wrong">{words.wrongJson}</span>}
    </label>
  );
}

interface SecretProps {
  readonly secret: Secret;
  readonly isSet: boolean;
  readonly value: string;
  readonly change: (value: string) => void;
}

function SecretInput({ secret, isSet, value, change }: SecretProps) {
  const { channels: words } = useNoticeWords();
  return (
    <label>
      {words.fields[secret.name] ?? secret.name}
      {secret.isOptional && ` (${words.optional})`}
      <input
        type="password"
        value={value}
        maxLength={2000}
        autoComplete="new-password"
        onChange={(event) => change(event.target.value)}
      />
      <span className="hint">{isSet ? words.secretSet : words.secretNone}</span>
    </label>
  );
}
