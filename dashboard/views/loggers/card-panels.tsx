// What was wrong and what was changed, in words: faults at the door, deviations from the standard, refusals, packets by command,
// changes of parameters.

import { findCommand } from "#domain/hj212/commands.ts";
import { formatLocal } from "#domain/time.ts";
import { useWords } from "../../i18n/i18n.ts";
import { formatCount } from "../ledger-sites.tsx";
import { hidePasswords } from "../devices/hide-passwords.ts";
import { useRequestWords } from "../requests/request-words.ts";
import { CardFindings } from "./card-findings.tsx";
import { type Counts, type ReportCard, useLoggerWords } from "./logger-data.ts";

export function CardPanels({ card }: { readonly card: ReportCard }) {
  const words = useLoggerWords();
  const catalogue = useWords();
  const requests = useRequestWords();
  const { page } = words;
  const { sum } = card;
  const faultNames: Readonly<Record<string, string>> = words.faults;
  const remarkNames: Readonly<Record<string, string>> = words.remarks;
  // What only loggers say is no request and has its name elsewhere.
  const spoken: Readonly<Record<string, string | undefined>> = {
    "2081": words.changes.boot,
    "9011": requests.settings["QnRtn"],
    "9012": requests.settings["ExeRtn"],
  };
  const lines = [
    sum.connections > 0 ? page.connections(sum.connections) : null,
    sum.repeats > 0 ? page.repeats(sum.repeats) : null,
    sum.lineEnds > 0 ? page.lineEnds(sum.lineEnds) : null,
  ].filter((line) => line !== null);
  return (
    <div className="card-panels">
      <Panel
        id="faults"
        title={page.faultsTitle}
        counts={sum.faults}
        none={page.noFaults}
        nameOf={(key) => faultNames[key]}
      >
        {lines.length > 0 && <p className="hint">{lines.join(" · ")}</p>}
        {sum.excerpt !== "" && (
          <p className="card-excerpt">
            {page.excerpt} <code>{hidePasswords(sum.excerpt)}</code>
          </p>
        )}
      </Panel>
      <Panel
        id="remarks"
        title={page.remarksTitle}
        counts={sum.remarks}
        none={page.noRemarks}
        nameOf={(key) => remarkNames[key]}
      />
      <Panel
        id="refused"
        title={page.refusedTitle}
        counts={sum.refused}
        none={page.noRefused}
        nameOf={(key) => catalogue.reasons[key]}
      />
      <Panel
        id="commands"
        title={page.commandsTitle}
        counts={sum.commands}
        none={page.noCommands}
        nameOf={(key) => `${key} ${spoken[key] ?? requests.commands[key] ?? findCommand(key)?.name ?? ""}`}
      />
      <CardFindings card={card} />
      <Changes card={card} />
    </div>
  );
}

interface PanelProps {
  readonly id: string;
  readonly title: string;
  readonly counts: Counts;
  readonly none: string;
  readonly nameOf: (key: string) => string | undefined;
  readonly children?: React.ReactNode;
}

/** The most frequent first, each with a bar of its share. */
function Panel({ id, title, counts, none, nameOf, children }: PanelProps) {
  const { page } = useLoggerWords();
  const rows = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const most = rows[0]?.[1] ?? 1;
  return (
    <section className="panel card-panel" aria-labelledby={`card-${id}`} data-testid={`card-${id}`}>
      <div className="panel-head">
        <h2 id={`card-${id}`}>{title}</h2>
      </div>
      {rows.length === 0 && <p className="card-none">✓ {none}</p>}
      <ul>
        {rows.map(([key, count]) => (
          <li key={key}>
            <span title={key}>{nameOf(key) ?? key}</span>
            <span className="card-bar" aria-hidden="true">
              <span style={{ width: `${Math.max(2, Math.round((100 * count) / most))}%` }} />
            </span>
            <b>{page.times(formatCount(count))}</b>
          </li>
        ))}
      </ul>
      {children}
    </section>
  );
}

function Changes({ card }: { readonly card: ReportCard }) {
  const words = useLoggerWords();
  const { settings, information } = useRequestWords();
  const { page } = words;
  const { changeColumns } = page;
  return (
    <section className="panel card-panel card-changes" aria-labelledby="card-changes">
      <div className="panel-head">
        <h2 id="card-changes">{page.changesTitle}</h2>
      </div>
      {card.changes.length === 0 ? (
        <p className="card-none">{page.noChanges}</p>
      ) : (
        <table>
          <thead>
            <tr>
              {(["at", "kind", "what", "before", "value"] as const).map((name) => (
                <th key={name} scope="col">
                  {changeColumns[name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {card.changes.map((change) => (
              <tr
                key={`${change.seq} ${change.kind} ${change.factor} ${change.code} ${change.value}`}
                data-testid="card-change"
              >
                <td>{formatLocal(Date.parse(change.at))}</td>
                <td>{words.changes[change.kind]}</td>
                <td>
                  {change.factor !== "" && <code>{change.factor} </code>}
                  {information[change.code] ?? settings[change.code] ?? ""} <code>{change.code}</code>
                </td>
                <td className="mono">{change.before ?? page.unknownBefore}</td>
                <td className="mono">
                  <b>{change.value}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
