// The form that gives alarms to somebody: a name, with those offered that are known from the list; nobody takes it back.

import { useId, useState } from "react";
import { useApp } from "../app-context.ts";
import { type FormProps, FormEnd, nameCharsMax, useSending } from "./act-form.tsx";
import { useActWords } from "./act-words.ts";

export function AssignForm({ desk, alarms }: FormProps) {
  const words = useActWords();
  const { user, live } = useApp();
  const id = useId();
  const sending = useSending({ desk, alarms });
  const [name, setName] = useState("");
  const [isNobody, setNobody] = useState(false);
  const known = new Set([user.username]);
  for (const { assignee, ackedBy } of live.book.get().byId.values()) {
    for (const each of [assignee, ackedBy]) if (each !== null) known.add(each);
  }
  const submit = (): void => {
    void sending.send({ kind: "assign", user: isNobody ? null : name.trim(), comment: null });
  };
  return (
    <form
      className="device-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p>{words.says.assign}</p>
      <label>
        {words.user}
        <input
          list={id}
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          autoComplete="off"
          maxLength={nameCharsMax}
          disabled={isNobody}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <datalist id={id}>
          {[...known].sort().map((each) => (
            <option key={each} value={each}>
              {each === user.username ? words.me(user.displayName) : each}
            </option>
          ))}
        </datalist>
      </label>
      <label className="check">
        <input type="checkbox" checked={isNobody} onChange={(event) => setNobody(event.target.checked)} />
        {words.nobody}
      </label>
      <FormEnd desk={desk} {...sending} isReady={isNobody || name.trim() !== ""} retry={submit} />
    </form>
  );
}
