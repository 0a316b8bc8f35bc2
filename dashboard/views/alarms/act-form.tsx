// What the forms of acts have in common: sending once, the buttons at the end, and what is said when nothing was done.

import { useState } from "react";
import { bounds } from "#domain/bounds.ts";
import type { DeskAct, SecondPerson } from "../../feed/acknowledger.ts";
import type { AlarmView } from "../../state/wire.ts";
import { Failed } from "../panels.tsx";
import { useActWords } from "./act-words.ts";
import type { Desk } from "./use-desk.ts";

/** As the server allows. */
export const sayCharsMax = 2_000;
export const nameCharsMax = bounds.textCharsMax;

export interface FormProps {
  readonly desk: Desk;
  readonly alarms: readonly AlarmView[];
}

/** Sends once, closes when something came of it, keeps the form when nothing did. */
export function useSending({ desk, alarms }: FormProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  return {
    isBusy,
    problem,
    async send(act: DeskAct, second?: SecondPerson): Promise<void> {
      setBusy(true);
      setProblem(null);
      const report = await desk.send(act, alarms, second);
      setBusy(false);
      if (report.problem === null) desk.close();
      else setProblem(report.problem);
    },
  };
}

interface EndProps {
  readonly desk: Desk;
  readonly isReady: boolean;
  readonly isBusy: boolean;
  readonly problem: unknown;
  readonly retry: () => void;
}

export function FormEnd({ desk, isReady, isBusy, problem, retry }: EndProps) {
  const words = useActWords();
  return (
    <>
      {problem !== null && <Failed what={words.failed} error={problem} retry={retry} />}
      <div className="device-end">
        <button type="button" onClick={desk.close}>
          {words.cancel}
        </button>
        <button
          type="submit"
          className="primary"
          data-testid="act-submit"
          disabled={!isReady || isBusy || desk.refusal !== null}
          title={desk.refusal ?? undefined}
        >
          {isBusy ? words.busy : words.submit}
        </button>
      </div>
    </>
  );
}
