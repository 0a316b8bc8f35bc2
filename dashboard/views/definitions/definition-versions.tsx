// Versions of a definition: who changed what, when and why, field by field against the one before.

import { formatLocal } from "#domain/time.ts";
import { type DefinitionHistory, type DefinitionRow, useDefinitionWords } from "./definition-data.ts";
import { changedFields, type DefinitionText, writeDefinition } from "./definition-text.ts";

function say(text: DefinitionText, field: string): string {
  const values: Readonly<Record<string, unknown>> = { ...text };
  const value = values[field];
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function DefinitionVersions({ row }: { readonly row: DefinitionHistory }) {
  const { versions: words, builtIn } = useDefinitionWords();
  const { versions } = row;
  return (
    <section className="panel definition-versions" data-testid="definition-versions">
      <h2>{words.title}</h2>
      {versions.length === 0 && <p className="hint">{words.none}</p>}
      <ol>
        {versions.map((version, i) => (
          <Version key={version.version} row={version} before={versions[i + 1] ?? null} builtIn={builtIn} />
        ))}
      </ol>
    </section>
  );
}

interface VersionProps {
  readonly row: DefinitionRow;
  readonly before: DefinitionRow | null;
  readonly builtIn: string;
}

function Version({ row, before, builtIn }: VersionProps) {
  const { versions: words, text } = useDefinitionWords();
  const now = writeDefinition(row);
  const old = before === null ? null : writeDefinition(before);
  const fields = old === null ? [] : changedFields(old, now);
  const at = row.changedAt === null ? "" : formatLocal(Date.parse(row.changedAt)).slice(0, 16);
  return (
    <li data-testid="definition-version" data-version={row.version}>
      <b>{words.version(row.version)}</b> {row.changedBy ?? builtIn} {at} {row.reason ?? ""}
      {old === null ? (
        <p className="hint">{words.first}</p>
      ) : (
        <ul>
          {fields.map((field) => (
            <li key={field}>
              <span className="mono">{field}</span>: {text.from} <s>{say(old, field)}</s> {text.to}{" "}
              <b>{say(now, field)}</b>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
