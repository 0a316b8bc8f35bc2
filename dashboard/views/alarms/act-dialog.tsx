// Asks what an act needs before it is done (how long, why, to whom, who agrees), shows of which alarms it is, does it, and says
// when nothing was done. What was typed stays when sending fails.

import { useState } from "react";
import type { DeskAct } from "../../feed/acknowledger.ts";
import { useWords } from "../../i18n/i18n.ts";
import type { AlarmView } from "../../state/wire.ts";
import { useApp } from "../app-context.ts";
import { isSystemAlarm, nameAlarm } from "../describe-alarm.ts";
import { Dialog } from "../devices/device-frame.tsx";
import { Mark } from "../mark.tsx";
import { type FormProps, FormEnd, sayCharsMax, useSending } from "./act-form.tsx";
import { AssignForm } from "./assign-form.tsx";
import { CaseForm } from "./case-form.tsx";
import { useActWords } from "./act-words.ts";
import { ShelveForm } from "./shelve-form.tsx";
import type { Desk } from "./use-desk.ts";

const listedMax = 6;
export function ActDialog({ desk }: { readonly desk: Desk }) {
  const words = useActWords();
  const shared = useWords();
  const { asked, close } = desk;
  if (asked === null) return null;
  const { kind, alarms, leftOut } = asked;
  const worst = alarms.reduce<1 | 2 | 3 | 4>((least, { priority }) => (priority < least ? priority : least), 4);
  const title = kind === "ack" ? words.ackQuestion(alarms.length, shared.priority[worst]) : words.titles[kind];
  return (
    <Dialog title={title} close={close}>
      <Listed alarms={alarms} />
      {leftOut > 0 && <p className="hint">{words.first(leftOut)}</p>}
      {kind === "ack" && (
        <SayForm desk={desk} alarms={alarms} make={(comment) => ({ kind, comment: comment || null })} />
      )}
      {kind === "comment" && (
        <SayForm
          desk={desk}
          alarms={alarms}
          says={words.says.comment}
          isRequired
          make={(comment) => ({ kind, comment })}
        />
      )}
      {kind === "reset" && (
        <SayForm desk={desk} alarms={alarms} says={words.says.reset} isRequired make={(reason) => ({ kind, reason })} />
      )}
      {kind === "shelve" && <ShelveForm desk={desk} alarms={alarms} />}
      {kind === "assign" && <AssignForm desk={desk} alarms={alarms} />}
      {kind === "makeCase" && <CaseForm desk={desk} alarms={alarms} />}
    </Dialog>
  );
}

function Listed({ alarms }: { readonly alarms: readonly AlarmView[] }) {
  const words = useActWords();
  const shared = useWords();
  const { sites, factors } = useApp();
  return (
    <div className="act-listed">
      <ul>
        {alarms.slice(0, listedMax).map((alarm) => (
          <li key={alarm.id}>
            <Mark priority={alarm.priority} />{" "}
            {isSystemAlarm(alarm) ? shared.systemSite : (sites.info(alarm.site)?.name ?? alarm.site)} ·{" "}
            {nameAlarm(shared, factors, alarm)}
          </li>
        ))}
      </ul>
      {alarms.length > listedMax && <p className="hint">… {words.about(alarms.length)}</p>}
    </div>
  );
}

interface SayFormProps extends FormProps {
  readonly says?: string;
  readonly isRequired?: boolean;
  readonly make: (text: string) => DeskAct;
}

/** An act that needs no more than words. */
function SayForm({ desk, alarms, says, isRequired = false, make }: SayFormProps) {
  const words = useActWords();
  const sending = useSending({ desk, alarms });
  const [text, setText] = useState("");
  const submit = (): void => void sending.send(make(text.trim()));
  return (
    <form
      className="device-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {says !== undefined && <p>{says}</p>}
      <label>
        {words.explain}
        <textarea
          rows={2}
          // The first thing that is asked for; the dialog was opened for it.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          value={text}
          maxLength={sayCharsMax}
          required={isRequired}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
          }}
        />
      </label>
      <FormEnd desk={desk} {...sending} isReady={!isRequired || text.trim() !== ""} retry={submit} />
    </form>
  );
}
