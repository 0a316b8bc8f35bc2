// Channels: the kinds with their fields, secrets that are never shown again, and a test that tells what the other side said.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { useApp } from "../app-context.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { ChannelDialog } from "./channel-dialog.tsx";
import { kindForms } from "./channel-form.ts";
import {
  type ChannelRow,
  removeSetup,
  type TestAnswer,
  testChannel,
  useChannels,
  useNoticeWords,
  useSetupReload,
} from "./notice-data.ts";

export function ChannelsPart() {
  const words = useNoticeWords();
  const { user } = useApp();
  const found = useChannels();
  const reload = useSetupReload();
  const [edited, setEdited] = useState<ChannelRow | "new" | null>(null);
  const [asked, setAsked] = useState<{ readonly row: ChannelRow; readonly what: "test" | "remove" } | null>(null);
  const isAdmin = user.role === "admin";
  const rows = found.data ?? [];
  const { channels } = words;
  if (user.role === "viewer") return <Notice title={words.notTold} />;
  return (
    <>
      {found.error !== null && (
        <Failed
          what={channels.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      <div className="notices-scroll" data-testid={found.data === undefined ? undefined : "channels-listed"}>
        {isAdmin && (
          <p className="notices-line">
            <button type="button" className="primary" onClick={() => setEdited("new")}>
              {channels.add}
            </button>
          </p>
        )}
        {found.data === undefined && found.error === null && <Loading lines={6} />}
        {found.data !== undefined && rows.length === 0 && <Notice title={channels.empty} />}
        {rows.map((row) => (
          <section key={row.id} className="panel setup-row" data-testid="channel" data-key={row.id}>
            <div>
              <h2>{row.name}</h2>
              <p>
                {words.kinds[row.kind]} · {row.enabled ? channels.on : <b>⊘ {channels.off}</b>} ·{" "}
                <code>{sayPlace(row)}</code>
              </p>
            </div>
            {isAdmin && (
              <p className="device-buttons">
                <button type="button" onClick={() => setAsked({ row, what: "test" })}>
                  {channels.test}
                </button>
                <button type="button" onClick={() => setEdited(row)}>
                  {channels.edit}
                </button>
                <button type="button" onClick={() => setAsked({ row, what: "remove" })}>
                  {channels.remove}
                </button>
              </p>
            )}
          </section>
        ))}
      </div>
      {edited !== null && <ChannelDialog row={edited === "new" ? null : edited} close={() => setEdited(null)} />}
      {asked?.what === "test" && <TestDialog row={asked.row} close={() => setAsked(null)} />}
      {asked?.what === "remove" && (
        <ReasonDialog
          title={channels.remove}
          says={channels.removeSays(asked.row.name)}
          submit={channels.remove}
          what={channels.remove}
          close={() => setAsked(null)}
          act={async (reason) => {
            await removeSetup("channels", asked.row.id, asked.row.version, reason);
            await reload();
            setAsked(null);
          }}
        />
      )}
    </>
  );
}

/** Where it goes to, as far as that is no secret. */
function sayPlace({ kind, settings, id }: ChannelRow): string {
  if (kind === "mail") return `${String(settings["host"])}:${String(settings["port"])}`;
  return typeof settings["url"] === "string" ? settings["url"] : id;
}

function TestDialog({ row, close }: { readonly row: ChannelRow; readonly close: () => void }) {
  const { channels: words } = useNoticeWords();
  const own = useDeviceWords();
  const [to, setTo] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<TestAnswer | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { hasAddress } = kindForms[row.kind];
  const may = !isBusy && (!hasAddress || to.trim() !== "");
  async function send(): Promise<void> {
    setBusy(true);
    setAnswer(null);
    setError(null);
    try {
      setAnswer(await testChannel(row.id, to.trim()));
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog title={words.testTitle(row.name)} close={close}>
      <form
        className="device-form"
        data-testid="channel-test"
        onSubmit={(event) => {
          event.preventDefault();
          if (may) void send();
        }}
      >
        {hasAddress && (
          <label>
            {words.testTo}
            <input
              value={to}
              maxLength={bounds.textCharsMax}
              autoComplete="off"
              required
              onChange={(event) => setTo(event.target.value)}
            />
          </label>
        )}
        {answer !== null && (
          <p role="status" data-testid="test-answer" data-ok={answer.ok}>
            <b>{answer.ok ? `✓ ${words.good}` : `✕ ${words.bad}`}</b>
            <br />
            <code>{answer.detail}</code>
          </p>
        )}
        {error !== null && <Failed what={words.testFailed} error={error} retry={() => void send()} />}
        <div className="device-end">
          <button type="button" onClick={close}>
            {own.close}
          </button>
          <button type="submit" className="primary" disabled={!may}>
            {isBusy ? words.sending : words.send}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
