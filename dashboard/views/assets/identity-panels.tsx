// Who the device of a site can prove to be: its certificates with their ends, one-time codes; and who was turned away in its name,
// with the way to let it in again.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { dayMs, formatLocal } from "#domain/time.ts";
import { callApi } from "../../feed/request.ts";
import { formatMoment } from "../../format/time.ts";
import { mayAcknowledge, useApp, useServerNow } from "../app-context.ts";
import { useDeviceWords } from "../devices/device-words.ts";
import { OnceDialog } from "../devices/once-dialog.tsx";
import { ReasonDialog } from "../devices/reason-dialog.tsx";
import { Secret } from "../devices/secret.tsx";
import { Failed } from "../panels.tsx";
import { useAssetWords } from "./asset-data.ts";

interface Certificate {
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly state: string;
  readonly reason: string | null;
}

interface RefusedRow {
  readonly reason: string;
  readonly address: string;
  readonly door: string;
  readonly count: number;
  readonly lastAt: string;
  readonly detail: string;
}

interface LockedRow {
  readonly site: string | null;
  readonly address: string | null;
  readonly failures: number;
  readonly until: string;
}

interface Items<T> {
  readonly items: readonly T[];
}

const refreshMs = 15_000;
const soonDays = 30;

/** Not asked for by those who may not see it. */
function useItems<T>(path: string, isAllowed: boolean) {
  return useQuery({
    queryKey: ["identity", path],
    queryFn: ({ signal }) => callApi<Items<T>>(path, { signal }),
    enabled: isAllowed,
    refetchInterval: refreshMs,
    staleTime: 0,
  });
}

export function IdentityPanels({ site }: { readonly site: string }) {
  const { certificates: words } = useAssetWords();
  const { user } = useApp();
  if (!mayAcknowledge(user)) return <p className="hint">{words.noRight}</p>;
  return (
    <>
      <CertificatePanel site={site} />
      <RefusedPanel site={site} />
    </>
  );
}

type Asked = { readonly name: "issue" | "code" } | { readonly name: "revoke"; readonly serial: string };

function CertificatePanel({ site }: { readonly site: string }) {
  const { certificates: words } = useAssetWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const isAdmin = user.role === "admin";
  const title = isAdmin ? undefined : own.adminOnly;
  const path = `/sites/${encodeURIComponent(site)}/certificates`;
  const found = useItems<Certificate>(path, true);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => {
    setAsked(null);
    void found.refetch();
  };
  const items = found.data?.items ?? [];
  return (
    <section className="panel asset-panel" aria-labelledby="asset-certificates" data-testid="certificates">
      <div className="panel-head">
        <h2 id="asset-certificates">{words.title}</h2>
        <button type="button" disabled={!isAdmin} title={title} onClick={() => setAsked({ name: "code" })}>
          {words.makeCode}
        </button>
        <button type="button" disabled={!isAdmin} title={title} onClick={() => setAsked({ name: "issue" })}>
          {words.issue}
        </button>
      </div>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {found.data !== undefined && items.length === 0 && <p className="hint">{words.none}</p>}
      {items.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.columns.serial}</th>
              <th scope="col">{words.columns.from}</th>
              <th scope="col">{words.columns.to}</th>
              <th scope="col">{words.columns.state}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((each) => (
              <CertificateRow
                key={each.serial}
                certificate={each}
                mayRevoke={isAdmin}
                revoke={() => setAsked({ name: "revoke", serial: each.serial })}
              />
            ))}
          </tbody>
        </table>
      )}
      {asked !== null && <CertificateDialog site={site} path={path} asked={asked} close={close} />}
    </section>
  );
}

interface CertificateRowProps {
  readonly certificate: Certificate;
  readonly mayRevoke: boolean;
  readonly revoke: () => void;
}

function CertificateRow({ certificate, mayRevoke, revoke }: CertificateRowProps) {
  const { certificates: words } = useAssetWords();
  const now = useServerNow();
  const { serial, notBefore, notAfter, state, reason } = certificate;
  const daysLeft = Math.floor((Date.parse(notAfter) - now) / dayMs);
  const isOpen = state === "valid" || state === "not-yet";
  return (
    <tr className={isOpen ? undefined : "is-over"} data-testid="certificate" data-state={state}>
      <td>
        <code>{serial}</code>
      </td>
      <td>{formatLocal(Date.parse(notBefore)).slice(0, 10)}</td>
      <td>{formatLocal(Date.parse(notAfter)).slice(0, 10)}</td>
      <td>
        {words.states[state] ?? state} {state === "valid" && daysLeft <= soonDays && <b>{words.soon(daysLeft)}</b>}{" "}
        {reason !== null && <span className="hint">{reason}</span>}{" "}
        {isOpen && mayRevoke && (
          <button type="button" onClick={revoke}>
            {words.revoke}
          </button>
        )}
      </td>
    </tr>
  );
}

interface Issued {
  readonly key: string | null;
  readonly certificate: string;
  readonly ca: string;
}

interface CertificateDialogProps {
  readonly site: string;
  readonly path: string;
  readonly asked: Asked;
  readonly close: () => void;
}

const pemRows = 4;

function CertificateDialog({ site, path, asked, close }: CertificateDialogProps) {
  const { certificates: words, access } = useAssetWords();
  if (asked.name === "revoke") {
    return (
      <ReasonDialog
        title={words.revoking}
        says={words.revokeSays(asked.serial)}
        submit={words.revoke}
        what={words.revoking}
        close={close}
        act={async (reason) => {
          await callApi(`${path}/${asked.serial}`, { method: "DELETE", body: { reason } });
          close();
        }}
      />
    );
  }
  if (asked.name === "code") {
    return (
      <OnceDialog
        title={words.makeCode}
        says={words.codeSays}
        submit={words.makeCode}
        what={words.makingCode}
        madeTitle={words.code}
        kept={access.keep}
        close={close}
        make={() =>
          callApi<{ readonly code: string; readonly expiresAt: string }>(
            `/sites/${encodeURIComponent(site)}/provisioning-codes`,
            { method: "POST", body: {} },
          )
        }
        show={({ code, expiresAt }) => (
          <>
            <Secret label={words.code} text={code} />
            <p className="hint">{words.until(formatLocal(Date.parse(expiresAt)))}</p>
          </>
        )}
      />
    );
  }
  return (
    <OnceDialog
      title={words.issue}
      says={words.issueSays}
      submit={words.issue}
      what={words.issuing}
      madeTitle={words.issued}
      kept={access.keep}
      close={close}
      make={() => callApi<Issued>(path, { method: "POST", body: {} })}
      show={({ key, certificate, ca }) => (
        <>
          <Secret label={words.key} text={key ?? ""} rows={pemRows} />
          <Secret label={words.certificate} text={certificate} rows={pemRows} />
          <Secret label={words.ca} text={ca} rows={pemRows} />
        </>
      )}
    />
  );
}

function RefusedPanel({ site }: { readonly site: string }) {
  const { refused: words } = useAssetWords();
  const own = useDeviceWords();
  const { user } = useApp();
  const now = useServerNow();
  const isAdmin = user.role === "admin";
  const [isAsking, setAsking] = useState(false);
  const refused = useItems<RefusedRow>(`/devices/refused?limit=20&site=${encodeURIComponent(site)}`, true);
  const locked = useItems<LockedRow>("/devices/locked?limit=1000", true);
  const mine = (locked.data?.items ?? []).filter((row) => row.site === site);
  const items = refused.data?.items ?? [];
  return (
    <section className="panel asset-panel" aria-labelledby="asset-refused" data-testid="refused-devices">
      <div className="panel-head">
        <h2 id="asset-refused">{words.title}</h2>
        {mine.length > 0 && (
          <button
            type="button"
            disabled={!isAdmin}
            title={isAdmin ? undefined : own.adminOnly}
            onClick={() => setAsking(true)}
          >
            {words.unlock}
          </button>
        )}
      </div>
      {refused.error !== null && (
        <Failed
          what={words.load}
          error={refused.error}
          retry={() => void refused.refetch()}
          kept={refused.data !== undefined}
        />
      )}
      {mine.map((row) => (
        <p key={`${row.address} ${row.until}`} data-testid="locked-device">
          <b>{words.locked(row.address ?? words.anywhere, row.failures, formatLocal(Date.parse(row.until)))}</b>
        </p>
      ))}
      {refused.data !== undefined && items.length === 0 && <p className="hint">{words.none}</p>}
      {items.length > 0 && (
        <table>
          <thead>
            <tr>
              {(["at", "reason", "address", "door", "times"] as const).map((name) => (
                <th key={name} scope="col">
                  {words.columns[name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <tr key={`${row.reason} ${row.address} ${row.door}`} title={row.detail} data-testid="refused-device">
                <td>{formatMoment(Date.parse(row.lastAt), now)}</td>
                <td>{words.reasons[row.reason] ?? row.reason}</td>
                <td>
                  <code>{row.address}</code>
                </td>
                <td>{row.door}</td>
                <td>{row.count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {isAsking && (
        <ReasonDialog
          title={words.unlocking}
          says={words.unlockSays}
          submit={words.unlock}
          what={words.unlocking}
          close={() => setAsking(false)}
          act={async (reason) => {
            await callApi("/devices/unlock", { method: "POST", body: { site, reason } });
            setAsking(false);
            void locked.refetch();
          }}
        />
      )}
    </section>
  );
}
