// Where definitions hold: for one site, everything that can happen there and which record holds for it; from here a record for
// this site alone is begun.

import { Link } from "wouter";
import { pickName, useWords } from "../../i18n/i18n.ts";
import { SitePicker } from "../devices/site-picker.tsx";
import { Failed, Loading, Notice } from "../panels.tsx";
import { useSite } from "../site-data.ts";
import { useUrl } from "../url-state.ts";
import { useDefinitionWords, useEffective } from "./definition-data.ts";

export function Effective() {
  const { sites: words, disabled } = useDefinitionWords();
  const catalogue = useWords();
  const { query, set, href } = useUrl();
  const siteId = query.get("site");
  const site = useSite(siteId);
  const found = useEffective(siteId);
  const picked = site.data === undefined ? null : { ...site.data, mn: null };
  return (
    <div className="effective">
      <div className="panel effective-pick">
        <SitePicker
          label={words.pick}
          hint={words.hint}
          none={words.none}
          picked={picked}
          pick={(chosen) => set({ site: chosen?.id ?? null })}
        />
        <p className="hint">{words.says}</p>
      </div>
      {found.error !== null && (
        <Failed
          what={words.load}
          error={found.error}
          retry={() => void found.refetch()}
          kept={found.data !== undefined}
        />
      )}
      {siteId !== null && found.data === undefined && found.error === null && <Loading lines={8} />}
      {found.data !== undefined && found.data.length === 0 && <Notice title={words.empty} />}
      {found.data !== undefined && found.data.length > 0 && (
        <table className="panel effective-table" data-testid="effective">
          <thead>
            <tr>
              <th scope="col">{words.columns.instance}</th>
              <th scope="col">{words.columns.record}</th>
              <th scope="col">{words.columns.state}</th>
              <th scope="col">
                <span className="visually-hidden">{words.own}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.data.map((row) => (
              <tr key={row.name} data-testid="effective-row" data-name={row.name}>
                <th scope="row">
                  <span className="mono">{row.name}</span>{" "}
                  {row.limit !== null && (
                    <span className="hint">
                      {row.limit.min === null ? "" : `≥ ${row.limit.min} `}
                      {row.limit.max === null ? "" : `≤ ${row.limit.max}`}
                    </span>
                  )}
                </th>
                <td>
                  <Link href={href("/alarm-definitions", { id: row.record })}>{pickName(catalogue, row)}</Link>{" "}
                  <span className="hint mono">{row.record}</span>
                </td>
                <td>
                  {row.enabled ? `P${row.priority}` : disabled} · {row.onDelayMs / 1000} s / {row.offDelayMs / 1000} s
                </td>
                <td>
                  {siteId !== null && (
                    <Link
                      className="button"
                      href={href("/alarm-definitions", { id: row.record, for: siteId, factor: row.factor, copy: "1" })}
                    >
                      {words.own}
                    </Link>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
