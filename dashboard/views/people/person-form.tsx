// The form of one person: new, or as it is. An account of an enterprise says which one, by the name that the sites have.

import { useId, useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { useWords } from "../../i18n/i18n.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { Secret } from "../devices/secret.tsx";
import { Failed } from "../panels.tsx";
import {
  addPerson,
  changePerson,
  type Drawn,
  isWholeDraft,
  type Person,
  type PersonDraft,
  personRoles,
  usePeopleWords,
} from "./people-data.ts";

interface PersonFormProps {
  /** Null: somebody new. */
  readonly person: Person | null;
  /** Names that the sites have. */
  readonly enterprises: readonly string[];
  readonly close: () => void;
  readonly saved: () => void;
}

export function PersonForm({ person, enterprises, close, saved }: PersonFormProps) {
  const words = usePeopleWords();
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  if (drawn !== null) {
    return (
      <Dialog title={words.created} close={close}>
        <DrawnPassword drawn={drawn} close={close} />
      </Dialog>
    );
  }
  return (
    <Dialog title={person === null ? words.add : `${words.edit}: ${person.username}`} close={close}>
      <Fields person={person} enterprises={enterprises} close={close} saved={saved} told={setDrawn} />
    </Dialog>
  );
}

/** Shown once, with the way to the clipboard. */
export function DrawnPassword({ drawn, close }: { readonly drawn: Drawn; readonly close: () => void }) {
  const words = usePeopleWords();
  return (
    <div className="device-form" data-testid="made-once">
      <p>{words.once}</p>
      <Secret label={words.signInAs} text={drawn.user.username} />
      <Secret label={words.password} text={drawn.password} />
      <div className="device-end">
        <button type="button" className="primary" onClick={close}>
          {words.kept}
        </button>
      </div>
    </div>
  );
}

function startOf(person: Person | null): PersonDraft {
  if (person === null) return { username: "", displayName: "", role: "operator", enterprise: "" };
  const { username, displayName, role, enterprise } = person;
  return { username, displayName, role, enterprise: enterprise ?? "" };
}

interface FieldsProps extends PersonFormProps {
  readonly told: (drawn: Drawn) => void;
}

function Fields({ person, enterprises, close, saved, told }: FieldsProps) {
  const words = usePeopleWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const listId = useId();
  const [draft, setDraft] = useState(() => startOf(person));
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isReady = !isBusy && isWholeDraft(draft) && reason.trim() !== "";
  const enterprise = draft.enterprise.trim();
  const change = (changes: Partial<PersonDraft>): void => setDraft({ ...draft, ...changes });

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      if (person === null) {
        const made = await addPerson(draft, reason.trim());
        saved();
        told(made);
      } else {
        await changePerson(draft, reason.trim());
        saved();
        close();
      }
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <form
      className="device-form"
      data-testid="person-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void send();
      }}
    >
      {person === null && (
        <label>
          {words.username}
          <input
            value={draft.username}
            maxLength={64}
            required
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => change({ username: event.target.value.trim() })}
          />
          <span className="hint">{words.usernameHint}</span>
        </label>
      )}
      <label>
        {words.displayName}
        <input
          value={draft.displayName}
          maxLength={bounds.textCharsMax}
          required
          autoComplete="off"
          onChange={(event) => change({ displayName: event.target.value })}
        />
      </label>
      <label>
        {words.role}
        <select
          value={draft.role}
          onChange={(event) => change({ role: personRoles.find((each) => each === event.target.value) ?? draft.role })}
        >
          {personRoles.map((each) => (
            <option key={each} value={each}>
              {catalogue.user.role[each] ?? each}
            </option>
          ))}
        </select>
        <span className="hint">{words.roleSays[draft.role]}</span>
      </label>
      {draft.role === "enterprise" && (
        <label>
          {words.enterprise}
          <input
            value={draft.enterprise}
            list={listId}
            maxLength={bounds.textCharsMax}
            required
            autoComplete="off"
            aria-invalid={enterprise === ""}
            onChange={(event) => change({ enterprise: event.target.value })}
          />
          <datalist id={listId}>
            {enterprises.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <span className={enterprise === "" || !enterprises.includes(enterprise) ? "wrong" : "hint"}>
            {enterprise === ""
              ? words.enterpriseNeeded
              : enterprises.includes(enterprise)
                ? words.enterpriseHint
                : words.enterpriseUnknown}
          </span>
        </label>
      )}
      <label>
        {words.reason}
        <input
          value={reason}
          maxLength={bounds.textCharsMax}
          required
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {error !== null && <Failed what={words.failed} error={error} retry={() => void send()} />}
      <div className="device-end">
        <button type="button" onClick={close}>
          {own.cancel}
        </button>
        <button type="submit" className="primary" disabled={!isReady}>
          {isBusy ? own.busy : words.save}
        </button>
      </div>
    </form>
  );
}
