// Contacts: who can be told, of the centre or of an enterprise, and over which channels, in the order in which they are tried.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { useApp } from "../app-context.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import {
  type ContactRow,
  idPattern,
  putSetup,
  removeSetup,
  useChannels,
  useContacts,
  useNoticeWords,
  useSetupReload,
} from "./notice-data.ts";

export function ContactsPart() {
  const words = useNoticeWords();
  const { user } = useApp();
  const { query, set } = useUrl();
  const found = useContacts();
  const reload = useSetupReload();
  const [edited, setEdited] = useState<ContactRow | "new" | null>(null);
  const [removed, setRemoved] = useState<ContactRow | null>(null);
  const isAdmin = user.role === "admin";
  const text = (query.get("q") ?? "").trim().toLowerCase();
  const rows = (found.data ?? []).filter((row) => `${row.name} ${row.enterprise ?? ""}`.toLowerCase().includes(text));
  const { contacts } = words;
  if (user.role === "viewer") return <Notice title={words.notTold} />;
  return (
    <>
      {found.error !== null && (
        <Failed
          what={contacts.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      <div className="notices-scroll" data-testid={found.data === undefined ? undefined : "contacts-listed"}>
        <p className="notices-line">
          <input
            type="search"
            value={query.get("q") ?? ""}
            placeholder={contacts.search}
            aria-label={contacts.search}
            onChange={(event) => set({ q: event.target.value })}
          />
          {isAdmin && (
            <button type="button" className="primary" onClick={() => setEdited("new")}>
              {contacts.add}
            </button>
          )}
        </p>
        {found.data === undefined && found.error === null && <Loading lines={6} />}
        {found.data !== undefined && rows.length === 0 && <Notice title={contacts.empty} />}
        {rows.map((row) => (
          <Contact
            key={row.id}
            row={row}
            edit={isAdmin ? () => setEdited(row) : null}
            remove={isAdmin ? () => setRemoved(row) : null}
          />
        ))}
      </div>
      {edited !== null && <ContactDialog row={edited === "new" ? null : edited} close={() => setEdited(null)} />}
      {removed !== null && (
        <ReasonDialog
          title={contacts.remove}
          says={contacts.removeSays(removed.name)}
          submit={contacts.remove}
          what={contacts.remove}
          close={() => setRemoved(null)}
          act={async (reason) => {
            await removeSetup("contacts", removed.id, removed.version, reason);
            await reload();
            setRemoved(null);
          }}
        />
      )}
    </>
  );
}

interface ContactProps {
  readonly row: ContactRow;
  readonly edit: (() => void) | null;
  readonly remove: (() => void) | null;
}

function Contact({ row, edit, remove }: ContactProps) {
  const { contacts: words } = useNoticeWords();
  const channels = useChannels();
  const nameOf = (id: string): string => channels.data?.find((each) => each.id === id)?.name ?? id;
  return (
    <section className="panel setup-row" data-testid="contact" data-key={row.id}>
      <div>
        <h2>
          {row.name} <span className="hint">{row.enterprise ?? words.own}</span>
        </h2>
        {row.addresses.length === 0 ? (
          <p>
            <b>! {words.noAddress}</b>
          </p>
        ) : (
          <ol>
            {row.addresses.map(({ channel, to }) => (
              <li key={`${channel} ${to}`}>
                {nameOf(channel)} <code>{to}</code>
              </li>
            ))}
          </ol>
        )}
      </div>
      {edit !== null && remove !== null && (
        <p className="device-buttons">
          <button type="button" onClick={edit}>
            {words.edit}
          </button>
          <button type="button" onClick={remove}>
            {words.remove}
          </button>
        </p>
      )}
    </section>
  );
}

function ContactDialog({ row, close }: { readonly row: ContactRow | null; readonly close: () => void }) {
  const { contacts: words } = useNoticeWords();
  const own = useDeviceWords();
  const reload = useSetupReload();
  const channels = useChannels();
  const [draft, setDraft] = useState(() => ({
    id: row?.id ?? "",
    name: row?.name ?? "",
    enterprise: row?.enterprise ?? "",
    language: row?.language ?? "zh",
    addresses: row?.addresses ?? [],
  }));
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { addresses } = draft;
  const isWhole =
    idPattern.test(draft.id) && draft.name.trim() !== "" && addresses.every(({ channel }) => channel !== "");
  const may = !isBusy && isWhole && reason.trim() !== "";
  const change = (changes: Partial<typeof draft>): void => setDraft({ ...draft, ...changes });
  const changeAddress = (at: number, changes: Partial<ContactRow["addresses"][number]>): void =>
    change({ addresses: addresses.map((each, i) => (i === at ? { ...each, ...changes } : each)) });

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const { id, enterprise, ...rest } = draft;
      await putSetup("contacts", id, {
        ...rest,
        name: draft.name.trim(),
        enterprise: enterprise.trim() === "" ? null : enterprise.trim(),
        expectedVersion: row?.version ?? 0,
        reason: reason.trim(),
      });
      await reload();
      close();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  const field = (name: "id" | "name" | "enterprise", isRequired: boolean) => (
    <label>
      {words[name]}
      <input
        value={draft[name]}
        readOnly={name === "id" && row !== null}
        maxLength={name === "id" ? 64 : bounds.textCharsMax}
        required={isRequired}
        autoComplete="off"
        onChange={(event) => change({ [name]: event.target.value })}
      />
    </label>
  );
  return (
    <Dialog title={row === null ? words.add : `${words.edit}: ${row.name}`} close={close}>
      <form
        className="device-form"
        data-testid="contact-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (may) void send();
        }}
      >
        <div className="form-pair">
          {field("name", true)}
          {field("id", true)}
        </div>
        <div className="form-pair">
          {field("enterprise", false)}
          <label>
            {words.language}
            <select
              value={draft.language}
              onChange={(event) => change({ language: event.target.value === "en" ? "en" : "zh" })}
            >
              <option value="zh">{words.languages.zh}</option>
              <option value="en">{words.languages.en}</option>
            </select>
          </label>
        </div>
        <fieldset className="policy-checks">
          <legend>{words.addresses}</legend>
          {addresses.map(({ channel, to }, i) => (
            // An address has no name but its place.
            // oxlint-disable-next-line react/no-array-index-key
            <p key={i} className="contact-address">
              <select
                aria-label={`${words.channel} ${i + 1}`}
                value={channel}
                onChange={(event) => changeAddress(i, { channel: event.target.value })}
              >
                <option value="">—</option>
                {(channels.data ?? []).map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
              <input
                aria-label={`${words.to} ${i + 1}`}
                placeholder={words.to}
                value={to}
                maxLength={bounds.textCharsMax}
                autoComplete="off"
                onChange={(event) => changeAddress(i, { to: event.target.value })}
              />
              <button
                type="button"
                aria-label={words.removeAddress(i + 1)}
                onClick={() => change({ addresses: addresses.toSpliced(i, 1) })}
              >
                ×
              </button>
            </p>
          ))}
          <button
            type="button"
            onClick={() => change({ addresses: [...addresses, { channel: channels.data?.[0]?.id ?? "", to: "" }] })}
          >
            {words.addAddress}
          </button>
        </fieldset>
        <label>
          {own.reason}
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
          <button type="submit" className="primary" disabled={!may}>
            {isBusy ? own.busy : words.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
