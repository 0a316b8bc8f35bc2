// One site as an asset: what is on record and the form that changes it, how its device comes in, where else something is said
// about it.

import { Link } from "wouter";
import { formatValue } from "../../format/number.ts";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { ApiProblem } from "../../feed/request.ts";
import { useApp } from "../app-context.ts";
import { DeviceTabs, Fact } from "../devices/device-frame.tsx";
import { useDeviceWords } from "../devices/device-words.ts";
import { Failed, Loading, NotFound } from "../panels.tsx";
import { newRequestQuery } from "../requests/request-data.ts";
import type { ScreenProps } from "../routes.ts";
import { useInterest } from "../use-interest.ts";
import { useUrl } from "../url-state.ts";
import { AccessPanel } from "./access-panel.tsx";
import { type AssetDetails, useAsset, useAssetWords } from "./asset-data.ts";
import { AssetEditor } from "./asset-editor.tsx";
import { IdentityPanels } from "./identity-panels.tsx";
import "../../style/assets.css";

export function AssetView({ params }: ScreenProps) {
  const words = useAssetWords();
  const catalogue = useWords();
  const id = params["site"] ?? "";
  const asset = useAsset(id);
  useInterest("none");
  if (asset.error instanceof ApiProblem && asset.error.status === 404)
    return <NotFound title={catalogue.state.notFoundSite(id)} />;
  return (
    <section className="view devices-view asset-page" aria-label={words.title}>
      <DeviceTabs />
      {asset.error !== null && (
        <Failed
          what={words.page.load}
          error={asset.error}
          retry={() => void asset.refetch()}
          kept={asset.data !== undefined}
        />
      )}
      {asset.data === undefined && asset.error === null && <Loading lines={10} />}
      {asset.data !== undefined && <Page asset={asset.data} reload={() => void asset.refetch()} />}
    </section>
  );
}

function Page({ asset, reload }: { readonly asset: AssetDetails; readonly reload: () => void }) {
  const words = useAssetWords();
  const { query, set } = useUrl();
  const isEditing = query.get("edit") === "1";
  return (
    <>
      <div className="asset-head">
        <h1 className="view-title">{asset.name}</h1>
        <code>{asset.id}</code>
        <span>{asset.enterprise ?? words.noEnterprise}</span>
        <span className="asset-status" data-status={asset.status}>
          {words[asset.status]}
        </span>
        {asset.simulated && <span className="chip">{words.page.simulated}</span>}
        <span className="hint">
          {words.page.version} {asset.version}
        </span>
      </div>
      <div className="asset-columns">
        <div>
          {isEditing ? (
            <AssetEditor asset={asset} close={() => set({ edit: null })} saved={reload} />
          ) : (
            <Facts asset={asset} />
          )}
        </div>
        <div>
          <AccessPanel asset={asset} />
          <IdentityPanels site={asset.id} />
          <Links asset={asset} />
        </div>
      </div>
    </>
  );
}

function Facts({ asset }: { readonly asset: AssetDetails }) {
  const words = useAssetWords();
  const own = useDeviceWords();
  const catalogue = useWords();
  const { cities, user } = useApp();
  const { set } = useUrl();
  const { fields } = words.page;
  const city = cities.find(({ adcode }) => adcode === asset.city);
  const place = (value: number | null): string => (value === null ? own.none : formatValue(value, 5));
  const isAdmin = user.role === "admin";
  const { standard } = asset;
  return (
    <section className="panel asset-panel" aria-labelledby="asset-facts">
      <div className="panel-head">
        <h2 id="asset-facts">{words.page.facts}</h2>
        {!isAdmin && <span className="hint">{own.adminOnly}</span>}
        <button
          type="button"
          disabled={!isAdmin}
          title={isAdmin ? undefined : own.adminOnly}
          onClick={() => set({ edit: "1" })}
          data-testid="edit-asset"
        >
          {words.page.edit}
        </button>
      </div>
      <dl className="device-facts">
        <Fact name={fields.id}>
          <code>{asset.id}</code>
        </Fact>
        <Fact name={fields.name}>{asset.name}</Fact>
        <Fact name={fields.kind}>{catalogue.kinds[asset.kind]}</Fact>
        <Fact name={fields.city}>{city === undefined ? asset.city : pickName(catalogue, city)}</Fact>
        <Fact name={fields.enterprise}>{asset.enterprise ?? own.none}</Fact>
        <Fact name={fields.maintainer}>{asset.maintainer ?? own.none}</Fact>
        <Fact name={`${fields.lat} / ${fields.lon}`}>
          {place(asset.lat)} / {place(asset.lon)}
        </Fact>
        <Fact name={fields.intervalSeconds}>{asset.intervalSeconds}</Fact>
        <Fact name={fields.standard}>
          {standard === null ? own.none : `${standard.standard} · ${standard.industry} · ${standard.unit}`}
        </Fact>
        <Fact name={fields.factors.split(/[（(]/)[0]?.trim() ?? ""}>
          <ul className="asset-factors">
            {asset.factorDetails.map((factor) => (
              <li key={factor.code}>
                <code>{factor.code}</code> {pickName(catalogue, factor)}{" "}
                {factor.unit !== "-" && <span className="unit">{factor.unit}</span>}
              </li>
            ))}
          </ul>
        </Fact>
      </dl>
    </section>
  );
}

function Links({ asset }: { readonly asset: AssetDetails }) {
  const words = useAssetWords();
  const { href } = useUrl();
  const { page } = words;
  const id = encodeURIComponent(asset.id);
  const first = asset.factors[0];
  return (
    <section className="panel asset-panel" aria-labelledby="asset-links">
      <div className="panel-head">
        <h2 id="asset-links">{page.links}</h2>
      </div>
      <p className="device-buttons">
        <Link className="button" href={href(`/sites/${id}`)}>
          {page.site}
        </Link>
        {first !== undefined && (
          <Link className="button" href={href("/history", { s: `${asset.id}.${first}.mean` })}>
            {page.history}
          </Link>
        )}
        {asset.mn !== null && (
          <Link className="button" href={href(`/loggers/${id}`)}>
            {page.card}
          </Link>
        )}
        {asset.mn !== null && (
          <Link className="button" href={href("/gaps", { site: asset.id, open: asset.id })}>
            {page.gaps}
          </Link>
        )}
        <Link className="button" href={href("/requests", { site: asset.id })}>
          {page.requests}
        </Link>
        <Link className="button" href={href("/requests", { site: asset.id, ...newRequestQuery(asset.id) })}>
          {page.ask}
        </Link>
        <Link className="button" href={href("/quarantine", { site: asset.id, state: "all" })}>
          {page.quarantine}
        </Link>
      </p>
    </section>
  );
}
