// The form that makes a case of alarms of one site: a title, a reason, and the alarms linked to it.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import { callApi } from "../../feed/request.ts";
import { useWords } from "../../i18n/i18n.ts";
import { isFields, type AlarmView } from "../../state/wire.ts";
import { useApp } from "../app-context.ts";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import { type FormProps, FormEnd, sayCharsMax } from "./act-form.tsx";
import { useActWords } from "./act-words.ts";

/** The number that people know it by. */
async function openCase(title: string, reason: string, alarms: readonly AlarmView[]): Promise<string> {
  const site = alarms[0]?.site ?? "";
  const links = alarms.map(({ id }) => ({ kind: "alarm", id }));
  const answer = await callApi<unknown>("/cases", { method: "POST", body: { site, title, reason, links } });
  const made = isFields(answer) && isFields(answer["case"]) ? answer["case"] : answer;
  return isFields(made) ? String(made["number"] ?? made["id"] ?? "") : "";
}

export function CaseForm({ desk, alarms }: FormProps) {
  const words = useActWords();
  const shared = useWords();
  const { sites, factors } = useApp();
  const [first] = alarms;
  const [title, setTitle] = useState(() => {
    if (first === undefined) return "";
    const site = isSystemAlarm(first) ? shared.systemSite : (sites.info(first.site)?.name ?? first.site);
    return `${site} ${nameAlarm(shared, factors, first)}`;
  });
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  async function send(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      desk.say(words.openCase(await openCase(title.trim(), reason.trim(), alarms)));
      desk.marks.clear();
      desk.close();
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  }
  return (
    <form
      className="device-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p>{words.says.makeCase}</p>
      <label>
        {words.caseTitle}
        <input
          required
          maxLength={bounds.textCharsMax}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
      </label>
      <label>
        {words.caseReason}
        <textarea
          rows={3}
          required
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          maxLength={sayCharsMax}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <FormEnd
        desk={desk}
        isBusy={isBusy}
        problem={problem}
        isReady={title.trim() !== "" && reason.trim() !== ""}
        retry={() => void send()}
      />
    </form>
  );
}
