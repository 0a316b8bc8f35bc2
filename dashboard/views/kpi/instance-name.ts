// "limit:w01018:hour" in the words of the screen.

import { pickName, useWords } from "../../i18n/i18n.ts";
import { useApp } from "../app-context.ts";

export function useInstanceName(): (definition: string) => string {
  const words = useWords();
  const { factors } = useApp();
  return (definition) => {
    const [subject = "", about = "", basis = ""] = definition.split(":");
    const info = factors[subject === "value" ? basis : about];
    const name = info === undefined ? "" : pickName(words, info);
    const bases: Readonly<Record<string, string>> = words.bases;
    const conditions: Readonly<Record<string, string>> = words.conditions;
    if (subject === "limit") return `${name} (${bases[basis] ?? basis})`;
    if (subject === "silence") return about === "site" ? words.alarm.silence : `${name} ${words.alarm.silence}`;
    if (subject === "system") return conditions[about] ?? about;
    return name === "" ? definition : `${name} ${definition.split(":")[1] ?? ""}`;
  };
}
