// The alarms that call most often, and one click to tune each: opens the record that holds there, or a new one for this site, with
// what is proposed filled in and the back-test already running.

import { useState } from "react";
import type { BadActor, TuningProposal } from "#domain/alarms/kpi-shapes.ts";
import { callApi } from "../../feed/request.ts";
import { useWords } from "../../i18n/i18n.ts";
import { Mark } from "../mark.tsx";
import { Failed } from "../panels.tsx";
import { useUrl } from "../url-state.ts";
import { formatFigure, type KpiAnswer, type KpiWords, tuningQuery, useKpiWords } from "./kpi-data.ts";
import { useInstanceName } from "./instance-name.ts";

export function formatSpan(words: KpiWords, ms: number): string {
  if (ms < 120_000) return words.seconds(formatFigure(ms / 1000));
  return ms < 7_200_000 ? words.minutes(formatFigure(ms / 60_000)) : words.hoursUnit(formatFigure(ms / 3_600_000));
}

function sayProposal(words: KpiWords, { onDelayMs, offDelayMs, deadband }: TuningProposal): string {
  const parts = [
    onDelayMs === null ? null : words.proposal.onDelay(formatSpan(words, onDelayMs)),
    offDelayMs === null ? null : words.proposal.offDelay(formatSpan(words, offDelayMs)),
    deadband === null ? null : words.proposal.deadband(`${deadband.value}${deadband.kind === "percent" ? "%" : ""}`),
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

interface Effective {
  readonly items: readonly { readonly name: string; readonly record: string; readonly factor: string | null }[];
}

export function BadActors({ rows }: { readonly rows: KpiAnswer["badActors"] }) {
  const words = useKpiWords();
  const { locale } = useWords();
  const { go } = useUrl();
  const nameInstance = useInstanceName();
  const [failure, setFailure] = useState<unknown>(null);
  const { actorColumns: columns } = words;

  async function tune(actor: BadActor): Promise<void> {
    setFailure(null);
    try {
      const found = await callApi<Effective>(`/alarm-definitions/effective?site=${encodeURIComponent(actor.site)}`);
      const row = found.items.find(({ name }) => name === actor.definition);
      if (row !== undefined) go("/alarm-definitions", tuningQuery(actor, row.record, row.factor));
      else go("/alarm-definitions", { tab: "sites", site: actor.site });
    } catch (error) {
      setFailure(error);
    }
  }

  return (
    <section className="panel kpi-panel kpi-wide">
      <h2>{words.actors}</h2>
      {failure !== null && <Failed what={words.tunes} error={failure} retry={() => setFailure(null)} />}
      {rows.length === 0 && <p className="hint">{words.noActors}</p>}
      {rows.length > 0 && (
        <table className="kpi-table" data-testid="bad-actors">
          <thead>
            <tr>
              {(["what", "site", "count", "share", "how", "proposal"] as const).map((name) => (
                <th key={name} scope="col">
                  {columns[name]}
                </th>
              ))}
              <th scope="col" className="kpi-act">
                <span className="visually-hidden">{words.tune}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const what = nameInstance(row.definition);
              const site = row.siteName;
              const how = [
                row.chattering ? words.chattering : null,
                row.fleeting > 0 ? words.fleeting(row.fleeting) : null,
                row.medianActiveMs === null ? null : words.active(formatSpan(words, row.medianActiveMs)),
              ].filter((part) => part !== null);
              const why = row.proposal === null ? "" : locale === "en" ? row.proposal.whyEn : row.proposal.whyZh;
              return (
                <tr
                  key={`${row.site} ${row.definition}`}
                  data-testid="bad-actor"
                  data-site={row.site}
                  data-definition={row.definition}
                >
                  <th scope="row" title={row.definition}>
                    <Mark priority={row.priority} /> {what}
                  </th>
                  <td title={row.site}>{site}</td>
                  <td className="is-number">{row.count}</td>
                  <td className="is-number">{formatFigure(row.share)}%</td>
                  <td>{how.join(" · ")}</td>
                  <td title={why}>{row.proposal === null ? words.noProposal : sayProposal(words, row.proposal)}</td>
                  <td className="kpi-act">
                    <button type="button" title={words.tuneTitle(`${site} ${what}`)} onClick={() => void tune(row)}>
                      {words.tune}
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
