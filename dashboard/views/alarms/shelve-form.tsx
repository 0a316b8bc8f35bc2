// The form of a shelf: how long (no longer than the classes of the alarms allow), why, whether it ends with the value, and for
// highly managed classes the second person who agrees by signing in. The password is kept no longer than the request.

import { useState } from "react";
import { shelfReasons, type ShelfReason } from "#domain/alarm-act.ts";
import { type FormProps, FormEnd, nameCharsMax, sayCharsMax, useSending } from "./act-form.tsx";
import { useActWords } from "./act-words.ts";
import { useAlarmClasses } from "./class-data.ts";

const choices = [60, 240, 480] as const;

export function ShelveForm({ desk, alarms }: FormProps) {
  const words = useActWords();
  const sending = useSending({ desk, alarms });
  const classes = useAlarmClasses();
  const [minutes, setMinutes] = useState<number>(choices[0]);
  const [reason, setReason] = useState<ShelfReason>("maintenance");
  const [isOneShot, setOneShot] = useState(false);
  const [text, setText] = useState("");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const own = alarms.flatMap((alarm) => classes.find(({ name }) => name === alarm.class) ?? []);
  const needsSecond = own.some(({ twoPersons }) => twoPersons);
  const longest = own.reduce((least, { shelfMinutesMax }) => Math.min(least, shelfMinutesMax), Infinity);
  const isLimited = longest > 0 && longest < Math.max(...choices);
  const isReady = text.trim() !== "" && (!needsSecond || (username.trim() !== "" && password !== ""));
  const submit = (): void => {
    const act = { kind: "shelve", minutes, oneShot: isOneShot, reason, comment: text.trim() } as const;
    void sending.send(act, needsSecond ? { username: username.trim(), password } : undefined);
    setPassword("");
  };
  return (
    <form
      className="device-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p>{words.says.shelve}</p>
      <fieldset className="act-choices">
        <legend>
          {words.minutes}
          {isLimited && ` · ${words.shelfMax(String(longest / 60))}`}
        </legend>
        {choices.map((each, i) => (
          <label key={each} className="check">
            <input
              type="radio"
              name="minutes"
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus={i === 0}
              checked={minutes === each}
              disabled={isLimited && each > longest}
              onChange={() => setMinutes(each)}
            />
            {words.hours(each / 60)}
          </label>
        ))}
      </fieldset>
      <label>
        {words.reason}
        <select value={reason} onChange={(event) => setReason(event.target.value as ShelfReason)}>
          {shelfReasons.map((each) => (
            <option key={each} value={each}>
              {words.shelfReasons[each]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.explain}
        <textarea
          rows={2}
          required
          maxLength={sayCharsMax}
          placeholder={words.explainHint}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <label className="check">
        <input type="checkbox" checked={isOneShot} onChange={(event) => setOneShot(event.target.checked)} />
        {words.oneShot}
      </label>
      {needsSecond && (
        <fieldset className="act-second" data-testid="second-person">
          <legend>{words.second}</legend>
          <p className="hint">{words.secondSays}</p>
          <label>
            {words.username}
            <input
              autoComplete="off"
              maxLength={nameCharsMax}
              value={username}
              onChange={(event) => setUsername(event.target.value)}
            />
          </label>
          <label>
            {words.password}
            <input
              type="password"
              autoComplete="off"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </label>
        </fieldset>
      )}
      <FormEnd desk={desk} {...sending} isReady={isReady} retry={() => isReady && submit()} />
    </form>
  );
}
