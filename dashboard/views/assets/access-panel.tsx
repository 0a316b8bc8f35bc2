// How the device of a site comes in: names and topics for each way, and a new password, which is shown once.

import { useState } from "react";
import { callApi } from "../../feed/request.ts";
import { useApp } from "../app-context.ts";
import { Fact } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { OnceDialog } from "../devices/once-dialog.tsx";
import { Secret } from "../devices/secret.tsx";
import { type AssetDetails, useAssetWords } from "./asset-data.ts";

interface Issued {
  readonly username: string;
  readonly password: string;
}

export function AccessPanel({ asset }: { readonly asset: AssetDetails }) {
  const { access: words } = useAssetWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const [isAsking, setAsking] = useState(false);
  const isAdmin = user.role === "admin";
  const { mn, sparkplug = null } = asset;
  return (
    <section className="panel asset-panel" aria-labelledby="asset-access">
      <div className="panel-head">
        <h2 id="asset-access">{words.title}</h2>
        <button
          type="button"
          disabled={!isAdmin}
          title={isAdmin ? undefined : own.adminOnly}
          onClick={() => setAsking(true)}
          data-testid="issue-password"
        >
          {words.issue}
        </button>
      </div>
      <dl className="device-facts">
        <Fact name={words.mqtt}>
          {words.username} <code>{asset.id}</code>
          <br />
          {words.topic} <code>v1/{asset.id}/readings</code>, <code>v1/{asset.id}/hj212</code>,{" "}
          <code>v1/{asset.id}/commands</code>
        </Fact>
        <Fact name={words.http}>
          <code>POST /api/v1/sites/{asset.id}/readings</code>
        </Fact>
        <Fact name={words.hj212}>
          {mn === null ? (
            words.noLogger
          ) : (
            <>
              MN <code>{mn}</code>
            </>
          )}
        </Fact>
        <Fact name={words.sparkplug}>
          {sparkplug === null
            ? words.usualNode(asset.id)
            : words.node(sparkplug.group, sparkplug.node, sparkplug.metrics.length)}
        </Fact>
      </dl>
      {isAsking && <PasswordDialog id={asset.id} close={() => setAsking(false)} />}
    </section>
  );
}

function PasswordDialog({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { access: words } = useAssetWords();
  return (
    <OnceDialog
      title={words.issue}
      says={words.issueSays}
      submit={words.issue}
      what={words.issuing}
      madeTitle={words.issued}
      kept={words.keep}
      close={close}
      make={() => callApi<Issued>(`/sites/${encodeURIComponent(id)}/credentials`, { method: "POST" })}
      show={({ username, password }) => (
        <>
          <Secret label={words.username} text={username} />
          <Secret label={words.password} text={password} />
        </>
      )}
    />
  );
}
