// How alarms of a class are handled, and the record that an alarm was raised by, as the server has them.

import { useQuery } from "@tanstack/react-query";
import { callApi } from "../../feed/request.ts";
import { isFields } from "../../state/wire.ts";

export interface AlarmClassView {
  readonly name: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** A shelf needs a second person. */
  readonly twoPersons: boolean;
  /** With the second person, where one is needed. */
  readonly shelfMinutesMax: number;
}

function readClass(value: unknown): AlarmClassView[] {
  if (!isFields(value)) return [];
  const name = value["name"] ?? value["id"];
  if (typeof name !== "string") return [];
  const text = (key: string): string => (typeof value[key] === "string" ? value[key] : name);
  const number = (key: string): number => (typeof value[key] === "number" ? value[key] : 0);
  const alone = number("shelfMinutesMax");
  const second = number("shelfMinutesMaxSecond");
  const twoPersons = value["highlyManaged"] === true || (alone === 0 && second > 0);
  const shelfMinutesMax = twoPersons ? second : alone;
  return [{ name, nameZh: text("nameZh"), nameEn: text("nameEn"), twoPersons, shelfMinutesMax }];
}

async function loadClasses(signal: AbortSignal): Promise<readonly AlarmClassView[]> {
  const answer = await callApi<unknown>("/alarm-classes", { signal });
  const items = isFields(answer) && Array.isArray(answer["items"]) ? (answer["items"] as unknown[]) : [];
  return items.flatMap(readClass);
}

const none: readonly AlarmClassView[] = [];

/** Empty until they are known; the server judges in any case. */
export function useAlarmClasses(): readonly AlarmClassView[] {
  const { data } = useQuery({
    queryKey: ["alarm-classes"],
    queryFn: ({ signal }) => loadClasses(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? none;
}
