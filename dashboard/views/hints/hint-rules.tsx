// The rules that find leads: what each looks for, with which numbers, by whose word, and how sure that is.

import { pickName, useWords } from "../../i18n/i18n.ts";
import { Failed, Loading, Notice } from "../panels.tsx";
import { formatParameter, saySureness, useHintRules, useHintWords } from "./hint-data.ts";

export function HintRules() {
  const words = useHintWords();
  const catalogue = useWords();
  const rules = useHintRules();
  const heads = [words.rule, words.rules.says, words.rules.parameters, words.rules.source, words.rules.sureness];
  return (
    <>
      {rules.error !== null && (
        <Failed what={words.loadRules} error={rules.error} retry={() => void rules.refetch()} kept={false} />
      )}
      <div className="panel hints-rules">
        {rules.data === undefined && rules.error === null && <Loading lines={10} />}
        {rules.data?.length === 0 && <Notice title={words.rules.empty} />}
        {rules.data !== undefined && rules.data.length > 0 && (
          // Scrolled by the keyboard as well.
          <div className="detail-scroll" role="region" aria-label={words.views.rules} tabIndex={0}>
            <table>
              <thead>
                <tr>
                  {heads.map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rules.data.map((rule) => (
                  <tr key={rule.id} data-testid="hint-rule" data-key={rule.id}>
                    <th scope="row">
                      <b>{rule.id}</b> {pickName(catalogue, rule)}
                    </th>
                    <td>{catalogue.locale === "en" ? rule.saysEn : rule.saysZh}</td>
                    <td>
                      <ul className="hints-parameters">
                        {Object.entries(rule.parameters).map(([name, value]) => (
                          <li key={name}>
                            <code>{name}</code> {formatParameter(value)}
                          </li>
                        ))}
                      </ul>
                    </td>
                    <td>{rule.source}</td>
                    <td>
                      <span className="chip">{saySureness(words, rule.sureness)}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
      <p className="hint">{words.rules.note}</p>
    </>
  );
}
